using System.Text;
using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>What a trainee does touches practice orders only, and nothing that counts; whatever a shop lets the role do.</summary>
public sealed partial class PracticeTests(CafeApp app)
{
    [Fact]
    public async Task Trap28_a_trainee_with_every_permission_reaches_for_a_real_order_by_every_verb_and_changes_nothing()
    {
        var shop = await app.NewShop();
        var books = await Sell(shop);
        var trainee = await Trainee(shop);
        var own = await trainee.PlaceOrder(new("takeaway", [new(books.Item, 2)]));
        var before = await Rows(shop.Id);
        foreach (var (endpoint, answer) in await Walk(trainee, books, path => path, books.Orders))
        {
            if (Changes(endpoint))
                (answer.Status, answer.Code).ShouldBe((403, "forbidden"), $"{NameOf(endpoint)}: {answer}");
            else
                answer.Status.ShouldBe(200, $"a trainee looks at {NameOf(endpoint)}: {answer}");
        }

        // Their own order is no way to another's either.
        var merged = await trainee.Ask($"POST /api/orders/{own.Id}/merge", new { order_ids = new[] { books.Other } });
        (merged.Status, merged.Code).ShouldBe((403, "forbidden"));
        var split = await trainee.Ask($"POST /api/orders/{own.Id}/split", new { items = new[] { new { order_item_id = books.Line } } });
        split.Status.ShouldBe(400);
        (await Rows(shop.Id)).ShouldBe(before);
    }

    [Fact]
    public async Task Trap28_a_guest_reaches_for_an_order_by_every_verb_and_gets_nothing()
    {
        var shop = await app.NewShop();
        var books = await Sell(shop);
        var guest = await Guest(shop);
        (await guest.Ask("GET /api/customers/me")).Status.ShouldBe(200); // from then on the shop knows them
        var before = await Rows(shop.Id);
        var open = new HashSet<string>();
        foreach (var (endpoint, answer) in await Walk(guest, books, path => path, books.Orders))
        {
            if (OpenToGuests.Contains(NameOf(endpoint)))
                (answer.Status == 404 || (answer.Status == 400 && answer.Fields.Except(NoPrinter).Single() is "order_id" or "payment_id"))
                    .ShouldBeTrue($"{NameOf(endpoint)}: {answer}");
            else
                (answer.Status, answer.Code).ShouldBe((403, "forbidden"), $"{NameOf(endpoint)}: {answer}");
            open.Add(NameOf(endpoint));
        }

        OpenToGuests.ShouldBeSubsetOf(open);
        (await guest.Ask("GET /api/orders")).Items.ShouldBeEmpty();
        var heard = await guest.Ask("GET /api/events?after=0&limit=200");
        heard.Items.Select(e => e.GetProperty("event").GetString()!).ShouldAllBe(e => !e.StartsWith("order_") && !e.StartsWith("payment_"));
        (await Rows(shop.Id)).ShouldBe(before);
    }

    [Fact]
    public async Task Trap28_another_shops_owner_reaches_for_an_order_by_every_verb_and_it_is_not_there()
    {
        var (shop, others) = (await app.NewShop(), await app.NewShop());
        var books = await Sell(shop);
        var owner = await others.As("owner");
        var (before, theirs) = (await Rows(shop.Id), await Rows(others.Id));
        foreach (var path in new Func<string, string>[] { p => p, p => $"/api/shops/{shop.Id}{p[4..]}" })
        {
            foreach (var (endpoint, answer) in await Walk(owner, books, path, books.Orders))
            {
                var unknown = answer.Status == 404
                    || (answer.Status == 400 && answer.Fields.Except(NoPrinter).Single() is "order_id" or "payment_id");
                unknown.ShouldBeTrue($"{NameOf(endpoint)}: {answer}");
            }
        }

        (await Rows(shop.Id)).ShouldBe(before);
        (await Rows(others.Id)).ShouldBe(theirs);
    }

    [Fact]
    public async Task Whatever_a_shop_lets_the_role_do_a_trainee_changes_practice_and_their_own_account_and_nothing_else()
    {
        var shop = await app.NewShop();
        var trainee = await Trainee(shop);
        var endpoints = Endpoints.Where(e => Changes(e) && e.Metadata.GetMetadata<NeedsPermission>() is not null).ToList();
        endpoints.Count.ShouldBeGreaterThan(60);
        OpenToTrainees.ShouldBeSubsetOf(endpoints.Select(NameOf));
        foreach (var endpoint in endpoints)
        {
            var known = endpoint.RoutePattern.RawText!.Replace("{shop_id:long}", shop.Id.ToString()).Replace("{role}", "barista");
            var path = Regex.Replace(known, @"\{[^}]+\}", "999999999");
            var answer = await trainee.Ask($"{MethodOf(endpoint)} {path}", MethodOf(endpoint) == "DELETE" ? null : new { });
            if (OpenToTrainees.Contains(NameOf(endpoint)))
                answer.Status.ShouldNotBe(403, $"{NameOf(endpoint)}: {answer}");
            else
                (answer.Status, answer.Code).ShouldBe((403, "forbidden"), $"{NameOf(endpoint)}: {answer}");
        }
    }

    [Fact]
    public async Task Practice_by_every_verb_works_and_touches_nothing_that_counts()
    {
        var shop = await app.NewShop();
        var books = await Sell(shop);
        var trainee = await Trainee(shop);
        string[] practice =
            ["orders", "order_items", "order_moves", "deliveries", "journal", "registers", "events", "audit", "idempotency_keys"];
        var before = await Rows(shop.Id, practice);
        var croissant = (await shop.Item("Butter croissant")).Id;
        var lines = new[] { new { menu_item_id = books.Item, quantity = 2 }, new { menu_item_id = croissant, quantity = 60 } };
        async Task<Answer> Does(int status, string what, object? body = null)
        {
            var answer = await trainee.Ask(what, body);
            answer.Status.ShouldBe(status, $"{what}: {answer}");
            return answer;
        }

        var order = await Does(201, "POST /api/orders", new { items = lines, table = "7", customer_id = books.Customer });
        var path = $"/api/orders/{order.Id}";
        await Does(200, $"POST {path}/hold");
        await Does(200, $"POST {path}/resume");
        await Does(201, $"POST {path}/items", new { items = lines });
        var now = await Does(200, $"GET {path}");
        var line = now.Items.First().GetProperty("id").GetInt64();
        var kept = now.Items.Select(l => new { id = l.GetProperty("id").GetInt64() }).SkipLast(1);
        await Does(200, $"PUT {path}", new { items = kept, version = now.Body.GetProperty("version").GetInt64() });
        var split = await Does(201, $"POST {path}/split", new { items = new[] { new { order_item_id = line, quantity = 1 } } });
        await Does(200, $"POST {path}/merge", new { order_id = split.Body.GetProperty("orders")[1].GetProperty("id").GetInt64() });
        await Does(200, $"POST {path}/transfer", new { table = "8" });
        await Does(200, $"PUT /api/kitchen/items/{line}", new { status = "ready" });
        await Does(200, $"PUT {path}/status", new { status = "ready" });
        await Does(200, $"POST {path}/recall");
        await Does(200, $"GET {path}/receipt?format=text");
        (await Does(409, "POST /api/payments", new { order_id = order.Id, method = "cash" })).Code.ShouldBe("training_order");
        (await Does(409, $"POST {path}/receipt/email", new { to = "reader@elsewhere.example" })).Code.ShouldBe("training_order");
        (await Does(409, $"POST {path}/refund", new { reason = "practice" })).Code.ShouldBe("not_paid");
        await Does(200, $"POST {path}/cancel", new { reason = "practice" });
        var address = new { address = "Quay 1", city = "Lisbon" };
        var delivery = await Does(201, "POST /api/orders", new { items = lines, type = "delivery", delivery_address = address });
        await Does(200, $"PUT /api/orders/{delivery.Id}/delivery", new { person = new { name = "Tilda" } });
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery", "delivered" })
            await Does(200, $"PUT /api/orders/{delivery.Id}/status", new { status });

        (await Rows(shop.Id, practice)).ShouldBe(before);
        (await (await shop.As("manager")).VerifyJournal()).Valid.ShouldBeTrue();
        // No station hears of it: its dishes are for nobody.
        var heard = await app.Database.Scalar(
            "select count(*) from events where shop_id = $1 and data::jsonb ? 'kitchen' and (data::jsonb ->> 'training')::boolean",
            default,
            shop.Id);
        heard.ShouldBe(0L);
        var tickets = (await trainee.Ask("GET /api/kitchen/tickets?status=open")).Items;
        var board = tickets.Select(t => t.GetProperty("order_id").GetInt64()).ToList();
        board.ShouldNotBeEmpty();
        board.ShouldBeSubsetOf(books.Orders.Append(books.Other));
    }

    [Fact]
    public async Task Practice_sells_out_nothing()
    {
        var shop = await app.NewShop();
        var (manager, trainee) = (await shop.As("manager"), await shop.As("trainee"));
        var croissant = (await shop.Item("Butter croissant")).Id;
        (await manager.Ask($"PUT /api/menu/items/{croissant}/stock", new { quantity = 2 })).Status.ShouldBe(200);
        var practice = await trainee.PlaceOrder(new("takeaway", [new(croissant, 2)]));
        var real = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = croissant, quantity = 1 } } });
        real.Status.ShouldBe(201, real.ToString());
        (await manager.Ask($"POST /api/orders/{practice.Id}/cancel", new { reason = "practice" })).Status.ShouldBe(200);
        (await manager.Ask($"GET /api/menu/items/{croissant}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_trainees_look_at_a_receipt_is_a_copy_opens_no_drawer_and_leaves_the_first_print_to_the_cashier()
    {
        var shop = await app.NewShop();
        var (cashier, trainee) = (await shop.As("cashier"), await shop.As("trainee"));
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("cash")]));
        static bool Kicks(byte[] bytes) => bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1b, (byte)'p', 0]) >= 0;
        async Task<byte[]> Print(ComandaClient by, string query)
        {
            var answer = await by.Ask($"GET /api/orders/{order.Id}/receipt?{query}");
            answer.Status.ShouldBe(200);
            return await answer.Response.Content.ReadAsByteArrayAsync();
        }

        foreach (var query in new[] { "format=escpos", "format=escpos&kick=true", "format=text", "format=html" })
        {
            var looked = await Print(trainee, query);
            Encoding.Latin1.GetString(looked).ShouldContain("COPY");
            Kicks(looked).ShouldBeFalse(query);
        }

        var first = await Print(cashier, "format=escpos");
        Encoding.Latin1.GetString(first).ShouldNotContain("COPY");
        Kicks(first).ShouldBeTrue();
        var mail = await trainee.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "reader@elsewhere.example" });
        (mail.Status, mail.Code).ShouldBe((403, "forbidden"));
        (await app.Database.Scalar("select count(*) from messages where shop_id = $1", default, shop.Id)).ShouldBe(0L);
    }

    [Fact]
    public async Task A_change_that_says_which_version_it_was_made_against_is_refused_where_the_order_is_another_by_then()
    {
        var shop = await app.NewShop();
        var books = await Sell(shop);
        var manager = await shop.As("manager");
        var before = await Rows(shop.Id);
        var walked = 0;
        var orders = OpenToTrainees.Except(["email_receipt"]);
        foreach (var endpoint in Endpoints.Where(e => Changes(e) && Reaches(e) && orders.Contains(NameOf(e))))
        {
            var what = $"{MethodOf(endpoint)} {PathOf(endpoint, books, books.Order)}";
            var answer = await manager.Ask(what, Bodies[NameOf(endpoint)](books), ("If-Match", "\"v99\""));
            (answer.Status, answer.Code).ShouldBe((412, "stale_version"), $"{NameOf(endpoint)}: {answer}");
            walked++;
        }

        walked.ShouldBeGreaterThan(14);
        (await Rows(shop.Id)).ShouldBe(before);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

public sealed class SyncOrdersTests(CafeApp app)
{
    private static object Sale(
        long item,
        DateTimeOffset madeAt,
        string key,
        int quantity = 1,
        bool? handedOver = null,
        long? cashier = null,
        decimal? total = null) => new
    {
        key, made_at = madeAt, handed_over = handedOver, cashier_id = cashier, total_amount = total,
        order = new { type = "takeaway", items = new[]
        {
            new { menu_item_id = item, quantity }
        }, payments = new[] { new { method = "cash" } } },
    };

    private static async Task<JsonElement[]> Send(ComandaClient client, DateTimeOffset sentAt, params object[] sales)
    {
        var answer = await client.Ask("POST /api/orders/sync", new { sent_at = sentAt, orders = sales });
        answer.Status.ShouldBe(200, answer.ToString());
        return [.. answer.Body.GetProperty("results").EnumerateArray()];
    }

    private static string[] Statuses(IEnumerable<JsonElement> results) => [.. results.Select(r => r.GetProperty("status").GetString()!)];

    private static string Why(JsonElement result) => result.GetProperty("set_aside").GetProperty("code").GetString()!;

    private static decimal Number(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private async Task<(MovableClock Clock, Uri Process)> AtNoon()
    {
        var clock = new MovableClock();
        clock.Move(new DateTimeOffset(DateTime.UtcNow.Date.AddDays(1).AddHours(12), TimeSpan.Zero) - DateTimeOffset.UtcNow);
        return (clock, await app.StartProcess(services => services.Replace(clock)));
    }

    [Fact]
    public async Task Trap29_an_hour_that_is_over_is_refused_but_not_of_a_sale_that_was_made_before_it()
    {
        var shop = await app.NewShop();
        var (clock, process) = await AtNoon();
        var manager = await shop.As("manager", process);
        var items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } };
        foreach (var path in new[] { "POST /api/orders", "POST /api/orders/preview" })
        {
            var now = clock.GetUtcNow();
            foreach (var over in new object[] { now.AddHours(-1), now.AddMinutes(-6), "2006-05-04T10:00:00Z", "0001-01-01T00:00:00Z" })
            {
                var refused = await manager.Ask(path, new { items, scheduled_for = over });
                (refused.Status, string.Join(",", refused.Fields)).ShouldBe((400, "scheduled_for"), $"{path} {over}: {refused}");
            }

            // Chosen, and then paid for.
            (await manager.Ask(path, new { items, scheduled_for = now.AddMinutes(-1) })).Status.ShouldBeLessThan(300, path);
        }

        var soon = clock.GetUtcNow().AddMinutes(30);
        var placed = await manager.Ask("POST /api/orders", new { items, scheduled_for = soon }, ("Idempotency-Key", "lost answer"));
        clock.Move(TimeSpan.FromHours(1));
        manager = await shop.As("manager", process);
        var again = await manager.Ask("POST /api/orders", new { items, scheduled_for = soon }, ("Idempotency-Key", "lost answer"));
        again.Id.ShouldBe(placed.Id);

        // Sold an hour ago for half an hour ago, and it comes only now; and one that was for an hour that was over when it was sold.
        object Queued(string key, int sold, int wanted) => new
        {
            key, made_at = clock.GetUtcNow().AddMinutes(sold), order = new { items, scheduled_for = clock.GetUtcNow().AddMinutes(wanted) },
        };
        var queue = new[] { Queued("earlier", -60, -30), Queued("over", -60, -90), Queued("later", -60, 60) };
        var results = await Send(manager, clock.GetUtcNow(), queue);
        Statuses(results).ShouldBe(["placed", "set_aside", "placed"]);
        Why(results[1]).ShouldBe("invalid_request");
        results[1].GetProperty("set_aside").ToString().ShouldContain("scheduled_for");
    }

    [Fact]
    public async Task Trap03_a_sale_from_before_the_close_keeps_its_day_in_a_late_session_and_the_close_stands()
    {
        var shop = await app.NewShop();
        var (clock, process) = await AtNoon();
        var manager = await shop.As("manager", process);
        var espresso = (await shop.Item("Espresso")).Id;
        var drawer = (await manager.Ask("POST /api/drawers/open", new { @float = 50 })).Id;
        var first = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        clock.Move(TimeSpan.FromMinutes(10));
        var sold = clock.GetUtcNow();
        clock.Move(TimeSpan.FromMinutes(10));
        manager = await shop.As("manager", process);
        var z = await manager.Ask($"POST /api/drawers/{drawer}/close", new { counted = 54.60m }); // the offline sale's cash lies in it
        var before = await manager.GetDailySales(first.BusinessDay);

        clock.Move(TimeSpan.FromDays(1));
        manager = await shop.As("manager", process);
        var today = (await manager.Ask("POST /api/drawers/open", new { @float = 20 })).Id;
        // The till's clock is three hours behind; ours decides.
        var slow = TimeSpan.FromHours(-3);
        var result = (await Send(manager, clock.GetUtcNow() + slow, Sale(espresso, sold + slow, "late-1"))).Single();
        result.GetProperty("status").GetString().ShouldBe("placed", result.ToString());
        var order = result.GetProperty("order");
        order.GetProperty("business_day").GetString().ShouldBe(first.BusinessDay.ToString("yyyy-MM-dd"));
        order.GetProperty("status").GetString().ShouldBe("completed"); // of a day that is over: nobody waits for it
        (order.GetProperty("created_at").GetDateTimeOffset() - sold).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));
        (order.GetProperty("till_clock").GetDateTimeOffset() - sold - slow).Duration().ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
        (order.GetProperty("received_at").GetDateTimeOffset() - clock.GetUtcNow()).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));

        (await manager.Ask($"GET /api/drawers/{drawer}")).ToString().ShouldBe(z.ToString());
        (
            Number((await manager.Ask($"GET /api/drawers/{today}")).Body, "orders"),
            (await manager.GetDailySales()).TotalSales).ShouldBe((0m, 0m));
        var late = (await manager.Ask("GET /api/drawers?status=open")).Items.Single(d => d.GetProperty("late").GetBoolean());
        (Number(late, "orders"), Number(late, "sales"), Number(late, "expected")).ShouldBe((1m, 2.30m, 2.30m));
        var day = await manager.GetDailySales(first.BusinessDay);
        (
            day.TotalSales,
            day.OrderCount,
            day.PaymentMethods["cash"]).ShouldBe((before.TotalSales + 2.30m, before.OrderCount + 1, before.PaymentMethods["cash"] + 2.30m));

        // The two counts together are right: what was too much there is too little here.
        var closed = await manager.Ask($"POST /api/drawers/{late.GetProperty("id").GetInt64()}/close", new { counted = 0 });
        (Number(closed.Body, "z_number"), Number(closed.Body, "difference") + Number(z.Body, "difference")).ShouldBe((2m, 0m));
        await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        Number((await manager.Ask($"GET /api/drawers/{today}")).Body, "orders").ShouldBe(1m); // the till's own session goes on

        // One more that comes has a late session of its own.
        (await Send(manager, clock.GetUtcNow() + slow, Sale(espresso, sold + slow, "late-2")))[0]
            .GetProperty("status")
            .GetString()
            .ShouldBe("placed");
        (await manager.Ask($"GET /api/drawers/{closed.Id}")).ToString().ShouldBe(closed.ToString());
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap03_late_sales_and_closes_at_once_leave_every_sale_in_one_session()
    {
        var shop = await app.NewShop();
        var (clock, process) = await AtNoon();
        var manager = await shop.As("manager", process);
        var espresso = (await shop.Item("Espresso")).Id;
        var sold = clock.GetUtcNow();
        clock.Move(TimeSpan.FromMinutes(5));
        async Task<int> CloseAll()
        {
            var closed = 0;
            foreach (var open in (await manager.Ask("GET /api/drawers?status=open")).Items)
                closed += (await manager.Ask(
                    $"POST /api/drawers/{open.GetProperty("id").GetInt64()}/close",
                    new { counted = 0 })).Status == 200 ? 1 : 0;
            return closed;
        }

        (await manager.Ask("POST /api/drawers/open", new { @float = 50 })).Status.ShouldBe(201);
        (await CloseAll()).ShouldBe(1);
        var selling = Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            for (var n = 0; n < 3; n++)
                await Send(
                    manager,
                    clock.GetUtcNow(),
                    Sale(espresso, sold, $"late-{i}-{n}"),
                    Sale(espresso, clock.GetUtcNow(), $"now-{i}-{n}"));
        }));
        var closes = 0;
        while (!selling.IsCompleted)
            closes += await CloseAll();
        await selling;
        closes.ShouldBeGreaterThan(0);

        var sessions = (await manager.Ask("GET /api/drawers?limit=200")).Items.ToList();
        (sessions.Sum(d => Number(d, "orders")), sessions.Sum(d => Number(d, "sales"))).ShouldBe((300m, 690m));
        sessions.ShouldContain(d => d.GetProperty("late").GetBoolean());
        (await manager.GetDailySales()).TotalSales.ShouldBe(690m);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap08_a_bad_sale_is_set_aside_with_its_reason_and_the_others_go_through()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var (espresso, mocha) = ((await shop.Item("Espresso")).Id, (await shop.Item("Mocha")).Id);
        (await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false })).Status.ShouldBe(200);
        var now = DateTimeOffset.UtcNow;
        object[] queue =
        [
            Sale(espresso, now.AddMinutes(-3), "good-1"),
            Sale(mocha, now.AddMinutes(-3), "sold-out"),
            new { key = "not-a-number", made_at = now, order = new { items = new[]
            {
                new { menu_item_id = espresso, quantity = "many" }
            } } },
            new { key = "too-long", made_at = now, order = new { notes = new string(
                'x',
                1001), items = new[] { new { menu_item_id = espresso, quantity = 1 } } } },
            Sale(987654321, now, "unknown-item"),
            new { made_at = now, order = new { items = new[] { new { menu_item_id = espresso, quantity = 1 } } } },
            new { key = "no-time", order = new { items = new[] { new { menu_item_id = espresso, quantity = 1 } } } },
            new { key = "no-order", made_at = now },
            "nonsense",
            Sale(espresso, now, "other-price", total: 2.10m),
            Sale(espresso, now.AddDays(-8), "too-old"),
            Sale(espresso, now.AddMinutes(-1), "good-2", total: 2.30m),
        ];
        var results = await Send(cashier, now, queue);
        Statuses(results).ShouldBe([
            "placed",
            "set_aside",
            "set_aside",
            "set_aside",
            "set_aside",
            "refused",
            "set_aside",
            "set_aside",
            "refused",
            "set_aside",
            "set_aside",
            "placed"
        ]);
        results.Where(r => r.GetProperty("status").GetString() == "set_aside").Select(Why).ShouldBe(
            [
                "out_of_stock",
                "invalid_request",
                "invalid_request",
                "invalid_request",
                "invalid_request",
                "invalid_request",
                "total_changed",
                "too_old"
            ]);
        string[] Fields(int i) => [.. results[i].GetProperty("set_aside").GetProperty("errors").EnumerateObject().Select(e => e.Name)];
        (Fields(2).Single(), Fields(3).Single(), Fields(4).Single(), Fields(6).Single(), Fields(7).Single()).ShouldBe(
            ("order.items[0].quantity", "order.notes", "order.items[0].menu_item_id", "made_at", "order"));
        results[5].GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("orders[5].key");

        // Sent once more, by a till that did not get the answer: the same, and nothing twice.
        var again = await Send(cashier, now, queue);
        Statuses(again).ShouldBe([.. Statuses(results).Select(s => s == "placed" ? "repeated" : s)]);
        for (var i = 0; i < queue.Length; i++)
            again[i].GetProperty("set_aside").ToString().ShouldBe(results[i].GetProperty("set_aside").ToString());
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
        (await manager.Ask("GET /api/orders/set-aside?status=open")).Items.Count().ShouldBe(8);
        (await cashier.Ask("GET /api/orders/set-aside")).Status.ShouldBe(403);
        var tried = await cashier.Ask("POST /api/orders", new { type = "takeaway", items = new[]
        {
            new { menu_item_id = mocha, quantity = 1 }
        }, payments = new[] { new { method = "cash" } } }, ("Idempotency-Key", "sold-out"));
        (tried.Status, tried.Code).ShouldBe((409, "set_aside"));
    }

    /// <summary>Whatever stands in one sale: a till that cut an emoji in half, wrote a field twice, or went mad.</summary>
    [Fact]
    public async Task Trap08_nothing_within_one_sale_stops_the_queue_and_what_was_sent_is_kept()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        // Texts as they go over the wire: what a till's own JSON library would not write.
        string Filled(string sale) => sale
            .Replace("MADE", $"\"made_at\":\"{now:O}\"")
            .Replace("ITEMS", "\"items\":[{\"menu_item_id\":ITEM,\"quantity\":1}]")
            .Replace("ITEM", $"{espresso}")
            .Replace("DEEP", new string('[', 100_000) + new string(']', 100_000))
            .Replace("LONG", new string('9', 400));
        (string Sale, string Status, string? Field)[] odd =
        [
            ("""{"key":"half",MADE,"order":{"customer_name":"Ana \ud83d",ITEMS}}""", "set_aside", "order.customer_name"),
            ("""{"key":"other half",MADE,"order":{"notes":"\udc00",ITEMS}}""", "set_aside", "order.notes"),
            ("""{"key":"order twice",MADE,"order":{ITEMS},"order":{ITEMS}}""", "set_aside", "order"),
            ("""{"key":"field twice",MADE,"order":{"table":"1","table":"2",ITEMS}}""", "set_aside", "order.table"),
            ("""{"key":"time twice",MADE,MADE,"order":{ITEMS}}""", "set_aside", "made_at"),
            ("""{"key":"option twice",MADE,"order":{"items":[{"menu_item_id":ITEM,"modifiers":[{"id":1,"id":2}]}]}}""", "set_aside",
                "order.items[0].modifiers[0]"),
            ("""{"key":"zero",MADE,"order":{"notes":"a\u0000b",ITEMS}}""", "set_aside", "order.notes"),
            ("""{"key":"pulse",MADE,"order":{"table":"\u001bp0",ITEMS}}""", "set_aside", "order.table"),
            ("""{"key":"deep",MADE,"order":{"notes":DEEP,ITEMS}}""", "set_aside", "order.notes"),
            ("""{"key":"deep aside",MADE,"x":DEEP,"order":{ITEMS}}""", "set_aside", null),
            ("""{"key":"huge",MADE,"total_amount":1e99999,"order":{ITEMS}}""", "set_aside", "total_amount"),
            ("""{"key":"huge id",MADE,"order":{"items":[{"menu_item_id":LONG,"quantity":1e309}]}}""", "set_aside",
                "order.items[0].menu_item_id"),
            ("""{"key":"year 1","made_at":"0001-01-01T00:00:00+14:00","order":{ITEMS}}""", "set_aside", null),
            ("""{"key":"half name",MADE,"order":{"\ud83d":1,ITEMS}}""", "set_aside", null),
            ("""{"key":"list",MADE,"order":[[ITEM]]}""", "set_aside", "order"),
            ("""{"key":"key \ud83d",MADE,"order":{ITEMS}}""", "refused", "orders[15].key"),
            ("""{"key":"key\u0000",MADE,"order":{ITEMS}}""", "refused", "orders[16].key"),
            ("""{"\ud83d":1,"\ud83d":1}""", "refused", "orders[17].key"),
            ("[[]]", "refused", "orders[18].key"),
        ];
        odd = [.. odd.Select(o => o with { Sale = Filled(o.Sale) })];
        var good = Filled("""{"key":"good",MADE,"order":{"payments":[{"method":"cash"}],ITEMS}}""");
        var body = $"{{\"sent_at\":\"{now:O}\",\"orders\":[{string.Join(',', odd.Select(o => o.Sale))},{good}]}}";
        static string Start(string sale) => sale[..Math.Min(sale.Length, 60)];
        async Task<JsonElement[]> Queue()
        {
            var answer = await cashier.Ask("POST /api/orders/sync", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
            answer.Status.ShouldBe(200, answer.ToString());
            return [.. answer.Body.GetProperty("results").EnumerateArray()];
        }

        var results = await Queue();
        Statuses(results).ShouldBe([.. odd.Select(o => o.Status), "placed"]);
        foreach (var (i, (sale, status, field)) in odd.Index())
        {
            var told = status == "refused" ? results[i] : results[i].GetProperty("set_aside");
            if (field is not null)
                told.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([field], Start(sale));
            if (status == "refused")
                continue;
            // What came is there: as JSON, or as its text where not everybody could read the JSON.
            var shown = told.GetProperty("sale");
            var kept = shown.ValueKind == JsonValueKind.String ? shown.GetString()! : shown.GetRawText();
            kept.ToUpperInvariant().ShouldBe(sale.ToUpperInvariant(), Start(sale)); // an escape's letters may be large
        }

        Statuses(await Queue()).ShouldBe([.. odd.Select(o => o.Status), "repeated"]);
        var open = (await manager.Ask("GET /api/orders/set-aside?status=open&limit=200")).Items.ToArray();
        open.Length.ShouldBe(odd.Count(o => o.Status == "set_aside"));
        long Id(string key) => open.Single(o => o.GetProperty("key").GetString() == key).GetProperty("id").GetInt64();
        (await manager.Ask($"POST /api/orders/set-aside/{Id("half")}/place")).Fields.ShouldBe(["order.customer_name"]);
        (await manager.Ask($"POST /api/orders/set-aside/{Id("order twice")}/place")).Fields.ShouldBe(["order"]);
        var mended = new { order = new { customer_name = "Ana", items = new[] { new { menu_item_id = espresso, quantity = 1 } } } };
        (await manager.Ask($"POST /api/orders/set-aside/{Id("half")}/place", mended)).Status.ShouldBe(201);
        (await manager.GetOrders()).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Trap08_bytes_that_are_no_utf8_are_kept_beside_what_can_be_read_of_them()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        string Sale(string key, string name, string more = "") =>
            """{"key":"KEY","made_at":"NOW","order":{"customer_name":"NAME",MORE"items":[{"menu_item_id":ITEM,"quantity":1}]}}"""
                .Replace("KEY", key).Replace("NOW", $"{now:O}").Replace("NAME", name).Replace("MORE", more).Replace("ITEM", $"{espresso}");
        // Latin-1, as a till of the last century writes it.
        var latin = Sale("latin", "Zoë", "\"approval\":{\"pin\":\"1234\"},");
        var body = $"{{\"orders\":[{latin},{Sale("plain", "Zoe")}]}}";
        var content = new ByteArrayContent(System.Text.Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var answer = await cashier.Ask("POST /api/orders/sync", content);
        answer.Status.ShouldBe(200, answer.ToString());
        var results = answer.Body.GetProperty("results");
        (results[0].GetProperty("status").GetString(), results[1].GetProperty("status").GetString()).ShouldBe(("set_aside", "placed"));
        var aside = results[0].GetProperty("set_aside");
        aside.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("order.customer_name");
        aside.GetProperty("sale").GetProperty("order").GetProperty("customer_name").GetString().ShouldBe("Zo\ufffd");
        var bytes = System.Text.Encoding.Latin1.GetString(aside.GetProperty("sale_bytes").GetBytesFromBase64());
        bytes.ShouldBe(Sale("latin", "Zoë")); // to the byte, but for the PIN
    }

    [Fact]
    public async Task A_manager_places_what_was_set_aside_once_or_discards_it()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var (espresso, mocha) = ((await shop.Item("Espresso")).Id, (await shop.Item("Mocha")).Id);
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false });
        var now = DateTimeOffset.UtcNow;
        var made = now.AddMinutes(-20);
        var results = await Send(
            cashier,
            now,
            Sale(mocha, made, "a"),
            Sale(espresso, made, "b", total: 2.10m),
            Sale(espresso, now.AddDays(-30), "c"));
        var ids = results.Select(r => r.GetProperty("set_aside").GetProperty("id").GetInt64()).ToArray();

        (await manager.Ask($"POST /api/orders/set-aside/{ids[0]}/place")).Code.ShouldBe("out_of_stock"); // it still is
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = true });
        var twenty = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => manager.Ask($"POST /api/orders/set-aside/{ids[0]}/place")));
        twenty.ShouldAllBe(t => t.Status == 201);
        var order = twenty.Select(t => t.Id).Distinct().Single();
        var placed = (await manager.Ask($"GET /api/orders/{order}")).Body;
        (placed.GetProperty("cashier_name").GetString(), placed.GetProperty("payment_status").GetString()).ShouldBe((
            results[0].GetProperty("set_aside").GetProperty("cashier_name").GetString(),
            "paid"));
        (placed.GetProperty("created_at").GetDateTimeOffset() - made).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));

        // The guest paid what they were told: the manager gives the difference.
        var mended = new
        {
            order = new
            {
                items = new[] { new { menu_item_id = espresso, quantity = 1 } },
                discount = new { type = "fixed", value = 0.20, reason = "till had the old price" },
                payments = new[] { new { method = "cash", amount = 2.10 } }
            },
        };
        var other = await manager.Ask($"POST /api/orders/set-aside/{ids[1]}/place", mended);
        (other.Status, Number(other.Body, "total_amount"), Number(other.Body, "balance_due")).ShouldBe((201, 2.10m, 0m));

        (await manager.Ask($"POST /api/orders/set-aside/{ids[2]}/discard", new { reason = " " })).Fields.ShouldBe(["reason"]);
        var gone = await manager.Ask($"POST /api/orders/set-aside/{ids[2]}/discard", new { reason = "was typed in on the day" });
        (gone.Status, gone.Text("status"), gone.Text("note")).ShouldBe((200, "discarded", "was typed in on the day"));
        (await manager.Ask($"POST /api/orders/set-aside/{ids[2]}/place")).Code.ShouldBe("already_resolved");
        (await manager.Ask($"POST /api/orders/set-aside/{ids[0]}/discard", new { reason = "x" })).Code.ShouldBe("already_resolved");
        (await manager.Ask("GET /api/orders/set-aside?status=open")).Items.ShouldBeEmpty();
        Statuses(await Send(cashier, now, Sale(mocha, made, "a"))).ShouldBe(["set_aside"]);
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
    }

    [Fact]
    public async Task Trap02_two_tabs_and_two_processes_flush_one_queue_of_sales_some_of_which_had_come()
    {
        var shop = await app.NewShop();
        var (one, two) = (await shop.As("cashier"), await shop.As("cashier", await app.StartProcess()));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var keys = Enumerable.Range(0, 20).Select(i => $"queue-{i}").ToArray();
        // These were tried before the network went, and came; the till never knew.
        foreach (var key in keys[..5])
            (await one.Ask("POST /api/orders", new { type = "takeaway", items = new[]
            {
                new { menu_item_id = espresso, quantity = 1 }
            }, payments = new[] { new { method = "cash" } } }, ("Idempotency-Key", key))).Status.ShouldBe(201);
        var queue = keys.Select(k => Sale(espresso, now.AddMinutes(-2), k)).ToArray();

        var flushes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Send(i % 2 == 0 ? one : two, now, queue)));

        flushes.SelectMany(f => f).Select(r => r.GetProperty("status").GetString()).ShouldAllBe(s => s == "placed" || s == "repeated");
        flushes.SelectMany(f => f).Count(r => r.GetProperty("status").GetString() == "placed").ShouldBe(15);
        foreach (var i in Enumerable.Range(0, 20))
            flushes.Select(f => f[i].GetProperty("order").GetProperty("id").GetInt64()).Distinct().Count().ShouldBe(1);
        (await (await shop.As("manager")).GetDailySales()).OrderCount.ShouldBe(20);
    }

    [Fact]
    public async Task Two_tabs_at_once_set_a_bad_sale_aside_once()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var mocha = (await shop.Item("Mocha")).Id;
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false });
        var sale = Sale(mocha, DateTimeOffset.UtcNow, "bad");
        var flushes = Enumerable.Range(0, 20).Select(_ => Send(cashier, DateTimeOffset.UtcNow, sale)).ToList();
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = true }); // for some of them it may be there again
        var results = (await Task.WhenAll(flushes)).SelectMany(f => f).ToList();
        // Whichever came first decides: one order, or one row that waits, and never both.
        var orders = (await manager.GetDailySales()).OrderCount;
        var rows = (await manager.Ask("GET /api/orders/set-aside")).Items.Count();
        (orders + rows).ShouldBe(1);
        results.ShouldAllBe(r => (r.GetProperty("status").GetString() == "set_aside") == (rows == 1));
    }

    [Fact]
    public async Task A_tills_clock_decides_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var years = now.AddYears(-6);
        var results = await Send(
            manager,
            years,
            Sale(espresso, years.AddMinutes(-7), "slow"),
            Sale(espresso, years.AddHours(2), "set back in between"));
        Statuses(results).ShouldBe(["placed", "placed"]);
        DateTimeOffset Created(int i) => results[i].GetProperty("order").GetProperty("created_at").GetDateTimeOffset();
        (Created(0) - now.AddMinutes(-7)).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
        (Created(1) - now).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
        results[1].GetProperty("order").GetProperty("received_at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(Created(1));
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
    }

    [Fact]
    public async Task The_kitchen_hears_of_what_nobody_has_yet_and_of_nothing_else()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var barista = (await manager.Ask("GET /api/users?limit=200")).Items
            .Single(u => u.GetProperty("username").GetString() == shop.Username("barista"))
            .GetProperty("id")
            .GetInt64();
        var trainee = (await manager.Ask("GET /api/users?limit=200")).Items
            .Single(u => u.GetProperty("username").GetString() == shop.Username("trainee"))
            .GetProperty("id")
            .GetInt64();
        var results = await Send(
            cashier,
            now,
            Sale(espresso, now.AddSeconds(-5), "waits"),
            Sale(espresso, now.AddMinutes(-5), "has it", handedOver: true, cashier: barista),
            Sale(espresso, now, "practice", cashier: trainee),
            Sale(espresso, now, "nobody", cashier: 987654321));
        Statuses(results).ShouldBe(["placed", "placed", "set_aside", "set_aside"]);
        (Why(results[2]), Why(results[3])).ShouldBe(("training_order", "invalid_request"));
        var (waits, has) = (results[0].GetProperty("order"), results[1].GetProperty("order"));
        (
            waits.GetProperty("status").GetString(),
            has.GetProperty("status").GetString(),
            has.GetProperty("cashier_id").GetInt64()).ShouldBe(("pending", "completed", barista));
        var tickets = (await manager.Ask("GET /api/kitchen/tickets")).Items.Select(t => t.GetProperty("order_id").GetInt64()).ToArray();
        tickets.ShouldBe([waits.GetProperty("id").GetInt64()]);
        var track = await manager.Ask($"GET /api/orders/{has.GetProperty("id").GetInt64()}/track");
        track.Body.GetProperty("timeline")
            .EnumerateArray()
            .Select(t => t.GetProperty("status").GetString())
            .ShouldBe(["pending", "completed"]);
        // It can be given back like any other.
        (await manager.Ask($"POST /api/orders/{has.GetProperty("id").GetInt64()}/refund", new { reason = "cold" })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task What_is_no_queue_is_refused_as_a_whole()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        (await cashier.Ask("POST /api/orders/sync", new { orders = Array.Empty<object>() })).Fields.ShouldBe(["orders"]);
        (await cashier.Ask(
            "POST /api/orders/sync",
            new { orders = Enumerable.Range(0, 101).Select(i => new { key = $"{i}" }) })).Fields.ShouldBe(["orders"]);
        (await cashier.Ask("POST /api/orders/sync", new { orders = 7 })).Fields.ShouldBe(["orders"]);
        (await cashier.Ask(
            "POST /api/orders/sync",
            new { orders = new[] { new { key = "x" } } },
            ("X-Device-Token", "a stranger's"))).Fields.ShouldBe(["X-Device-Token"]);
        (await (await shop.As("barista")).Ask("POST /api/orders/sync", new { orders = new[] { new { key = "x" } } })).Status.ShouldBe(403);
        (await (await shop.As("manager")).Ask("GET /api/orders/set-aside")).Items.ShouldBeEmpty();
    }
}

using System.Text.Json;
using Comanda.Data;
using Npgsql;
using static Comanda.Tests.Payments.GiftCards;

namespace Comanda.Tests.Payments;

/// <summary>Gift cards sold, found and given back.</summary>
public sealed class GiftCardTests(CafeApp app)
{
    [Fact]
    public async Task An_unused_card_goes_back_as_it_was_paid_and_pays_no_more()
    {
        var shop = await app.NewShop(("cash_rounding", "0.05"));
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var drawer = (await manager.Ask("POST /api/drawers/open", new { @float = 100 })).Id;
        var sold = await cashier.Ask("POST /api/gift-cards", new { amount = 9.98m, method = "cash", tendered = 20 });
        (sold.Status, Of(sold.Body, "rounding"), Of(sold.Body, "change")).ShouldBe((201, 0.02m, 10m), sold.ToString());
        await Sell(cashier, 15, "mobile");
        var code = sold.Text("code")!;
        var x = (await manager.Ask($"GET /api/drawers/{drawer}")).Body;
        (
            Of(x, "expected"),
            Of(x, "gift_cards_sold"),
            Of(x, "cash_rounding"),
            Of(x, "sales"),
            Of(x, "orders")).ShouldBe((110m, 24.98m, 0.02m, 0m, 0m));
        Of(x.GetProperty("payment_methods").GetProperty("mobile"), "in").ShouldBe(15m);

        (await cashier.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted" })).Code.ShouldBe("forbidden");
        (await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = " " })).Fields.ShouldBe(["reason"]);
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id)],
            Payments: [new("gift_card", Reference: code)]));
        (await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "the rest" })).Code.ShouldBe("gift_card_used");
        await manager.CancelOrder(order.Id);
        var back = await manager.Ask($"POST /api/gift-cards/{code.ToLowerInvariant()}/refund", new { reason = "unwanted" });
        (back.Status, Of(back.Body, "amount"), Of(back.Body, "rounding"), back.Text("method"), back.Text("status")).ShouldBe(
            (201, 9.98m, 0.02m, "cash", "void"),
            back.ToString());
        (await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "again" })).Code.ShouldBe("gift_card_void");
        (await Pay(
            manager,
            (await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id,
            code)).Code.ShouldBe("insufficient_balance");

        var z = (await manager.Ask($"POST /api/drawers/{drawer}/close", new { counted = 100 })).Body;
        (Of(z, "expected"), Of(z, "difference"), Of(z, "gift_cards_sold"), Of(z, "cash_rounding")).ShouldBe((100m, 0m, 15m, 0m));
        (
            Of(z.GetProperty("payment_methods").GetProperty("cash"), "in"),
            Of(z.GetProperty("payment_methods").GetProperty("cash"), "back")).ShouldBe((10m, 10m));
        var daily = await manager.GetDailySales();
        (daily.GiftCardsSold, daily.PaymentMethods["cash"], daily.CashRounding).ShouldBe((15m, 0m, 0m));
        var kinds = (await manager.Ask("GET /api/journal?limit=200")).Items
            .Where(e => e.GetProperty("kind").GetString() == "gift_card")
            .Select(e => e.GetProperty("content").GetProperty("what").GetString());
        kinds.ShouldBe(["sold", "sold", "given_back"]);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
        var audit = (await (await shop.As("admin")).Ask("GET /api/audit?limit=200")).Items
            .Select(e => e.GetProperty("action").GetString())
            .ToList();
        (audit.Count(a => a == "gift_card_sold"), audit.Count(a => a == "gift_card_refunded")).ShouldBe((2, 1));
        var events = await app.Database.Command(
            "select event from events where shop_id = $1 and event like 'gift_card%' order by seq",
            shop.Id).List(r => r.GetString(0), default);
        events.ShouldBe(["gift_card_sold", "gift_card_sold", "gift_card_refunded"]);
    }

    [Fact]
    public async Task A_drawer_that_only_sold_a_card_is_no_empty_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await Sell(manager, 10, "cash"); // into the automatic session
        var automatic = (await manager.Ask("GET /api/drawers?status=open")).Items.ShouldHaveSingleItem();
        (
            automatic.GetProperty("automatic").GetBoolean(),
            Of(automatic, "gift_cards_sold"),
            Of(automatic, "expected")).ShouldBe((true, 10m, 10m));
        var opened = await manager.Ask("POST /api/drawers/open", new { @float = 50 });
        opened.Id.ShouldNotBe(automatic.GetProperty("id").GetInt64());
        Of(opened.Body, "gift_cards_sold").ShouldBe(0m);

        // At a till, its money lies there.
        (await manager.Ask(
            "POST /api/gift-cards",
            new { amount = 7, method = "cash" },
            ("X-Device-Token", shop.TillToken))).Status.ShouldBe(201);
        Of((await manager.Ask($"GET /api/drawers/{opened.Id}")).Body, "gift_cards_sold").ShouldBe(0m);
        (await manager.Ask("GET /api/drawers?status=open")).Items.Sum(d => Of(d, "gift_cards_sold")).ShouldBe(7m);
    }

    [Fact]
    public async Task A_printed_code_is_taken_once_and_bad_input_sells_nothing()
    {
        var shop = await app.NewShop(("cash_rounding", "0.05"));
        var manager = await shop.As("manager");
        var (code, _) = await Sell(manager, 20, code: "xmas-2026 0001");
        code.ShouldBe("XMAS-2026-0001");
        (await manager.Ask(
            "POST /api/gift-cards",
            new { amount = 5, method = "card", code = "XMAS20260001" })).Code.ShouldBe("gift_card_exists");
        foreach (var (body, field) in new (object, string)[]
        {
            (new { method = "card" }, "amount"),
            (new { amount = 0, method = "card" }, "amount"),
            (new { amount = -5, method = "card" }, "amount"),
            (new { amount = 1.005m, method = "card" }, "amount"),
            (new { amount = 1e13m, method = "card" }, "amount"),
            (new { amount = 0.02m, method = "cash" }, "amount"),
            (new { amount = 5 }, "method"),
            (new { amount = 5, method = "gift_card" }, "method"),
            (new { amount = 5, method = "points" }, "method"),
            (new { amount = 5, method = "card", tendered = 5 }, "tendered"),
            (new { amount = 5, method = "cash", tendered = 4.99m }, "tendered"),
            (new { amount = 5, method = "card", code = "SHORT" }, "code"),
            (new { amount = 5, method = "card", code = "ABCD-EFGH-ÄÖÜ1" }, "code"),
            (new { amount = 5, method = "card", code = new string('A', 33) }, "code"),
            })
        {
            var refused = await manager.Ask("POST /api/gift-cards", body);
            (refused.Status, string.Join(',', refused.Fields)).ShouldBe((400, field), JsonSerializer.Serialize(body));
        }

        (await manager.Ask("GET /api/gift-cards")).Items.ShouldHaveSingleItem();
        (await manager.GetDailySales()).GiftCardsSold.ShouldBe(20m);

        var order = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        foreach (var reference in new[] { null, "", "nonsense", "XMAS-2026-0002" })
            (await manager.Ask(
                "POST /api/payments",
                new { order_id = order.Id, method = "gift_card", reference })).Fields.ShouldBe(["reference"]);
        (await Pay(manager, order.Id, code, 2.31m)).Code.ShouldBe("overpayment");
        (await Pay(manager, order.Id, code, 0)).Fields.ShouldBe(["amount"]);
        await manager.CancelOrder(order.Id);
        (await Pay(manager, order.Id, code)).Code.ShouldBe("order_cancelled");
        var items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } };
        (await manager.Ask("POST /api/orders", new
        {
            items,
            payments = new[]
        {
            new { method = "card", amount = 1, reference = "t" },
            new { method = "gift_card", amount = 1, reference = "XMAS-2026-0002" }
        }
        })).Fields.ShouldBe(["payments[1].reference"]);
        (await manager.Ask("POST /api/orders", new
        {
            items,
            payments = new[]
        {
            new { method = "gift_card", amount = 2.31m, reference = code }
        }
        })).Code.ShouldBe("overpayment");
        var trainee = await (await shop.As("trainee")).Ask(
            "POST /api/orders",
            new { items, payments = new[] { new { method = "gift_card", reference = code } } });
        trainee.Status.ShouldBeGreaterThanOrEqualTo(400);
        (await Balance(manager, code)).ShouldBe(20m);
    }

    [Fact]
    public async Task Another_shops_card_is_not_there()
    {
        var (mine, theirs) = (await app.NewShop(), await app.NewShop());
        var (here, there) = (await mine.As("manager"), await theirs.As("manager"));
        var (code, _) = await Sell(there, 20);
        (await here.Ask($"GET /api/gift-cards/{code}")).Status.ShouldBe(404);
        (await here.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "x" })).Status.ShouldBe(404);
        (await here.Ask("GET /api/gift-cards")).Items.ShouldBeEmpty();
        var espresso = (await mine.Item("Espresso")).Id;
        var order = await here.PlaceOrder(new("takeaway", [new(espresso)]));
        (await Pay(here, order.Id, code)).Fields.ShouldBe(["reference"]);
        (await here.Ask("POST /api/orders", new
        {
            items = new[]
        {
            new { menu_item_id = espresso }
        },
            payments = new[] { new { method = "gift_card", reference = code } }
        })).Fields.ShouldBe(["payments[0].reference"]);
        (await Sell(here, 5, code: code)).Code.ShouldBe(code); // the same code here is another card
        (await Balance(there, code)).ShouldBe(20m);
    }

    [Fact]
    public async Task The_list_pages_filters_and_shows_codes_only_to_who_may_give_money_back()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var codes = new List<string>();
        for (var i = 1; i <= 3; i++)
            codes.Add((await Sell(manager, i * 2.30m)).Code);
        await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id)],
            Payments: [new("gift_card", Reference: codes[0])]));
        (await manager.Ask($"POST /api/gift-cards/{codes[1]}/refund", new { reason = "x" })).Status.ShouldBe(201);
        var page = await manager.Ask("GET /api/gift-cards?limit=2");
        page.Items.Select(c => c.GetProperty("code").GetString()).ShouldBe([codes[2], codes[1]]);
        (await manager.Ask($"GET /api/gift-cards?limit=2&cursor={page.Text("next_cursor")}")).Items
            .Select(c => c.GetProperty("code").GetString())
            .ShouldBe([codes[0]]);
        foreach (var (status, code) in new[] { ("active", codes[2]), ("empty", codes[0]), ("void", codes[1]) })
            (await manager.Ask($"GET /api/gift-cards?status={status}")).Items
                .ShouldHaveSingleItem()
                .GetProperty("code")
                .GetString()
                .ShouldBe(code);
        (await cashier.Ask("GET /api/gift-cards")).Items.ShouldAllBe(c => c.GetProperty("code").GetString()!.StartsWith("****-****-****-"));
        (await cashier.Ask("GET /api/gift-cards?status=lost&limit=0")).Fields.ShouldBe(["status", "limit"], ignoreOrder: true);
        (await app.Stranger(shop).Ask($"GET /api/gift-cards/{codes[2]}")).Status.ShouldBe(401);
        (await (await shop.As("barista")).Ask($"GET /api/gift-cards/{codes[2]}")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_database_keeps_the_ledger_as_it_is_and_the_balance_true()
    {
        var shop = await app.NewShop();
        await Sell(await shop.As("manager"), 10);
        foreach (var (sql, state) in new[]
        {
            ("update gift_card_movements set amount = 1 where shop_id = $1", "23001"),
            ("delete from gift_card_movements where shop_id = $1", "23001"),
            ("update gift_cards set balance = 5 where shop_id = $1", "23514"),
            ("update gift_cards set balance = -1 where shop_id = $1", "23514"),
            (
                "insert into gift_card_movements (card_id, shop_id, kind, amount, balance, method, business_day, drawer_id, at) select "
                    + "card_id, shop_id, 'sale', 1, 11, method, business_day, drawer_id, at from gift_card_movements where shop_id = $1",
                "23514"),
            })
            (await Should.ThrowAsync<PostgresException>(async () => await app.Database.Scalar(sql, default, shop.Id))).SqlState.ShouldBe(
                state,
                sql);
    }

    [Fact]
    public void Codes_are_random_and_read_however_they_are_written()
    {
        var codes = Enumerable.Range(0, 1000).Select(_ => GiftCardCode.New()).ToList();
        codes.Distinct().Count().ShouldBe(1000);
        codes.ShouldAllBe(c => c.Length == 16 && c.All(s => "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".Contains(s)));
        codes.SelectMany(c => c).Distinct().Count().ShouldBe(32);
        (
            GiftCardCode.Read(" abcd-efgh jk23 "),
            GiftCardCode.Read("ABCDEFG"),
            GiftCardCode.Read(null),
            GiftCardCode.Read("ＡＢＣＤＥＦＧＨ")).ShouldBe(("ABCDEFGHJK23", null, null, null));
        (GiftCardCode.ToText("ABCDEFGHJK"), GiftCardCode.Mask("ABCDEFGHJK")).ShouldBe(("ABCD-EFGH-JK", "****-**GH-JK"));
    }

    [Fact]
    public async Task A_shop_with_cards_keeps_its_currency()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        await Sell(admin, 10);
        var refused = await admin.Ask($"PUT /api/shops/{shop.Id}/settings", new { currency = "USD" });
        (refused.Status, refused.Code).ShouldBe((409, "currency_in_use"), refused.ToString());
    }

    [Fact]
    public async Task Practice_sells_no_card()
    {
        var shop = await app.NewShop();
        var trainee = await shop.As("trainee");
        var may = (await trainee.Me()).Permissions;
        (await (await shop.As("admin")).Ask(
            "PUT /api/roles/trainee",
            new { permissions = may.Append("take_payments") })).Status.ShouldBe(200);
        (await trainee.Ask("POST /api/gift-cards", new { amount = 5, method = "cash" })).Code.ShouldBe("training_order");
        (await trainee.Ask("GET /api/gift-cards")).Items.ShouldBeEmpty();
    }
}

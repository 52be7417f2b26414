using System.Text.Json;
using Comanda.Data;
using Comanda.Orders;
using Npgsql;

namespace Comanda.Tests.Payments;

public sealed class GiftCardTests(CafeApp app)
{
    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private static async Task<(string Code, Answer Sold)> Sell(ComandaClient client, decimal amount, string method = "card", string? code = null)
    {
        var sold = await client.Ask("POST /api/gift-cards", new { amount, method, code });
        sold.Status.ShouldBe(201, sold.ToString());
        return (sold.Text("code")!, sold);
    }

    private static async Task<JsonElement> Card(ComandaClient client, string code) => (await client.Ask($"GET /api/gift-cards/{code}")).Body;

    private static async Task<decimal> Balance(ComandaClient client, string code) => Of(await Card(client, code), "balance");

    private static Task<Answer> Pay(ComandaClient client, long order, string code, decimal? amount = null) =>
        client.Ask("POST /api/payments", new { order_id = order, method = "gift_card", reference = code, amount });

    private static string[] Kinds(JsonElement card) => [.. card.GetProperty("movements").EnumerateArray().Select(m => m.GetProperty("kind").GetString()!)];

    [Fact]
    public async Task A_card_is_sold_pays_in_parts_and_tells_where_its_money_went()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var sold = await cashier.Ask("POST /api/gift-cards", new { amount = 5, method = "cash", tendered = 20 });
        sold.Status.ShouldBe(201, sold.ToString());
        var code = sold.Text("code")!;
        code.ShouldMatch("^([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}$");
        (Of(sold.Body, "balance"), Of(sold.Body, "change"), sold.Text("status"), sold.Text("currency")).ShouldBe((5m, 15m, "active", "EUR"));
        sold.Response.Headers.Location!.ToString().ShouldBe("/api/gift-cards/" + code);

        // 6.90: what the card has, however its code is written; the rest otherwise.
        var order = await cashier.PlaceOrder(new([new((await shop.Item("Espresso")).Id, 3)]));
        var part = await Pay(cashier, order.Id, " " + code.Replace("-", " ").ToLowerInvariant(), 1.50m);
        (part.Status, Of(part.Body, "amount"), Of(part.Body, "change")).ShouldBe((201, 1.50m, 0m), part.ToString());
        var masked = "****-****-****-" + code[^4..];
        part.Text("reference").ShouldBe(masked);
        (await Pay(cashier, order.Id, code, 3.51m)).ToString().ShouldContain("There is 3.50 EUR on this gift card.");
        var rest = await Pay(cashier, order.Id, code);
        (Of(rest.Body, "amount"), Of(rest.Body.GetProperty("order"), "balance_due")).ShouldBe((3.50m, 1.90m));
        var empty = await Pay(cashier, order.Id, code);
        (empty.Status, empty.Code).ShouldBe((409, "insufficient_balance"));
        (await cashier.Pay(order.Id, new("cash"))).Order.PaymentStatus.ShouldBe("paid");

        var card = await Card(cashier, code.ToLowerInvariant());
        (Of(card, "balance"), Of(card, "amount"), card.GetProperty("status").GetString()).ShouldBe((0m, 5m, "empty"));
        Kinds(card).ShouldBe(["sale", "payment", "payment"]);
        card.GetProperty("movements").EnumerateArray().Select(m => Of(m, "balance")).ShouldBe([5m, 3.50m, 0m]);
        card.GetProperty("movements")[1].GetProperty("order_number").GetString().ShouldBe(order.OrderNumber);

        // Who reads of it elsewhere cannot pay with it.
        var manager = await shop.As("manager");
        var told = string.Join('\n', await app.Database.Command("select data from events where shop_id = $1 union all select content from journal where shop_id = $1 union all select coalesce(after, '') from audit where shop_id = $1", shop.Id).List(r => r.GetString(0), default))
            + (await manager.Ask($"GET /api/orders/{order.Id}")).Body + await (await manager.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        told.ShouldContain(masked);
        (told.Contains(code, StringComparison.Ordinal), told.Contains(code.Replace("-", ""), StringComparison.Ordinal)).ShouldBe((false, false));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap17_what_an_empty_card_paid_goes_back_onto_it_by_a_refund()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (code, _) = await Sell(manager, 4);
        var espresso = (await shop.Item("Espresso")).Id;
        var placed = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso, quantity = 3 } }, payments = new object[] { new { method = "gift_card", reference = code }, new { method = "card" } } });
        placed.Status.ShouldBe(201, placed.ToString());
        placed.Body.GetProperty("payments").EnumerateArray().Select(p => (p.GetProperty("method").GetString(), Of(p, "amount"))).ShouldBe([("gift_card", 4m), ("card", 2.90m)]);
        (await Balance(manager, code)).ShouldBe(0m);

        // More than came by the card never goes onto it; what came by it goes nowhere else.
        (await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { amount = 4.01m, method = "gift_card", reason = "x" })).Code.ShouldBe("tender_not_used");
        var some = await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { amount = 1.25m, method = "gift_card", reason = "cold" });
        (some.Status, some.Body.GetProperty("allocations")[0].GetProperty("method").GetString()).ShouldBe((201, "gift_card"), some.ToString());
        (await Balance(manager, code)).ShouldBe(1.25m);
        (await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { reason = "all" })).Status.ShouldBe(201);
        var card = await Card(manager, code);
        (Of(card, "balance"), card.GetProperty("status").GetString()).ShouldBe((4m, "active"));
        Kinds(card).ShouldBe(["sale", "payment", "refund", "refund"]);

        // And pays again.
        var next = await manager.PlaceOrder(new([new(espresso)], Payments: [new("gift_card", Reference: code)]));
        (next.PaymentStatus, await Balance(manager, code)).ShouldBe(("paid", 1.70m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap17_a_cancellation_fills_the_empty_cards_that_paid()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ((first, _), (second, _)) = (await Sell(manager, 3), await Sell(manager, 3.90m));
        var order = await manager.PlaceOrder(new([new((await shop.Item("Espresso")).Id, 3)], Payments: [new("gift_card", 1m, Reference: second), new("gift_card", Reference: first), new("gift_card", Reference: second)]));
        (order.PaymentStatus, await Balance(manager, first), await Balance(manager, second)).ShouldBe(("paid", 0m, 0m));
        (await manager.CancelOrder(order.Id, "left")).Status.ShouldBe("cancelled");
        (await Balance(manager, first), await Balance(manager, second)).ShouldBe((3m, 3.90m));
        Kinds(await Card(manager, second)).ShouldBe(["sale", "payment", "payment", "refund", "refund"]);
        (await manager.CancelOrder(order.Id)).Status.ShouldBe("cancelled"); // again changes nothing
        (await Balance(manager, second)).ShouldBe(3.90m);
        var daily = await manager.GetDailySales();
        (daily.TotalSales, daily.PaymentMethods["gift_card"], daily.PaymentMethods["card"], daily.GiftCardsSold).ShouldBe((0m, 0m, 6.90m, 6.90m));
    }

    [Fact]
    public async Task Trap17_no_tax_discount_promotion_or_charge_reaches_a_card_and_its_sale_is_no_revenue()
    {
        var shop = await app.NewShop(("service_charge", "10"), ("prices_include_tax", "false"));
        var manager = await shop.As("manager");
        // What an order knows to make cheaper or dearer is nothing that the sale of a card reads.
        var sold = await manager.Ask("POST /api/gift-cards", new { amount = 50, method = "card", discount = new { type = "percentage", value = 50, reason = "x" }, promo_code = "HALF", tip = 5, redeem_points = 100 });
        (sold.Status, Of(sold.Body, "balance")).ShouldBe((201, 50m), sold.ToString());
        sold.Body.EnumerateObject().Select(f => f.Name).ShouldNotContain(f => f.Contains("tax") || f.Contains("discount"));
        var daily = await manager.GetDailySales();
        (daily.TotalSales, daily.OrderCount, daily.Tax, daily.Tips, daily.Discounts, daily.ServiceCharges, daily.Unpaid, daily.ByHour.Length).ShouldBe((0m, 0L, 0m, 0m, 0m, 0m, 0m, 0));
        (daily.GiftCardsSold, daily.PaymentMethods["card"]).ShouldBe((50m, 50m));
        (await manager.GetSales(daily.Date, daily.Date, "day")).Total.Sales.ShouldBe(0m);
        (await manager.GetMenu()).Items.ShouldNotContain(i => i.Name.Contains("gift", StringComparison.OrdinalIgnoreCase)); // an order has no way to hold one

        // Revenue is what it pays for, then.
        await manager.PlaceOrder(new([new((await shop.Item("Espresso")).Id)], Payments: [new("gift_card", Reference: sold.Text("code"))]));
        var after = await manager.GetDailySales();
        after.TotalSales.ShouldBeGreaterThan(2m);
        (after.PaymentMethods["gift_card"], after.GiftCardsSold, after.Unpaid).ShouldBe((after.TotalSales, 50m, 0m));
        (after.TotalSales + after.Tips + after.CashRounding + after.GiftCardsSold).ShouldBe(after.PaymentMethods.Values.Sum() + after.Unpaid);
    }

    [Fact]
    public async Task Trap17_fifty_at_once_spend_exactly_what_is_on_the_card()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var clients = new[] { await shop.As("manager"), await shop.As("cashier", other) };
        var manager = clients[0];
        var espresso = (await shop.Item("Espresso")).Id; // 2.30
        var ((exact, _), (odd, _)) = (await Sell(manager, 23), await Sell(manager, 20));
        var unpaid = new List<long>();
        for (var i = 0; i < 50; i++)
            unpaid.Add((await manager.PlaceOrder(new([new(espresso)]))).Id);
        async Task<Answer[]> AtOnce(Func<ComandaClient, int, Task<Answer>> spend) => await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => spend(clients[i % 2], i))));

        // Named amounts, half of them in orders of their own: ten fit.
        var named = await AtOnce((client, i) => i % 4 < 2
            ? Pay(client, unpaid[i], exact, 2.30m)
            : client.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = exact, amount = 2.30m } } }));
        named.Count(a => a.Status == 201).ShouldBe(10);
        named.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "insufficient_balance");
        (await Balance(manager, exact)).ShouldBe(0m);

        // No amount named: eight whole ones and what is left (1.60).
        var clamped = await AtOnce((client, i) => i % 4 < 2
            ? client.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = odd } } })
            : Pay(client, unpaid[i], odd));
        clamped.Count(a => a.Status == 201).ShouldBe(9);
        clamped.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "insufficient_balance");
        var card = await Card(manager, odd);
        Of(card, "balance").ShouldBe(0m);
        card.GetProperty("movements").EnumerateArray().Skip(1).Select(m => -Of(m, "amount")).Order().ShouldBe([1.60m, .. Enumerable.Repeat(2.30m, 8)]);
        var daily = await manager.GetDailySales();
        daily.PaymentMethods["gift_card"].ShouldBe(43m);
        (daily.TotalSales + daily.GiftCardsSold).ShouldBe(daily.PaymentMethods.Values.Sum() + daily.Unpaid);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_cards_in_two_orders_in_opposite_order_never_wait_in_a_ring()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var ((a, _), (b, _)) = (await Sell(manager, 100), await Sell(manager, 100));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso } },
            payments = new[] { new { method = "gift_card", reference = i % 2 == 0 ? a : b, amount = (decimal?)1 }, new { method = "gift_card", reference = i % 2 == 0 ? b : a, amount = (decimal?)null } },
        })));
        answers.ShouldAllBe(x => x.Status == 201);
        // And back, from both ends, while others pay.
        var back = await Task.WhenAll(answers.Select((x, i) => i % 3 == 0
            ? manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = b }, new { method = "gift_card", reference = a } }[..1] })
            : i % 3 == 1 ? manager.Ask($"POST /api/orders/{x.Id}/cancel", new { reason = "x" }) : manager.Ask($"POST /api/orders/{x.Id}/refund", new { reason = "x" })));
        back.ShouldAllBe(x => x.Status < 300);
        (await Balance(manager, a) + await Balance(manager, b)).ShouldBe(200m - (8 * 2.30m) - (8 * 2.30m)); // eight stay of the first, eight came after
    }

    [Fact]
    public async Task A_repeated_request_sells_pays_and_gives_back_once()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        async Task<Answer> Twice(string what, object body, int status = 201)
        {
            var key = ("Idempotency-Key", Guid.NewGuid().ToString());
            var both = await Task.WhenAll(manager.Ask(what, body, key), manager.Ask(what, body, key));
            both[0].ToString().ShouldBe(both[1].ToString());
            both[0].Status.ShouldBe(status, both[0].ToString());
            (await manager.Ask(what, body, key)).ToString().ShouldBe(both[0].ToString());
            return both[0];
        }

        var code = (await Twice("POST /api/gift-cards", new { amount = 10, method = "cash" })).Text("code")!;
        var order = await Twice("POST /api/orders", new { items = new[] { new { menu_item_id = espresso, quantity = 2 } }, payments = new[] { new { method = "gift_card", reference = code, amount = 2 } } });
        (await Balance(manager, code)).ShouldBe(8m);
        await Twice("POST /api/payments", new { order_id = order.Id, method = "gift_card", reference = code });
        (await Balance(manager, code)).ShouldBe(5.40m);
        await Twice($"POST /api/orders/{order.Id}/refund", new { reason = "all" });
        (await Balance(manager, code)).ShouldBe(10m);
        await Twice($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted" });
        (await manager.Ask("GET /api/gift-cards")).Items.Count().ShouldBe(1);
        (await manager.GetDailySales()).GiftCardsSold.ShouldBe(0m);

        // What an empty card paid for is answered again as the first time, though it could not pay today.
        var (last, _) = await Sell(manager, 2.30m);
        await Twice("POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = last } } });
        (await Balance(manager, last)).ShouldBe(0m);
    }

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
        (Of(x, "expected"), Of(x, "gift_cards_sold"), Of(x, "cash_rounding"), Of(x, "sales"), Of(x, "orders")).ShouldBe((110m, 24.98m, 0.02m, 0m, 0m));
        Of(x.GetProperty("payment_methods").GetProperty("mobile"), "in").ShouldBe(15m);

        (await cashier.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted" })).Code.ShouldBe("forbidden");
        (await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = " " })).Fields.ShouldBe(["reason"]);
        var order = await manager.PlaceOrder(new([new((await shop.Item("Espresso")).Id)], Payments: [new("gift_card", Reference: code)]));
        (await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "the rest" })).Code.ShouldBe("gift_card_used");
        await manager.CancelOrder(order.Id);
        var back = await manager.Ask($"POST /api/gift-cards/{code.ToLowerInvariant()}/refund", new { reason = "unwanted" });
        (back.Status, Of(back.Body, "amount"), Of(back.Body, "rounding"), back.Text("method"), back.Text("status")).ShouldBe((201, 9.98m, 0.02m, "cash", "void"), back.ToString());
        (await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "again" })).Code.ShouldBe("gift_card_void");
        (await Pay(manager, (await manager.PlaceOrder(new([new((await shop.Item("Espresso")).Id)]))).Id, code)).Code.ShouldBe("insufficient_balance");

        var z = (await manager.Ask($"POST /api/drawers/{drawer}/close", new { counted = 100 })).Body;
        (Of(z, "expected"), Of(z, "difference"), Of(z, "gift_cards_sold"), Of(z, "cash_rounding")).ShouldBe((100m, 0m, 15m, 0m));
        (Of(z.GetProperty("payment_methods").GetProperty("cash"), "in"), Of(z.GetProperty("payment_methods").GetProperty("cash"), "back")).ShouldBe((10m, 10m));
        var daily = await manager.GetDailySales();
        (daily.GiftCardsSold, daily.PaymentMethods["cash"], daily.CashRounding).ShouldBe((15m, 0m, 0m));
        var kinds = (await manager.Ask("GET /api/journal?limit=200")).Items.Where(e => e.GetProperty("kind").GetString() == "gift_card").Select(e => e.GetProperty("content").GetProperty("what").GetString());
        kinds.ShouldBe(["sold", "sold", "given_back"]);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
        var audit = (await (await shop.As("admin")).Ask("GET /api/audit?limit=200")).Items.Select(e => e.GetProperty("action").GetString()).ToList();
        (audit.Count(a => a == "gift_card_sold"), audit.Count(a => a == "gift_card_refunded")).ShouldBe((2, 1));
        var events = await app.Database.Command("select event from events where shop_id = $1 and event like 'gift_card%' order by seq", shop.Id).List(r => r.GetString(0), default);
        events.ShouldBe(["gift_card_sold", "gift_card_sold", "gift_card_refunded"]);
    }

    [Fact]
    public async Task A_drawer_that_only_sold_a_card_is_no_empty_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await Sell(manager, 10, "cash"); // into the automatic session
        var automatic = (await manager.Ask("GET /api/drawers?status=open")).Items.ShouldHaveSingleItem();
        (automatic.GetProperty("automatic").GetBoolean(), Of(automatic, "gift_cards_sold"), Of(automatic, "expected")).ShouldBe((true, 10m, 10m));
        var opened = await manager.Ask("POST /api/drawers/open", new { @float = 50 });
        opened.Id.ShouldNotBe(automatic.GetProperty("id").GetInt64());
        Of(opened.Body, "gift_cards_sold").ShouldBe(0m);

        // At a till, its money lies there.
        (await manager.Ask("POST /api/gift-cards", new { amount = 7, method = "cash" }, ("X-Device-Token", shop.TillToken))).Status.ShouldBe(201);
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
        (await manager.Ask("POST /api/gift-cards", new { amount = 5, method = "card", code = "XMAS20260001" })).Code.ShouldBe("gift_card_exists");
        foreach (var (body, field) in new (object, string)[]
        {
            (new { method = "card" }, "amount"), (new { amount = 0, method = "card" }, "amount"), (new { amount = -5, method = "card" }, "amount"), (new { amount = 1.005m, method = "card" }, "amount"),
            (new { amount = 1e13m, method = "card" }, "amount"), (new { amount = 0.02m, method = "cash" }, "amount"), (new { amount = 5 }, "method"), (new { amount = 5, method = "gift_card" }, "method"),
            (new { amount = 5, method = "points" }, "method"), (new { amount = 5, method = "card", tendered = 5 }, "tendered"), (new { amount = 5, method = "cash", tendered = 4.99m }, "tendered"),
            (new { amount = 5, method = "card", code = "SHORT" }, "code"), (new { amount = 5, method = "card", code = "ABCD-EFGH-ÄÖÜ1" }, "code"), (new { amount = 5, method = "card", code = new string('A', 33) }, "code"),
        })
        {
            var refused = await manager.Ask("POST /api/gift-cards", body);
            (refused.Status, string.Join(',', refused.Fields)).ShouldBe((400, field), JsonSerializer.Serialize(body));
        }

        (await manager.Ask("GET /api/gift-cards")).Items.ShouldHaveSingleItem();
        (await manager.GetDailySales()).GiftCardsSold.ShouldBe(20m);

        var order = await manager.PlaceOrder(new([new((await shop.Item("Espresso")).Id)]));
        foreach (var reference in new[] { null, "", "nonsense", "XMAS-2026-0002" })
            (await manager.Ask("POST /api/payments", new { order_id = order.Id, method = "gift_card", reference })).Fields.ShouldBe(["reference"]);
        (await Pay(manager, order.Id, code, 2.31m)).Code.ShouldBe("overpayment");
        (await Pay(manager, order.Id, code, 0)).Fields.ShouldBe(["amount"]);
        await manager.CancelOrder(order.Id);
        (await Pay(manager, order.Id, code)).Code.ShouldBe("order_cancelled");
        var items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } };
        (await manager.Ask("POST /api/orders", new { items, payments = new[] { new { method = "card", amount = 1, reference = "t" }, new { method = "gift_card", amount = 1, reference = "XMAS-2026-0002" } } })).Fields.ShouldBe(["payments[1].reference"]);
        (await manager.Ask("POST /api/orders", new { items, payments = new[] { new { method = "gift_card", amount = 2.31m, reference = code } } })).Code.ShouldBe("overpayment");
        var trainee = await (await shop.As("trainee")).Ask("POST /api/orders", new { items, payments = new[] { new { method = "gift_card", reference = code } } });
        trainee.Status.ShouldBeGreaterThanOrEqualTo(400);
        (await Balance(manager, code)).ShouldBe(20m);
        (await (await shop.As("owner")).Ask("PUT /api/admin/config", new { currency = "USD" })).Status.ShouldBeGreaterThanOrEqualTo(400);
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
        var order = await here.PlaceOrder(new([new(espresso)]));
        (await Pay(here, order.Id, code)).Fields.ShouldBe(["reference"]);
        (await here.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = code } } })).Fields.ShouldBe(["payments[0].reference"]);
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
        await manager.PlaceOrder(new([new((await shop.Item("Espresso")).Id)], Payments: [new("gift_card", Reference: codes[0])]));
        (await manager.Ask($"POST /api/gift-cards/{codes[1]}/refund", new { reason = "x" })).Status.ShouldBe(201);
        var page = await manager.Ask("GET /api/gift-cards?limit=2");
        page.Items.Select(c => c.GetProperty("code").GetString()).ShouldBe([codes[2], codes[1]]);
        (await manager.Ask($"GET /api/gift-cards?limit=2&cursor={page.Text("next_cursor")}")).Items.Select(c => c.GetProperty("code").GetString()).ShouldBe([codes[0]]);
        foreach (var (status, code) in new[] { ("active", codes[2]), ("empty", codes[0]), ("void", codes[1]) })
            (await manager.Ask($"GET /api/gift-cards?status={status}")).Items.ShouldHaveSingleItem().GetProperty("code").GetString().ShouldBe(code);
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
            ("update gift_card_movements set amount = 1 where shop_id = $1", "23001"), ("delete from gift_card_movements where shop_id = $1", "23001"),
            ("update gift_cards set balance = 5 where shop_id = $1", "23514"), ("update gift_cards set balance = -1 where shop_id = $1", "23514"),
            ("insert into gift_card_movements (card_id, shop_id, kind, amount, balance, method, business_day, drawer_id, at) select card_id, shop_id, 'sale', 1, 11, method, business_day, drawer_id, at from gift_card_movements where shop_id = $1", "23514"),
        })
            (await Should.ThrowAsync<PostgresException>(async () => await app.Database.Scalar(sql, default, shop.Id))).SqlState.ShouldBe(state, sql);
    }

    [Fact]
    public void Codes_are_random_and_read_however_they_are_written()
    {
        var codes = Enumerable.Range(0, 1000).Select(_ => GiftCardCode.New()).ToList();
        codes.Distinct().Count().ShouldBe(1000);
        codes.ShouldAllBe(c => c.Length == 16 && c.All(s => "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".Contains(s)));
        codes.SelectMany(c => c).Distinct().Count().ShouldBe(32);
        (GiftCardCode.Read(" abcd-efgh jk23 "), GiftCardCode.Read("ABCDEFG"), GiftCardCode.Read(null), GiftCardCode.Read("ＡＢＣＤＥＦＧＨ")).ShouldBe(("ABCDEFGHJK23", null, null, null));
        (GiftCardCode.ToText("ABCDEFGHJK"), GiftCardCode.Mask("ABCDEFGHJK")).ShouldBe(("ABCD-EFGH-JK", "****-**GH-JK"));
    }
}

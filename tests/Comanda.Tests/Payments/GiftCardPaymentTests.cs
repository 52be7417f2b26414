using System.Text.Json;
using Comanda.Data;
using static Comanda.Tests.Payments.GiftCards;

namespace Comanda.Tests.Payments;

/// <summary>Orders paid by gift cards, and what goes back onto them.</summary>
public sealed class GiftCardPaymentTests(CafeApp app)
{
    [Fact]
    public async Task A_card_is_sold_pays_in_parts_and_tells_where_its_money_went()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var sold = await cashier.Ask("POST /api/gift-cards", new { amount = 5, method = "cash", tendered = 20 });
        sold.Status.ShouldBe(201, sold.ToString());
        var code = sold.Text("code")!;
        code.ShouldMatch("^([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}$");
        (
            Of(sold.Body, "balance"),
            Of(sold.Body, "change"),
            sold.Text("status"),
            sold.Text("currency")).ShouldBe((5m, 15m, "active", "EUR"));
        sold.Response.Headers.Location!.ToString().ShouldBe("/api/gift-cards/" + code);

        // 6.90: what the card has, however its code is written; the rest otherwise.
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id, 3)]));
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
        var told = string.Join(
            '\n',
            await app.Database.Command(
                "select data from events where shop_id = $1 union all select content from journal where shop_id = $1 union all select "
                    + "coalesce(after, '') from audit where shop_id = $1",
                shop.Id).List(
                r => r.GetString(0),
                default))
            + (await manager.Ask($"GET /api/orders/{order.Id}")).Body + await (await manager.Send(
                HttpMethod.Get,
                $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        told.ShouldContain(masked);
        (
            told.Contains(code, StringComparison.Ordinal),
            told.Contains(code.Replace("-", ""), StringComparison.Ordinal)).ShouldBe((false, false));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap17_what_an_empty_card_paid_goes_back_onto_it_by_a_refund()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (code, _) = await Sell(manager, 4);
        var espresso = (await shop.Item("Espresso")).Id;
        var placed = await manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso, quantity = 3 } },
            payments = new object[] { new { method = "gift_card", reference = code }, new { method = "card" } },
        });
        placed.Status.ShouldBe(201, placed.ToString());
        placed.Body.GetProperty("payments")
            .EnumerateArray()
            .Select(p => (p.GetProperty("method").GetString(), Of(p, "amount")))
            .ShouldBe([("gift_card", 4m), ("card", 2.90m)]);
        (await Balance(manager, code)).ShouldBe(0m);

        // More than came by the card never goes onto it; what came by it goes nowhere else.
        (await manager.Ask(
            $"POST /api/orders/{placed.Id}/refund",
            new { amount = 4.01m, method = "gift_card", reason = "x" })).Code.ShouldBe("tender_not_used");
        var some = await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { amount = 1.25m, method = "gift_card", reason = "cold" });
        (some.Status, some.Body.GetProperty("allocations")[0].GetProperty("method").GetString()).ShouldBe(
            (201, "gift_card"),
            some.ToString());
        (await Balance(manager, code)).ShouldBe(1.25m);
        (await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { reason = "all" })).Status.ShouldBe(201);
        var card = await Card(manager, code);
        (Of(card, "balance"), card.GetProperty("status").GetString()).ShouldBe((4m, "active"));
        Kinds(card).ShouldBe(["sale", "payment", "refund", "refund"]);

        // And pays again.
        var next = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("gift_card", Reference: code)]));
        (next.PaymentStatus, await Balance(manager, code)).ShouldBe(("paid", 1.70m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap17_a_cancellation_fills_the_empty_cards_that_paid()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ((first, _), (second, _)) = (await Sell(manager, 3), await Sell(manager, 3.90m));
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id, 3)],
            Payments: [new("gift_card", 1m, Reference: second), new("gift_card", Reference: first), new("gift_card", Reference: second)]));
        (order.PaymentStatus, await Balance(manager, first), await Balance(manager, second)).ShouldBe(("paid", 0m, 0m));
        (await manager.CancelOrder(order.Id, "left")).Status.ShouldBe("cancelled");
        (await Balance(manager, first), await Balance(manager, second)).ShouldBe((3m, 3.90m));
        Kinds(await Card(manager, second)).ShouldBe(["sale", "payment", "payment", "refund", "refund"]);
        (await manager.CancelOrder(order.Id)).Status.ShouldBe("cancelled"); // again changes nothing
        (await Balance(manager, second)).ShouldBe(3.90m);
        var daily = await manager.GetDailySales();
        (
            daily.TotalSales,
            daily.PaymentMethods["gift_card"],
            daily.PaymentMethods["card"],
            daily.GiftCardsSold).ShouldBe((0m, 0m, 6.90m, 6.90m));
    }

    [Fact]
    public async Task Trap17_no_tax_discount_promotion_or_charge_reaches_a_card_and_its_sale_is_no_revenue()
    {
        var shop = await app.NewShop(("service_charge", "10"), ("prices_include_tax", "false"));
        var manager = await shop.As("manager");
        // What an order knows to make cheaper or dearer is nothing that the sale of a card reads.
        var cheaper = await manager.Ask("POST /api/gift-cards", new
        {
            amount = 50,
            method = "card",
            discount = new { type = "percentage", value = 50, reason = "x" },
            promo_code = "HALF",
            tip = 5,
            redeem_points = 100
        });
        cheaper.Fields.ShouldBe(["discount", "promo_code", "tip", "redeem_points"], ignoreOrder: true);
        var sold = await manager.Ask("POST /api/gift-cards", new { amount = 50, method = "card" });
        (sold.Status, Of(sold.Body, "balance")).ShouldBe((201, 50m), sold.ToString());
        sold.Body.EnumerateObject().Select(f => f.Name).ShouldNotContain(f => f.Contains("tax") || f.Contains("discount"));
        var daily = await manager.GetDailySales();
        (
            daily.TotalSales,
            daily.OrderCount,
            daily.Tax,
            daily.Tips,
            daily.Discounts,
            daily.ServiceCharges,
            daily.Unpaid,
            daily.ByHour.Count).ShouldBe((0m, 0L, 0m, 0m, 0m, 0m, 0m, 0));
        (daily.GiftCardsSold, daily.PaymentMethods["card"]).ShouldBe((50m, 50m));
        (await manager.GetSales(daily.Date, daily.Date, "day")).Total.Sales.ShouldBe(0m);
        // an order has no way to hold one
        (await manager.GetMenu()).Items.ShouldNotContain(i => i.Name.Contains("gift", StringComparison.OrdinalIgnoreCase));

        // Revenue is what it pays for, then.
        await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id)],
            Payments: [new("gift_card", Reference: sold.Text("code"))]));
        var after = await manager.GetDailySales();
        after.TotalSales.ShouldBeGreaterThan(2m);
        (after.PaymentMethods["gift_card"], after.GiftCardsSold, after.Unpaid).ShouldBe((after.TotalSales, 50m, 0m));
        (after.TotalSales
            + after.Tips
            + after.CashRounding
            + after.GiftCardsSold).ShouldBe(after.PaymentMethods.Values.Sum() + after.Unpaid);
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
            unpaid.Add((await manager.PlaceOrder(new("takeaway", [new(espresso)]))).Id);
        async Task<Answer[]> AtOnce(Func<ComandaClient, int, Task<Answer>> spend) =>
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => spend(clients[i % 2], i))));

        // Named amounts, half of them in orders of their own: ten fit.
        var named = await AtOnce((client, i) => i % 4 < 2
            ? Pay(client, unpaid[i], exact, 2.30m)
            : client.Ask("POST /api/orders", new
            {
                items = new[] { new { menu_item_id = espresso } },
                payments = new[] { new { method = "gift_card", reference = exact, amount = 2.30m } },
            }));
        named.Count(a => a.Status == 201).ShouldBe(10);
        named.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "insufficient_balance");
        (await Balance(manager, exact)).ShouldBe(0m);

        // No amount named: eight whole ones and what is left (1.60).
        var clamped = await AtOnce((client, i) => i % 4 < 2
            ? client.Ask("POST /api/orders", new
            {
                items = new[] { new { menu_item_id = espresso } },
                payments = new[] { new { method = "gift_card", reference = odd } },
            })
            : Pay(client, unpaid[i], odd));
        clamped.Count(a => a.Status == 201).ShouldBe(9);
        clamped.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "insufficient_balance");
        var card = await Card(manager, odd);
        Of(card, "balance").ShouldBe(0m);
        card.GetProperty("movements")
            .EnumerateArray()
            .Skip(1)
            .Select(m => -Of(m, "amount"))
            .Order()
            .ShouldBe([1.60m, .. Enumerable.Repeat(2.30m, 8)]);
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
            payments = new[]
            {
                new { method = "gift_card", reference = i % 2 == 0 ? a : b, amount = (decimal?)1 },
                new { method = "gift_card", reference = i % 2 == 0 ? b : a, amount = (decimal?)null }
            },
        })));
        answers.ShouldAllBe(x => x.Status == 201);
        // And back, from both ends, while others pay.
        var back = await Task.WhenAll(answers.Select((x, i) => i % 3 == 0
            ? manager.Ask(
                "POST /api/orders",
                new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = b } } })
            : i % 3 == 1
            ? manager.Ask($"POST /api/orders/{x.Id}/cancel", new { reason = "x" })
            : manager.Ask($"POST /api/orders/{x.Id}/refund", new { reason = "x" })));
        back.ShouldAllBe(x => x.Status < 300);
        // eight stay of the first, eight came after
        (await Balance(manager, a) + await Balance(manager, b)).ShouldBe(200m - (8 * 2.30m) - (8 * 2.30m));
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
        var order = await Twice("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso, quantity = 2 } },
            payments = new[] { new { method = "gift_card", reference = code, amount = 2 } },
        });
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
        await Twice(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "gift_card", reference = last } } });
        (await Balance(manager, last)).ShouldBe(0m);
    }
}

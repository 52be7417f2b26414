using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>Points as money: how many are taken, from whom, and how often.</summary>
public sealed partial class OrderPointsTests
{
    [Fact]
    public async Task Redeeming_takes_only_as_many_whole_points_as_the_amount_needs()
    {
        var (shop, manager, customer) = await Cafe(1000);
        // 3.33 at 0.05 are 66.6 points: 67 go, for 3.33.
        var all = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Flat white") }, customer_id = customer, redeem_points = 500 });
        var paid = all.Body.GetProperty("payments")[0];
        (
            all.Text("payment_status"),
            paid.GetProperty("method").GetString(),
            paid.GetProperty("amount").GetDecimal(),
            all.Body.GetProperty("points_redeemed").GetInt64(),
            all.Body.GetProperty("points_earned").GetInt64()).ShouldBe(("paid", "points", 3.33m, 67, 0));
        (await Points(manager, customer)).ShouldBe((933, 0));
        var part = await manager.Ask("POST /api/orders", new
        {
            items = new[] { await Line(shop, "Espresso") },
            customer_id = customer,
            redeem_points = 33,
            payments = new object[] { new { method = "points", amount = 2.01m }, new { method = "cash" } }
        });
        part.Body.GetProperty("payments")
            .EnumerateArray()
            .Select(p => (p.GetProperty("method").GetString(), p.GetProperty("amount").GetDecimal()))
            .ShouldBe([("points", 1.65m), ("points", 2.01m), ("cash", 6.34m)]);
        (await Points(manager, customer)).ShouldBe((933 - 33 - 41 + 6, 0));
        var open = await manager.Ask("POST /api/orders", new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer });
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = open.Id, method = "points", amount = 10.01m })).Code.ShouldBe("overpayment");
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = open.Id, method = "points", tendered = 10m })).Fields.ShouldBe(["tendered"]);
        var taken = await manager.Ask("POST /api/payments", new { order_id = open.Id, method = "points" });
        (
            taken.Status,
            taken.Body.GetProperty("amount").GetDecimal(),
            taken.Body.GetProperty("order").GetProperty("payment_status").GetString()).ShouldBe((201, 10m, "paid"));
        (await Points(manager, customer)).Has.ShouldBe(865 - 200);
        // Points are no cash in a drawer, and a tender like any other in the day's report.
        (await manager.GetDailySales()).PaymentMethods.ShouldContainKeyAndValue("points", 3.33m + 1.65m + 2.01m + 10m);
        foreach (var drawer in (await manager.Ask("GET /api/drawers?status=open")).Items.ToList())
            drawer.GetProperty("expected").GetDecimal().ShouldBeOneOf(0m, 6.34m);
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task What_cannot_be_redeemed_is_refused_and_changes_nothing()
    {
        var (shop, manager, customer) = await Cafe(10);
        var espresso = new[] { await Line(shop, "Espresso") };
        (await manager.Ask("POST /api/orders", new { items = espresso, redeem_points = 5 })).Fields.ShouldBe(["redeem_points"]);
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = -1 })).Fields.ShouldBe(["redeem_points"]);
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 11 })).Code.ShouldBe("insufficient_points");
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, payments = new[] { new { method = "points" } } })).Fields.ShouldBe(["payments[0].method"]);
        (await (await shop.As("barista")).Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 5 })).Code.ShouldBe("forbidden");
        (await (await shop.As("trainee")).Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 5 })).Code.ShouldBe("forbidden");
        var nobodys = await manager.Ask("POST /api/orders", new { items = espresso });
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = nobodys.Id, method = "points", amount = 0.05m })).Fields.ShouldBe(["method"]);
        var hers = await manager.Ask("POST /api/orders", new { items = espresso, customer_id = customer });
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = hers.Id, method = "points" },
            ("Idempotency-Key", "p"))).Code.ShouldBe("insufficient_points");
        (await manager.Ask($"GET /api/orders/{hers.Id}")).Text("payment_status").ShouldBe("unpaid");
        (await manager.Ask("GET /api/journal/verify")).Body.GetProperty("valid").GetBoolean().ShouldBeTrue();
        (await (await shop.As("owner")).Ask("PUT /api/config/loyalty_point_value", new { value = 0 })).Status.ShouldBe(200);
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 5 })).Fields.ShouldBe(["redeem_points"]);
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = hers.Id, method = "points", amount = 0.05m })).Fields.ShouldBe(["method"]);
        (await Points(manager, customer)).ShouldBe((10, 0));
    }

    [Fact]
    public async Task A_gift_card_pays_like_money_and_keeps_what_it_has_where_points_do_not_suffice()
    {
        var (shop, manager, customer) = await Cafe(20);
        var card = (await manager.Ask("POST /api/gift-cards", new { amount = 30m, method = "cash" })).Text("code")!;
        async Task<decimal> Left() => (await manager.Ask($"GET /api/gift-cards/{card}")).Body.GetProperty("balance").GetDecimal();
        var espresso = new[] { await Line(shop, "Espresso") };
        var paid = await manager.Ask("POST /api/orders", new
        {
            items = espresso,
            customer_id = customer,
            redeem_points = 20,
            payments = new[] { new { method = "gift_card", reference = card } }
        });
        (paid.Status, paid.Body.GetProperty("points_earned").GetInt64(), await Left()).ShouldBe((201, 9, 21m), paid.ToString());
        var gift = new { method = "gift_card", amount = (decimal?)5m, reference = (string?)card };
        var points = new { method = "points", amount = (decimal?)null, reference = (string?)null };
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, payments = new[] { gift, points } })).Code.ShouldBe("insufficient_points");
        (await Left()).ShouldBe(21m);
        (await manager.Ask($"POST /api/orders/{paid.Id}/cancel", new { reason = "x" })).Status.ShouldBe(200);
        (await Left()).ShouldBe(30m);
        (await Points(manager, customer)).ShouldBe((20, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_fifty_who_redeem_the_last_points_at_once_one_wins(bool counted)
    {
        var (shop, manager, customer) = await Cafe(200);
        var elsewhere = await shop.As("manager", await app.StartProcess());
        if (counted)
            await manager.Ask($"PUT /api/menu/items/{(await shop.Item("Espresso")).Id}/stock", new { quantity = 100 });
        var open = new List<long>();
        for (var i = 0; i < 25; i++)
            open.Add((await manager.Ask(
                "POST /api/orders",
                new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer })).Id);
        var line = await Line(shop, "Espresso");
        var asked = open.Select((order, i) => (i % 2 == 0 ? manager : elsewhere).Ask(
            "POST /api/payments",
            new { order_id = order, method = "points" }))
            .Concat(Enumerable.Range(0, 25).Select(i => (i % 2 == 0 ? manager : elsewhere).Ask(
                "POST /api/orders",
                new { items = new[] { line }, customer_id = customer, redeem_points = 200 })));
        var told = await Task.WhenAll(asked);
        told.Count(t => t.Status == 201).ShouldBe(1, string.Join('\n', told.Where(t => t.Status != 201).Select(t => t.Code).Distinct()));
        told.Where(t => t.Status != 201).ShouldAllBe(t => t.Code == "insufficient_points");
        (await Points(manager, customer)).ShouldBe((0, 0));
        (await app.Database.Scalar(
            "select coalesce(sum(points), 0)::bigint from payments where shop_id = $1",
            default,
            shop.Id)).ShouldBe(200L);
        if (counted)
            (await manager.Ask($"GET /api/menu/items/{(await shop.Item("Espresso")).Id}")).Body
                .GetProperty("stock_quantity")
                .GetInt32()
                .ShouldBe(100 - 25 - (told.Take(25).Any(t => t.Status == 201) ? 0 : 1));
        await LedgerAgrees(manager, customer);
    }
}

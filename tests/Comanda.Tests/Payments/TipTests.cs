namespace Comanda.Tests.Payments;

/// <summary>A tip that comes with a payment: one number more on the order, in the drawer, in the day and in the journal.</summary>
public sealed class TipTests(CafeApp app)
{
    [Fact]
    public async Task A_tip_with_the_payment_comes_to_the_total_and_the_day()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await Espresso(shop, cashier); // 2.30
        var paid = await Pay(cashier, order, new { order_id = order, method = "card", tip = 0.70 });
        var after = paid.Body.GetProperty("order");
        (
            paid.Body.GetProperty("amount").GetDecimal(),
            after.GetProperty("tip").GetDecimal(),
            after.GetProperty("total_amount").GetDecimal(),
            after.GetProperty("balance_due").GetDecimal(),
            after.GetProperty("payment_status").GetString())
            .ShouldBe((3.00m, 0.70m, 3.00m, 0m, "paid"));

        // In parts: the amount pays for the tip too; and a second tip comes to the first, with an order that was paid already.
        var other = await Espresso(shop, cashier);
        (await Pay(cashier, other, new { order_id = other, method = "cash", amount = 1.00, tip = 0.20 })).Body
            .GetProperty("order")
            .GetProperty("balance_due")
            .GetDecimal()
            .ShouldBe(1.50m);
        await Pay(cashier, other, new { order_id = other, method = "cash" });
        var later = await Pay(cashier, other, new { order_id = other, method = "cash", tip = 0.30, tendered = 1 });
        (later.Body.GetProperty("amount").GetDecimal(), later.Body.GetProperty("change").GetDecimal()).ShouldBe((0.30m, 0.70m));
        var whole = await cashier.Ask($"GET /api/orders/{other}");
        (
            whole.Body.GetProperty("tip").GetDecimal(),
            whole.Body.GetProperty("total_amount").GetDecimal(),
            whole.Text("payment_status")).ShouldBe((0.50m, 2.80m, "paid"));

        var manager = await shop.As("manager");
        var day = await manager.Ask("GET /api/reports/sales/daily");
        (day.Body.GetProperty("total_sales").GetDecimal(), day.Body.GetProperty("tips").GetDecimal()).ShouldBe((4.60m, 1.20m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task A_tip_sent_twice_with_one_key_is_given_once_and_two_at_once_are_both_given()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await Espresso(shop, cashier);
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cashier.Ask(
            "POST /api/payments",
            new { order_id = order, method = "card", tip = 1 },
            ("Idempotency-Key", key))));
        answers.ShouldAllBe(a => a.Status == 201);
        answers.Select(a => a.Id).Distinct().Count().ShouldBe(1);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Pay(cashier, order, new { order_id = order, method = "card", tip = 0.10 })));
        var whole = await cashier.Ask($"GET /api/orders/{order}");
        (whole.Body.GetProperty("tip").GetDecimal(), whole.Body.GetProperty("balance_due").GetDecimal()).ShouldBe((1.60m, 0m));
    }

    [Fact]
    public async Task A_tip_that_cannot_be_taken_changes_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var order = await Espresso(shop, manager);
        foreach (var tip in new object[] { 0, -1, 0.001, 1e15 })
        {
            var refused = await manager.Ask("POST /api/payments", new { order_id = order, method = "card", tip });
            (refused.Status, string.Join(",", refused.Fields)).ShouldBe((400, "tip"), refused.ToString());
        }

        // More than the order and its tip; and what is no method at all.
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = order, method = "card", amount = 3.31, tip = 1 })).Code.ShouldBe("overpayment");
        (await manager.Ask("POST /api/payments", new { order_id = order, method = "shells", tip = 1 })).Status.ShouldBe(400);
        var cancelled = await Espresso(shop, manager);
        await manager.Ask($"POST /api/orders/{cancelled}/cancel", new { reason = "left" });
        (await manager.Ask("POST /api/payments", new { order_id = cancelled, method = "card", tip = 1 })).Status.ShouldBe(409);
        var back = await Espresso(shop, manager);
        await Pay(manager, back, new { order_id = back, method = "card" });
        await manager.Ask($"POST /api/orders/{back}/refund", new { amount = 0.30, reason = "cold" });
        (await manager.Ask("POST /api/payments", new { order_id = back, method = "card", tip = 1 })).Code.ShouldBe("already_refunded");
        foreach (var (id, total) in new[] { (order, 2.30m), (cancelled, 2.30m), (back, 2.30m) })
        {
            var whole = await manager.Ask($"GET /api/orders/{id}");
            (whole.Body.GetProperty("tip").GetDecimal(), whole.Body.GetProperty("total_amount").GetDecimal()).ShouldBe((0m, total));
        }

        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap03_a_tip_for_yesterdays_order_is_refused_but_its_rest_can_be_paid()
    {
        var shop = await app.NewShop();
        var clock = new MovableClock();
        var process = await app.StartProcess(services => services.Replace(clock));
        var order = await Espresso(shop, await shop.As("cashier", process));
        clock.Move(TimeSpan.FromDays(1));
        var tomorrow = await shop.As("cashier", process);
        (await tomorrow.Ask("POST /api/payments", new { order_id = order, method = "card", tip = 1 })).Code.ShouldBe("day_is_over");
        (await Pay(tomorrow, order, new { order_id = order, method = "card" })).Body
            .GetProperty("order")
            .GetProperty("total_amount")
            .GetDecimal()
            .ShouldBe(2.30m);
    }

    [Fact]
    public async Task Trap09_a_tip_after_the_close_is_in_the_next_session_and_all_closes_are_the_day()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var first = (await manager.Ask("POST /api/drawers/open", new { @float = 10 })).Id;
        var order = await Espresso(shop, manager);
        await Pay(manager, order, new { order_id = order, method = "cash" });
        var z1 = await manager.Ask($"POST /api/drawers/{first}/close", new { counted = 12.30 });
        var second = (await manager.Ask("POST /api/drawers/open", new { @float = 10 })).Id;
        await Pay(manager, order, new { order_id = order, method = "cash", tip = 0.70 });
        var z2 = await manager.Ask($"POST /api/drawers/{second}/close", new { counted = 10.70 });
        (Number(z1, "tips"), Number(z2, "tips"), Number(z2, "difference"), Number(z2, "sales")).ShouldBe((0m, 0.70m, 0m, 0m));
        (await manager.Ask($"GET /api/drawers/{first}")).ToString().ShouldBe(z1.ToString());
        var day = await manager.Ask("GET /api/reports/sales/daily");
        (Number(day, "tips"), Number(day, "total_sales")).ShouldBe((0.70m, 2.30m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    private static decimal Number(Answer answer, string field) => answer.Body.GetProperty(field).GetDecimal();

    private static async Task<long> Espresso(TestShop shop, ComandaClient seller) =>
        (await seller.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    private static async Task<Answer> Pay(ComandaClient client, long order, object payment)
    {
        var paid = await client.Ask("POST /api/payments", payment);
        paid.Status.ShouldBe(201, paid.ToString());
        paid.Body.GetProperty("order_id").GetInt64().ShouldBe(order);
        return paid;
    }
}

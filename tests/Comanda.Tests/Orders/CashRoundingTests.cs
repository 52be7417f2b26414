using System.Text.Json;

namespace Comanda.Tests.Orders;

/// <summary>Cash where the smallest coins are not used: prices stay as they are, what changes hands is rounded.</summary>
public sealed class CashRoundingTests(CafeApp app)
{
    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    /// <summary>An order of 9.78.</summary>
    private static async Task<(TestShop Shop, ComandaClient Manager, Answer Order)> Sale(CafeApp app)
    {
        var shop = await app.NewShop(("cash_rounding", "0.05"));
        var manager = await shop.As("manager");
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new[] { new
            {
                menu_item_id = (await shop.Item("Smoked salmon bagel")).Id,
                discount = new { type = "fixed", value = 0.02m, reason = "odd" }
            } },
        });
        (Of(order.Body, "total_amount"), Of(order.Body, "balance_due"), Of(order.Body, "cash_due")).ShouldBe((9.78m, 9.78m, 9.80m));
        return (shop, manager, order);
    }

    private static Task<Answer> Pay(ComandaClient client, Answer order, string method, decimal? amount = null, decimal? tendered = null) =>
        client.Ask("POST /api/payments", new { order_id = order.Id, method, amount, tendered });

    private static async Task<Answer> Refund(ComandaClient client, Answer order, decimal? amount = null, string? method = null) =>
        await client.Ask($"POST /api/orders/{order.Id}/refund", new { amount, method, reason = "x" });

    [Fact]
    public async Task Trap13_cash_rounding_with_mixed_tender_and_its_refund()
    {
        var (_, manager, order) = await Sale(app);
        var card = await Pay(manager, order, "card", 3.01m);
        (
            Of(card.Body, "rounding"),
            Of(card.Body.GetProperty("order"), "balance_due"),
            Of(card.Body.GetProperty("order"), "cash_due")).ShouldBe((0m, 6.77m, 6.75m));
        // 6.70 in coins: all that 6.74 has in it
        (await Pay(manager, order, "cash", tendered: 6.74m)).Body
            .GetProperty("order")
            .GetProperty("balance_due")
            .GetDecimal()
            .ShouldBe(0.07m);
        var rest = await Pay(manager, order, "cash", tendered: 10m);
        // 6.77 in cash altogether is 6.75, whatever the steps: 0.07 as 0.05.
        (Of(rest.Body, "amount"), Of(rest.Body, "rounding"), Of(rest.Body, "change")).ShouldBe((0.07m, -0.02m, 9.95m));
        rest.Body.GetProperty("order").GetProperty("payment_status").GetString().ShouldBe("paid");

        var daily = await manager.GetDailySales();
        (
            daily.PaymentMethods["cash"],
            daily.PaymentMethods["card"],
            daily.CashRounding,
            daily.TotalSales,
            daily.Unpaid).ShouldBe((6.75m, 3.01m, -0.02m, 9.78m, 0m));

        // Back in three steps, by both tenders: what came in coins goes in coins, and altogether exactly that.
        var first = await Refund(manager, order, 3.33m, "cash");
        var part = first.Body.GetProperty("allocations")[0];
        (Of(part, "amount"), Of(part, "rounding")).ShouldBe((3.33m, 0.02m));
        (await Refund(manager, order, 4m)).Status.ShouldBe(201);
        (await Refund(manager, order)).Body.GetProperty("payment_status").GetString().ShouldBe("refunded");
        var after = (await manager.Ask($"GET /api/orders/{order.Id}")).Body;
        decimal Back(string method) => after.GetProperty("refunds")
            .EnumerateArray()
            .Where(r => r.GetProperty("method").GetString() == method)
            .Sum(r => Of(r, "amount") + Of(r, "rounding"));
        (Back("cash"), Back("card")).ShouldBe((6.75m, 3.01m));
        var open = (await manager.Ask("GET /api/drawers?status=open")).Items.ToList();
        open.Sum(d => Of(d, "expected")).ShouldBe(0m);
        open.Sum(d => Of(d, "cash_rounding")).ShouldBe(0m);
        daily = await manager.GetDailySales();
        (daily.PaymentMethods["cash"], daily.RefundMethods["cash"], daily.RefundMethods["card"], daily.CashRounding, daily.Refunds)
            .ShouldBe((6.75m, 6.75m, 3.01m, 0m, 9.78m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
        (await (await manager.Send(
            HttpMethod.Get,
            $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync()).ShouldContain("rounding");
    }

    [Fact]
    public async Task Trap14_the_day_says_of_a_rounded_cash_refund_what_its_drawer_says()
    {
        var (_, manager, first) = await Sale(app);
        await Pay(manager, first, "card", 0.01m);
        await Pay(manager, first, "cash"); // 9.77 as 9.75
        var bagel = first.Items.Single().GetProperty("menu_item_id").GetInt64();
        var line = new { menu_item_id = bagel, discount = new { type = "fixed", value = 0.02m, reason = "odd" } };
        var second = await manager.Ask("POST /api/orders", new { items = new[] { line } });
        await Pay(manager, second, "card", 0.01m);
        await Pay(manager, second, "cash");
        (await Refund(manager, second, 9.77m, "cash")).Status.ShouldBe(201);
        var drawer = (await manager.Ask("GET /api/drawers?status=open")).Items.Single();
        var day = await manager.GetDailySales();
        (Of(drawer, "cash_rounding"), Of(drawer, "expected")).ShouldBe((-0.02m, 9.75m));
        (day.CashRounding, day.PaymentMethods["cash"], day.RefundMethods["cash"]).ShouldBe((-0.02m, 19.50m, 9.75m));
    }

    [Fact]
    public async Task Trap13_a_cancelled_cash_sale_gives_back_the_coins_that_came()
    {
        var (_, manager, order) = await Sale(app);
        // 9.80 is what is due in cash: all of it
        (await Pay(manager, order, "cash", 9.80m, 20m)).Body.GetProperty("change").GetDecimal().ShouldBe(10.20m);
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "left" })).Status.ShouldBe(200);
        var daily = await manager.GetDailySales();
        (daily.PaymentMethods["cash"], daily.CashRounding, daily.TotalSales, daily.Unpaid).ShouldBe((0m, 0m, 0m, 0m));
    }

    [Fact]
    public async Task What_does_not_suffice_in_coins_is_refused_and_cards_are_exact()
    {
        var (_, manager, order) = await Sale(app);
        (await Pay(manager, order, "cash", 9.78m, 9.78m)).Body
            .GetProperty("errors")
            .GetProperty("tendered")[0]
            .GetString()!
            .ShouldContain("9.80");
        (await Pay(manager, order, "cash", tendered: 0.04m)).Body
            .GetProperty("errors")
            .GetProperty("tendered")[0]
            .GetString()!
            .ShouldContain("smallest coin");
        (await Pay(manager, order, "card", 9.80m)).Code.ShouldBe("overpayment");
        var paid = await Pay(manager, order, "card");
        (Of(paid.Body, "amount"), Of(paid.Body, "rounding")).ShouldBe((9.78m, 0m));
    }

    [Fact]
    public async Task A_later_change_of_the_step_changes_no_order()
    {
        var (shop, manager, order) = await Sale(app);
        (await (await shop.As("admin")).Ask("PUT /api/config/cash_rounding", new { value = "1" })).Status.ShouldBe(200);
        (await Pay(manager, order, "cash")).Body.GetProperty("rounding").GetDecimal().ShouldBe(0.02m);
    }
}

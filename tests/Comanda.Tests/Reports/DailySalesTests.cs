using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Reports;

public sealed class DailySalesTests(CafeApp app)
{
    [Fact]
    public async Task Trap14_every_report_agrees_with_every_other_and_with_the_orders()
    {
        var shop = await app.NewShop(
            ("tax_rate", "8.875"),
            ("prices_include_tax", "false"),
            ("tax_rounding", "per_rate"),
            ("delivery_fee", "2.50"));
        var manager = await shop.As("manager");
        var menu = (await MenuOf(shop)).Items.ToArray();
        var random = new Random(14);
        var placed = new List<OrderView>();
        for (var i = 0; i < 60; i++)
        {
            var lines = Enumerable.Range(0, 1 + random.Next(4))
                .Select(_ => new LineRequest(menu[random.Next(menu.Length)].Id, 1 + random.Next(3)))
                .ToArray();
            placed.Add(await manager.PlaceOrder(new(
                random.Next(4) == 0 ? "delivery" : "takeaway",
                lines,
                Discount: random.Next(5) == 0 ? new("percentage", 15m, "rain") : null,
                Tip: random.Next(6) == 0 ? 0.77m : null,
                Payments: random.Next(10) switch
                {
                    0 => [],
                    1 => [new(
                    "card",
                    1m)],
                    < 6 => [new("card")],
                    < 8 => [new("mobile")],
                    _ => [new("cash", Tendered: 500m)]
                })));
        }

        foreach (var order in placed.Where(_ => random.Next(10) == 0).ToList())
            await manager.CancelOrder(order.Id, "mistake");

        var orders = (await manager.GetOrders("limit=200")).Items.Where(o => o.Status != "cancelled").ToList();
        var day = orders[0].BusinessDay;
        var daily = await manager.GetDailySales(day);
        daily.OrderCount.ShouldBe(orders.Count);
        daily.TotalSales.ShouldBe(orders.Sum(o => o.TotalAmount - o.Tip));
        daily.Tips.ShouldBe(orders.Sum(o => o.Tip));
        daily.Tax.ShouldBe(orders.Sum(o => o.Tax));
        daily.Discounts.ShouldBe(orders.Sum(o => o.Discount));
        foreach (var method in new[] { "cash", "card", "mobile" })
            daily.PaymentMethods[method].ShouldBe(
                orders.SelectMany(o => o.Payments).Where(p => p.Method == method).Sum(p => p.Amount),
                method);
        (daily.TotalSales + daily.Tips).ShouldBe(daily.PaymentMethods.Values.Sum() + daily.Unpaid);
        daily.Unpaid.ShouldBe(orders.Sum(o => o.BalanceDue));
        daily.ByHour.Sum(h => h.Total).ShouldBe(daily.TotalSales);

        foreach (var grouping in new[] { "day", "week", "month", "hour", "category", "type" })
        {
            var report = await manager.GetSales(day.AddDays(-3), day.AddDays(3), grouping);
            report.Total.Sales.ShouldBe(daily.TotalSales, grouping);
            report.Total.Orders.ShouldBe(daily.OrderCount, grouping);
            report.Total.Tax.ShouldBe(daily.Tax, grouping);
            report.Rows.Sum(r => r.Sales).ShouldBe(daily.TotalSales, grouping);
        }

        var products = await manager.GetTopProducts(day, day, "revenue", 200);
        (products.Items.Sum(p => p.Revenue) + orders.Sum(o => o.DeliveryFee)).ShouldBe(daily.TotalSales);
        products.Items.Sum(p => p.Quantity).ShouldBe(orders.SelectMany(o => o.Items).Sum(i => i.Quantity));
    }

    [Fact]
    public async Task The_days_shape_is_system_1s()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("card")]));
        using var response = await manager.Send(HttpMethod.Get, "/reports/daily-sales");
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("\"total_sales\":2.30,\"order_count\":1,\"payment_methods\":{\"cash\":0.00,\"card\":2.30,\"mobile\":0.00}");
    }

    [Theory]
    [InlineData("Pacific/Pago_Pago", "00:00", "2026-07-02T10:59:00Z", "2026-07-01")]
    [InlineData("Pacific/Kiritimati", "00:00", "2026-07-01T10:01:00Z", "2026-07-02")]
    [InlineData("Europe/Berlin", "04:00", "2026-10-25T02:30:00Z", "2026-10-24")] // 03:30 of the 25-hour day, before the day starts
    [InlineData("America/New_York", "03:00", "2026-03-08T06:59:59Z", "2026-03-07")] // the second before the clocks go forward
    [InlineData("America/New_York", "03:00", "2026-03-08T07:00:00Z", "2026-03-08")]
    public async Task Trap19_a_sale_is_on_the_day_that_the_servers_clock_and_the_shops_zone_say(
        string zone,
        string start,
        string now,
        string day)
    {
        var shop = await app.NewShop(("time_zone", zone), ("day_starts_at", start));
        var clock = new SetClock(DateTimeOffset.Parse(now));
        var manager = await shop.As("manager", await app.StartProcess(services => services.AddSingleton<TimeProvider>(clock)));
        // The device's own clock is wrong by years; it is not asked.
        manager.Http.DefaultRequestHeaders.Add("Date", "Mon, 01 Jan 2001 00:00:00 GMT");
        var order = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("cash")]));
        order.BusinessDay.ShouldBe(DateOnly.Parse(day));
        var report = await manager.GetDailySales();
        report.Date.ShouldBe(DateOnly.Parse(day));
        report.TotalSales.ShouldBe(2.30m);
        report.ByHour.Single().Hour.ShouldBe(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).Hour);
    }

    [Fact]
    public async Task A_day_that_is_over_never_changes_a_later_cancellation_counts_on_its_own_day()
    {
        var shop = await app.NewShop();
        var clock = new SetClock(DateTimeOffset.Parse("2026-05-01T12:00:00Z"));
        var manager = await shop.As("manager", await app.StartProcess(services => services.AddSingleton<TimeProvider>(clock)));
        var order = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Mocha")).Id)], Payments: [new("card")]));
        var before = await manager.GetDailySales(new(2026, 5, 1));

        clock.Now = clock.Now.AddDays(1);
        manager = await shop.As("manager", manager.Http.BaseAddress);
        await manager.CancelOrder(order.Id, "came back");

        (await manager.GetDailySales(new(2026, 5, 1))).ShouldBeEquivalentTo(before);
        var after = await manager.GetDailySales(new(2026, 5, 2));
        (after.TotalSales, after.OrderCount, after.PaymentMethods["card"], after.Unpaid).ShouldBe((-4.50m, -1, -4.50m, 0m));
        (await manager.GetSales(new(2026, 5, 1), new(2026, 5, 2), "day")).Total.Sales.ShouldBe(0m);
    }

    private async Task<MenuView> MenuOf(TestShop shop)
    {
        var client = app.Client();
        client.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.Id.ToString());
        return await client.GetMenu();
    }
}

using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>The reports that compare: weeks, today, people. Each in its shop, whose clock the test moves.</summary>
public sealed class WeeklySalesTests(CafeApp app)
{
    /// <summary>A Monday at ten.</summary>
    private static readonly DateTimeOffset Monday = DateTimeOffset.Parse("2026-06-01T10:00:00Z");

    [Fact]
    public async Task A_week_is_its_seven_days_and_says_how_the_week_before_was()
    {
        var (shop, clock, address) = await Cafe();
        foreach (var (day, count) in new[] { (0, 2), (2, 1), (6, 3), (7, 4), (8, 1), (13, 2) })
            await Sell(shop, clock, address, Monday.AddDays(day), count);
        var manager = await At(shop, clock, address, Monday.AddDays(13).AddHours(2));
        var orders = (await manager.GetOrders("limit=200")).Items;
        await manager.Works($"POST /api/orders/{orders[^1].Id}/refund", new { amount = 1, reason = "cold" });

        var week = (await manager.Works("GET /api/reports/sales/weekly?week_of=2026-06-10")).Body;
        var days = week.GetProperty("days").EnumerateArray().ToList();
        days.Select(d => d.GetProperty("date").GetString()).ShouldBe(Enumerable.Range(8, 7).Select(n => $"2026-06-{n:00}"));
        foreach (var day in days)
        {
            var daily = (await manager.Works($"GET /api/reports/sales/daily?date={day.GetProperty("date")}")).Body;
            day.EnumerateObject().Select(f => f.Name)
                .ShouldBe(daily.EnumerateObject().Select(f => f.Name).Where(n => n != "by_hour"));
            foreach (var field in day.EnumerateObject())
                field.Value.GetRawText().ShouldBe(daily.GetProperty(field.Name).GetRawText(), field.Name);
        }

        var first = (await manager.Works("GET /api/reports/sales/weekly?week_of=2026-06-01")).Body;
        decimal Total(int from, int to) => orders
            .Where(o => o.BusinessDay >= new DateOnly(2026, 6, from) && o.BusinessDay <= new DateOnly(2026, 6, to))
            .Sum(o => o.TotalAmount - o.Tip);
        (week.Decimal("total_sales"), week.Decimal("week_before")).ShouldBe((Total(8, 14), Total(1, 7)));
        (first.Decimal("total_sales"), first.Decimal("week_before")).ShouldBe((Total(1, 7), 0m));
        week.Decimal("difference").ShouldBe(Total(8, 14) - Total(1, 7));
        week.Decimal("change").ShouldBe(Math.Round((Total(8, 14) - Total(1, 7)) * 100 / Total(1, 7), 1, MidpointRounding.AwayFromZero));
        first.GetProperty("change").ValueKind.ShouldBe(JsonValueKind.Null);
        (await manager.Ask("GET /api/reports/sales/weekly")).Text("from").ShouldBe("2026-06-08"); // this week
        var byWeek = await manager.GetSales(new(2026, 6, 1), new(2026, 6, 14), "week");
        byWeek.Rows.Select(r => (r.Key, r.Sales)).ShouldBe([("2026-06-01", Total(1, 7)), ("2026-06-08", Total(8, 14))]);
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("next")]
    public async Task A_week_that_there_is_not_is_refused_by_name(string day)
    {
        var answer = await (await (await app.NewShop()).As("manager")).Ask($"GET /api/reports/sales/weekly?week_of={day}");
        answer.Status.ShouldBe(400);
        answer.Fields.ShouldBe(["week_of"]);
    }

    [Fact]
    public async Task Who_sold_what_sums_to_the_days_and_tells_refunds_and_how_long_guests_waited()
    {
        var (shop, clock, address) = await Cafe();
        var cashier = await At(shop, clock, address, Monday, "cashier");
        var item = (await shop.Item("Espresso")).Id;
        object order = new { type = "takeaway", items = new[] { new { menu_item_id = item, quantity = 2 } }, payments = Cash };
        var slow = await cashier.Works("POST /api/orders", order);
        var manager = await At(shop, clock, address, Monday.AddMinutes(1));
        var quick = await manager.Works("POST /api/orders", order);
        var gone = await manager.Works("POST /api/orders", order);
        await manager.Works($"POST /api/orders/{gone.Id}/cancel", new { reason = "left" });
        clock.Now = Monday.AddMinutes(3);
        await manager.Works($"PUT /api/orders/{quick.Id}/status", new { status = "completed" });
        clock.Now = Monday.AddMinutes(9);
        await manager.Works($"PUT /api/orders/{slow.Id}/status", new { status = "preparing" });
        await manager.Works($"PUT /api/orders/{slow.Id}/status", new { status = "ready" });
        clock.Now = Monday.AddMinutes(14);
        await manager.Works($"PUT /api/orders/{slow.Id}/status", new { status = "completed" });
        // Of the cashier's sale, by the manager.
        await manager.Works($"POST /api/orders/{slow.Id}/refund", new { amount = 1.5, reason = "cold" });

        var report = (await manager.Works("GET /api/reports/performance?from=2026-06-01&to=2026-06-30")).Body;
        var staff = report.GetProperty("staff").EnumerateArray().ToList();
        staff.Count.ShouldBe(2);
        var (theirs, mine) = (staff.First(s => s.Decimal("refunds") == 0), staff.First(s => s.Decimal("refunds") > 0));
        (theirs.Decimal("orders"), theirs.Decimal("sales"), theirs.Decimal("average_preparation_time")).ShouldBe((1, 4.60m, 9m));
        (mine.Decimal("orders"), mine.Decimal("sales"), mine.Decimal("refunds"), mine.Decimal("refund_count"))
            .ShouldBe((1, 4.60m, 1.50m, 1));
        (mine.Decimal("cancelled"), mine.Decimal("average_preparation_time")).ShouldBe((1, 2m));
        var daily = await manager.GetDailySales(new(2026, 6, 1));
        var total = report.GetProperty("total");
        (total.Decimal("orders"), total.Decimal("sales"), total.Decimal("refunds"), total.Decimal("average_order"))
            .ShouldBe((daily.OrderCount, daily.TotalSales, daily.Refunds, daily.AverageOrder));
        total.Decimal("average_preparation_time").ShouldBe(5.5m);
    }

    [Fact]
    public async Task The_dashboard_compares_today_with_last_week_and_last_month_until_the_same_hour()
    {
        var (shop, clock, address) = await Cafe();
        var now = DateTimeOffset.Parse("2026-07-15T12:00:00Z"); // a Wednesday
        foreach (var (at, count) in new[]
        {
            ("2026-06-03T09:00:00Z", 1), // last month
            ("2026-06-15T11:00:00Z", 2), // the same day of it, before noon
            ("2026-06-15T13:00:00Z", 4), // and after
            ("2026-06-30T11:00:00Z", 8),
            ("2026-07-06T18:00:00Z", 3), // Monday of last week
            ("2026-07-08T11:59:00Z", 2), // the same weekday
            ("2026-07-08T12:01:00Z", 5),
            ("2026-07-13T10:00:00Z", 1), // this week
            ("2026-07-15T10:00:00Z", 3), // today
        })
            await Sell(shop, clock, address, DateTimeOffset.Parse(at), count);
        var manager = await At(shop, clock, address, now);
        await manager.Works("POST /api/inventory", new { name = "Oats", unit = "g", current_stock = 4, low_stock_threshold = 5 });
        var stranger = app.Stranger(shop, address);
        var open = await manager.PlaceOrder(new("dine-in", [new((await shop.Item("Espresso")).Id)]) { Table = "7" });

        var board = (await manager.Works("GET /reports/dashboard")).Body;
        (board.GetProperty("date").GetString(), board.GetProperty("at").GetString()).ShouldBe(("2026-07-15", "2026-07-15T12:00:00Z"));
        decimal Orders(string compared, string part) => board.GetProperty(compared).GetProperty(part).Decimal("order_count");
        var weekday = board.GetProperty("same_weekday");
        (weekday.Decimal("order_count"), Orders("same_weekday", "so_far"), Orders("same_weekday", "now")).ShouldBe((7, 2, 4));
        weekday.Decimal("change").ShouldBe(100m);
        var week = board.GetProperty("last_week");
        (week.GetProperty("from").GetString(), week.GetProperty("to").GetString()).ShouldBe(("2026-07-06", "2026-07-12"));
        (week.Decimal("order_count"), Orders("last_week", "so_far"), Orders("last_week", "now")).ShouldBe((10, 5, 5));
        var month = board.GetProperty("last_month");
        (month.Decimal("order_count"), Orders("last_month", "so_far"), Orders("last_month", "now")).ShouldBe((15, 3, 15));

        var daily = await manager.GetDailySales();
        var today = board.GetProperty("today");
        (today.Decimal("total_sales"), today.Decimal("order_count"), today.Decimal("average_order"), today.Decimal("unpaid"))
            .ShouldBe((daily.TotalSales, daily.OrderCount, daily.AverageOrder, daily.Unpaid));
        board.GetProperty("by_hour").EnumerateArray().Sum(h => h.Decimal("total")).ShouldBe(daily.TotalSales);
        board.GetProperty("top_items").EnumerateArray().Single().Decimal("quantity").ShouldBe(4);
        var low = board.GetProperty("low_stock").EnumerateArray().First(l => l.GetProperty("name").GetString() == "Oats");
        (low.Decimal("current_stock"), low.Decimal("low_stock_threshold")).ShouldBe((4, 5));
        var live = board.GetProperty("live_orders");
        live.Decimal("count").ShouldBe(30); // none of them was ever handed over
        live.GetProperty("by_status").EnumerateObject().Sum(s => s.Value.GetDecimal()).ShouldBe(live.Decimal("count"));
        var newest = live.GetProperty("items").EnumerateArray().First();
        (newest.GetProperty("id").GetInt64(), newest.GetProperty("table").GetString()).ShouldBe((open.Id, "7"));
        (await stranger.Ask("GET /api/reports/dashboard")).Status.ShouldBe(401);
        (await (await shop.As("cashier", address)).Ask("GET /reports/dashboard")).Status.ShouldBe(403);
    }

    private static object[] Cash { get; } = [new { method = "cash" }];

    private async Task<(TestShop Shop, SetClock Clock, Uri Address)> Cafe()
    {
        var shop = await app.NewShop(("time_zone", "UTC"));
        var clock = new SetClock(Monday);
        return (shop, clock, await app.StartProcess(services => services.Replace(clock)));
    }

    private static async Task<ComandaClient> At(
        TestShop shop, SetClock clock, Uri address, DateTimeOffset at, string who = "manager")
    {
        clock.Now = at;
        return await shop.As(who, address);
    }

    private static async Task Sell(TestShop shop, SetClock clock, Uri address, DateTimeOffset at, int count)
    {
        var manager = await At(shop, clock, address, at);
        var item = (await shop.Item("Espresso")).Id;
        for (var n = 0; n < count; n++)
            await manager.PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]));
    }
}

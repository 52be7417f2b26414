using System.Text.Json;
using Comanda.Data;
using Comanda.Imports;
using Comanda.Operations;
using Comanda.Reports;
using Comanda.Tests.Stock;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Reports;

/// <summary>Reports are read from roll-ups and from orders; whichever it is, they say the same.</summary>
public sealed class RollUpTests(CafeApp app)
{
    private static readonly DateTimeOffset Monday = DateTimeOffset.Parse("2026-06-01T08:00:00Z");

    private static string[] Everything { get; } =
    [
        "sales?group_by=day", "sales?group_by=week", "sales?group_by=month", "sales?group_by=hour", "sales?group_by=category",
        "sales?group_by=type", "products/top?by=quantity&limit=200", "products/top?by=revenue&limit=200", "costs?group_by=day",
        "costs?group_by=item", "performance?", "summary?", "inventory?",
    ];

    [Theory]
    [InlineData(1, "Europe/Berlin", "04:00", "true")]
    [InlineData(2, "Pacific/Kiritimati", "00:00", "false")]
    [InlineData(3, "Pacific/Pago_Pago", "12:00", "true")]
    [InlineData(4, "Asia/Kathmandu", "05:45", "false")]
    public async Task Trap14_all_reports_agree_with_refunds_and_rolled_up_or_not(int seed, string zone, string start, string inclusive)
    {
        var shop = await app.NewShop(
            ("time_zone", zone), ("day_starts_at", start), ("prices_include_tax", inclusive), ("tax_rate", "7"), ("delivery_fee", "2.50"),
            ("service_charge", "10"), ("cash_rounding", "0.05"), ("loyalty_points_per_unit", "1"));
        var clock = new SetClock(Monday);
        var address = await app.StartProcess(services => services.Replace(clock));
        var random = new Random(seed);
        var setup = await shop.As("manager", address);
        var menu = (await setup.GetMenu()).Items.Take(6).ToList();
        var milk = await setup.Ingredient("Milk", "l", 100, cost: 1.05m);
        foreach (var item in menu.Take(3))
            await setup.Works($"PUT /api/menu/items/{item.Id}/recipe", new object[] { new { inventory_id = milk, quantity = 0.2 } });
        var orders = new List<long>();
        for (var step = 0; step < 60; step++)
        {
            clock.Now += TimeSpan.FromMinutes(random.Next(10, 260));
            var who = await shop.As(random.Next(3) == 0 ? "admin" : "manager", address);
            await Step(who, random, menu, orders);
            if (step % 12 == 5)
                await Roll(shop); // what comes after it is counted, and what was before it is not
        }

        orders.Count.ShouldBeGreaterThan(20); // it was no idle fortnight
        var manager = await shop.As("manager", address);
        var today = (await manager.GetDailySales()).Date;
        var (from, to) = (today.AddDays(-14), today.AddDays(1));
        var mixed = await Read(manager, from, to);
        await Roll(shop);
        (await Counted(shop, from, to)).ShouldBeEmpty();
        var rolled = await Read(manager, from, to);
        await app.Database.Scalar("delete from report_positions where shop_id = $1 returning 1", default, shop.Id);
        var counted = await Read(manager, from, to);
        foreach (var (path, text) in counted)
        {
            mixed[path].ShouldBe(text, path);
            rolled[path].ShouldBe(text, path);
        }

        await Agree(manager, from, to);
        (await WhyFigures.Agree(manager, from, to)).ShouldBeGreaterThan(30);
        await Roll(shop);
        await WhyFigures.Agree(manager, today.AddDays(-2), today.AddDays(-2));
        (await RollUp.Wrong(app.Database, await ClockOf(shop), default)).ShouldBeEmpty();
        (await app.Database.Scalar("select count(*) from report_days where shop_id = $1", default, shop.Id)).ShouldNotBe(0L);
    }

    [Fact]
    public async Task A_rolled_up_figure_that_is_no_longer_what_the_orders_say_is_found_and_made_anew()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        var order = await manager.PlaceOrder(new("takeaway", [new(item, 2)], Payments: [new("card")]));
        await manager.Works($"POST /api/orders/{order.Id}/refund", new { amount = 1, reason = "cold" });
        await Roll(shop);
        (await RollUp.Wrong(app.Database, await ClockOf(shop), default)).ShouldBeEmpty();
        foreach (var change in new[]
        {
            "update report_days set sales = sales + 1", "update report_tenders set back = 0", "delete from report_taxes",
            "insert into report_staff select * from report_staff", "update report_sales set orders = 2 where part = 'hour' and",
        })
        {
            // The server may just be rolling up the day by itself, and then it is right again before it is looked at.
            await Answers.Eventually(async () =>
            {
                var where = change.EndsWith("and", StringComparison.Ordinal) ? "" : " where";
                await app.Database.Scalar(change + where + $" shop_id = {shop.Id} returning 1", default);
                return (await RollUp.Wrong(app.Database, await ClockOf(shop), default))
                    .SequenceEqual([(change.Split(' ').First(w => w.StartsWith("report_", StringComparison.Ordinal)), order.BusinessDay)]);
            });
            var shown = new List<long>();
            var bar = new ProgressBar(quiet: true, (_, done, all) => shown.Add(done * 100 / all));
            (await RebuildVerb.Run(app.Database, bar, _ => { }, default)).ShouldBe(0);
            shown[^1].ShouldBe(100);
            (await RollUp.Wrong(app.Database, await ClockOf(shop), default)).ShouldBeEmpty();
        }

        (await manager.GetDailySales()).TotalSales.ShouldBe(order.TotalAmount);
    }

    [Fact]
    public async Task A_sale_is_in_every_report_as_soon_as_it_is_answered_and_a_report_never_has_half_of_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Mocha")).Id;
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var read = 0;
            for (; !done.IsCancellationRequested; read++)
            {
                var day = await manager.GetDailySales();
                day.ByHour.Sum(h => h.Total).ShouldBe(day.TotalSales);
                day.PaymentMethods.Values.Sum().ShouldBe(day.TotalSales);
                day.Unpaid.ShouldBe(0);
            }

            return read;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var seller = await shop.As("cashier");
            var watcher = await shop.As("manager");
            for (var n = 0; n < 15; n++)
            {
                var before = (await watcher.GetDailySales()).OrderCount;
                await seller.PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]));
                (await watcher.GetDailySales()).OrderCount.ShouldBeGreaterThan(before);
            }
        }));
        await done.CancelAsync();
        (await reading).ShouldBeGreaterThan(5);
        (await manager.GetDailySales()).OrderCount.ShouldBe(60);
    }

    [Fact]
    public async Task The_server_rolls_up_what_is_sold_and_a_shop_that_moves_to_another_zone_has_its_hours()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var order = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("card")]));
        async Task Rolls() => await Answers.Eventually(
            async () => (await Counted(shop, order.BusinessDay, order.BusinessDay)).Length == 0, seconds: 60);
        await Rolls();
        var hour = (await manager.GetDailySales(order.BusinessDay)).ByHour.Single().Hour;
        hour.ShouldBe(TimeZoneInfo.ConvertTime(order.CreatedAt, (await ClockOf(shop)).Days.Zone).Hour);
        await (await shop.As("admin")).Works("PUT /api/config/time_zone", new { value = "Asia/Kathmandu" });
        var there = TimeZoneInfo.ConvertTime(order.CreatedAt, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu")).Hour;
        (await manager.GetDailySales(order.BusinessDay)).ByHour.Single().Hour.ShouldBe(there);
        await Rolls();
        (await manager.GetDailySales(order.BusinessDay)).ByHour.Single().Hour.ShouldBe(there);
        (await RollUp.Wrong(app.Database, await ClockOf(shop), default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Trap32_a_server_with_older_zone_data_counts_itself_and_leaves_the_roll_ups_to_the_newer()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var day = (await manager.PlaceOrder(
            new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("card")]))).BusinessDay;
        await Roll(shop);
        var clock = await ClockOf(shop);
        await using var connection = await app.Database.OpenConnectionAsync();
        foreach (var release in (string[])["1999z", "unknown"])
        {
            var older = clock with { ZoneData = release };
            (await Books.Open(connection, older, day, day, default)).Counted.ShouldBe([day]);
            (await RollUp.Follow(app.Database, older, long.MaxValue, default)).ShouldBe(new(false, 0, false));
            (await RollUp.Wrong(app.Database, older, default)).ShouldBeEmpty();
            (await Counted(shop, day, day)).ShouldBeEmpty();
        }

        var newer = clock with { ZoneData = "9999a" };
        (await Books.Open(connection, newer, day, day, default)).Counted.ShouldBe([day]);
        (await RollUp.Follow(app.Database, newer, 0, default)).Days.ShouldBe(1);
        (await Counted(shop, day, day)).ShouldBe([day]);
    }

    private static async Task Step(ComandaClient who, Random random, List<MenuItemView> menu, List<long> orders)
    {
        var order = orders.Count == 0 ? 0 : orders[random.Next(orders.Count)];
        var type = random.Next(4) switch { 0 => "delivery", 1 => "dine-in", _ => "takeaway" };
        var answer = orders.Count < 3 || random.Next(2) == 0
            ? await who.Ask("POST /api/orders", new
            {
                type,
                delivery_address = type == "delivery" ? new { address = "1 Quay Street" } : null,
                items = Enumerable.Range(0, random.Next(1, 4))
                    .Select(_ => new { menu_item_id = menu[random.Next(menu.Count)].Id, quantity = random.Next(1, 4) }),
                tip = random.Next(4) == 0 ? (decimal?)0.7m : null,
                discount = random.Next(4) == 0 ? new { type = "percentage", value = 15, reason = "rain" } : null,
                payments = random.Next(4) == 0 ? null : new[] { new { method = random.Next(2) == 0 ? "cash" : "card" } },
            })
            : random.Next(6) switch
            {
                0 => await who.Ask($"POST /api/orders/{order}/cancel", new { reason = random.Next(2) == 0 ? "left" : null }),
                1 => await who.Ask($"POST /api/orders/{order}/refund", new { amount = 1.05m, reason = "cold" }),
                2 => await who.Ask($"POST /api/orders/{order}/refund", new { reason = "all of it", restock = random.Next(2) == 0 }),
                3 => await who.Ask("POST /api/payments", new { order_id = order, method = "card" }),
                4 => await who.Ask($"PUT /api/orders/{order}/status", new { status = random.Next(2) == 0 ? "preparing" : "completed" }),
                _ => await who.Ask($"PUT /api/orders/{order}", new { tip = 1.1m, type = "takeaway" }),
            };
        answer.Status.ShouldBeLessThan(500, answer.ToString());
        if (answer.Status == 201 && answer.Body.TryGetProperty("order_number", out _))
            orders.Add(answer.Id);
    }

    /// <summary>Every report of the period, and each of its days, as text.</summary>
    private static async Task<Dictionary<string, string>> Read(ComandaClient manager, DateOnly from, DateOnly to)
    {
        var paths = Everything.Select(p => $"{p}{(p.EndsWith('?') ? "" : "&")}from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}").ToList();
        for (var day = from; day <= to; day = day.AddDays(1))
            paths.Add($"sales/daily?date={day:yyyy-MM-dd}");
        paths.Add($"sales/weekly?week_of={from.AddDays(7):yyyy-MM-dd}");
        paths.Add("dashboard");
        var answers = new Dictionary<string, string>();
        foreach (var path in paths)
            answers[path] = (await manager.Works("GET /api/reports/" + path)).Body.GetRawText();
        return answers;
    }

    private static async Task Agree(ComandaClient manager, DateOnly from, DateOnly to)
    {
        var period = $"from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}";
        async Task<JsonElement> Of(string path) => (await manager.Works("GET /api/reports/" + path)).Body;
        var summary = await Of("summary?" + period);
        var total = summary.GetProperty("total");
        var days = new List<DailySalesView>();
        for (var day = from; day <= to; day = day.AddDays(1))
            days.Add(await manager.GetDailySales(day));
        (total.Decimal("sales"), total.Decimal("orders"), total.Decimal("tax"), total.Decimal("tips"), total.Decimal("discounts"))
            .ShouldBe((
                days.Sum(d => d.TotalSales), days.Sum(d => d.OrderCount), days.Sum(d => d.Tax), days.Sum(d => d.Tips),
                days.Sum(d => d.Discounts)));
        (total.Decimal("refunds"), total.Decimal("service_charges"), total.Decimal("unpaid"), total.Decimal("cash_rounding")).ShouldBe((
            days.Sum(d => d.Refunds), days.Sum(d => d.ServiceCharges), days.Sum(d => d.Unpaid), days.Sum(d => d.CashRounding)));
        total.Decimal("refunds").ShouldBeGreaterThan(0);
        foreach (var grouping in new[] { "day", "week", "month", "hour", "category", "type" })
        {
            var sales = await manager.GetSales(from, to, grouping);
            (sales.Total.Sales, sales.Total.Orders, sales.Total.Tax, sales.Total.Discounts, sales.Rows.Sum(r => r.Sales)).ShouldBe(
                (
                    days.Sum(d => d.TotalSales),
                    days.Sum(d => d.OrderCount),
                    days.Sum(d => d.Tax),
                    days.Sum(d => d.Discounts),
                    sales.Total.Sales),
                grouping);
        }

        var staff = (await Of("performance?" + period)).GetProperty("total");
        (staff.Decimal("sales"), staff.Decimal("orders"), staff.Decimal("refunds"), staff.Decimal("tips"), staff.Decimal("cancelled"))
            .ShouldBe((
                total.Decimal("sales"), total.Decimal("orders"), total.Decimal("refunds"), total.Decimal("tips"), total.Decimal("voids")));
        var costs = (await Of("costs?group_by=item&" + period)).GetProperty("total");
        costs.Decimal("cost").ShouldBe(total.Decimal("cost_of_goods"));
        (await Of("costs?group_by=day&" + period)).GetProperty("total").GetRawText().ShouldBe(costs.GetRawText());
        summary.GetProperty("discount_reasons").EnumerateArray().Sum(r => r.Decimal("amount")).ShouldBe(total.Decimal("discounts"));
        summary.GetProperty("void_reasons").EnumerateArray().Sum(r => r.Decimal("count")).ShouldBe(total.Decimal("voids"));
        summary.GetProperty("taxes").EnumerateArray().Sum(t => t.Decimal("declared_tax"))
            .ShouldBe(days.Sum(d => d.Taxes.Sum(t => t.DeclaredTax)));
        summary.GetProperty("days").EnumerateArray().Sum(d => d.GetProperty("figures").Decimal("sales")).ShouldBe(total.Decimal("sales"));
        foreach (var method in summary.GetProperty("payment_methods").EnumerateObject())
            method.Value.GetDecimal().ShouldBe(days.Sum(d => d.PaymentMethods.GetValueOrDefault(method.Name)), method.Name);

        // And the orders themselves: what is sold and stays sold, whenever it was.
        var orders = (await manager.GetOrders("limit=200")).Items.Where(o => o.Status != "cancelled").ToList();
        total.Decimal("sales").ShouldBe(orders.Sum(o => o.TotalAmount - o.Tip));
        total.Decimal("tips").ShouldBe(orders.Sum(o => o.Tip));
    }

    private async Task<ShopClock> ClockOf(TestShop shop) =>
        new(shop.Id, await Comanda.Shops.ReadBusinessDay.Of(app.Database, shop.Id, default));

    /// <summary>Rolls up all there is.</summary>
    private async Task Roll(TestShop shop)
    {
        var feed = app.FirstProcess.Services.GetRequiredService<Comanda.Events.EventFeed>();
        await feed.CatchUp(default);
        await Answers.Eventually(
            async () => await RollUp.Follow(app.Database, await ClockOf(shop), feed.Settled, default) is { More: false, Held: false });
    }

    /// <summary>The days that a report would count.</summary>
    private async Task<DateOnly[]> Counted(TestShop shop, DateOnly from, DateOnly to)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        return (await Books.Open(connection, await ClockOf(shop), from, to, default)).Counted;
    }
}

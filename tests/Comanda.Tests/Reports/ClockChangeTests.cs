using System.Globalization;
using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>
/// Days that have 23 and 25 hours, with several people selling at once on two processes. The shop's day begins at half past two: in spring
/// that time does not come, in autumn it comes twice.
/// </summary>
public sealed class ClockChangeTests
{
    private const int Sellers = 4, BeansInOne = 18;

    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>A sale as it was answered.</summary>
    private sealed record Sale(
        DateTimeOffset At,
        string Day,
        long Order,
        int Quantity,
        decimal Total,
        decimal Tip,
        decimal Refunded,
        DateTimeOffset? Wanted,
        bool Cancelled);

    /// <summary>Each day and the instant at which it begins, worked out by hand; the last is the end.</summary>
    private static (string Day, DateTimeOffset Start)[] Days(params string[] days) =>
        [.. days.Select(d => (d.Split(' ')[0], DateTimeOffset.Parse(d.Replace(' ', 'T'), CultureInfo.InvariantCulture)))];

    public static TheoryData<string, string[]> Changes => new()
    {
        { "23 hours", ["2027-03-27 01:30Z", "2027-03-28 01:30Z", "2027-03-29 00:30Z", "2027-03-30 00:30Z"] },
        { "25 hours", ["2027-10-30 00:30Z", "2027-10-31 00:30Z", "2027-11-01 01:30Z", "2027-11-02 01:30Z"] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Trap19_across_a_change_of_the_clock_every_figure_agrees_with_the_sales(string name, string[] change)
    {
        // A cluster of its own: to a server in another year, what other tests have left is old.
        await using var app = new CafeApp();
        await app.InitializeAsync();
        var (days, clock) = (Days(change), new MovableClock());
        (days[2].Start - days[1].Start).TotalHours.ShouldBe(int.Parse(name.Split(' ')[0], CultureInfo.InvariantCulture));
        clock.Move(days[0].Start.AddMinutes(10) - DateTimeOffset.UtcNow);
        var shop = await app.NewShop(
            ("time_zone", "Europe/Berlin"), ("day_starts_at", "02:30"), ("cash_rounding", "0.05"), ("tax_rate", "19"));
        var processes = new[] { await app.StartProcess(s => s.Replace(clock)), await app.StartProcess(s => s.Replace(clock)) };
        var item = (await shop.Item("Espresso")).Id;
        var setup = await shop.As("manager", processes[0]);
        var beans = await setup.Ingredient("Beans", "g", 100_000);
        await setup.Works($"PUT /api/menu/items/{item}/recipe", new[] { new { inventory_id = beans, quantity = BeansInOne } });

        var sales = new List<Sale>();
        var (open, opened, ordered) = (new List<long>(), new Dictionary<string, List<long>>(), (decimal?)null);
        foreach (var at in Steps(days))
        {
            clock.Move(at - clock.GetUtcNow());
            var day = days.Last(d => d.Start <= at).Day;
            var manager = await shop.As("manager", processes[0]);
            if (!opened.ContainsKey(day))
            {
                await CloseAll(manager, open);
                opened[day] = open = [(await Open(manager, null)).Id, (await Open(manager, shop.TillToken)).Id];
            }

            var sold = await Task.WhenAll(Enumerable.Range(0, Sellers).Select(async who =>
            {
                var seller = await shop.As("manager", processes[who % 2]);
                var random = new Random((int)(at - days[0].Start).TotalMinutes + who);
                return await Sell(seller, who < 2 ? null : shop.TillToken, item, at, random);
            }));
            sales.AddRange(sold.SelectMany(s => s));
            if (at < days[1].Start && at > days[1].Start.AddHours(-3))
                ordered = Wanted(sales, days[1].Start, days[2].Start);
            if (ordered is { } already && at > days[1].Start.AddHours(-3) && at < days[1].Start)
            {
                var list = await manager.Works($"GET /api/reports/bake-list?all=true&date={days[1].Day}");
                BakeRow(list, item).Decimal("already_ordered").ShouldBe(already);
            }
        }

        clock.Move(days[3].Start.AddDays(5).AddHours(6) - clock.GetUtcNow());
        var after = await shop.As("manager", processes[1]);
        await CloseAll(after, open);
        sales.ShouldAllBe(s => s.Day == days.Last(d => d.Start <= s.At).Day);
        await DaysAgree(after, days, sales, opened, beans);
        await TimesAgree(after, days, sales, item);
        await app.StockFollowsOrders(shop.Id);
        (await after.VerifyJournal()).Valid.ShouldBeTrue();
    }

    /// <summary>Every three hours, and every twenty minutes about the change and the beginning of each day.</summary>
    private static IEnumerable<DateTimeOffset> Steps((string Day, DateTimeOffset Start)[] days)
    {
        var change = days[1].Start.Date.AddHours(1);
        for (var at = days[0].Start.AddMinutes(10); at < days[3].Start; at += TimeSpan.FromMinutes(20))
        {
            bool Near(DateTimeOffset what, int minutes) => (at - what).Duration() < TimeSpan.FromMinutes(minutes);
            var inTurn = (int)(at - days[0].Start).TotalMinutes % 180 == 10;
            if (inTurn || Near(new(change, TimeSpan.Zero), 100) || days.Any(d => Near(d.Start, 25)))
                yield return at;
        }
    }

    private static async Task<List<Sale>> Sell(ComandaClient seller, string? till, long item, DateTimeOffset at, Random random)
    {
        (string, string)[] device = till is null ? [] : [("X-Device-Token", till)];
        var sales = new List<Sale>();
        for (var n = 0; n < 2; n++)
        {
            var quantity = random.Next(1, 4);
            var method = random.Next(3) switch { 0 => "card", 1 => "cash", _ => null };
            var placed = await seller.Works("POST /api/orders", new
            {
                type = "takeaway",
                items = new[] { new { menu_item_id = item, quantity } },
                tip = random.Next(4) == 0 ? (decimal?)0.37m : null,
                scheduled_for = random.Next(5) == 0 ? (DateTimeOffset?)at.AddMinutes(random.Next(30, 2400)) : null,
                payments = method is null ? null : new[] { new { method } },
            }, device);
            var (cancelled, refunded) = (random.Next(6) == 0, 0m);
            if (cancelled)
                await seller.Works($"POST /api/orders/{placed.Id}/cancel", new { reason = "left" }, device);
            var back = new { amount = 1.23m, reason = "cold" };
            if (!cancelled && method is not null && random.Next(4) == 0)
                refunded = (await seller.Works($"POST /api/orders/{placed.Id}/refund", back, device)).Body.Decimal("amount");
            var body = placed.Body;
            var wanted = body.GetProperty("scheduled_for");
            sales.Add(new(
                body.GetProperty("created_at").GetDateTimeOffset(),
                placed.Text("business_day")!,
                placed.Id,
                quantity,
                body.Decimal("total_amount") - body.Decimal("tip"),
                body.Decimal("tip"),
                refunded,
                wanted.ValueKind == JsonValueKind.Null ? null : wanted.GetDateTimeOffset(),
                cancelled));
        }

        return sales;
    }

    private static async Task<Answer> Open(ComandaClient manager, string? till) =>
        await manager.Works("POST /api/drawers/open", new { @float = 50 }, till is null ? [] : [("X-Device-Token", till)]);

    private static async Task CloseAll(ComandaClient manager, List<long> open)
    {
        foreach (var drawer in open)
        {
            var x = (await manager.Works($"GET /api/drawers/{drawer}")).Body;
            var z = (await manager.Works($"POST /api/drawers/{drawer}/close", new { counted = x.Decimal("expected") })).Body;
            z.Decimal("difference").ShouldBe(0);
            foreach (var field in new[] { "expected", "sales", "tax", "tips", "cash_rounding" })
                z.Decimal(field).ShouldBe(x.Decimal(field), field);
        }
    }

    /// <summary>What the sales say, the day says; and so do the drawers that were open on it, the period, and the stock.</summary>
    private static async Task DaysAgree(
        ComandaClient manager,
        (string Day, DateTimeOffset Start)[] days,
        List<Sale> sales,
        Dictionary<string, List<long>> opened,
        long beans)
    {
        var period = await manager.GetSales(Date(days[0].Day), Date(days[2].Day), "day");
        period.Rows.Select(r => r.Key).ShouldBe(days.Take(3).Select(d => d.Day));
        foreach (var (day, _) in days.Take(3))
        {
            var (all, stays) = (sales.FindAll(s => s.Day == day), sales.FindAll(s => s.Day == day && !s.Cancelled));
            all.Count.ShouldBeGreaterThan(60);
            var daily = await manager.GetDailySales(Date(day));
            (daily.TotalSales, daily.Tips, daily.Refunds, daily.OrderCount)
                .ShouldBe((stays.Sum(s => s.Total), stays.Sum(s => s.Tip), all.Sum(s => s.Refunded), stays.Count));
            var row = period.Rows.Single(r => r.Key == day);
            (row.Sales, row.Tax, row.Orders, row.Units)
                .ShouldBe((daily.TotalSales, daily.Tax, daily.OrderCount, stays.Sum(s => s.Quantity)));
            var zs = new List<JsonElement>();
            foreach (var drawer in opened[day])
                zs.Add((await manager.Works($"GET /api/drawers/{drawer}")).Body);
            decimal Of(string field) => zs.Sum(z => z.Decimal(field));
            (Of("sales"), Of("tax"), Of("tips"), Of("refunds"), Of("orders"), Of("cash_rounding"))
                .ShouldBe((daily.TotalSales, daily.Tax, daily.Tips, daily.Refunds, daily.OrderCount, daily.CashRounding));
            (Of("expected") - Of("float")).ShouldBe(daily.PaymentMethods["cash"] - daily.RefundMethods["cash"]);
            (daily.TotalSales + daily.Tips + daily.CashRounding - daily.Refunds)
                .ShouldBe(daily.PaymentMethods.Values.Sum() - daily.RefundMethods.Values.Sum() + daily.Unpaid);
            var use = (await manager.Works($"GET /api/reports/inventory?from={day}&to={day}")).Body.GetProperty("items").EnumerateArray();
            use.Single(i => i.GetProperty("inventory_id").GetInt64() == beans).Decimal("theoretical_use")
                .ShouldBe(stays.Sum(s => s.Quantity) * BeansInOne);
        }
    }

    /// <summary>
    /// Hours are the shop's clock's, the one that comes twice together; what is baked for a day is what was wanted in it; and what was
    /// ordered for an hour came to the kitchen, not long before it.
    /// </summary>
    private static async Task TimesAgree(ComandaClient manager, (string Day, DateTimeOffset Start)[] days, List<Sale> sales, long item)
    {
        foreach (var ((day, start), end) in days.Take(3).Zip(days.Skip(1).Select(d => d.Start)))
        {
            var date = Date(day);
            var hours = sales.Where(s => s.Day == day && !s.Cancelled).GroupBy(s => TimeZoneInfo.ConvertTime(s.At, Berlin).Hour)
                .ToDictionary(g => g.Key, g => (g.LongCount(), g.Sum(s => s.Total)));
            var daily = await manager.GetDailySales(date);
            daily.ByHour.Where(h => h.Orders > 0).Select(h => (h.Hour, h.Orders, h.Total)).OrderBy(h => h.Hour)
                .ShouldBe(hours.OrderBy(h => h.Key).Select(h => (h.Key, h.Value.Item1, h.Value.Item2)));
            var byHour = await manager.GetSales(date, date, "hour");
            byHour.Rows.Where(r => r.Orders > 0).Select(r => (int.Parse(r.Key, CultureInfo.InvariantCulture), r.Sales))
                .ShouldBe(hours.OrderBy(h => h.Key).Select(h => (h.Key, h.Value.Item2)));
            var row = BakeRow(await manager.Works($"GET /api/reports/bake-list?all=true&weeks=1&date={date.AddDays(7):yyyy-MM-dd}"), item);
            var baked = row.GetProperty("days").EnumerateArray().Single();
            var wanted = Wanted(sales, start, end)
                + sales.Where(s => s is { Wanted: null, Cancelled: false } && s.Day == day).Sum(s => s.Quantity);
            (baked.GetProperty("date").GetString(), baked.GetProperty("sold").GetInt32()).ShouldBe((day, wanted));
        }
    }

    private static DateOnly Date(string day) => DateOnly.Parse(day, CultureInfo.InvariantCulture);

    private static int Wanted(List<Sale> sales, DateTimeOffset from, DateTimeOffset to) =>
        sales.Where(s => !s.Cancelled && s.Wanted >= from && s.Wanted < to).Sum(s => s.Quantity);

    private static JsonElement BakeRow(Answer list, long item) => list.Items.Single(r => r.GetProperty("menu_item_id").GetInt64() == item);
}

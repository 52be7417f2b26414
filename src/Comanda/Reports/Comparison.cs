using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>The present day, week and month beside the ones before: whole, and until the same hour of the shop's clock.</summary>
internal sealed record Comparison(ComparedView SameWeekday, ComparedView LastWeek, ComparedView LastMonth)
{
    /// <summary>Sales by day since the first day that is looked at, and those of cut days until the hour that it is now.</summary>
    private sealed record Looked(Dictionary<DateOnly, PeriodSales> Days, Dictionary<DateOnly, PeriodSales> Cut, Currency Currency)
    {
        public PeriodSales Between(DateOnly from, DateOnly to)
        {
            var sum = default(PeriodSales);
            for (var day = from; day <= to; day = day.AddDays(1))
                sum += Days.GetValueOrDefault(day);
            return sum;
        }
    }

    public static async Task<Comparison> Read(
        NpgsqlConnection connection, Shop shop, DateTimeOffset now, DateOnly today, CancellationToken cancel)
    {
        var lastMonth = today.MonthStart.AddMonths(-1);
        var (weekAgo, monthAgo) = (today.AddDays(-7), today.AddMonths(-1));
        var first = lastMonth < weekAgo.Monday ? lastMonth : weekAgo.Monday;
        var books = await Books.Open(connection, shop, first, today, cancel);
        await using var days = books.Command($"select day, sales, orders from {Facets.Days.Source} f");
        // What was sold on the days whose evening has no counterpart yet, until the same hour.
        await using var cut = connection.Command(
            """
            select day, sum(sign * total)::bigint, sum(sign)::bigint from sales
            where shop_id = $1 and ((day = $2 and at <= $3) or (day = $4 and at <= $5)) group by day
            """,
            shop.Id, weekAgo, SameHour(shop, now, today, weekAgo), monthAgo, SameHour(shop, now, today, monthAgo));
        var looked = new Looked(await ByDay(days, cancel), await ByDay(cut, cancel), shop.Currency);
        return new(
            Compare(looked, (weekAgo, weekAgo), weekAgo, (today, today)),
            Compare(looked, (weekAgo.Monday, weekAgo.Monday.AddDays(6)), weekAgo, (today.Monday, today)),
            // The 31st has none a month ago: then all of that month is over.
            Compare(
                looked,
                (lastMonth, today.MonthStart.AddDays(-1)),
                monthAgo.Day == today.Day ? monthAgo : today.MonthStart,
                (today.MonthStart, today)));
    }

    private static ComparedView Compare(
        Looked looked, (DateOnly From, DateOnly To) past, DateOnly until, (DateOnly From, DateOnly To) present)
    {
        var whole = looked.Between(past.From, past.To);
        var soFar = looked.Between(past.From, until.AddDays(-1)) + looked.Cut.GetValueOrDefault(until);
        var now = looked.Between(present.From, present.To);
        var currency = looked.Currency;
        return new(
            past.From,
            past.To,
            whole.Sales.In(currency),
            whole.Orders,
            whole.Average.In(currency),
            soFar.ToView(currency),
            now.ToView(currency),
            now.ChangeFrom(soFar));
    }

    /// <summary>The instant at which the shop's clock showed on another business day what it shows now.</summary>
    private static DateTimeOffset SameHour(Shop shop, DateTimeOffset now, DateOnly today, DateOnly day)
    {
        var (businessDay, zone) = (shop.Settings.BusinessDay, shop.Settings.BusinessDay.Zone);
        var clock = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var at = new BusinessDay(zone, TimeOnly.FromDateTime(clock))
            .StartOf(DateOnly.FromDateTime(clock).AddDays(day.DayNumber - today.DayNumber));
        var (start, end) = (businessDay.StartOf(day), businessDay.EndOf(day));
        return at < start ? start : at > end ? end : at;
    }

    private static async Task<Dictionary<DateOnly, PeriodSales>> ByDay(NpgsqlCommand command, CancellationToken cancel) =>
        (await command.List(
            r => (Day: r.GetFieldValue<DateOnly>(0), Sales: new PeriodSales(new(r.GetInt64(1)), r.GetInt64(2))), cancel))
        .ToDictionary(d => d.Day, d => d.Sales);
}

using System.Globalization;
using Comanda.Shops;
using Comanda.Stock;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What GET /api/reports/bake-list is asked.</summary>
public sealed record BakeQuery
{
    [FromQuery(Name = "date")]
    public DateOnly? Date { get; init; }

    [FromQuery(Name = "weeks")]
    public int? Weeks { get; init; }

    [FromQuery(Name = "category_id")]
    public long? CategoryId { get; init; }

    [FromQuery(Name = "all")]
    public bool? All { get; init; }
}

/// <summary>
/// GET /api/reports/bake-list: how many to make of each product for a day (tomorrow), from the same weekday of the last weeks. A day on
/// which it sold out tells less than guests wanted: what it sold is divided by the part of a usual day's sales that lies in the hours it
/// was there.
/// </summary>
public static class BakeList
{
    private const int UsualWeeks = 4;

    /// <summary>Of fewer sales no shape is told; then it is that of the shop's sales.</summary>
    private const int EnoughToTell = 30;

    /// <summary>Where it was there for less of the day than this, the estimate goes no further up.</summary>
    private const double LeastShare = 0.25;

    /// <summary>The day that is asked about, and what of the past tells of it.</summary>
    private sealed record Looked(DateOnly Date, IReadOnlyList<DateOnly> Weekdays, double[] Usual, BusinessDay BusinessDay);

    public static async Task<Answer<BakeListView>> Handle(
        [AsParameters] BakeQuery asked, NpgsqlDataSource database, Moment moment, CancellationToken cancel)
    {
        var (shop, today, all) = (moment.Shop, moment.Today, asked.All == true);
        var (day, back) = (asked.Date ?? today.AddDays(1), asked.Weeks ?? UsualWeeks);
        var errors = new FieldErrors();
        errors.Check(
            day >= today.AddDays(-3660) && day <= today.AddDays(366),
            "date",
            "must be within the last ten years and the next one");
        errors.Between("weeks", back, 1, 12);
        if (errors.Any)
            return errors.ToRefusal();

        // Full days only, and of a day that is past only what was known before it.
        var last = day <= today ? day.AddDays(-1) : today.AddDays(-1);
        var weekdays = Enumerable.Range(1, 60).Select(w => day.AddDays(-7 * w)).Where(d => d <= last).Take(back).ToList();
        var first = weekdays[^1];

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var items = await BakeHistory.Items(connection, shop.Id, asked.CategoryId, all, cancel);
        var sold = await BakeHistory.Sold(connection, shop, first, last, cancel);
        var outages = await BakeHistory.Outages(connection, shop, first, last, cancel);
        var ordered = await BakeHistory.Ordered(connection, shop, day, cancel);

        var usual = Shape(sold.Values.SelectMany(days => days.Values));
        var withSales = sold.Values.SelectMany(days => days.Keys).ToHashSet();
        var looked = new Looked(day, weekdays.FindAll(withSales.Contains), usual, shop.Settings.BusinessDay);
        var rows = items.ConvertAll(item => Row(
            item,
            sold.GetValueOrDefault(item.Id) ?? [],
            outages[item.Id].ToList(),
            ordered.GetValueOrDefault(item.Id),
            looked));
        return new BakeListView(
            day,
            day.DayOfWeek.ToString().ToLowerInvariant(),
            back,
            rows.FindAll(r => !all || r.Days.Count > 0 || r.AlreadyOrdered > 0),
            await ReadLots.Expiring(connection, shop.Id, (today, day), cancel));
    }

    private static BakeRowView Row(
        BakedItem item, Dictionary<DateOnly, int[]> sold, List<SoldOut> outages, int ordered, Looked looked)
    {
        var businessDay = looked.BusinessDay;
        // The shape of the item's own days, of those in whose hours of sale it never ran out: gone from the evening to the next morning is
        // not missed.
        var whole = sold.Where(d => Missed(d.Key, looked.Usual) < 0.01).Select(d => d.Value).ToList();
        var shape = whole.Sum(d => d.Sum()) >= EnoughToTell ? Shape(whole) : looked.Usual;
        var days = new List<BakeDayView>();
        foreach (var day in looked.Weekdays)
        {
            var (start, end) = (businessDay.StartOf(day), businessDay.EndOf(day));
            var count = sold.GetValueOrDefault(day)?.Sum() ?? 0;
            var there = 1 - Missed(day, shape);
            // Not on offer at all that day: it tells nothing.
            if (count == 0 && there < 0.01)
                continue;
            var estimate = Math.Max(count, (int)Math.Round(count / Math.Clamp(there, LeastShare, 1), MidpointRounding.AwayFromZero));
            var missed = outages.FindAll(o => Touches(o, start, end));
            var gone = missed.Find(o => o.At >= start && (estimate > count || o.Until is null || o.Until >= end))
                ?? missed.Find(o => estimate > count);
            days.Add(new(
                day,
                count,
                gone is null ? null : gone.At < start ? start : gone.At,
                gone?.Until < end ? gone.Until : null,
                estimate));
        }

        var average = days.Count == 0
            ? 0
            : decimal.Round((decimal)days.Sum(d => d.Estimate) / days.Count, 1, MidpointRounding.AwayFromZero);
        var expected = days.Count == 0 ? 0 : (days.Sum(d => d.Estimate) + days.Count - 1) / days.Count;
        return new(
            item.Id,
            item.Name,
            item.Category,
            Math.Max(expected, ordered),
            average,
            ordered,
            item.Left,
            days,
            Why(days, average, expected, ordered, looked));

        static bool Touches(SoldOut outage, DateTimeOffset start, DateTimeOffset end) =>
            outage.At < end && (outage.Until is null || outage.Until > start);

        double Missed(DateOnly day, double[] shape)
        {
            var (start, end) = (businessDay.StartOf(day), businessDay.EndOf(day));
            return outages.FindAll(o => Touches(o, start, end)).Sum(o => Share(shape, At(o.At), At(o.Until ?? end)));

            double At(DateTimeOffset at) => at <= start ? 0 : at >= end ? BakeHistory.Slots : BakeHistory.Place(businessDay, day, at);
        }
    }

    private static string Why(
        List<BakeDayView> days, decimal average, int expected, int ordered, Looked looked)
    {
        var (date, open) = (looked.Date, looked.Weekdays.Count > 0);
        string Local(DateTimeOffset at) =>
            TimeZoneInfo.ConvertTime(at, looked.BusinessDay.Zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        string Day(BakeDayView d) =>
            string.Create(CultureInfo.InvariantCulture, $"{d.Date:d MMM}: {d.Sold}")
            + (d.SoldOutAt is not { } gone ? "" : $", sold out {Local(gone)}" + (d.BackAt is { } back
                ? $" to {Local(back)}"
                : "") + (d.Estimate > d.Sold ? $", would have been {d.Estimate}" : ""));
        var sold = days.Count == 0
            ? open ? $"It was not on offer on the last {date.DayOfWeek}s." : $"Nothing was sold in the shop on the last {date.DayOfWeek}s."
            : $"Sold on {date.DayOfWeek}s: {string.Join(
                "; ",
                days.Select(Day))}. On average {average.ToString(CultureInfo.InvariantCulture)}.";
        return ordered > 0 ? sold + $" {ordered} {(ordered == 1
            ? "is"
            : "are")} ordered for that day already{(ordered > expected ? ", which is more" : "")}." : sold;
    }

    /// <summary>The part of a day's sales in each half hour.</summary>
    private static double[] Shape(IEnumerable<int[]> days)
    {
        var sum = new double[BakeHistory.Slots];
        foreach (var day in days)
        {
            for (var i = 0; i < BakeHistory.Slots; i++)
                sum[i] += day[i];
        }

        var all = sum.Sum();
        return all == 0 ? sum : Array.ConvertAll(sum, n => n / all);
    }

    private static double Share(double[] shape, double from, double to)
    {
        var share = 0d;
        for (var i = (int)from; i < BakeHistory.Slots && i < to; i++)
            share += shape[i] * (Math.Min(i + 1, to) - Math.Max(i, from));
        return share;
    }
}

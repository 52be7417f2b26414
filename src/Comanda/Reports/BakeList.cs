using System.Globalization;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// GET /api/reports/bake-list: how many to make of each product for a day (tomorrow), from the same weekday of the last weeks. A day on
/// which it sold out tells less than guests wanted: what it sold is divided by the part of a usual day's sales that lies in the hours it
/// was there.
/// </summary>
public static class BakeList
{
    private const int UsualWeeks = 4;

    /// <summary>The day in half hours: the shape of its sales.</summary>
    private const int Slots = 48;

    /// <summary>Of fewer sales no shape is told; then it is that of the shop's sales.</summary>
    private const int EnoughToTell = 30;

    /// <summary>Where it was there for less of the day than this, the estimate goes no further up.</summary>
    private const double LeastShare = 0.25;

    private sealed record Item(long Id, string Name, string Category, int? Left, bool Chosen);

    private sealed record Outage(long ItemId, DateTimeOffset At, DateTimeOffset? Until);

    public static async Task<Results<Ok<BakeListView>, ProblemHttpResult>> Handle(
        NpgsqlDataSource database,
        ShopDirectory shops,
        Here here,
        TimeProvider clock,
        CancellationToken cancel,
        DateOnly? date = null,
        int? weeks = null,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "category_id")] long? categoryId = null,
        bool? all = null)
    {
        var shop = await shops.Of(here, cancel);
        var businessDay = shop.Settings.BusinessDay;
        var today = businessDay.Of(clock.GetUtcNow());
        var (day, back) = (date ?? today.AddDays(1), weeks ?? UsualWeeks);
        var errors = new FieldErrors();
        errors.Check(
            day >= today.AddDays(-3660) && day <= today.AddDays(366),
            "date",
            "must be within the last ten years and the next one");
        errors.Check(back is >= 1 and <= 12, "weeks", "must be between 1 and 12");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();

        // Full days only, and of a day that is past only what was known before it.
        var last = day <= today ? day.AddDays(-1) : today.AddDays(-1);
        var weekdays = Enumerable.Range(1, 60).Select(w => day.AddDays(-7 * w)).Where(d => d <= last).Take(back).ToList();
        var first = weekdays[^1];

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var items = await Items(connection, shop.Id, categoryId, all == true, cancel);
        var sold = await Sold(connection, shop, first, last, cancel);
        var outages = await Outages(connection, shop, first, last, cancel);
        var ordered = await Ordered(connection, shop, day, cancel);

        var usual = Shape(sold.Values.SelectMany(days => days.Values));
        var withSales = sold.Values.SelectMany(days => days.Keys).ToHashSet();
        var openDays = weekdays.FindAll(withSales.Contains);
        var rows = items.ConvertAll(item => Row(
            item,
            sold.GetValueOrDefault(item.Id) ?? [],
            outages[item.Id].ToList(),
            ordered.GetValueOrDefault(item.Id),
            openDays,
            usual,
            day,
            businessDay));
        return TypedResults.Ok(new BakeListView(
            day,
            day.DayOfWeek.ToString().ToLowerInvariant(),
            back,
            rows.FindAll(r => all != true || r.Days.Count > 0 || r.AlreadyOrdered > 0)));
    }

    private static BakeRowView Row(
        Item item,
        Dictionary<DateOnly, int[]> sold,
        List<Outage> outages,
        int ordered,
        IReadOnlyList<DateOnly> weekdays,
        double[] usual,
        DateOnly date,
        BusinessDay businessDay)
    {
        // The shape of the item's own days, of those in whose hours of sale it never ran out: gone from the evening to the next morning is
        // not missed.
        var whole = sold.Where(d => Missed(d.Key, usual) < 0.01).Select(d => d.Value).ToList();
        var shape = whole.Sum(d => d.Sum()) >= EnoughToTell ? Shape(whole) : usual;
        var days = new List<BakeDayView>();
        foreach (var day in weekdays)
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
            Why(days, weekdays.Count > 0, average, expected, ordered, date, businessDay));

        static bool Touches(Outage outage, DateTimeOffset start, DateTimeOffset end) =>
            outage.At < end && (outage.Until is null || outage.Until > start);

        double Missed(DateOnly day, double[] shape)
        {
            var (start, end) = (businessDay.StartOf(day), businessDay.EndOf(day));
            return outages.FindAll(o => Touches(o, start, end)).Sum(o => Share(shape, At(o.At), At(o.Until ?? end)));

            double At(DateTimeOffset at) => at <= start ? 0 : at >= end ? Slots : Place(businessDay, day, at);
        }
    }

    /// <summary>Where in a day an instant is, in half hours by the shop's clock: noon is noon on a day of 23 or 25 hours too.</summary>
    private static double Place(BusinessDay businessDay, DateOnly day, DateTimeOffset at)
    {
        var since = TimeZoneInfo.ConvertTime(at, businessDay.Zone).DateTime - day.ToDateTime(businessDay.StartsAt);
        return Math.Clamp(since.TotalHours * Slots / 24, 0, Slots);
    }

    private static string Why(
        List<BakeDayView> days,
        bool open,
        decimal average,
        int expected,
        int ordered,
        DateOnly date,
        BusinessDay businessDay)
    {
        string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, businessDay.Zone).ToString("HH:mm", CultureInfo.InvariantCulture);
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
        var sum = new double[Slots];
        foreach (var day in days)
        {
            for (var i = 0; i < Slots; i++)
                sum[i] += day[i];
        }

        var all = sum.Sum();
        return all == 0 ? sum : Array.ConvertAll(sum, n => n / all);
    }

    private static double Share(double[] shape, double from, double to)
    {
        var share = 0d;
        for (var i = (int)from; i < Slots && i < to; i++)
            share += shape[i] * (Math.Min(i + 1, to) - Math.Max(i, from));
        return share;
    }

    /// <summary>
    /// What is made ahead: items that are counted, and those with something in their recipe that is made ahead; in a shop that has neither,
    /// all. Of a category all of it.
    /// </summary>
    private static async Task<List<Item>> Items(NpgsqlConnection connection, long shop, long? category, bool all, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.id, i.name, c.name, i.stock_quantity, i.stock_quantity is not null
                or exists (select 1 from recipe_lines l join stock_items s on s.id = l.item_id where l.menu_item_id = i.id and s.made =
                    'ahead')
            from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null and not exists (select 1 from combo_choices p where p.combo_id = i.id)
                and ($2::bigint is null or i.category_id = $2) order by c.display_order, c.id, i.display_order, i.id
            """,
            shop, category);
        var items = await command.List(
            r => new Item(r.GetInt64(0), r.GetString(1), r.GetString(2), r.ValueOrNull<int>(3), r.GetBoolean(4)),
            cancel);
        return all || category is not null || !items.Exists(i => i.Chosen) ? items : items.FindAll(i => i.Chosen);
    }

    /// <summary>
    /// What guests took, by item, day and half hour; what was ordered for a time belongs to that time. Cancelled orders and trainees' are
    /// left out, refunds are not: it was made.
    /// </summary>
    private static async Task<Dictionary<long, Dictionary<DateOnly, int[]>>> Sold(
        NpgsqlConnection connection,
        Shop shop,
        DateOnly first,
        DateOnly last,
        CancellationToken cancel)
    {
        var businessDay = shop.Settings.BusinessDay;
        await using var command = connection.Command(
            """
            with wanted as (
                select i.menu_item_id, i.quantity, coalesce(o.scheduled_for, i.sold_at) as at,
                    case when o.scheduled_for is null then o.business_day - $2
                        else width_bucket(o.scheduled_for, $6::timestamptz[]) - 1 end as day
                from orders o join order_items i on i.order_id = o.id
                where o.shop_id = $1 and not o.training and o.cancelled_day is null
                    and ((o.scheduled_for is null and o.business_day between $2 and $3) or (o.scheduled_for >= $4 and o.scheduled_for < $5))
            )
            select menu_item_id, day, floor(extract(epoch from at) / 900)::bigint, sum(quantity)::int from wanted group by 1, 2, 3
            """,
            shop.Id,
            first,
            last,
            businessDay.StartOf(first),
            businessDay.EndOf(last),
            Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(n => businessDay.StartOf(first.AddDays(n))).ToArray());
        var sold = new Dictionary<long, Dictionary<DateOnly, int[]>>();
        // In quarters of an hour, since no zone's clock differs from another's by less; which half hour it is, the shop's clock says.
        var quarters = await command.List(r => (r.GetInt64(0), r.GetInt32(1), r.GetInt64(2), r.GetInt32(3)), cancel);
        foreach (var (item, number, quarter, quantity) in quarters)
        {
            var day = first.AddDays(number);
            var slot = (int)Math.Min(Slots - 1, Place(businessDay, day, DateTimeOffset.FromUnixTimeSeconds(quarter * 900)));
            if (!sold.TryGetValue(item, out var days))
                sold[item] = days = [];
            if (!days.TryGetValue(day, out var slots))
                days[day] = slots = new int[Slots];
            slots[slot] += quantity;
        }

        return sold;
    }

    private static async Task<ILookup<long, Outage>> Outages(
        NpgsqlConnection connection,
        Shop shop,
        DateOnly first,
        DateOnly last,
        CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select menu_item_id, at, until from sold_out where shop_id = $1 and at < $3 and (until is null or until > $2) order by at",
            shop.Id, shop.Settings.BusinessDay.StartOf(first), shop.Settings.BusinessDay.EndOf(last));
        return (await command.List(
            r => new Outage(r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.ValueOrNull<DateTimeOffset>(2)),
            cancel)).ToLookup(o => o.ItemId);
    }

    private static async Task<Dictionary<long, int>> Ordered(NpgsqlConnection connection, Shop shop, DateOnly day, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.menu_item_id, sum(i.quantity)::int from orders o join order_items i on i.order_id = o.id
            where o.shop_id = $1 and o.scheduled_for >= $2 and o.scheduled_for < $3 and not o.training and o.cancelled_day is null
            group by 1
            """,
            shop.Id, shop.Settings.BusinessDay.StartOf(day), shop.Settings.BusinessDay.EndOf(day));
        return (await command.List(r => (Id: r.GetInt64(0), Count: r.GetInt32(1)), cancel)).ToDictionary(o => o.Id, o => o.Count);
    }
}

using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>A shop whose books are read, and its clock.</summary>
internal sealed record ShopClock(long Id, BusinessDay Days)
{
    /// <summary>The release of the zone data that its days and hours are told by here.</summary>
    public string ZoneData { get; init; } = TimeZoneData.Version;

    /// <summary>By what clock hours are counted here, as roll-ups note it.</summary>
    public string Rules => $"{Days.Zone.Id} {ZoneData}";

    public static implicit operator ShopClock(Shop shop) => new(shop.Id, shop.Settings.BusinessDay);

    /// <summary>
    /// Whether another process noted rules of the same zone that are newer than those here. It keeps the roll-ups then: two that each made
    /// the other's anew would never come to an end.
    /// </summary>
    public bool IsOlderThan(string rules) =>
        rules.Split(' ', 2) is [var zone, var data] && zone == Days.Zone.Id && string.CompareOrdinal(Release(data), Release(ZoneData)) > 0;

    private static string Release(string data) => data == TimeZoneData.Unknown ? "" : data;
}

/// <summary>
/// A shop's books of a period at one moment: the roll-ups, and for the days that something touched since they were made, the orders
/// themselves. Which days those are, the event log says: whatever changes a figure is an event, written in the same transaction, so what
/// one snapshot sees of the log and of the orders agrees. Answers therefore never wait for the roll-ups and never differ by them.
/// </summary>
internal sealed class Books
{
    /// <summary>Of more events behind the position it is not asked which days they touch: all are counted.</summary>
    private const int LongestTail = 2000;

    /// <summary>Events after which figures are others.</summary>
    internal static readonly string[] Touching =
    [
        EventNames.OrderCreated, EventNames.OrderUpdated, EventNames.OrderCompleted, EventNames.OrderCancelled, EventNames.PaymentRecorded,
        EventNames.ProductUpdated, EventNames.GiftCardSold, EventNames.GiftCardRefunded,
    ];

    /// <summary>
    /// Parts of a statement about the events of shop $1 behind the position in <c>p</c>: <c>tail</c>, at most $3 of them of kinds $2, and
    /// the days that their orders are on. Whoever writes orders in bulk announces <c>imported_orders</c>, and everything is new.
    /// </summary>
    internal const string Tail =
        """
        tail as (
            select e.seq, e.event, e.at, e.data::json as data from p join events e on e.shop_id = $1 and e.seq > p.seq
            where e.event = any($2) order by e.seq limit $3
        ),
        touched as (
            select distinct coalesce(data ->> 'order_id', data ->> 'id')::bigint as id from tail
            where event like 'order%' or event like 'payment%'
        ),
        days as (
            select o.business_day as day from touched t join orders o on o.id = t.id and o.shop_id = $1
            union select o.cancelled_day from touched t join orders o on o.id = t.id and o.shop_id = $1
                where o.cancelled_day is not null
            union select p.business_day from touched t join payments p on p.order_id = t.id and p.shop_id = $1
            union select r.business_day from touched t join refunds r on r.order_id = t.id and r.shop_id = $1
            union select m.business_day from tail t join gift_card_movements m on m.shop_id = $1 and m.at = t.at
                where t.event like 'gift_card%' and m.business_day is not null
            union select r.business_day from touched t join order_refunds r on r.order_id = t.id and r.shop_id = $1
        )
        """;

    private readonly NpgsqlConnection connection;
    private readonly ShopClock shop;
    private readonly DateOnly from;
    private readonly DateOnly to;
    private readonly bool isRolled;
    private readonly (DateTimeOffset[] Since, int[] Seconds) offsets;

    private Books(
        NpgsqlConnection connection,
        ShopClock shop,
        (DateOnly From, DateOnly To) period,
        (IReadOnlyList<DateOnly> Touched, DateOnly MonthsUpTo)? rolled)
    {
        (this.connection, this.shop, (from, to)) = (connection, shop, period);
        isRolled = rolled is not null;
        offsets = shop.Days.OffsetsBetween(from, to);
        var all = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(n => from.AddDays(n));
        Counted = rolled is { } known ? [.. known.Touched.Where(d => d >= from && d <= to).Order()] : [.. all];
        if (rolled is not { MonthsUpTo: var upTo })
            return;
        var counted = Counted.ToHashSet();
        var (months, beside) = (new List<DateOnly>(), new List<DateOnly>());
        foreach (var month in all.GroupBy(CoarseProducts.FirstOfMonth))
        {
            var isWhole = month.Key < upTo && month.Count() == DateTime.DaysInMonth(month.Key.Year, month.Key.Month);
            if (isWhole && !month.Any(counted.Contains))
                months.Add(month.Key);
            else
                beside.AddRange(month.Where(d => !counted.Contains(d)));
        }

        (Months, DaysBeside) = ([.. months], [.. beside]);
    }

    /// <summary>The first days of months that are in the period whole, over, and rolled up.</summary>
    public DateOnly[] Months { get; } = [];

    /// <summary>The other days, but for those that are counted.</summary>
    public DateOnly[] DaysBeside { get; } = [];

    /// <summary>The days that are counted from the orders.</summary>
    public DateOnly[] Counted { get; }

    /// <summary>Their period.</summary>
    public (DateOnly From, DateOnly To) Period => (from, to);

    /// <summary>In the caller's transaction of one moment (<see cref="DayBook.OneMoment"/>).</summary>
    public static async Task<Books> Open(
        NpgsqlConnection connection, ShopClock shop, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            with p as (select seq, zone, months_upto from report_positions where shop_id = $1),
            {Tail}
            select (select zone from p), (select count(*) from tail),
                exists (select 1 from tail where event = 'product_updated' and data ->> 'imported_orders' is not null),
                array(select day from days), (select months_upto from p)
            """,
            shop.Id, Touching, LongestTail + 1);
        var position = (await command.List(
            r => (
                Rules: r.TextOrNull(0),
                Tail: r.GetInt64(1),
                Bulk: r.GetBoolean(2),
                Days: r.GetFieldValue<DateOnly[]>(3),
                MonthsUpTo: r.ValueOrNull<DateOnly>(4)),
            cancel))[0];
        var holds = position.Rules == shop.Rules && position.Tail <= LongestTail && !position.Bulk;
        return new(connection, shop, (from, to), holds ? (position.Days, position.MonthsUpTo ?? DateOnly.MinValue) : null);
    }

    /// <summary>
    /// A statement over facets of the period (<see cref="Facet.Source"/>); $1 is the shop, and values of its own begin at $7.
    /// </summary>
    public NpgsqlCommand Command(string sql, params IReadOnlyList<object?> values)
    {
        // Nothing is rolled: no day is in a period that ends before it begins.
        var (first, last) = isRolled ? (from, to) : (DateOnly.MaxValue, DateOnly.MinValue);
        return connection.Command(sql, [shop.Id, Counted, offsets.Since, offsets.Seconds, first, last, .. values]);
    }

    public async Task<List<T>> List<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancel, params IReadOnlyList<object?> values)
    {
        await using var command = Command(sql, values);
        return await command.List(row, cancel);
    }
}

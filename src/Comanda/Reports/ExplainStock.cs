using System.Globalization;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What may explain that a count found other than the books had of an ingredient; quantities in thousandths of its unit.</summary>
internal static class ExplainStock
{
    private const int MostCounts = 50;

    /// <summary>A count, and what moved since the one before it of the same ingredient.</summary>
    internal sealed record Count
    {
        public required long Id { get; init; }

        public required long Item { get; init; }

        public required string Name { get; init; }

        public required string Unit { get; init; }

        public required long Location { get; init; }

        public required long Before { get; init; }

        public required DateTimeOffset? Since { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string? By { get; init; }

        public required long Counted { get; init; }

        public required long Difference { get; init; }
    }

    /// <summary>Counts of a period that found a difference, the dearest first; of one ingredient or of all.</summary>
    public static async Task<List<Count>> Counts(
        NpgsqlConnection connection, Shop shop, (DateOnly From, DateOnly To) period, long? item, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select m.id, i.id, i.name, i.unit, m.location_id, coalesce(b.id, 0), b.at, m.at, u.name, m.counted, m.quantity
            from stock_items i join stock_movements m on m.item_id = i.id and m.reason = 'count'
                left join lateral (
                    select x.id, x.at from stock_movements x
                    where x.item_id = m.item_id and x.reason = 'count' and x.location_id = m.location_id and x.id < m.id
                    order by x.id desc limit 1
                ) b on true
                left join users u on u.id = m.user_id
            where i.shop_id = $1 and m.day between $2 and $3 and m.quantity <> 0 and m.counted is not null and ($4 = 0 or i.id = $4)
            order by abs(m.quantity * m.unit_cost) desc, m.id desc limit $5
            """,
            shop.Id, period.From, period.To, item ?? 0, MostCounts);
        return await command.List(
            r => new Count
            {
                Id = r.GetInt64(0),
                Item = r.GetInt64(1),
                Name = r.GetString(2),
                Unit = r.GetString(3),
                Location = r.GetInt64(4),
                Before = r.GetInt64(5),
                Since = r.ValueOrNull<DateTimeOffset>(6),
                At = r.GetFieldValue<DateTimeOffset>(7),
                By = r.TextOrNull(8),
                Counted = r.GetInt64(9),
                Difference = r.GetInt64(10),
            },
            cancel);
    }

    public static async Task<StockVarianceView> Read(NpgsqlConnection connection, Count count, CancellationToken cancel)
    {
        await using var sums = connection.Command(
            """
            select -coalesce(sum(quantity) filter (where reason in ('sale', 'return')), 0)::bigint,
                -coalesce(sum(quantity) filter (where reason in ('waste', 'food_bank')), 0)::bigint,
                coalesce(sum(quantity) filter (where reason = 'delivery'), 0)::bigint,
                coalesce(sum(quantity) filter (
                    where reason not in ('sale', 'return', 'waste', 'food_bank', 'delivery', 'count')), 0)::bigint,
                (select coalesce(array_agg(distinct u.name), '{}') from stock_movements x join users u on u.id = x.user_id
                    where x.item_id = $1 and x.id > $2 and x.id <= $3 and x.reason not in ('sale', 'return'))
            from stock_movements where item_id = $1 and id > $2 and id < $3 and location_id = $4
            """,
            count.Item, count.Before, count.Id, count.Location);
        var s = (await sums.List(
            r => (
                Use: r.GetInt64(0),
                Waste: r.GetInt64(1),
                Delivered: r.GetInt64(2),
                Moved: r.GetInt64(3),
                Hands: r.GetFieldValue<string[]>(4)),
            cancel))[0];
        var percent = s.Use == 0 ? (decimal?)null : decimal.Round(-count.Difference * 100m / s.Use, 1, MidpointRounding.AwayFromZero);
        return new(
            count.Item,
            count.Name,
            count.Unit,
            count.Since,
            count.At,
            count.By,
            Number(count.Counted - count.Difference),
            Number(count.Counted),
            Number(count.Difference),
            Number(s.Use),
            Number(s.Waste),
            Number(s.Delivered),
            Number(s.Moved),
            percent,
            await Candidates(connection, count, percent, cancel),
            await Sellers(connection, count, cancel),
            s.Hands);
    }

    private static async Task<List<VarianceCandidate>> Candidates(
        NpgsqlConnection connection, Count count, decimal? percent, CancellationToken cancel)
    {
        var (difference, exact) = (count.Difference, VarianceMatch.Exact.ToWire());
        var near = Math.Abs(difference) / 50;
        await using var command = connection.Command(
            """
            with found as (
                select 1 as rank, 'delivery_not_booked' as kind, l.quantity - coalesce(r.quantity, 0) as effect, p.id,
                    p.created_by as person, p.created_at as at
                from purchase_order_lines l join purchase_orders p on p.id = l.purchase_id
                    left join lateral (
                        select sum(m.quantity)::bigint as quantity from stock_movements m
                        where m.purchase_id = p.id and m.item_id = l.item_id
                    ) r on true
                where l.item_id = $1 and p.status in ('ordered', 'partly_received')
                union all
                select 1, case when m.quantity > 0 then 'booked_and_never_came' else 'booked_and_still_there' end, -m.quantity,
                    m.id, m.user_id, m.at
                from stock_movements m
                where m.item_id = $1 and m.id > $2 and m.id < $3 and m.location_id = $6 and m.reason not in ('sale', 'return', 'count')
                union all
                select 2, 'usual_movement_not_booked', m.quantity, max(m.id), max(m.user_id), max(m.at) from stock_movements m
                where m.item_id = $1 and m.id < $3 and m.at > $7::timestamptz - interval '60 days' and m.location_id = $6
                    and m.reason in ('delivery', 'waste', 'food_bank', 'make')
                group by m.quantity having count(*) > 1
            )
            select f.rank, f.kind, f.effect, count(*), (array_agg(f.id order by f.at, f.id))[1:5],
                array_agg(distinct u.name) filter (where u.name is not null), case when count(*) = 1 then max(f.at) end
            from found f left join users u on u.id = f.person where f.effect between $4 and $5 and f.effect <> 0 group by 1, 2, 3
            order by abs(f.effect - ($4 + $5) / 2), 1
            """,
            count.Item, count.Before, count.Id, difference - near, difference + near, count.Location, count.At);
        var found = await command.List(
            r => new VarianceCandidate(
                r.GetString(1),
                (r.GetInt64(2) == difference ? VarianceMatch.Exact : VarianceMatch.Near).ToWire(),
                WhyOf(r.GetString(1)),
                Number(r.GetInt64(2)),
                Number(difference - r.GetInt64(2)),
                r.GetInt64(3),
                r.GetFieldValue<long[]>(4),
                [],
                r.IsDBNull(5) ? [] : r.GetFieldValue<string[]>(5),
                r.ValueOrNull<DateTimeOffset>(6)),
            cancel);
        var slips = CountSlips.Of(count.Counted - difference, count.Counted)
            .Select(x => new VarianceCandidate(x.Kind, exact, x.Why, Number(difference), 0, 1, [count.Id], [], [], null));
        var recipe = percent is { } p && Math.Abs(p) <= 50
            ? new VarianceCandidate(
                "recipe_is_other",
                VarianceMatch.Possible.ToWire(),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Were recipes to take {Math.Abs(p):0.#} % {(p > 0 ? "more" : "less")} than they say, nothing would be left."),
                Number(difference),
                0,
                1,
                [],
                [],
                [],
                null)
            : null;
        return [.. slips, .. found, .. recipe is null ? (VarianceCandidate[])[] : [recipe]];
    }

    private static async Task<List<StockSellerView>> Sellers(NpgsqlConnection connection, Count count, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.name, -sum(m.quantity)::bigint, count(distinct m.order_id)
            from stock_movements m join order_items i on i.id = m.order_item_id
            where m.item_id = $1 and m.id > $2 and m.id < $3 and m.location_id = $4 and m.reason in ('sale', 'return')
            group by 1 order by 2 desc, 1 limit 10
            """,
            count.Item, count.Before, count.Id, count.Location);
        return await command.List(r => new StockSellerView(r.GetString(0), Number(r.GetInt64(1)), r.GetInt64(2)), cancel);
    }

    private static decimal Number(long thousandths) => new Measure(thousandths).Number;

    private static string WhyOf(string kind) => kind switch
    {
        "delivery_not_booked" => "So much is still to come of a purchase order; it may have come and not been received here.",
        "booked_and_never_came" => "So much was booked in since the count before; it may not have come, or be booked twice.",
        "booked_and_still_there" => "So much was booked out since the count before; it may still be there, or be booked twice.",
        _ => "A delivery, waste or batch of this quantity is usual here; one more may have happened and not been noted.",
    };
}

using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>Something that is on the menu. <see cref="Chosen"/>: it is made ahead.</summary>
internal sealed record BakedItem(long Id, string Name, string Category, int? Left, bool Chosen);

/// <summary>From when to when there was none of an item; without an end, there still is none.</summary>
internal sealed record SoldOut(long ItemId, DateTimeOffset At, DateTimeOffset? Until);

/// <summary>What the books tell the bake list: what was sold when, and when there was none to be sold.</summary>
internal static class BakeHistory
{
    /// <summary>The day in half hours: the shape of its sales.</summary>
    public const int Slots = 48;

    /// <summary>Where in a day an instant is, in half hours by the shop's clock: noon is noon on a day of 23 or 25 hours too.</summary>
    public static double Place(BusinessDay businessDay, DateOnly day, DateTimeOffset at)
    {
        var since = TimeZoneInfo.ConvertTime(at, businessDay.Zone).DateTime - day.ToDateTime(businessDay.StartsAt);
        return Math.Clamp(since.TotalHours * Slots / 24, 0, Slots);
    }

    /// <summary>
    /// What is made ahead, by the piece: items that are counted, and those with something in their recipe that is made ahead; in a shop
    /// that has neither, all. Of a category all of it.
    /// </summary>
    public static async Task<List<BakedItem>> Items(
        NpgsqlConnection connection, long shop, long? category, bool all, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.id, i.name, c.name, i.stock_quantity, i.stock_quantity is not null
                or exists (select 1 from recipe_lines l join stock_items s on s.id = l.item_id where l.menu_item_id = i.id and s.made =
                    'ahead')
            from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null and i.unit is null and not i.is_deposit
                and not exists (select 1 from combo_choices p where p.combo_id = i.id)
                and ($2::bigint is null or i.category_id = $2) order by c.display_order, c.id, i.display_order, i.id
            """,
            shop, category);
        var items = await command.List(
            r => new BakedItem(r.GetInt64(0), r.GetString(1), r.GetString(2), r.ValueOrNull<int>(3), r.GetBoolean(4)),
            cancel);
        return all || category is not null || !items.Exists(i => i.Chosen) ? items : items.FindAll(i => i.Chosen);
    }

    /// <summary>
    /// What guests took, by item, day and half hour; what was ordered for a time belongs to that time. Cancelled orders and trainees' are
    /// left out, refunds are not: it was made.
    /// </summary>
    public static async Task<Dictionary<long, Dictionary<DateOnly, int[]>>> Sold(
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

    public static async Task<ILookup<long, SoldOut>> Outages(
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
            r => new SoldOut(r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.ValueOrNull<DateTimeOffset>(2)),
            cancel)).ToLookup(o => o.ItemId);
    }

    public static async Task<Dictionary<long, int>> Ordered(NpgsqlConnection connection, Shop shop, DateOnly day, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select menu_item_id, sum(quantity)::int from (
                select i.menu_item_id, i.quantity from orders o join order_items i on i.order_id = o.id
                where o.shop_id = $1 and o.scheduled_for >= $2 and o.scheduled_for < $3 and not o.training and o.cancelled_day is null
                union all
                select menu_item_id, quantity from cake_orders
                where shop_id = $1 and collect_at >= $2 and collect_at < $3 and stage not in ('requested', 'cancelled')
            ) ordered group by 1
            """,
            shop.Id, shop.Settings.BusinessDay.StartOf(day), shop.Settings.BusinessDay.EndOf(day));
        return (await command.List(r => (Id: r.GetInt64(0), Count: r.GetInt32(1)), cancel)).ToDictionary(o => o.Id, o => o.Count);
    }
}

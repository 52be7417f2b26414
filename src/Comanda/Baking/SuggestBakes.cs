using Comanda.Data;
using Comanda.Orders;
using Comanda.Reports;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Baking;

/// <summary>So many of an item on the shelf at an instant.</summary>
internal sealed record WantedItem(long MenuItemId, string Name, int Quantity, DateTimeOffset Due);

/// <summary>
/// What a day wants: the bake list, and whatever is ordered for a time before it is on the shelf at that time, standing orders whose day
/// has not become an order yet among it.
/// </summary>
public sealed class SuggestBakes(NpgsqlDataSource database, ReadStanding standing, Moment moment)
{
    private static readonly TimeOnly UsualShelf = new(7, 0);

    internal async Task<Outcome<List<WantedItem>>> Of(DateOnly day, IReadOnlyList<Method> methods, CancellationToken cancel)
    {
        var list = await BakeList.Handle(new() { Date = day, All = true }, database, moment, cancel);
        if (list.Refusal is { } refusal)
            return refusal;
        var morning = await standing.Morning(day, cancel);
        if (morning.Refusal is { } unreadable)
            return unreadable;
        var waiting = morning.Value.Guests.Where(g => g.OrderId is null && g.Status != StandingDayStatus.Paused.ToWire())
            .SelectMany(g => g.Items.Select(i => (i.MenuItemId, i.Name, Quantity: (int)Math.Ceiling(i.Quantity), g.At)))
            .ToList();
        var ordered = await Ordered(day, cancel);
        var rows = list.Value.Items.Select(i => (Id: i.MenuItemId, i.Name, i.Bake, i.AlreadyOrdered))
            .Concat(waiting.Select(w => (Id: w.MenuItemId, w.Name, Bake: 0, AlreadyOrdered: 0)))
            .DistinctBy(i => i.Id);
        var wanted = new List<WantedItem>();
        foreach (var row in rows)
        {
            var shelf = ShelfOf(methods.FirstOrDefault(m => m.MenuItemId == row.Id), day);
            var mine = waiting.FindAll(w => w.MenuItemId == row.Id);
            var early = ordered[row.Id].Concat(mine.Select(w => (w.At, w.Quantity)))
                .Where(o => o.At < shelf)
                .GroupBy(o => o.At, o => o.Quantity)
                .Select(o => new WantedItem(row.Id, row.Name, o.Sum(), o.Key))
                .ToList();
            var left = Math.Max(row.Bake, row.AlreadyOrdered + mine.Sum(w => w.Quantity)) - early.Sum(e => e.Quantity);
            wanted.AddRange(early);
            if (left > 0)
                wanted.Add(new(row.Id, row.Name, left, shelf));
        }

        return wanted;
    }

    /// <summary>When it has to be on the shelf: as is said of it, else when the shop opens.</summary>
    internal DateTimeOffset ShelfOf(Method? method, DateOnly day)
    {
        var (settings, businessDay) = (moment.Shop.Settings, moment.Shop.Settings.BusinessDay);
        if (method?.ShelfAt is { } said)
            return businessDay.InDay(day, said);
        var (from, until) = (businessDay.StartOf(day), businessDay.EndOf(day));
        return settings.Opening.Between(from, until, businessDay.Zone).Select(s => s.From).Where(s => s > from)
            .DefaultIfEmpty(businessDay.InDay(day, UsualShelf))
            .Min();
    }

    private async Task<ILookup<long, (DateTimeOffset At, int Quantity)>> Ordered(DateOnly day, CancellationToken cancel)
    {
        var businessDay = moment.Shop.Settings.BusinessDay;
        await using var command = database.Command(
            """
            select i.menu_item_id, o.scheduled_for, sum(i.quantity)::int from orders o join order_items i on i.order_id = o.id
            where o.shop_id = $1 and o.scheduled_for >= $2 and o.scheduled_for < $3 and not o.training and o.cancelled_day is null
            group by 1, 2
            """,
            moment.Shop.Id,
            businessDay.StartOf(day),
            businessDay.EndOf(day));
        return (await command.List(r => (r.GetInt64(0), (r.GetFieldValue<DateTimeOffset>(1), r.GetInt32(2))), cancel))
            .ToLookup(o => o.Item1, o => o.Item2);
    }
}

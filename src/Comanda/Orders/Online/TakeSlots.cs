using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>An order that comes into a slot (1) or leaves it (-1); <see cref="IsChecked"/>: only if there is room.</summary>
internal sealed record SlotMove(SlotPlace Place, int Sign)
{
    public bool IsChecked { get; init; }
}

/// <summary>
/// Takes room in slots. Whoever does locks the slots' rows, in order, and looks only then what they have: of however many that come at
/// once, as many get in as there is room for. Locked after registers, customers and counted items, as placing and changing an order have
/// it.
/// </summary>
internal static class TakeSlots
{
    /// <summary>In the caller's transaction; the refusal where there is no room, and then the caller must roll back.</summary>
    public static async Task<Refusal?> Run(
        NpgsqlConnection connection, long shop, ShopSettings settings, IReadOnlyList<SlotMove> moves, CancellationToken cancel)
    {
        DateTimeOffset[] starts = [.. moves.Select(m => m.Place.At).Distinct().Order()];
        foreach (var start in starts)
        {
            await connection.Execute(
                "insert into slots (shop_id, starts_at) values ($1, $2) on conflict do nothing", cancel, shop, start);
            await connection.Execute("select 1 from slots where shop_id = $1 and starts_at = $2 for update", cancel, shop, start);
        }

        foreach (var (at, load) in Sums(moves.Where(m => m.Sign < 0)))
            await Add(at, load, -1);
        foreach (var move in moves.Where(m => m.Sign > 0))
        {
            if (move.IsChecked && !await HasRoom(connection, shop, settings, move.Place, cancel))
                return await ReadSlots.Full(connection, shop, settings, move.Place, cancel);
            await Add(move.Place.At, move.Place.Load, 1);
        }

        return null;

        Task Add(DateTimeOffset at, SlotLoad load, int sign) => connection.Execute(
            """
            update slots set pickup = greatest(pickup + $3, 0), delivery = greatest(delivery + $4, 0), minutes = greatest(minutes + $5, 0)
            where shop_id = $1 and starts_at = $2
            """,
            cancel,
            shop,
            at,
            sign * load.Pickup,
            sign * load.Delivery,
            sign * load.Minutes);
    }

    /// <summary>The refusal of an order whose slot is full just now; nothing is taken.</summary>
    public static async Task<Refusal?> WhyNot(
        NpgsqlDataSource database, Order order, ShopSettings settings, CancellationToken cancel)
    {
        if (SlotPlace.Of(order) is not { } place)
            return null;
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await HasRoom(connection, order.ShopId, settings, place, cancel)
            ? null
            : await ReadSlots.Full(connection, order.ShopId, settings, place, cancel);
    }

    /// <summary>What the slot has, with what was ordered for times within it while slots were cut otherwise.</summary>
    private static async Task<bool> HasRoom(
        NpgsqlConnection connection, long shop, ShopSettings settings, SlotPlace place, CancellationToken cancel)
    {
        var until = SlotGrid.At(settings, place.At)?.Until ?? place.At.AddMinutes(settings.Slots.Minutes);
        var loads = await ReadSlots.Loads(connection, shop, place.At, until, cancel);
        var has = loads.Aggregate(default(SlotLoad), (sum, l) => sum + l.Load);
        return settings.Slots.Fits(has, place.IsBrought, place.Minutes);
    }

    private static IEnumerable<(DateTimeOffset At, SlotLoad Load)> Sums(IEnumerable<SlotMove> moves) => moves
        .GroupBy(m => m.Place.At)
        .Select(g => (g.Key, g.Aggregate(default(SlotLoad), (sum, m) => sum + m.Place.Load)));
}

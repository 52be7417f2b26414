using Comanda.Data;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Takes a place on a day. Whoever does locks the day's row and looks only then how many are taken: of however many that come at once, as
/// many get one as are made. Locked after the cake's own order and before gift cards and registers.
/// </summary>
internal static class CakePlaces
{
    /// <summary>How long a place is kept for whoever has not paid the deposit.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Which orders have a place, in SQL.</summary>
    public static string IsTaken(string now) =>
        $"stage <> 'cancelled' and (stage <> 'requested' or held_until is null or held_until > {now})";

    /// <summary>In the caller's transaction; the refusal where there is none left, and then the caller must roll back.</summary>
    public static async Task<Refusal?> Take(
        NpgsqlConnection connection, CakeView cake, CakePlace place, DateTimeOffset now, CancellationToken cancel)
    {
        await connection.Execute(
            "insert into cake_days (menu_item_id, day, shop_id) values ($1, $2, $3) on conflict do nothing",
            cancel,
            cake.MenuItemId,
            place.Day,
            place.Shop);
        await connection.Execute(
            "select 1 from cake_days where menu_item_id = $1 and day = $2 for update", cancel, cake.MenuItemId, place.Day);
        var taken = (long)(await connection.Scalar(
            $"select coalesce(sum(quantity), 0) from cake_orders where menu_item_id = $1 and day = $2 and id <> $3 and {IsTaken("$4")}",
            cancel,
            cake.MenuItemId,
            place.Day,
            place.Order,
            now))!;
        var left = Math.Max(0, CakeRules.CapacityOn(cake, place.Day) - taken);
        return place.Quantity <= left
            ? null
            : Refusal.Conflict("cake_day_full", left == 0
                ? $"All that are made of {cake.Name} on {place.Day:yyyy-MM-dd} are ordered; choose another day."
                : $"Of {cake.Name} only {left} are left on {place.Day:yyyy-MM-dd}.") with
            {
                Also = new Dictionary<string, object?>(StringComparer.Ordinal) { ["left"] = left },
            };
    }
}

/// <summary>So many on a day, of an order (0: a new one).</summary>
internal sealed record CakePlace(long Shop, DateOnly Day, int Quantity, long Order = 0);

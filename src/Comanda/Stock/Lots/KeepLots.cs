using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Which items keep lots. An item begins with the first lot that is said of it, or when it is made of something that has lots; until then
/// nothing of this costs anything.
/// </summary>
internal static class KeepLots
{
    /// <summary>Those of the items that keep lots.</summary>
    public static async Task<HashSet<long>> Of(NpgsqlConnection connection, IEnumerable<long> items, CancellationToken cancel)
    {
        await using var read = connection.Command("select item_id from lot_items where item_id = any($1)", items.ToArray());
        return [.. await read.List(r => r.GetInt64(0), cancel)];
    }

    /// <summary>
    /// From now on an item keeps lots; what there is of it becomes a lot without a name. In the caller's transaction, before it moves any
    /// stock. Whoever gives movements their lots waits until it is over, so that each movement is either in that first lot or is given one.
    /// </summary>
    public static async Task Begin(NpgsqlConnection connection, long item, MovedAt at, CancellationToken cancel)
    {
        if (await connection.Scalar("select 1 from lot_items where item_id = $1", cancel, item) is not null)
            return;
        await connection.Execute(
            "insert into lot_positions (shop_id, done_to) values ($1, pg_snapshot_xmin(pg_current_snapshot())) on conflict do nothing",
            cancel,
            at.Shop);
        await connection.Execute("select 1 from lot_positions where shop_id = $1 for update", cancel, at.Shop);
        // One statement, so that the sum, the snapshot and the number are of one moment.
        var level = await connection.Scalar(
            """
            with kept as (
                insert into lot_items (item_id, shop_id, since, began, since_id)
                select $1, $2, pg_current_snapshot(), pg_current_xact_id(), coalesce(max(id), 0) from stock_movements where item_id = $1
                on conflict do nothing returning item_id
            )
            select (select coalesce(sum(quantity), 0)::bigint from stock_now where shop_id = $2 and item_id = $1) from kept
            """,
            cancel, item, at.Shop) as long?;
        if (level is not { } there)
            return; // somebody else has in the same moment
        await connection.Execute(
            "insert into lots (shop_id, item_id, day, created_at, remaining) values ($1, $2, $3, $4, $5)",
            cancel, at.Shop, item, at.Day, at.At, Math.Max(there, 0));
        // What was sold before the books had it, is taken from what comes next.
        if (there < 0)
            await connection.Execute(
                """
                insert into lot_moves (movement_id, lot_id, shop_id, item_id, quantity)
                select -$1, 0, $2, $1, $3
                """,
                cancel, item, at.Shop, there);
    }
}

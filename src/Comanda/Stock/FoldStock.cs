using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Adds a shop's settled movements to its levels and days, so that what there is stays a short sum however long the ledger gets. Settled
/// is what transactions wrote that are all over: those before the oldest that still runs. Whatever is not settled is counted where it is
/// read (the views stock_now and stock_use), so an answer never waits for this, and never differs by it.
/// </summary>
public static class FoldStock
{
    /// <summary>
    /// False where another process has the shop in hand. In the caller's transaction, which holds the shop's position from then on.
    /// </summary>
    public static async Task<bool> Run(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        if (await connection.Scalar("select 1 from stock_positions where shop_id = $1 for update skip locked", cancel, shop) is null)
            return false;
        // Read once the row is held. The horizon is of this statement's snapshot: all before it are over, and the later statements see what
        // they wrote.
        await using var read = connection.Command(
            "select folded_to::text, greatest(folded_to, pg_snapshot_xmin(pg_current_snapshot()))::text, folded_to > "
                + "pg_snapshot_xmax(pg_current_snapshot()), floor_id from stock_positions where shop_id = $1",
            shop);
        var position = (await read.List(
            r => (From: r.GetString(0), To: r.GetString(1), Strange: r.GetBoolean(2), Floor: r.GetInt64(3)),
            cancel))[0];
        if (position.Strange)
        {
            await Anew(connection, shop, cancel);
            return true;
        }

        await connection.Execute(
            """
            insert into stock_levels (shop_id, item_id, location_id, quantity)
            select shop_id, item_id, location_id, sum(quantity) from stock_movements
            where shop_id = $1 and xact >= $2::text::xid8 and xact < $3::text::xid8 and id > $4 group by 1, 2, 3
            on conflict (shop_id, item_id, location_id) do update set quantity = stock_levels.quantity + excluded.quantity
            """,
            cancel, shop, position.From, position.To, position.Floor);
        await connection.Execute(
            """
            insert into stock_days (shop_id, day, item_id, reason, quantity, cost)
            select shop_id, day, item_id, reason, sum(quantity), sum(quantity * unit_cost) from stock_movements
            where shop_id = $1 and xact >= $2::text::xid8 and xact < $3::text::xid8 and id > $4 group by 1, 2, 3, 4
            on conflict (shop_id, day, item_id, reason) do update
            set quantity = stock_days.quantity + excluded.quantity, cost = stock_days.cost + excluded.cost
            """,
            cancel, shop, position.From, position.To, position.Floor);
        await connection.Execute("update stock_positions set folded_to = $2::text::xid8 where shop_id = $1", cancel, shop, position.To);
        return true;
    }

    /// <summary>
    /// A position that no transaction has reached yet: the rows come from another cluster (a backup that was restored), whose transaction
    /// numbers mean nothing here. All is summed anew, with nobody writing meanwhile, and counted from here on.
    /// </summary>
    private static async Task Anew(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await connection.Execute("lock table stock_movements in share row exclusive mode", cancel);
        await connection.Execute("delete from stock_levels where shop_id = $1", cancel, shop);
        await connection.Execute("delete from stock_days where shop_id = $1", cancel, shop);
        await connection.Execute(
            "insert into stock_levels (shop_id, item_id, location_id, quantity) select shop_id, item_id, location_id, sum(quantity) from "
                + "stock_movements where shop_id = $1 group by 1, 2, 3",
            cancel,
            shop);
        await connection.Execute(
            "insert into stock_days (shop_id, day, item_id, reason, quantity, cost) select shop_id, day, item_id, reason, sum(quantity), "
                + "sum(quantity * unit_cost) from stock_movements where shop_id = $1 group by 1, 2, 3, 4",
            cancel, shop);
        await connection.Execute(
            """
            update stock_positions set folded_to = pg_snapshot_xmin(pg_current_snapshot()), floor_id = (select coalesce(max(id),
                0) from stock_movements where shop_id = $1) where shop_id = $1
            """,
            cancel, shop);
    }

    /// <summary>
    /// Items whose folded level, or whose folded days (which the reports read), with the movements behind them are not the sum of all their
    /// movements. There are none, unless somebody changed rows by hand.
    /// </summary>
    public static async Task<List<long>> Wrong(NpgsqlDataSource database, long shop, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select coalesce(n.item_id, m.item_id) from
                (select item_id, location_id, quantity from stock_now where shop_id = $1) n
                full join (select item_id, location_id, sum(quantity) as quantity from stock_movements where shop_id = $1 group by 1,
                    2) m using (item_id, location_id)
            where n.quantity is distinct from m.quantity
            union
            select coalesce(u.item_id, m.item_id) from
                (select item_id, day, reason, sum(quantity) as quantity, sum(cost) as cost from stock_use where shop_id = $1 group by 1, 2,
                    3) u
                full join (select item_id, day, reason, sum(quantity) as quantity,
                    sum(quantity * unit_cost) as cost from stock_movements
                    where shop_id = $1 group by 1, 2, 3) m using (item_id, day, reason)
            where (u.quantity, u.cost) is distinct from (m.quantity, m.cost)
            order by 1
            """,
            shop);
        return await command.List(r => r.GetInt64(0), cancel);
    }
}

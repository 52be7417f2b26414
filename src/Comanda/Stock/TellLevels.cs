using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Tells devices the levels that moved since they were told last: sales move them many times a second, so each item is told once in a
/// while, as it is then. What is changed by hand is told at once, with what changed it (<see cref="StockChanged"/>).
/// </summary>
public static class TellLevels
{
    /// <summary>More items than this at once (a count of everything, an import) are told as one.</summary>
    public const int MostAtOnce = 100;

    /// <summary>In the transaction that holds the shop's position. True where there was something to tell.</summary>
    public static async Task<bool> Run(NpgsqlConnection connection, long shop, DateTimeOffset now, CancellationToken cancel)
    {
        await using var moved = connection.Command(
            $"""
            {StockItem.Select} and i.made <> 'to_order'
                and coalesce(n.total, 0) is distinct from (select t.level from stock_told t where t.item_id = i.id)
            order by i.id
            """,
            shop);
        var items = await moved.List(StockItem.Row, cancel);
        if (items.Count == 0)
            return false;
        await connection.Execute(
            """
            insert into stock_told (item_id, shop_id, level)
            select u.id, $1, u.level from unnest($2::bigint[], $3::bigint[]) as u(id, level)
            on conflict (item_id) do update set level = excluded.level
            """,
            cancel, shop, items.ConvertAll(i => i.Id).ToArray(), items.ConvertAll(i => i.Level).ToArray());
        var system = new Here { ShopId = shop };
        if (items.Count > MostAtOnce)
            await ShopEvent.Of(system, EventNames.StockUpdated, now, new { changed = StockChanged.Level, count = items.Count })
                .Write(connection, cancel);
        else
        {
            foreach (var item in items)
                await StockChanged.Tell(connection, system, item, StockChanged.Level, now, cancel);
        }

        return true;
    }

    /// <summary>
    /// Somebody has just told an item's level: it need not be told again. Waits for nobody; at worst it is told twice.
    /// </summary>
    public static Task Note(NpgsqlConnection connection, long shop, StockItem item, CancellationToken cancel) => connection.Execute(
        """
        with known as (
            update stock_told set level = $3 where item_id in (select item_id from stock_told where item_id = $1 for update skip locked)
        )
        insert into stock_told (item_id, shop_id, level)
        select $1, $2, $3 where not exists (select 1 from stock_told where item_id = $1)
        on conflict (item_id) do nothing
        """,
        cancel, item.Id, shop, item.Level);
}

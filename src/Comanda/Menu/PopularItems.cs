using System.Collections.Concurrent;
using Comanda.Data;
using Npgsql;

namespace Comanda.Menu;

/// <summary>What sells best: items by how many were sold in the last 30 days. Counted at most once in a few seconds for a shop.</summary>
public sealed class PopularItems(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>With more counts than this, those that are not fresh any more go.</summary>
    private const int MostShops = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5), Window = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<long, (DateTimeOffset At, Lazy<Task<Dictionary<long, long>>> Sold)> known = [];

    /// <summary>How many of each item were sold; items without a sale are not in it.</summary>
    public async Task<IReadOnlyDictionary<long, long>> Sold(long shopId)
    {
        var now = clock.GetUtcNow();
        foreach (var (shop, old) in known.Count > MostShops ? known.ToArray() : [])
        {
            if (now - old.At >= Fresh)
                known.TryRemove(new(shop, old)); // of no use any more
        }

        var (_, sold) = known.AddOrUpdate(
            shopId,
            id => (now, Count(id, now)),
            (id, old) => now - old.At < Fresh && !(old.Sold.IsValueCreated && old.Sold.Value.IsFaulted) ? old : (now, Count(id, now)));
        return await sold.Value;
    }

    private Lazy<Task<Dictionary<long, long>>> Count(long shopId, DateTimeOffset now) => new(async () =>
    {
        await using var command = database.Command(
            """
            select id, sum(sold)::bigint from (
                select menu_item_id as id, sign * quantity as sold from sales_lines
                where shop_id = $1 and day >= $2 and menu_item_id is not null
                union all
                -- A combo by the first of its parts.
                select i.combo_id, s.sign * i.quantity from sales s join order_items i on i.order_id = s.order_id
                where s.shop_id = $1 and s.day >= $2 and i.combo is not null
                    and not exists (select 1 from order_items j where j.order_id = i.order_id and j.combo = i.combo and j.id < i.id)) t
            group by id
            """,
            shopId, DateOnly.FromDateTime((now - Window).UtcDateTime));
        return (await command.List(r => (Item: r.GetInt64(0), Sold: r.GetInt64(1)), CancellationToken.None))
            .Where(s => s.Sold > 0)
            .ToDictionary(s => s.Item, s => s.Sold);
    });
}

using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// How many of a counted item are left, under the lock of its row: what several sales in one transaction take from, one after the other,
/// before the row is written once. What each of them tells is what <see cref="Countdown"/> tells of a sale by itself.
/// </summary>
public sealed class CountedItem
{
    private static readonly Statement<long[]> LockThem = Statement<long[]>.Compose(s =>
        $"""
        select id, shop_id, name, stock_quantity, in_stock from menu_items
        where id = any({s.Each("id", ids => ids, id => id)}::bigint[]) order by id for update skip locked
        """);

    private static readonly Statement<IReadOnlyList<CountedItem>> WriteThem = Statement<IReadOnlyList<CountedItem>>.Compose(s =>
    {
        var c = s.Rows("c", items => items);
        var (id, shop, left) = (c.Column("id", i => i.id), c.Column("shop_id", i => i.shop), c.Column("n", i => i.left!.Value));
        var (gone, at) = (c.Column("gone", i => i.left == 0), c.Column("at", i => i.takenAt));
        var soldOut = c.Column("sold_out", i => i.left == 0 && i.inStock);
        var table = c.Table;
        return $"""
            with taken as (
                update menu_items m set stock_quantity = {left} from {table} where m.id = {id}
            ),
            gone as (
                insert into sold_out (shop_id, menu_item_id, at) select {shop}, {id}, {at} from {table} where {soldOut}
                on conflict (menu_item_id) where until is null do nothing
            ),
            dates as (
                select d.shop_id, t.at from menu_dates d join (
                    select {shop}, max({at}) as at from {table} where {gone} group by 1) t on t.shop_id = d.shop_id
                order by 1 for update of d
            )
            update menu_dates m set changed_at = dates.at from dates where m.shop_id = dates.shop_id
            """;
    });

    private readonly long id;
    private readonly long shop;
    private readonly string name;
    private readonly bool inStock;
    private int? left;
    private DateTimeOffset takenAt;

    private CountedItem(NpgsqlDataReader row)
    {
        (id, shop, name) = (row.GetInt64(0), row.GetInt64(1), row.GetString(2));
        (left, inStock) = (row.ValueOrNull<int>(3), row.GetBoolean(4));
    }

    /// <summary>The text of <see cref="Lock"/>.</summary>
    public static string Locking => LockThem.Text;

    /// <summary>The text of <see cref="Write"/>.</summary>
    public static string Writing => WriteThem.Text;

    /// <summary>Whether anything was taken from it.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>
    /// Locks the rows that nobody else holds, in the order of their ids, until the transaction ends; they are read by <see cref="Read"/>.
    /// </summary>
    public static NpgsqlBatchCommand Lock(long[] items) => LockThem.BatchCommand(items);

    /// <summary>Writes what is left of those that something was taken from, and what the menu says of them.</summary>
    public static NpgsqlBatchCommand Write(IReadOnlyList<CountedItem> items) => WriteThem.BatchCommand(items);

    public static async Task<Dictionary<long, CountedItem>> Read(NpgsqlDataReader reader)
    {
        var items = new Dictionary<long, CountedItem>();
        while (await reader.ReadAsync())
            items[reader.GetInt64(0)] = new(reader);
        return items;
    }

    /// <summary>Whether so many can be taken in this shop; of what is no longer counted, any number can.</summary>
    public bool Has(int count, long inShop) => shop == inShop && (left is null || left >= count);

    /// <summary>Takes them; answers what devices are told of it.</summary>
    public IReadOnlyList<(string Name, string Data)> Take(int count, DateTimeOffset at)
    {
        if (left is null)
            return [];
        (left, takenAt, IsTaken) = (left - count, at > takenAt ? at : takenAt, true);
        var data = Json.Write(new { id, menu_item_id = id, name, quantity = left });
        return left == 0 ? [(EventNames.StockUpdated, data), (EventNames.ProductUpdated, data)] : [(EventNames.StockUpdated, data)];
    }
}

using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>DELETE /api/inventory/{id} archives: it leaves the list, its movements stay.</summary>
public sealed class ArchiveStock(NpgsqlDataSource database, RecipeBooks books, EventBell bell, Moment moment)
{
    public async Task<Answer> Handle(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await StockItem.Hold(connection, moment.Shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        if (await UsedIn(connection, id, cancel) is { Count: > 0 } recipes)
            return Refusal.Conflict(
                "stock_item_in_use",
                $"{item.Name} is in the recipe of {string.Join(", ", recipes)}; take it out first.");
        if (await connection.Scalar(
            "select min(p.id) from purchase_orders p join purchase_order_lines l on l.purchase_id = p.id where l.item_id = $1 and "
                + "p.status in ('draft', 'ordered', 'partly_received')",
            cancel,
            id) is long ordered)
            return Refusal.Conflict(
                "stock_item_in_use",
                $"{item.Name} is on purchase order {ordered}; receive or close that first.");
        var now = moment.Now;
        await connection.Execute("update stock_items set archived_at = $2, version = version + 1 where id = $1", cancel, id, now);
        await connection.Execute("delete from stock_low where item_id = $1", cancel, id);
        await new AuditEntry(
            AuditActions.StockItemChanged,
            "stock_item",
            id,
            Before: new { item.Name },
            After: new { archived = true }).Write(connection, moment.Here, now, cancel);
        await StockChanged.Write(connection, moment.Here, item, StockChanged.Item, now, cancel);
        await transaction.CommitAsync(cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
        return Answer.Done;
    }

    private static async Task<List<string>> UsedIn(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select distinct coalesce(m.name, o.name, s.name)
            from recipe_lines r left join menu_items m on m.id = r.menu_item_id left join modifier_options o on o.id = r.option_id
            left join stock_items s on s.id = r.made_id
            where (r.item_id = $1 or r.replaces_id = $1) and m.archived_at is null and s.archived_at is null order by 1 limit 5
            """,
            id);
        return await command.List(r => r.GetString(0), cancel);
    }
}

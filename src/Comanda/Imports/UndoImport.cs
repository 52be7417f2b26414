using Comanda.Data;
using Comanda.Registers;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Removes what an import brought. Refused where something was built on it: an order that was changed since, a later import, an item that
/// was sold or edited; and where the import took the place of something, which nothing brings back.
/// </summary>
internal static class UndoImport
{
    public static async Task<Refusal?> Run(ImportWork work, CancellationToken cancel)
    {
        var connection = work.Connection;
        if (await Built(work, cancel) is { } why)
            return Refusal.Conflict("import_built_upon", why);
        await using var read = connection.Command("select order_id from imported_orders where brought_by = $1", work.Import);
        var orders = (await read.List(r => r.GetInt64(0), cancel)).ToArray();
        await using var backs = connection.Command("select refund_id from imported_refunds where brought_by = $1", work.Import);
        var refunds = (await backs.List(r => r.GetInt64(0), cancel)).ToArray();

        await connection.Execute(
            """
            update orders o set refunded = o.refunded - r.amount
            from (select order_id, sum(amount) as amount from order_refunds where id = any($1) group by 1) r where o.id = r.order_id
            """,
            cancel,
            refunds);
        await connection.Execute("delete from imported_refunds where brought_by = $1", cancel, work.Import);
        await connection.Execute("delete from refunds where refund_id = any($1)", cancel, refunds);
        await connection.Execute("delete from order_refund_lines where refund_id = any($1)", cancel, refunds);
        await connection.Execute("delete from order_refunds where id = any($1)", cancel, refunds);
        await connection.Execute("delete from payments where order_id = any($1)", cancel, orders);
        await connection.Execute("delete from imported_orders where brought_by = $1", cancel, work.Import);
        await connection.Execute("delete from order_items where order_id = any($1)", cancel, orders);
        await connection.Execute("delete from orders where id = any($1)", cancel, orders);
        try
        {
            await Rows(work, cancel);
        }
        catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Refusal.Conflict("import_built_upon", "Something else refers to an item or a guest of this import by now.");
        }

        await GiveBackNumbers(work, orders.Length, cancel);
        await WriteTakeover.Announce(connection, work, orders.Length, cancel);
        return null;
    }

    /// <summary>What was built on it; null where nothing was.</summary>
    private static async Task<string?> Built(ImportWork work, CancellationToken cancel)
    {
        var connection = work.Connection;
        if (await connection.Scalar("select replaced from imports where id = $1", cancel, work.Import) is true)
            return "The import changed what was there before it; bring the files of before along again instead.";
        if (await connection.Scalar(
            """
            select exists (select 1 from imports i join registers r on r.id = i.register_id
                where i.id = $1 and i.last_number is not null and r.last_order_number > i.last_number)
            """,
            cancel, work.Import) is true)
            return "A later import numbered its sales behind these; undo that one first.";
        await using var read = connection.Command("select order_id from imported_orders where brought_by = $1", work.Import);
        var orders = (await read.List(r => r.GetInt64(0), cancel)).ToArray();
        if ((await HeldAgainst.ChangedHere(connection, orders, cancel)).Count > 0)
            return "Some of its orders were changed here since.";
        if (await connection.Scalar(
            "select exists (select 1 from imported_refunds where order_id = any($1) and brought_by <> $2)", cancel, orders,
                work.Import) is true)
            return "A later import gave some of its sales back; undo that one first.";
        return await connection.Scalar(
            """
            select exists (
                select 1 from imported_rows r join menu_items m on m.id = r.local_id
                where r.brought_by = $1 and r.kind = 'item' and r.fresh and (
                    m.version > 1 or exists (select 1 from order_items l join orders o on o.id = l.order_id
                        where l.menu_item_id = m.id and o.shop_id = r.shop_id and not o.id = any($2))))
            """,
            cancel, work.Import, orders) is true
            ? "Some of its items were edited or sold here since."
            : null;
    }

    /// <summary>Items and guests that were not there before.</summary>
    private static async Task Rows(ImportWork work, CancellationToken cancel)
    {
        await work.Connection.Execute(
            """
            delete from menu_items where shop_id = $1 and id in (
                select local_id from imported_rows where brought_by = $2 and kind = 'item' and fresh)
            """,
            cancel, work.Shop, work.Import);
        await work.Connection.Execute(
            """
            delete from customers where shop_id = $1 and id in (
                select local_id from imported_rows where brought_by = $2 and kind = 'guest' and fresh)
            """,
            cancel, work.Shop, work.Import);
        await work.Connection.Execute("delete from imported_rows where brought_by = $1", cancel, work.Import);
        await work.Connection.Execute(
            """
            delete from categories c where c.shop_id = $1 and not exists (select 1 from menu_items m where m.category_id = c.id)
                and c.version = 1 and c.created_at >= (select created_at from imports where id = $2)
            """,
            cancel, work.Shop, work.Import);
    }

    /// <summary>Its numbers were the register's last: they are free again, and the journal tells of both.</summary>
    private static async Task GiveBackNumbers(ImportWork work, int orders, CancellationToken cancel)
    {
        await using var read = work.Connection.Command(
            "select register_id, first_number, last_number from imports where id = $1 and first_number is not null", work.Import);
        foreach (var (register, first, last) in await read.List(r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), cancel))
        {
            await RegisterNumbers.GiveBack(work.Connection, register, (first, last), cancel);
            var content = Json.Write(new { undone = true, first_number = first, last_number = last, orders });
            await FiscalJournal.Append(work.Connection, new(work.Shop, register, JournalKind.Import, work.Now, content), cancel);
        }
    }
}

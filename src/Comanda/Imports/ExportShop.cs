using System.Globalization;
using System.Text;
using Comanda.Data;
using Comanda.Menu;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Everything that a shop has, as CSV files which <c>comanda import</c> takes into an empty shop: docs/import.md says what stands in
/// each. All files are of one moment.
/// </summary>
public sealed class ExportShop(NpgsqlDataSource database)
{
    /// <summary>The files, as they are asked for: each is written before the next is opened.</summary>
    public async Task Write(long shop, Func<string, Stream> open, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var currency = Currency.Of(
            await connection.Scalar("select value from settings where shop_id = $1 and key = 'currency'", cancel, shop) as string ?? "EUR");
        await Items(connection, shop, currency, open, cancel);
        foreach (var (name, columns, sql) in Tables)
            await Table(connection, (shop, currency), (name, columns, sql), open, cancel);
        await using var stock = Begin(open("stock.csv"), StockTable.Columns.Select(c => c.Name));
        foreach (var row in await StockTable.Read(connection, shop, cancel))
            await stock.WriteLineAsync(string.Join(',', StockTable.Columns.Select(c => CsvText.Cell(c.Write(row)))).AsMemory(), cancel);
    }

    /// <summary>
    /// Columns whose names begin with + are amounts, which are kept in the smallest unit and written with the currency's digits.
    /// </summary>
    private static readonly (string File, string[] Columns, string Sql)[] Tables =
    [
        (
            "guests.csv",
            ["comanda_guest", "name", "email", "phone", "points"],
            """
            select id, name, email, phone, loyalty_points from customers
            where shop_id = $1 and erased_at is null and merged_into is null order by id
            """),
        (
            "sales.csv",
            [
                "comanda_sale", "number", "at", "business_day", "type", "currency", "prices_include_tax", "+delivery_fee", "delivery_taxes",
                "+tip", "cashier", "guest", "guest_name", "notes", "+total",
            ],
            """
            select id, order_number, created_at, business_day, type, currency, prices_include_tax, delivery_fee, delivery_taxes, tip,
                cashier_name, customer_id, customer_name, notes, total
            from orders where shop_id = $1 and not training and cancelled_day is null order by id
            """),
        (
            "sale_lines.csv",
            [
                "comanda_sale", "place", "item", "name", "category", "quantity", "unit", "+unit_price", "options", "instructions",
                    "+discount",
                "discount_reason", "+service_charge", "taxes", "+total", "sold_at", "unit_cost",
            ],
            """
            select i.order_id, i.position, i.menu_item_id, i.name, i.category, coalesce(i.weight, i.quantity * 1000::bigint) / 1000.0,
                i.unit,
                i.unit_price, i.modifiers, i.special_instructions, i.discount, i.discount_reason, i.service_charge, i.taxes, i.total,
                    i.sold_at,
                i.unit_cost
            from orders o join order_items i on i.order_id = o.id
            where o.shop_id = $1 and not o.training and o.cancelled_day is null order by o.id, i.position
            """),
        (
            "payments.csv",
            ["comanda_sale", "payment", "method", "+amount", "+rounding", "paid_at", "business_day", "reference"],
            """
            select p.order_id, p.id, p.method, p.amount, p.rounding, p.paid_at, p.business_day, p.reference
            from orders o join payments p on p.order_id = o.id
            where o.shop_id = $1 and not o.training and o.cancelled_day is null order by o.id, p.id
            """),
        (
            "refunds.csv",
            ["comanda_refund", "comanda_sale", "at", "business_day", "+amount", "+tip", "reason", "method"],
            """
            select r.id, r.order_id, r.refunded_at, r.business_day, r.amount - r.tip, r.tip, r.reason,
                (select min(method) from refunds f where f.refund_id = r.id)
            from orders o join order_refunds r on r.order_id = o.id
            where o.shop_id = $1 and not o.training and o.cancelled_day is null order by r.id
            """),
        (
            "refund_lines.csv",
            ["comanda_refund", "item", "name", "quantity", "+amount", "+tax"],
            """
            select r.id, i.menu_item_id, i.name, coalesce(l.weight, l.quantity * 1000::bigint) / 1000.0, l.amount, l.tax
            from orders o join order_refunds r on r.order_id = o.id join order_refund_lines l on l.refund_id = r.id
                join order_items i on i.id = l.order_item_id
            where o.shop_id = $1 and not o.training and o.cancelled_day is null order by r.id, i.position
            """),
        (
            "categories.csv",
            ["comanda_category", "name", "description", "is_active", "station", "tax_class"],
            "select id, name, description, is_active, station, tax_class from categories where shop_id = $1 order by display_order, id"),
        (
            "modifiers.csv",
            ["group", "min", "max", "option", "+price", "adds_allergens", "removes_allergens"],
            """
            select g.name, g.min, g.max, o.name, o.price, array_to_string(o.adds_allergens, '|'),
                array_to_string(o.removes_allergens, '|')
            from modifier_groups g join modifier_options o on o.group_id = g.id
            where g.shop_id = $1 order by g.display_order, g.id, o.display_order, o.id
            """),
        (
            "item_modifiers.csv",
            ["comanda_item", "group", "place"],
            """
            select m.menu_item_id, g.name, m.display_order from menu_item_groups m join modifier_groups g on g.id = m.group_id
                join menu_items i on i.id = m.menu_item_id
            where m.shop_id = $1 and i.archived_at is null order by m.menu_item_id, m.display_order
            """),
        (
            "gift_cards.csv",
            ["gift_card", "kind", "+amount", "+balance", "tax_class", "sold_at", "voided_at"],
            "select code, kind, amount, balance, tax_class, sold_at, voided_at from gift_cards where shop_id = $1 and not held order by "
                + "id"),
        (
            "suppliers.csv",
            ["supplier", "email", "phone", "notes", "lead_days"],
            "select name, email, phone, notes, lead_days from suppliers where shop_id = $1 and archived_at is null order by name"),
        (
            "recipes.csv",
            ["recipe_of", "kind", "ingredient", "quantity", "unit", "instead_of"],
            """
            select coalesce(i.name, o.name, m.name), case when i.id is not null then 'item' when o.id is not null then 'option'
                    else 'made' end,
                s.name, r.quantity / 1000.0, s.unit, x.name
            from recipe_lines r join stock_items s on s.id = r.item_id left join menu_items i on i.id = r.menu_item_id
                left join modifier_options o on o.id = r.option_id left join stock_items m on m.id = r.made_id
                left join stock_items x on x.id = r.replaces_id
            where r.shop_id = $1 order by 2, 1, r.place
            """),
        (
            "staff.csv",
            ["name", "username", "email", "phone", "role", "active"],
            """
            select u.name, u.username, u.email, u.phone, m.role, m.active from shop_members m join users u on u.id = m.user_id
            where m.shop_id = $1 and m.role <> 'customer' order by u.name, u.id
            """),
        (
            "journal.csv",
            ["register", "number", "kind", "at", "content", "hash"],
            """
            select r.code, j.number, j.kind, j.at, j.content, encode(j.hash, 'hex')
            from journal j join registers r on r.id = j.register_id where j.shop_id = $1 order by r.code, j.number
            """),
    ];

    private static async Task Items(
        NpgsqlConnection connection, long shop, Currency currency, Func<string, Stream> open, CancellationToken cancel)
    {
        await using var file = Begin(open("items.csv"), MenuTable.Columns.Select(c => c.Name).Prepend("comanda_item"));
        foreach (var row in await MenuTable.Read(connection, shop, cancel))
        {
            var cells = MenuTable.Columns.Select(c => CsvText.Cell(c.Write(row, currency)))
                .Prepend(row.Id!.Value.ToString(CultureInfo.InvariantCulture));
            await file.WriteLineAsync(string.Join(',', cells).AsMemory(), cancel);
        }
    }

    private static async Task Table(
        NpgsqlConnection connection,
        (long Id, Currency Currency) shop,
        (string File, string[] Columns, string Sql) table,
        Func<string, Stream> open,
        CancellationToken cancel)
    {
        await using var file = Begin(open(table.File), table.Columns.Select(c => c.TrimStart('+')));
        await using var command = connection.Command(table.Sql, shop.Id);
        await using var reader = await command.Read(cancel);
        var cells = new string[table.Columns.Length];
        while (await reader.ReadAsync(cancel))
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i) ? ""
                    : table.Columns[i][0] == '+' ? new Money(reader.GetInt64(i)).In(shop.Currency).ToString(CultureInfo.InvariantCulture)
                    : CsvText.Cell(Text(reader.GetValue(i)));
            }

            await file.WriteLineAsync(string.Join(',', cells).AsMemory(), cancel);
        }
    }

    private static StreamWriter Begin(Stream stream, IEnumerable<string> columns)
    {
        var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n" };
        writer.WriteLine(string.Join(',', columns));
        return writer;
    }

    private static string Text(object value) => value switch
    {
        DateTime at => at.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + " +00:00",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        decimal number => number.ToString("0.############", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

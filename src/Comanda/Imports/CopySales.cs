using Comanda.Orders;
using Comanda.Taxes;
using Npgsql;
using NpgsqlTypes;
using static NpgsqlTypes.NpgsqlDbType;

namespace Comanda.Imports;

/// <summary>The sales of one shop on their way into its tables, and the ids that their orders get.</summary>
internal sealed record SalesOfShop
{
    public required long Shop { get; init; }

    public required List<ImportedSale> Sales { get; init; }

    public required long[] OrderIds { get; init; }

    public required string Currency { get; init; }

    /// <summary>The shop's own.</summary>
    public required BusinessDay Days { get; init; }
}

/// <summary>The COPYs of an import, one for each table. Imported sales are completed and paid, and carry no tax of ours.</summary>
internal sealed class CopySales(NpgsqlConnection connection, SalesOfShop of, Action<long> progress)
{
    /// <summary>Progress is told for each so many rows.</summary>
    private const int Step = 1000;

    private List<ImportedSale> Sales => of.Sales;

    public Task Orders(long register, long firstNumber, CancellationToken cancel) => Copy(
        """
        orders (
            id, shop_id, register_id, number, order_number, type, status, business_day, currency, prices_include_tax, subtotal, discount,
            tax, delivery_fee, tip, total, paid, customer_name, estimated_time, created_at, completed_at)
        """,
        Sales,
        async (copy, sale, i) =>
        {
            var number = firstNumber + i;
            var discount = sale.Lines.Sum(l => l.Discount.Minor);
            await copy.WriteAsync(of.OrderIds[i], Bigint, cancel);
            await copy.WriteAsync(of.Shop, Bigint, cancel);
            await copy.WriteAsync(register, Bigint, cancel);
            await copy.WriteAsync(number, Bigint, cancel);
            await copy.WriteAsync($"I-{number}", Text, cancel);
            await copy.WriteAsync(sale.Type.ToWire(), Text, cancel);
            await copy.WriteAsync("completed", Text, cancel);
            await copy.WriteAsync(of.Days.Of(sale.At), NpgsqlDbType.Date, cancel);
            await copy.WriteAsync(of.Currency, Text, cancel);
            await copy.WriteAsync(true, NpgsqlDbType.Boolean, cancel);
            await copy.WriteAsync(sale.Total.Minor + discount, Bigint, cancel);
            await copy.WriteAsync(discount, Bigint, cancel);
            await copy.WriteAsync(0L, Bigint, cancel);
            await copy.WriteAsync(0L, Bigint, cancel);
            await copy.WriteAsync(0L, Bigint, cancel);
            await copy.WriteAsync(sale.Total.Minor, Bigint, cancel);
            await copy.WriteAsync(sale.Total.Minor, Bigint, cancel);
            await WriteText(copy, sale.CustomerName, cancel);
            await copy.WriteAsync(0, Integer, cancel);
            await copy.WriteAsync(sale.At, TimestampTz, cancel);
            await copy.WriteAsync(sale.At, TimestampTz, cancel);
        },
        progress,
        cancel);

    public Task Lines(long[] ids, Dictionary<string, long> items, CancellationToken cancel)
    {
        var next = 0;
        return Copy(
            "order_items (id, order_id, shop_id, position, menu_item_id, name, category, quantity, unit_price, modifiers, discount, "
                + "tax_rate, tax, total, sold_at, way, tax_class, taxes)",
            Sales,
            async (copy, sale, i) =>
            {
                foreach (var (position, line) in sale.Lines.Index())
                {
                    if (position > 0)
                        await copy.StartRowAsync(cancel);
                    await copy.WriteAsync(ids[next++], Bigint, cancel);
                    await copy.WriteAsync(of.OrderIds[i], Bigint, cancel);
                    await copy.WriteAsync(of.Shop, Bigint, cancel);
                    await copy.WriteAsync(position + 1, Integer, cancel);
                    await copy.WriteAsync(items[line.Product.Id], Bigint, cancel);
                    await copy.WriteAsync(line.Product.Name, Text, cancel);
                    await copy.WriteAsync(line.Product.Category, Text, cancel);
                    await copy.WriteAsync(line.Quantity, Integer, cancel);
                    await copy.WriteAsync(line.UnitPrice.Minor, Bigint, cancel);
                    await copy.WriteAsync("[]", Text, cancel);
                    await copy.WriteAsync(line.Discount.Minor, Bigint, cancel);
                    await copy.WriteAsync(0L, Bigint, cancel);
                    await copy.WriteAsync(0L, Bigint, cancel);
                    await copy.WriteAsync(line.Total.Minor, Bigint, cancel);
                    await copy.WriteAsync(line.At, TimestampTz, cancel);
                    await copy.WriteAsync(sale.Type.Way().ToWire(), Text, cancel);
                    await copy.WriteAsync(TaxTable.ClassOf(TaxRate.Zero), Text, cancel);
                    await copy.WriteAsync("[]", Text, cancel);
                }
            },
            progress,
            cancel);
    }

    /// <summary>One payment for each sale that cost anything.</summary>
    public Task Payments(long[] ids, CancellationToken cancel) => Copy(
        "payments (id, shop_id, order_id, method, amount, business_day, paid_at)",
        [.. Sales.Zip(of.OrderIds, ids).Where(s => !s.First.Total.IsZero)],
        async (copy, row, _) =>
        {
            var (sale, order, id) = row;
            await copy.WriteAsync(id, Bigint, cancel);
            await copy.WriteAsync(of.Shop, Bigint, cancel);
            await copy.WriteAsync(order, Bigint, cancel);
            await copy.WriteAsync(sale.Method.ToWire(), Text, cancel);
            await copy.WriteAsync(sale.Total.Minor, Bigint, cancel);
            await copy.WriteAsync(of.Days.Of(sale.At), NpgsqlDbType.Date, cancel);
            await copy.WriteAsync(sale.At, TimestampTz, cancel);
        },
        _ => { },
        cancel);

    public Task References(long import, CancellationToken cancel) => Copy(
        "imported_orders (shop_id, external_ref, order_id, import_id, total, staff_ref, customer_ref)",
        Sales,
        async (copy, sale, i) =>
        {
            await copy.WriteAsync(of.Shop, Bigint, cancel);
            await copy.WriteAsync(sale.Ref, Text, cancel);
            await copy.WriteAsync(of.OrderIds[i], Bigint, cancel);
            await copy.WriteAsync(import, Bigint, cancel);
            await copy.WriteAsync(sale.Total.Minor, Bigint, cancel);
            await WriteText(copy, sale.Staff, cancel);
            await WriteText(copy, sale.Customer, cancel);
        },
        progress,
        cancel);

    private async Task Copy<T>(
        string target,
        List<T> rows,
        Func<NpgsqlBinaryImporter, T, int, Task> write,
        Action<long> told,
        CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy {target} from stdin (format binary)", cancel);
        copy.Timeout = TimeSpan.FromHours(1);
        foreach (var (i, row) in rows.Index())
        {
            await copy.StartRowAsync(cancel);
            await write(copy, row, i);
            if ((i + 1) % Step == 0)
                told(Step);
        }

        await copy.CompleteAsync(cancel);
        told(rows.Count % Step);
    }

    private static Task WriteText(NpgsqlBinaryImporter copy, string? text, CancellationToken cancel) =>
        text is null ? copy.WriteNullAsync(cancel) : copy.WriteAsync(text, Text, cancel);
}

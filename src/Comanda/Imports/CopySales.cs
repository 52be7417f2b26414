using Comanda.Orders;
using Comanda.Taxes;
using Npgsql;
using NpgsqlTypes;
using static NpgsqlTypes.NpgsqlDbType;

namespace Comanda.Imports;

/// <summary>
/// The COPYs of an import, one for each table. Imported sales are completed, and frozen with the taxes, tips and tenders that they had.
/// </summary>
internal sealed class CopySales(NpgsqlConnection connection, SalesOfShop of, Action<long> progress)
{
    /// <summary>Progress is told for each so many rows.</summary>
    private const int Step = 1000;

    private IReadOnlyList<TakenSale> Sales => of.Sales;

    public Task Orders(CancellationToken cancel) => Copy(
        """
        orders (
            id, shop_id, register_id, number, order_number, type, status, business_day, currency, prices_include_tax, subtotal, discount,
            tax, delivery_fee, delivery_taxes, tip, service_charge, total, paid, cashier_name, customer_name, customer_id, notes, reference,
            estimated_time, created_at, completed_at)
        """,
        Sales,
        async (copy, sale, i) =>
        {
            var (gross, discount, charge) = (0L, 0L, 0L);
            var tax = sale.DeliveryTaxes == "[]" ? 0 : FrozenTaxes.Thaw(sale.DeliveryTaxes).Sum(t => t.Tax.Minor);
            foreach (var line in sale.Lines)
            {
                var taxed = line.Tax.Minor;
                discount += line.Discount.Minor;
                tax += taxed;
                charge += line.ServiceCharge.Minor;
                gross += line.Total.Minor - (sale.TaxInside ? 0 : taxed) - line.ServiceCharge.Minor + line.Discount.Minor;
            }

            await copy.WriteAsync(of.OrderIds[i], Bigint, cancel);
            await copy.WriteAsync(of.Shop, Bigint, cancel);
            await copy.WriteAsync(of.Register, Bigint, cancel);
            await copy.WriteAsync(of.Numbers[i], Bigint, cancel);
            await copy.WriteAsync($"I-{of.Numbers[i]}", Text, cancel);
            await copy.WriteAsync(sale.Type.ToWire(), Text, cancel);
            await copy.WriteAsync("completed", Text, cancel);
            await copy.WriteAsync(of.DayOf(sale), NpgsqlDbType.Date, cancel);
            await copy.WriteAsync(of.Currency, Text, cancel);
            await copy.WriteAsync(sale.TaxInside, NpgsqlDbType.Boolean, cancel);
            await copy.WriteAsync(gross, Bigint, cancel);
            await copy.WriteAsync(discount, Bigint, cancel);
            await copy.WriteAsync(tax, Bigint, cancel);
            await copy.WriteAsync(sale.Delivery.Minor, Bigint, cancel);
            await copy.WriteAsync(sale.DeliveryTaxes, Text, cancel);
            await copy.WriteAsync(sale.Tip.Minor, Bigint, cancel);
            await copy.WriteAsync(charge, Bigint, cancel);
            await copy.WriteAsync(sale.Total.Minor, Bigint, cancel);
            await copy.WriteAsync(sale.Payments.Sum(p => p.Amount.Minor), Bigint, cancel);
            await WriteText(copy, Cut(sale.Staff, 200), cancel);
            await WriteText(copy, Cut(sale.CustomerName, 200), cancel);
            if (sale.Customer is not null && of.Guests.TryGetValue(sale.Customer, out var guest))
                await copy.WriteAsync(guest, Bigint, cancel);
            else
                await copy.WriteNullAsync(cancel);
            await WriteText(copy, Cut(sale.Notes, 500), cancel);
            await WriteText(copy, Cut(sale.Number, 100), cancel);
            await copy.WriteAsync(0, Integer, cancel);
            await copy.WriteAsync(sale.At, TimestampTz, cancel);
            await copy.WriteAsync(sale.At, TimestampTz, cancel);
        },
        progress,
        cancel);

    public Task Lines(long[] ids, CancellationToken cancel)
    {
        var next = 0;
        return Copy(
            "order_items (id, order_id, shop_id, position, menu_item_id, name, category, quantity, weight, unit, unit_price, modifiers, "
                + "special_instructions, discount, discount_reason, service_charge, tax_rate, tax, total, sold_at, way, tax_class, "
                    + "taxes, unit_cost)",
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
                    await copy.WriteAsync(of.Items[line.Product], Bigint, cancel);
                    await copy.WriteAsync(line.Name, Text, cancel);
                    await copy.WriteAsync(line.Category, Text, cancel);
                    await WriteQuantity(copy, line, cancel);
                    await WriteAmounts(copy, line, cancel);
                    await copy.WriteAsync(line.At ?? sale.At, TimestampTz, cancel);
                    await copy.WriteAsync(sale.Type.Way().ToWire(), Text, cancel);
                    await copy.WriteAsync(TaxTable.ClassOf(RateOf(line)), Text, cancel);
                    await copy.WriteAsync(line.FrozenTaxes ?? Frozen(line.Taxes), Text, cancel);
                    if (line.UnitCost is { } cost)
                        await copy.WriteAsync(cost, Numeric, cancel);
                    else
                        await copy.WriteNullAsync(cancel);
                }
            },
            progress,
            cancel);
    }

    /// <summary>Pieces; of what is weighed, one with its weight; other parts of a piece are one piece and say so.</summary>
    private static async Task WriteQuantity(NpgsqlBinaryImporter copy, TakenLine line, CancellationToken cancel)
    {
        var weighed = line.Unit is not null && line.Quantity > 0;
        var whole = line.Quantity % 1000 == 0;
        await copy.WriteAsync(!weighed && whole ? (int)(line.Quantity / 1000) : 1, Integer, cancel);
        if (weighed)
        {
            await copy.WriteAsync(line.Quantity, Bigint, cancel);
            await copy.WriteAsync(line.Unit!.Value.ToWire(), Text, cancel);
        }
        else
        {
            await copy.WriteNullAsync(cancel);
            await copy.WriteNullAsync(cancel);
        }
    }

    private static async Task WriteAmounts(NpgsqlBinaryImporter copy, TakenLine line, CancellationToken cancel)
    {
        await copy.WriteAsync(line.UnitPrice.Minor, Bigint, cancel);
        await copy.WriteAsync(
            line.FrozenOptions ?? (line.Options.Count == 0
                ? "[]"
                : Kernel.Json.Write(line.Options.Select(o => new FrozenModifier(Slug(o.Name), o.Name, o.Price.Minor, o.Quantity)))),
            Text,
            cancel);
        var part = line.Unit is null && line.Quantity % 1000 != 0;
        await WriteText(copy, Cut(part ? $"× {line.Quantity / 1000m} {line.Notes}".TrimEnd() : line.Notes, 500), cancel);
        await copy.WriteAsync(line.Discount.Minor, Bigint, cancel);
        await WriteText(copy, Cut(line.DiscountReason, 200), cancel);
        await copy.WriteAsync(line.ServiceCharge.Minor, Bigint, cancel);
        await copy.WriteAsync(RateOf(line).TenThousandths, Bigint, cancel);
        await copy.WriteAsync(line.Tax.Minor, Bigint, cancel);
        await copy.WriteAsync(line.Total.Minor, Bigint, cancel);
    }

    public Task Payments(long[] ids, CancellationToken cancel)
    {
        var rows = new List<(TakenSale Sale, long Order, TakenPayment Payment)>(ids.Length);
        foreach (var (i, sale) in Sales.Index())
            rows.AddRange(sale.Payments.Where(p => !p.Amount.IsZero).Select(p => (sale, of.OrderIds[i], p)));
        return Copy(
            "payments (id, shop_id, order_id, method, amount, rounding, reference, business_day, paid_at)",
            rows,
            async (copy, row, i) =>
            {
                await copy.WriteAsync(ids[i], Bigint, cancel);
                await copy.WriteAsync(of.Shop, Bigint, cancel);
                await copy.WriteAsync(row.Order, Bigint, cancel);
                await copy.WriteAsync(row.Payment.Method.ToWire(), Text, cancel);
                await copy.WriteAsync(row.Payment.Amount.Minor, Bigint, cancel);
                await copy.WriteAsync(row.Payment.Rounding.Minor, Bigint, cancel);
                await WriteText(copy, Cut(row.Payment.Reference, 200), cancel);
                await copy.WriteAsync(row.Payment.Day ?? of.DayOf(row.Sale), NpgsqlDbType.Date, cancel);
                await copy.WriteAsync(row.Payment.At, TimestampTz, cancel);
            },
            _ => { },
            cancel);
    }

    /// <summary>What the other system calls each, and by which import it came: one of them.</summary>
    public Task References(long? import, long? broughtBy, CancellationToken cancel) => Copy(
        "imported_orders (shop_id, external_ref, order_id, import_id, brought_by, total, staff_ref, customer_ref, also_ref, fingerprint)",
        Sales,
        async (copy, sale, i) =>
        {
            await copy.WriteAsync(of.Shop, Bigint, cancel);
            await copy.WriteAsync(sale.Ref, Text, cancel);
            await copy.WriteAsync(of.OrderIds[i], Bigint, cancel);
            await WriteId(copy, import, cancel);
            await WriteId(copy, broughtBy, cancel);
            await copy.WriteAsync(sale.Total.Minor, Bigint, cancel);
            await WriteText(copy, sale.Staff, cancel);
            await WriteText(copy, sale.Customer, cancel);
            await WriteText(copy, sale.AlsoRef, cancel);
            await WriteText(copy, broughtBy is null ? null : FingerPrint.Of(sale), cancel);
        },
        progress,
        cancel);

    /// <summary>Taxes as orders keep them.</summary>
    internal static string Frozen(IReadOnlyList<TakenTax> taxes) => taxes.Count == 0 ? "[]" : FrozenTaxes.Freeze(
        [.. taxes.Select(t => new BorneTax(new(t.Name, null, t.Rate, TaxTreatment.Taxed, null), t.Base, t.Tax))]);

    private static TaxRate RateOf(TakenLine line) =>
        line.Taxes.Count == 0 ? TaxRate.Zero : TaxRate.FromTenThousandths(line.Taxes.Sum(t => t.Rate.TenThousandths));

    private static string Slug(string name) => ExportTable.Fold(name).Replace(' ', '-');

    private static string? Cut(string? text, int most) => text is { Length: > 0 } ? text.Length > most ? text[..most] : text : null;

    private async Task Copy<T>(
        string target,
        IReadOnlyList<T> rows,
        Func<NpgsqlBinaryImporter, T, int, Task> write,
        Action<long> told,
        CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy {target} from stdin (format binary)", cancel);
        copy.Timeout = TimeSpan.FromHours(1);
        for (var i = 0; i < rows.Count; i++)
        {
            await copy.StartRowAsync(cancel);
            await write(copy, rows[i], i);
            if ((i + 1) % Step == 0)
                told(Step);
        }

        await copy.CompleteAsync(cancel);
        told(rows.Count % Step);
    }

    private static Task WriteId(NpgsqlBinaryImporter copy, long? id, CancellationToken cancel) =>
        id is { } known ? copy.WriteAsync(known, Bigint, cancel) : copy.WriteNullAsync(cancel);

    private static Task WriteText(NpgsqlBinaryImporter copy, string? text, CancellationToken cancel) =>
        text is null ? copy.WriteNullAsync(cancel) : copy.WriteAsync(text, Text, cancel);
}

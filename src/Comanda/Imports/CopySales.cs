using Comanda.Orders;
using Comanda.Taxes;
using Npgsql;

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
        (copy, sale, i) =>
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

            copy.Row(27);
            copy.Write(of.OrderIds[i]);
            copy.Write(of.Shop);
            copy.Write(of.Register);
            copy.Write(of.Numbers[i]);
            copy.Write($"I-{of.Numbers[i]}");
            copy.Write(sale.Type.ToWire());
            copy.Write("completed");
            copy.Write(of.DayOf(sale));
            copy.Write(of.Currency);
            copy.Write(sale.TaxInside);
            copy.Write(gross);
            copy.Write(discount);
            copy.Write(tax);
            copy.Write(sale.Delivery.Minor);
            copy.Write(sale.DeliveryTaxes);
            copy.Write(sale.Tip.Minor);
            copy.Write(charge);
            copy.Write(sale.Total.Minor);
            copy.Write(sale.Payments.Sum(p => p.Amount.Minor));
            copy.Write(Cut(sale.Staff, 200));
            copy.Write(Cut(sale.CustomerName, 200));
            copy.Write(sale.Customer is not null && of.Guests.TryGetValue(sale.Customer, out var guest) ? guest : (long?)null);
            copy.Write(Cut(sale.Notes, 500));
            copy.Write(Cut(sale.Number, 100));
            copy.Write(0);
            copy.Write(sale.At);
            copy.Write(sale.At);
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
            (copy, sale, i) =>
            {
                foreach (var (position, line) in sale.Lines.Index())
                {
                    copy.Row(24);
                    copy.Write(ids[next++]);
                    copy.Write(of.OrderIds[i]);
                    copy.Write(of.Shop);
                    copy.Write(position + 1);
                    copy.Write(of.Items[line.Product]);
                    copy.Write(line.Name);
                    copy.Write(line.Category);
                    WriteQuantity(copy, line);
                    WriteAmounts(copy, line);
                    copy.Write(line.At ?? sale.At);
                    copy.Write(sale.Type.Way().ToWire());
                    copy.Write(TaxTable.ClassOf(RateOf(line)));
                    copy.Write(line.FrozenTaxes ?? Frozen(line.Taxes));
                    copy.Write(line.UnitCost);
                }
            },
            progress,
            cancel);
    }

    /// <summary>Pieces; of what is weighed, one with its weight; other parts of a piece are one piece and say so.</summary>
    private static void WriteQuantity(CopyWriter copy, TakenLine line)
    {
        var weighed = line.Unit is not null && line.Quantity > 0;
        var whole = line.Quantity % 1000 == 0;
        copy.Write(!weighed && whole ? (int)(line.Quantity / 1000) : 1);
        if (weighed)
        {
            copy.Write(line.Quantity);
            copy.Write(line.Unit!.Value.ToWire());
        }
        else
        {
            copy.Null();
            copy.Null();
        }
    }

    private static void WriteAmounts(CopyWriter copy, TakenLine line)
    {
        copy.Write(line.UnitPrice.Minor);
        copy.Write(line.FrozenOptions ?? (line.Options.Count == 0
            ? "[]"
            : Kernel.Json.Write(line.Options.Select(o => new FrozenModifier(Slug(o.Name), o.Name, o.Price.Minor, o.Quantity)))));
        var part = line.Unit is null && line.Quantity % 1000 != 0;
        copy.Write(Cut(part ? $"× {line.Quantity / 1000m} {line.Notes}".TrimEnd() : line.Notes, 500));
        copy.Write(line.Discount.Minor);
        copy.Write(Cut(line.DiscountReason, 200));
        copy.Write(line.ServiceCharge.Minor);
        copy.Write((long)RateOf(line).TenThousandths);
        copy.Write(line.Tax.Minor);
        copy.Write(line.Total.Minor);
    }

    public Task Payments(long[] ids, CancellationToken cancel)
    {
        var next = 0;
        return Copy(
            "payments (id, shop_id, order_id, method, amount, rounding, reference, business_day, paid_at)",
            Sales,
            (copy, sale, i) =>
            {
                foreach (var payment in sale.Payments)
                {
                    if (payment.Amount.IsZero)
                        continue;
                    copy.Row(9);
                    copy.Write(ids[next++]);
                    copy.Write(of.Shop);
                    copy.Write(of.OrderIds[i]);
                    copy.Write(payment.Method.ToWire());
                    copy.Write(payment.Amount.Minor);
                    copy.Write(payment.Rounding.Minor);
                    copy.Write(Cut(payment.Reference, 200));
                    copy.Write(payment.Day ?? of.DayOf(sale));
                    copy.Write(payment.At);
                }
            },
            _ => { },
            cancel);
    }

    /// <summary>What the other system calls each, and by which import it came: one of them.</summary>
    public Task References(long? import, long? broughtBy, CancellationToken cancel) => Copy(
        "imported_orders (shop_id, external_ref, order_id, import_id, brought_by, total, staff_ref, customer_ref, also_ref, fingerprint)",
        Sales,
        (copy, sale, i) =>
        {
            copy.Row(10);
            copy.Write(of.Shop);
            copy.Write(sale.Ref);
            copy.Write(of.OrderIds[i]);
            copy.Write(import);
            copy.Write(broughtBy);
            copy.Write(sale.Total.Minor);
            copy.Write(sale.Staff);
            copy.Write(sale.Customer);
            copy.Write(sale.AlsoRef);
            copy.Write(broughtBy is null ? null : FingerPrint.Of(sale));
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

    /// <summary>Rows into a table; <paramref name="write"/> puts each of them together.</summary>
    private async Task Copy<T>(
        string target, IReadOnlyList<T> rows, Action<CopyWriter, T, int> write, Action<long> told, CancellationToken cancel)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync($"copy {target} from stdin (format binary)", cancel);
        stream.WriteTimeout = stream.ReadTimeout = (int)TimeSpan.FromHours(1).TotalMilliseconds;
        try
        {
            var copy = new CopyWriter(stream);
            copy.Begin();
            for (var i = 0; i < rows.Count; i++)
            {
                write(copy, rows[i], i);
                await copy.Send(cancel);
                if ((i + 1) % Step == 0)
                    told(Step);
            }

            cancel.ThrowIfCancellationRequested();
            await copy.End(cancel);
        }
        catch
        {
            await stream.CancelAsync();
            throw;
        }

        told(rows.Count % Step);
    }
}

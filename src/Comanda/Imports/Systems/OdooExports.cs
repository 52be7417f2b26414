namespace Comanda.Imports;

/// <summary>
/// Odoo: orders of the point of sale, with the columns that somebody chose, by label or by technical path. The order's cells stand on its
/// first row only; its lines and payments share rows and have nothing to do with one another.
/// </summary>
internal static class OdooExports
{
    private const string System = "odoo";

    private static readonly string[] Reference = ["Order Ref", "name", "Receipt Number", "pos_reference"];
    private static readonly string[] Date = ["Date", "date_order"];
    private static readonly string[] Total = ["Total", "amount_total"];
    private static readonly string[] Product = ["Order Lines/Product", "lines/product_id/id", "lines/product_id",
        "Order Lines/Product/Name"];

    public static readonly KnownExport[] All =
    [
        new(System, KnownExports.Sales, [Reference, Date, Total, Product, ["Order Lines/Quantity", "lines/qty"]], Orders),
    ];

    private static void Orders(ExportTable table, Takeover into)
    {
        int reference = table.Find(Reference), date = table.Find(Date), total = table.Find(Total);
        int customer = table.Find("Customer", "partner_id");
        int status = table.Find("Status", "state"), product = table.Find(Product);
        int quantity = table.Find("Order Lines/Quantity", "lines/qty");
        int price = table.Find("Order Lines/Unit Price", "lines/price_unit");
        int off = table.Find("Order Lines/Discount (%)", "lines/discount");
        int net = table.Find("Order Lines/Subtotal w/o Tax", "lines/price_subtotal");
        int gross = table.Find("Order Lines/Subtotal", "lines/price_subtotal_incl");
        int method = table.Find("Payments/Payment Method", "payment_ids/payment_method_id", "payment_ids/payment_method_id/id");
        int amount = table.Find("Payments/Amount", "payment_ids/amount"), staff = table.Find("Employee", "employee_id", "User", "user_id");
        var numbers = FileNumbers.Of(table, [total, price, net, gross, amount, quantity], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, date, into, system: null);
        into.Note("Odoo's times are those of the zone of whoever exported, which the file does not say: they are read by the shop's "
            + "clock.");
        foreach (var rows in Together(table, reference))
        {
            var head = rows[0];
            if (dates.At(head[date]) is not { } at || numbers.Amount(head[total]) is not { } all)
            {
                into.Refuse(table.File, head.Line, "Total", $"'{head[date]}' is no date, or '{head[total]}' no amount");
                continue;
            }

            var key = $"{System}:{head[reference]}";
            if (ExportTable.Fold(head[status]) is "cancelled" or "cancel" or "new" or "draft" or "annule" or "storniert" or "cancelado")
            {
                into.Sale(key, () => new() { File = table.File, Line = head.Line, Ref = key, At = at, Cancelled = true });
                continue;
            }

            into.Say(dates.Day(head[date]), all);
            var lines = rows.FindAll(r => r[product].Length > 0);
            var payments = rows.Where(r => r[amount].Length > 0).Select(r => (By: r[method], Amount: numbers.Or0(r[amount]))).ToList();
            var refund = head[reference].EndsWith(" REFUND", StringComparison.OrdinalIgnoreCase) || all.IsNegative;
            if (refund)
            {
                // Subtotals of refunds were positive in many real files: the order's total is what counts.
                into.Refunds.Add(new()
                {
                    File = table.File,
                    Line = head.Line,
                    Ref = key,
                    Of = Original(head[reference]) is { } named ? $"{System}:{named}" : "",
                    At = at,
                    Amount = -all,
                    Method = payments is [var one, ..] ? Words.Method(one.By) : null,
                    Reason = "refunded at Odoo",
                    Lines = Backs(lines.ConvertAll(r => new Row(r[product], numbers.Quantity(r[quantity]) ?? 1000, Sum(r), Tax(r))), -all),
                });
                continue;
            }

            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = head.Line,
                Ref = key,
                At = at,
                Number = head[reference],
                Staff = Words.OrNull(head[staff]),
                CustomerName = Words.OrNull(head[customer]),
            });
            if (sale.Lines.Count > 0)
            {
                into.Refuse(table.File, head.Line, "Order Ref", $"order {head[reference]} stands in the files twice");
                continue;
            }

            foreach (var row in lines.Where(r => !Sum(r).IsNegative))
            {
                var (count, sum, taxed) = (numbers.Quantity(row[quantity]) ?? 1000, Sum(row), Tax(row));
                var each = numbers.Amount(row[price]) ?? Words.Each(sum, count);
                var less = numbers.Number(row[off]) is > 0 and < 100 and var percent
                    ? new Money((long)Math.Round(sum.Minor * percent / (100 - percent), MidpointRounding.AwayFromZero))
                    : Money.Zero;
                sale.Lines.Add(new()
                {
                    Line = row.Line,
                    Product = row[product],
                    Name = Words.Name(Plain(row[product])),
                    Sku = Code(row[product]),
                    Quantity = count,
                    UnitPrice = each,
                    Discount = less,
                    Taxes = Words.Tax("Tax", sum - taxed, taxed),
                    Total = sum,
                    TaxInside = true,
                });
            }

            Discount(sale, lines.Where(r => Sum(r).IsNegative).Aggregate(Money.Zero, (s, r) => s - Sum(r)), all);
            sale.Payments.AddRange(payments.Where(p => !p.Amount.IsZero).Select(p => new TakenPayment(Words.Method(p.By), p.Amount, at)));
        }

        Money Sum(ExportRow row) => numbers.Or0(row[gross >= 0 ? gross : net]);
        Money Tax(ExportRow row) => gross >= 0 && net >= 0 ? numbers.Or0(row[gross]) - numbers.Or0(row[net]) : Money.Zero;
    }

    private readonly record struct Row(string Product, long Quantity, Money Sum, Money Tax);

    /// <summary>The lines of a refund where they come to what went back; else only the amount is known.</summary>
    private static List<TakenBack> Backs(List<Row> rows, Money amount)
    {
        var sum = rows.Aggregate(Money.Zero, (s, r) => s + new Money(Math.Abs(r.Sum.Minor)));
        return sum != amount ? [] : rows.ConvertAll(r => new TakenBack(
            r.Product, Words.Name(Plain(r.Product)), Math.Abs(r.Quantity), new(Math.Abs(r.Sum.Minor)), new(Math.Abs(r.Tax.Minor))));
    }

    /// <summary>Discounts are lines with negative amounts: they are shared over the others, so that the order comes to its total.</summary>
    private static void Discount(TakenSale sale, Money off, Money total)
    {
        if (sale.Lines.Count == 0)
            return;
        off = off.IsZero ? sale.Sold - total : off;
        if (off.IsZero || sale.Sold.IsZero)
            return;
        var shares = Share.ByWeight(off, sale.Lines.Select(l => Math.Max(0, l.Total.Minor)).ToArray());
        foreach (var (i, share) in shares.Index())
        {
            var line = sale.Lines[i];
            var tax = line.Total.IsZero ? Money.Zero : line.Tax.Times((line.Total - share).Minor, line.Total.Minor);
            sale.Lines[i] = line with
            {
                Discount = line.Discount + share,
                Total = line.Total - share,
                Taxes = Words.Tax("Tax", line.Total - share - tax, tax),
            };
        }
    }

    private static string? Original(string reference) =>
        reference.EndsWith(" REFUND", StringComparison.OrdinalIgnoreCase) ? reference[..^7].TrimEnd() : null;

    /// <summary>[LAT] Latte</summary>
    private static string Plain(string product) => product is ['[', ..] && product.IndexOf(']') is > 0 and var end
        ? product[(end + 1)..] : product;

    private static string Code(string product) => product is ['[', ..] && product.IndexOf(']') is > 1 and var end ? product[1..end] : "";

    private static IEnumerable<List<ExportRow>> Together(ExportTable table, int reference)
    {
        var rows = new List<ExportRow>();
        foreach (var row in table.Rows)
        {
            if (row[reference].Length > 0 && rows.Count > 0)
            {
                yield return rows;
                rows = [];
            }

            rows.Add(row);
        }

        if (rows.Count > 0)
            yield return rows;
    }
}

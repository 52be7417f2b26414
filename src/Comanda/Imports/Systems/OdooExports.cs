using System.Text.RegularExpressions;

namespace Comanda.Imports;

/// <summary>
/// Odoo: orders of the point of sale, with the columns that somebody chose, by label or by technical path. The order's cells stand on its
/// first row only; its lines and payments share rows and have nothing to do with one another.
/// </summary>
internal static partial class OdooExports
{
    private const string System = "odoo";

    /// <summary>
    /// Of which list a column is, another column tells that only that list has: names of lists are in the user's language.
    /// </summary>
    private static readonly string[] LineOf = ["Product", "product_id", "Full Product Name", "full_product_name"];

    private static readonly string[] Drafts =
        ["cancel", "new", "draft", "neu", "nouveau", "nuevo", "nuovo", "entwurf", "brouillon", "borrador"];

    private static readonly string[] PaymentOf = ["Payment Method", "payment_method_id"];

    private static readonly string[] Reference = ["Order Ref", "name", "Receipt Number", "pos_reference", "External ID", "id"];

    public static readonly KnownExport[] All =
    [
        new(System, KnownExports.Sales, [Reference, ["Date", "date_order"], ["Total", "amount_total"]], Orders)
        {
            Also = t => Of(t, LineOf, LineOf) >= 0 && Of(t, LineOf, ["Quantity", "qty"]) >= 0,
        },
    ];

    /// <summary>
    /// The column <c>LIST/NAME</c> or <c>LIST/NAME/…</c> of the list that <paramref name="told"/> tells; -1 where there is none.
    /// </summary>
    private static int Of(ExportTable table, string[] told, string[] names)
    {
        var paths = table.Headings.Select(h => h.Split('/', StringSplitOptions.TrimEntries)).ToArray();
        if (Array.Find(paths, p => p.Length > 1 && Is(p[1], told)) is not { } list)
            return -1;
        // Of a product's own columns its name is meant, where there are several.
        return Enumerable.Range(0, paths.Length)
            .Where(i => paths[i].Length > 1 && paths[i][0] == list[0] && Is(paths[i][1], names))
            .OrderBy(i => paths[i].Length > 2 && !Is(paths[i][2], ["Name", "id", "Display Name"])).ThenBy(i => paths[i].Length)
            .FirstOrDefault(-1);
    }

    private static bool Is(string part, string[] names)
    {
        var folded = ExportTable.Fold(part);
        return names.Select(ExportTable.Fold).Any(n => folded == n || HeadingWords.Of(n).Contains(folded, StringComparer.Ordinal));
    }

    private static void Orders(ExportTable table, Takeover into)
    {
        int reference = table.Find(Reference), date = table.Find("Date", "date_order"), total = table.Find("Total", "amount_total");
        int customer = table.Find("Customer", "partner_id"), status = table.Find("Status", "state");
        int staff = table.Find("Employee", "employee_id", "User", "user_id");
        int product = Of(table, LineOf, LineOf), quantity = Of(table, LineOf, ["Quantity", "qty"]);
        int price = Of(table, LineOf, ["Unit Price", "price_unit"]), off = Of(table, LineOf, ["Discount (%)", "discount"]);
        int net = Of(table, LineOf, ["Subtotal w/o Tax", "price_subtotal"]);
        int gross = Of(table, LineOf, ["Subtotal", "price_subtotal_incl"]);
        int method = Of(table, PaymentOf, PaymentOf), amount = Of(table, PaymentOf, ["Amount", "amount"]);
        var numbers = FileNumbers.Of(table, [total, price, net, gross, amount], into, into.Options.DecimalMark, quantity);
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
            if (Words.IsCancelled(head[status]) || Drafts.Contains(ExportTable.Fold(head[status]), StringComparer.Ordinal))
            {
                into.Sale(key, () => new() { File = table.File, Line = head.Line, Ref = key, At = at, Cancelled = true });
                continue;
            }

            var lines = rows.FindAll(r => r[product].Length > 0);
            var payments = rows.Where(r => r[amount].Length > 0).Select(r => (By: r[method], Amount: numbers.Or0(r[amount]))).ToList();
            var refund = Original(head[reference]) is not null || all.IsNegative;
            into.Say(dates.Day(head[date]), refund && !all.IsNegative ? -all : all);
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
                    Amount = new(Math.Abs(all.Minor)),
                    Method = payments is [var one, ..] ? Words.Method(one.By) : null,
                    Reason = "refunded at Odoo",
                    Lines = Backs(lines.ConvertAll(r => new Row(r[product], numbers.Quantity(r[quantity]) ?? 1000, Sum(r), Tax(r))),
                        new(Math.Abs(all.Minor))),
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

    /// <summary>Cafe/0001 REFUND: the order that it gives back.</summary>
    private static string? Original(string reference) => Refund().Match(reference) is { Success: true } refund
        && Words.IsRefund(refund.Groups["word"].Value) ? refund.Groups["of"].Value : null;

    [GeneratedRegex(@"^(?<of>.+?)\s+(?<word>\p{L}+)(\s*\(?\d+\)?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Refund();

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

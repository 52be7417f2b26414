using System.Globalization;
using System.Text.RegularExpressions;

namespace Comanda.Imports;

/// <summary>
/// Zettle: receipts as a workbook, whose headings stand below titles and above sums. The VAT's rate is part of a heading; what was sold is
/// a text, without prices; a refund does not name its receipt.
/// </summary>
internal static partial class ZettleExports
{
    private const string System = "zettle";

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Receipt number"], ["Date"], ["Total"], ["Payment method"], ["Event type", "Type"], ["Description"]],
            Receipts),
    ];

    private static void Receipts(ExportTable table, Takeover into)
    {
        int number = table.Find("Receipt number"), date = table.Find("Date"), total = table.Find("Total"), time = table.Find("Time");
        int tender = table.Find("Payment method"), what = table.Find("Description"), staff = table.Find("Staff");
        int kind = table.Find("Event type", "Type");
        var taxes = table.Headings.Index().Where(h => Rate().IsMatch(h.Item)).ToList();
        var numbers = FileNumbers.Of(table, [total, .. taxes.Select(t => t.Index)], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, date, into, system: null);
        into.Note("Zettle's receipts name what was sold as a text, without prices: each is taken over as one line.");
        foreach (var row in table.Rows)
        {
            // Sums below the receipts have no number.
            if (row[number].Length == 0)
                continue;
            // The time repeats what the date has already, or is there alone.
            var clock = row[date].Contains(':', StringComparison.Ordinal) ? "" : row[time];
            if (dates.At(row[date], clock) is not { } at || numbers.Amount(row[total]) is not { } all)
            {
                into.Refuse(table.File, row.Line, "Total", $"'{row[date]}' is no date, or '{row[total]}' no amount");
                continue;
            }

            var refund = all.IsNegative || Words.IsRefund(row[kind]);
            if (refund && !all.IsNegative)
                all = -all;
            into.Say(dates.Day(row[date]), all);
            var (key, product) = ($"{System}:{row[number]}", "text:" + row[what]);
            if (refund)
            {
                var back = taxes.Aggregate(Money.Zero, (sum, t) => sum + numbers.Or0(row[t.Index]));
                into.Note("Zettle's refunds do not name their receipt: each is given to the nearest one before it of the same text "
                    + "and amount.");
                into.Refunds.Add(new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = key,
                    Of = "",
                    At = at,
                    Amount = -all,
                    Reason = "refunded at Zettle",
                    Lines = [new(product, Words.Name(row[what]), 1000, -all, new(Math.Abs(back.Minor)))],
                });
                continue;
            }

            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = at,
                Number = row[number],
                Staff = Words.OrNull(row[staff]),
            });
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = product,
                Name = Words.Name(row[what]),
                UnitPrice = all,
                Total = all,
                TaxInside = true,
                Taxes = [.. TaxesOf(row, taxes, numbers, all)],
            });
            Words.PayRest(sale, Words.Method(row[tender]));
        }
    }

    private static IEnumerable<TakenTax> TaxesOf(
        ExportRow row, List<(int Index, string Item)> columns, FileNumbers numbers, Money all)
    {
        var borne = columns.Select(c => (Rate: Words.RateOf([c.Item])!.Value, Tax: numbers.Or0(row[c.Index]))).Where(t => !t.Tax.IsZero)
            .ToList();
        foreach (var (rate, tax) in borne)
        {
            // Of several rates in one total each has the base that its tax comes of.
            var net = borne.Count == 1 || rate.TenThousandths == 0 ? all - tax : tax.Times(1_000_000, rate.TenThousandths);
            yield return new("VAT " + rate.Percent.ToString(CultureInfo.InvariantCulture) + "%", rate, net, tax);
        }
    }

    /// <summary>However a country calls it: <c>Moms (25.0%)</c>, <c>MwSt. (7%)</c>, <c>ALV (25,5 %)</c>.</summary>
    [GeneratedRegex(@"^[^()%]{2,30}\(\d{1,3}([.,]\d+)?\s*%\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}

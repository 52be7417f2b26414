namespace Comanda.Imports;

/// <summary>Its payments: tenders and tips, and the refunds, which are columns on them.</summary>
internal static partial class ToastExports
{
    private static void Payments(ExportTable table, Takeover into)
    {
        int id = table.Find("Payment Id"), order = table.Find("Order Id"), paid = table.Find("Paid Date"), amount = table.Find("Amount");
        int tip = table.Find("Tip"), status = table.Find("Status"), voidDate = table.Find("Void Date"), type = table.Find("Type");
        int back = table.Find("Refund Amount"), backTip = table.Find("Refund Tip Amount"), backAt = table.Find("Refund Date");
        int opened = table.Find("Order Date"), other = table.Find("Other Type"), gratuity = table.Find("Gratuity");
        var numbers = FileNumbers.Of(table, [amount, tip, gratuity, back, backTip], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, paid, into, system: true);
        if (LostDigits(table, into, order))
            return;
        var tipped = into.Sales.Where(s => !s.Tip.IsZero).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var row in table.Rows)
        {
            if (row[status].Equals("VOIDED", StringComparison.OrdinalIgnoreCase) || row[voidDate].Length > 0)
                continue;
            if (numbers.Amount(row[amount]) is not { } of || dates.At(row[paid]) is not { } at)
            {
                into.Refuse(table.File, row.Line, "Amount", $"'{row[amount]}' is no amount, or '{row[paid]}' no date");
                continue;
            }

            var by = row[type].Equals("Other", StringComparison.OrdinalIgnoreCase) ? Words.Method(row[other]) : Words.Method(row[type]);
            var sale = into.Find($"{System}:{row[order]}");
            if (sale is not null)
                Pay(sale, new(by, of + numbers.Or0(row[tip]) + numbers.Or0(row[gratuity]), at, row[id]), numbers.Or0(row[tip]));
            if (numbers.Amount(row[back]) is { IsZero: false } refunded)
            {
                // Of a sale that came with an earlier import, this file alone tells that it was refunded.
                into.Refunds.Add(new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = $"{System}:{row[id]}:refund",
                    Of = $"{System}:{row[order]}",
                    At = dates.At(row[backAt]) ?? at,
                    Amount = refunded,
                    Tip = numbers.Or0(row[backTip]),
                    Method = by,
                    Reason = "refunded at Toast",
                });
                into.Say(dates.Day(row[backAt]) ?? dates.Day(row[paid]), -refunded);
            }
            else if (sale is null)
            {
                into.Refuse(table.File, row.Line, "Order Id", $"order {row[order]} is in none of the files: bring its items or "
                    + "orders along");
            }
        }

        void Pay(TakenSale sale, TakenPayment payment, Money tips)
        {
            sale.Payments.Add(payment);
            sale.Knows |= Knows.Sums;
            if (!tipped.Contains(sale))
                sale.Tip += tips;
        }
    }

    /// <summary>Ids are longer than the numbers of a spreadsheet: one that was saved by it again would make one sale of several.</summary>
    private static bool LostDigits(ExportTable table, Takeover into, int column)
    {
        if (!Words.LostDigits(table, column))
            return false;
        into.Refuse(table.File, 1, table.Headings[column], "a spreadsheet took the last digits of its numbers: bring the file as it came");
        return true;
    }
}

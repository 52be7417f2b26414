namespace Comanda.Imports;

/// <summary>
/// SumUp: the sales report (items) and the transaction report (tips). Its headings changed silently over the years. A refund is one
/// negative row with the number of its sale, or, until 2024, one that points to it.
/// </summary>
internal static class SumUpExports
{
    private const string System = "sumup";

    private static readonly string[] Failed =
        ["fehlgeschlagen", "failed", "abgelehnt", "declined", "echouee", "echoue", "fallida", "fallito"];

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Transaction ID"], ["Date"], ["Type"], ["Quantity"], ["Description"], ["Price (Gross)"], ["Currency"]],
            Lines),
        new(
            System,
            KnownExports.Payments,
            [["Date"], ["Transaction ID"], ["Transaction type"], ["Amount incl. VAT", "Total"], ["Tip amount"], ["Status"]],
            Transactions) { Turn = 1 },
    ];

    private static void Lines(ExportTable table, Takeover into)
    {
        int number = table.Find("Transaction ID"), date = table.Find("Date"), time = table.Find("Time");
        int type = table.Find("Type");
        int tender = table.Find("Payment Method", "Transaction type"), gross = table.Find("Price (Gross)");
        int quantity = table.Find("Quantity"), item = table.Find("Description"), category = table.Find("Category");
        int sku = table.Find("Sku"), currency = table.Find("Currency");
        int before = table.Find("Price before discount", "Preis vor Rabatt", "Prix avant remise", "Precio antes del descuento");
        int off = table.Find("Discount", "Rabatt"), tax = table.Find("Tax"), rate = table.Find("Tax rate");
        int of = table.Find("Transaction refunded");
        var numbers = FileNumbers.Of(table, [gross, before, off, tax], into, into.Options.DecimalMark, quantity);
        var dates = FileDates.Of(table, date, into, system: null);
        var refunds = new List<(ExportRow Row, DateTimeOffset At, Money Amount)>();
        foreach (var row in table.Rows)
        {
            if (row[number].Length == 0 || dates.At(row[date], row[time]) is not { } at || numbers.Amount(row[gross]) is not { } sold)
            {
                into.Refuse(table.File, row.Line, "Datum", $"'{row[date]} {row[time]}' is no date, or '{row[gross]}' no amount");
                continue;
            }

            if (row[currency].Length > 0 && row[currency] != into.Currency.Code)
            {
                into.Refuse(table.File, row.Line, "Währung", $"is {row[currency]}; the shop sells in {into.Currency.Code}");
                continue;
            }

            var back = sold.IsNegative || Words.IsRefund(row[type]);
            into.Say(dates.Day(row[date]), back && !sold.IsNegative ? -sold : sold);
            if (back)
            {
                refunds.Add((row, at, new(Math.Abs(sold.Minor))));
                continue;
            }

            var key = $"{System}:{row[number]}";
            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = at,
                Number = row[number],
                Knows = Knows.Lines,
            });
            var (count, taxed) = (numbers.Quantity(row[quantity]) is { } n and > 0 ? n : 1000, numbers.Or0(row[tax]));
            var discount = numbers.Amount(row[before]) is { } full && full > sold ? full - sold : Money.Zero;
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = row[sku].Length > 0 ? row[sku] : "item:" + row[item],
                Name = Words.Name(row[item]),
                Category = row[category].Length > 0 ? Words.Name(row[category]) : "Imported",
                Sku = row[sku],
                Quantity = count,
                UnitPrice = Words.Each(sold + discount, count),
                Discount = discount,
                Taxes = Words.Tax("MwSt.", sold - taxed, taxed, Words.RateOf([$"({row[rate]})"])),
                Total = sold,
                TaxInside = true,
            });
            Words.PayRest(sale, Words.Method(row[tender]));
        }

        foreach (var (row, at, amount) in refunds)
        {
            into.Refunds.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = $"{System}:{row[number]}:refund:{row[date]} {row[time]}:{row[gross]}",
                Of = $"{System}:{(row[of].Length > 0 ? row[of] : row[number])}",
                At = at,
                Amount = amount,
                Reason = "refunded at SumUp",
            });
        }
    }

    /// <summary>Tips, which are in no item file; and sales of which the items are missing, as one line each.</summary>
    private static void Transactions(ExportTable table, Takeover into)
    {
        int date = table.Find("Date"), number = table.Find("Transaction ID");
        int kind = table.Find("Transaction type");
        int amount = table.Find("Amount incl. VAT", "Total"), tip = table.Find("Tip amount"), what = table.Find("Description");
        int status = table.Find("Status");
        var numbers = FileNumbers.Of(table, [amount, tip], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, date, into, system: null);
        foreach (var row in table.Rows)
        {
            if (dates.At(row[date]) is not { } at || numbers.Amount(row[amount]) is not { } all)
            {
                into.Refuse(table.File, row.Line, "Datum", $"'{row[date]}' is no date, or '{row[amount]}' no amount");
                continue;
            }

            var key = $"{System}:{row[number]}";
            if (all.IsNegative || Words.IsRefund(row[kind]))
            {
                // The sales report tells of the same refund, where it is there.
                if (into.Refunds.Exists(r => r.Of == key))
                    continue;
                into.Say(dates.Day(row[date]), -new Money(Math.Abs(all.Minor)));
                into.Refunds.Add(new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = $"{key}:refund:{row[date]}:{row[amount]}",
                    Of = key,
                    At = at,
                    Amount = new(Math.Abs(all.Minor)),
                    Reason = "refunded at SumUp",
                });
                continue;
            }

            if (Words.IsCancelled(row[status]) || Failed.Contains(ExportTable.Fold(row[status]), StringComparer.Ordinal))
                continue;
            var (tips, fresh) = (numbers.Or0(row[tip]), into.Find(key) is null);
            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = at,
                Number = row[number],
                Knows = Knows.Sums,
            });
            sale.Knows |= Knows.Sums;
            if (fresh)
            {
                into.Note("Transactions that are in no sales report are taken over as one line each.");
                into.Say(dates.Day(row[date]), all - tips);
                sale.Lines.Add(new()
                {
                    Line = row.Line,
                    Product = "transaction",
                    Name = "Sale",
                    UnitPrice = all - tips,
                    Total = all - tips,
                    TaxInside = true,
                    Notes = Words.OrNull(row[what]),
                });
            }

            if (tips.IsZero)
                continue;
            sale.Tip = tips;
            if (sale.Payments is [var only])
                sale.Payments[0] = only with { Amount = only.Amount + tips };
        }
    }
}

namespace Comanda.Imports;

/// <summary>
/// SumUp: the sales report (items) and the transaction report (tips). Its headings changed silently over the years. A refund is one
/// negative row with the number of its sale, or, until 2024, one that points to it.
/// </summary>
internal static class SumUpExports
{
    private const string System = "sumup";

    private static readonly string[] Number = ["Transaktionsnummer", "Transaction ID"];
    private static readonly string[] Gross = ["Preis (brutto)", "Price (Gross)"];

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [Number, ["Datum", "Date"], ["Typ", "Type"], ["Menge", "Quantity"], ["Beschreibung", "Description"], Gross,
                ["Währung", "Currency"]],
            Lines),
        new(
            System,
            KnownExports.Payments,
            [["Datum", "Date"], ["Transaktions-ID"], ["Transaktionsart", "Transaction type"], ["Betrag inkl. MwSt."], ["Trinkgeldbetrag"]],
            Transactions) { Turn = 1 },
    ];

    private static void Lines(ExportTable table, Takeover into)
    {
        int number = table.Find(Number), date = table.Find("Datum", "Date"), time = table.Find("Time", "Zeit");
        int type = table.Find("Typ", "Type");
        int tender = table.Find("Zahlungsmethode", "Zahlungsart", "Payment Method", "Transaktionsart"), gross = table.Find(Gross);
        int quantity = table.Find("Menge", "Quantity"), item = table.Find("Beschreibung", "Description"), category = table.Find("Category");
        int sku = table.Find("Sku"), currency = table.Find("Währung", "Currency"), before = table.Find("Preis vor Rabatt");
        int off = table.Find("Rabatt"), tax = table.Find("Steuer", "Tax"), rate = table.Find("Steuersatz", "Tax rate");
        int of = table.Find("Transaction refunded");
        var numbers = FileNumbers.Of(table, [gross, before, off, tax], into, into.Options.DecimalMark);
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

            into.Say(dates.Day(row[date]), sold);
            if (sold.IsNegative || ExportTable.Fold(row[type]) is "refund" or "refunds" or "ruckerstattung")
            {
                refunds.Add((row, at, -sold));
                continue;
            }

            var key = $"{System}:{row[number]}";
            var sale = into.Sale(key, () => new() { File = table.File, Line = row.Line, Ref = key, At = at, Number = row[number] });
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
        int date = table.Find("Datum", "Date"), number = table.Find("Transaktions-ID");
        int kind = table.Find("Transaktionsart", "Transaction type");
        int amount = table.Find("Betrag inkl. MwSt."), tip = table.Find("Trinkgeldbetrag"), what = table.Find("Beschreibung");
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
            if (all.IsNegative || ExportTable.Fold(row[kind]) is "refund" or "ruckerstattung")
            {
                // The sales report tells of the same refund, where it is there.
                if (into.Refunds.Exists(r => r.Of == key))
                    continue;
                into.Say(dates.Day(row[date]), all);
                into.Refunds.Add(new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = $"{key}:refund:{row[date]}:{row[amount]}",
                    Of = key,
                    At = at,
                    Amount = -all,
                    Reason = "refunded at SumUp",
                });
                continue;
            }

            if (ExportTable.Fold(row[status]) is "fehlgeschlagen" or "failed" or "abgebrochen" or "storniert")
                continue;
            var (tips, fresh) = (numbers.Or0(row[tip]), into.Find(key) is null);
            var sale = into.Sale(key, () => new() { File = table.File, Line = row.Line, Ref = key, At = at, Number = row[number] });
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

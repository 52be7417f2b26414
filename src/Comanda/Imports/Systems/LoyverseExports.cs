namespace Comanda.Imports;

/// <summary>
/// Loyverse: receipts by item (lines), receipts (tender, tips in none), items. What was cancelled stays in as a sale with full amounts and
/// says so in its last column only; mostly a corrected receipt follows. Refunds do not name their sale.
/// </summary>
internal static partial class LoyverseExports
{
    private const string System = "loyverse";

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Date"], ["Receipt number"], ["Receipt type"], ["Item"], ["Net sales"], ["Status"], ["Gross sales"], ["Quantity"]],
            Lines),
        new(
            System,
            KnownExports.Payments,
            [["Date"], ["Receipt number"], ["Receipt type"], ["Net sales"], ["Total collected"], ["Payment type"], ["Status"]],
            Receipts) { Turn = 1 },
        new(
            System,
            KnownExports.Catalogue,
            [["Handle"], ["SKU"], ["Name"], ["Sold by weight"], ["Track stock"]],
            Items),
    ];

    private static void Lines(ExportTable table, Takeover into)
    {
        int date = table.Find("Date"), number = table.Find("Receipt number"), kind = table.Find("Receipt type");
        int item = table.Find("Item"), net = table.Find("Net sales"), gross = table.Find("Gross sales");
        int discounts = table.Find("Discounts"), tax = table.Find("Taxes"), status = table.Find("Status");
        int quantity = table.Find("Quantity"), sku = table.Find("SKU"), category = table.Find("Category");
        int variant = table.Find("Variant"), options = table.Find("Modifiers applied");
        int store = table.Find("Store"), pos = table.Find("POS"), dining = table.Find("Dining option");
        int staff = table.Find("Cashier name"), name = table.Find("Customer name");
        int contacts = table.Find("Customer contacts"), comment = table.Find("Comment");
        var numbers = FileNumbers.Of(table, [gross, discounts, net, tax], into, into.Options.DecimalMark, quantity, thousandths: true);
        var dates = FileDates.Of(table, date, into, system: null);
        var back = new Dictionary<string, TakenRefund>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (row[number].Length == 0 || dates.At(row[date]) is not { } at)
            {
                into.Refuse(table.File, row.Line, "Date", $"'{row[date]}' is no date, or the receipt has no number");
                continue;
            }

            if (numbers.Amount(row[net]) is not { } sold || numbers.Quantity(row[quantity]) is not { } count || count == 0)
            {
                into.Refuse(table.File, row.Line, "Net sales", $"'{row[net]}' is no amount, or '{row[quantity]}' no quantity");
                continue;
            }

            var key = Key(row, store, pos, number);
            var cancelled = Words.IsCancelled(row[status]);
            var (taxed, product) = (numbers.Or0(row[tax]), row[sku].Length > 0 ? row[sku] : "item:" + row[item] + "/" + row[variant]);
            if (Words.IsRefund(row[kind]) || count < 0)
            {
                if (cancelled)
                    continue;
                into.Say(dates.Day(row[date]), sold + (into.PricesIncludeTax ? Money.Zero : taxed));
                if (!back.TryGetValue(key, out var refund))
                {
                    refund = new()
                    {
                        File = table.File,
                        Line = row.Line,
                        Ref = key,
                        Of = "",
                        At = at,
                        Amount = Money.Zero,
                        Reason = Words.OrNull(row[comment]) ?? "refunded at Loyverse",
                    };
                }

                var amount = -(sold + (into.PricesIncludeTax ? Money.Zero : taxed));
                refund.Lines.Add(new(product, row[item], Math.Abs(count), amount, -taxed));
                back[key] = refund with { Amount = refund.Amount + amount };
                continue;
            }

            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = at,
                Number = row[number],
                Type = Words.TypeOf(row[dining]),
                Staff = Words.OrNull(row[staff]),
                Customer = Words.OrNull(row[contacts]),
                CustomerName = Words.OrNull(row[name]),
                Notes = Words.OrNull(row[comment]),
                TaxInside = into.PricesIncludeTax,
                Cancelled = cancelled,
                Knows = Knows.Lines,
            });
            if (!cancelled)
                into.Say(dates.Day(row[date]), sold + (sale.TaxInside ? Money.Zero : taxed));
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = product,
                Name = Words.Name(row[variant].Length > 0 ? $"{row[item]} {row[variant]}" : row[item]),
                Category = row[category].Length > 0 ? Words.Name(row[category]) : "Imported",
                Sku = row[sku],
                Quantity = count,
                Unit = count % 1000 == 0 ? null : WeightUnit.Kilogram,
                UnitPrice = Words.Each(numbers.Amount(row[gross]) ?? sold, count),
                Options = Words.Options(row[options]),
                Discount = numbers.Or0(row[discounts]),
                Taxes = Words.Tax("Tax", sale.TaxInside ? sold - taxed : sold, taxed),
                Total = sale.TaxInside ? sold : sold + taxed,
                TaxInside = sale.TaxInside,
            });
            if (!taxed.IsZero)
                into.Note("Loyverse's receipts by item do not say whether prices include tax: without the receipts file they are "
                    + "taken to do "
                    + "as the shop's do.");
        }

        into.Refunds.AddRange(back.Values);
        if (back.Count > 0)
            into.Note("Loyverse's refunds do not name their sale: each is given to the nearest sale before it that has its items.");
        into.Note("Receipts by item name no tender: bring the receipts file along for how guests paid.");
    }

    private static string Key(ExportRow row, int store, int pos, int number) => $"{System}:{row[store]}/{row[pos]}/{row[number]}";

    /// <summary>How a receipt was paid, and whether its taxes were in its prices; without its lines it is a sale of one line.</summary>
    private static void Receipts(ExportTable table, Takeover into)
    {
        int date = table.Find("Date"), number = table.Find("Receipt number"), kind = table.Find("Receipt type");
        int net = table.Find("Net sales");
        int status = table.Find("Status");
        int tax = table.Find("Taxes"), collected = table.Find("Total collected"), tender = table.Find("Payment type");
        int store = table.Find("Store");
        int pos = table.Find("POS"), what = table.Find("Description");
        int staff = table.Find("Cashier name");
        int gross = table.Find("Gross sales"), discounts = table.Find("Discounts"), dining = table.Find("Dining option");
        var numbers = FileNumbers.Of(table, [net, tax, collected, gross, discounts], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, date, into, system: null);
        var alone = into.Sales.TrueForAll(s => !s.Ref.StartsWith(System + ":", StringComparison.Ordinal));
        foreach (var row in table.Rows)
        {
            if (dates.At(row[date]) is not { } at || numbers.Amount(row[collected]) is not { } all
                || numbers.Amount(row[net]) is not { } sold)
            {
                into.Refuse(table.File, row.Line, "Total collected", $"'{row[date]}', '{row[net]}' or '{row[collected]}' cannot be read");
                continue;
            }

            var key = Key(row, store, pos, number);
            var (taxed, cancelled) = (numbers.Or0(row[tax]), Words.IsCancelled(row[status]));
            var by = row[tender].Split(['+', ',', ';'])[0].Trim();
            if (Words.IsRefund(row[kind]) || all.IsNegative)
            {
                var known = into.Refunds.FindIndex(r => r.Ref == key);
                if (known >= 0)
                    into.Refunds[known] = into.Refunds[known] with { Method = Words.Method(by) };
                else if (!cancelled)
                    into.Refuse(table.File, row.Line, "Receipt number", "a refund without its lines cannot be given to a sale: bring the "
                        + "receipts by item along");
                continue;
            }

            var sale = into.Find(key);
            if (sale is null && cancelled)
            {
                sale = into.Sale(key, () => new() { File = table.File, Line = row.Line, Ref = key, At = at, Cancelled = true });
                continue;
            }

            if (sale is null)
            {
                if (!alone)
                    into.Note("Some receipts have no lines in the receipts by item: each is taken over as one line.");
                var inside = sold == all;
                sale = into.Sale(key, () => new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = key,
                    At = at,
                    Number = row[number],
                    Type = Words.TypeOf(row[dining]),
                    Staff = Words.OrNull(row[staff]),
                    TaxInside = inside,
                    Knows = Knows.Sums,
                });
                into.Say(dates.Day(row[date]), all);
                sale.Lines.Add(new()
                {
                    Line = row.Line,
                    Product = "receipt",
                    Name = "Sale",
                    UnitPrice = numbers.Amount(row[gross]) ?? sold,
                    Discount = numbers.Or0(row[discounts]),
                    Taxes = Words.Tax("Tax", inside ? sold - taxed : sold, taxed),
                    Total = all,
                    TaxInside = inside,
                    Notes = Words.OrNull(row[what]),
                });
            }
            else if (!taxed.IsZero && sale.TaxInside != (sold == all) && (sold == all || sold + taxed == all))
            {
                var turned = Turned(sale, sold == all);
                if (!sale.Cancelled)
                    into.Say(dates.Day(row[date]), turned.Total - sale.Total);
                into.Replace(sale, turned);
                sale = turned;
            }

            sale.Knows |= Knows.Sums;
            sale.Payments.Clear();
            if (!all.IsZero)
                sale.Payments.Add(new(Words.Method(by), all, sale.At));
            if (row[tender].Contains('+', StringComparison.Ordinal))
                into.Note("Split tenders stand in one cell without amounts: the whole receipt is given to the first.");
        }
    }

    /// <summary>The sale with its taxes inside its prices, or on top of them, as its receipt shows that they were.</summary>
    private static TakenSale Turned(TakenSale sale, bool inside)
    {
        var lines = sale.Lines.ConvertAll(l =>
        {
            var net = l.Total - (sale.TaxInside ? Money.Zero : l.Tax);
            return l with
            {
                TaxInside = inside,
                Total = inside ? net : net + l.Tax,
                Taxes = Words.Tax("Tax", inside ? net - l.Tax : net, l.Tax),
            };
        });
        return sale with { TaxInside = inside, Lines = lines };
    }
}

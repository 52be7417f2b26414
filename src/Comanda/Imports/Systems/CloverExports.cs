using System.Text.RegularExpressions;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>
/// Clover: line items (a row for each piece), orders (tips, tenders, refunds), inventory as a workbook. A refund is a flag on the old line;
/// a service charge is a line of its own; modifiers with their prices stand in one cell.
/// </summary>
internal static partial class CloverExports
{
    private const string System = "clover";

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Line Item Date"], ["Order ID"], ["Item Name"], ["Item Revenue"], ["Item Total"], ["Tax Amount"], ["Refunded"]],
            Lines),
        new(
            System,
            KnownExports.Payments,
            [["Order Date"], ["Order ID"], ["Order Total"], ["Payments Total"], ["Tender"], ["Tip"]],
            Orders) { Turn = 1 },
        new(System, KnownExports.Catalogue, [["Tax Rate ID"], ["Name"], ["Tax Rate"], ["Default?"]], Rates) { Turn = -2 },
        new(System, KnownExports.Catalogue, [["Category ID"], ["Category Name"], ["Item Sort Order"]], Categories) { Turn = -1 },
        new(System, KnownExports.Catalogue, [["Clover ID"], ["Name"], ["Price"], ["Price Type"]], Items),
        new(System, KnownExports.Catalogue, [["Modifier Group Name"], ["Modifier"], ["Price"]], Groups),
    ];

    private static void Lines(ExportTable table, Takeover into)
    {
        int date = table.Find("Line Item Date"), order = table.Find("Order ID"), id = table.Find("Item ID"), item = table.Find("Item Name");
        int revenue = table.Find("Item Revenue"), modifiers = table.Find("Modifiers"), all = table.Find("Total Revenue");
        int total = table.Find("Item Total"), tax = table.Find("Tax Amount"), rate = table.Find("Item Tax Rate");
        int refunded = table.Find("Refunded"), exchanged = table.Find("Exchanged"), charge = table.Find("Service Charge");
        int sku = table.Find("Item SKU"), staff = table.Find("Order Employee Name"), weight = table.Find("Per Unit Quantity");
        int unit = table.Find("Item Unit"), state = table.Find("Order Payment State");
        var numbers = FileNumbers.Of(table, [revenue, all, total, tax], into, into.Options.DecimalMark, weight);
        var dates = FileDates.Of(table, date, into, system: null);
        var (charges, back) = (new Dictionary<TakenSale, Money>(ReferenceEqualityComparer.Instance), new Dictionary<string, TakenRefund>());
        foreach (var row in table.Rows)
        {
            if (row[order].Length == 0 || dates.At(row[date]) is not { } at || numbers.Amount(row[total]) is not { } sold)
            {
                into.Refuse(table.File, row.Line, "Item Total", $"'{row[date]}' is no date, '{row[total]}' no amount, or there is no "
                    + "order");
                continue;
            }

            var key = $"{System}:{row[order]}";
            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = at,
                Staff = Words.OrNull(row[staff]),
                TaxInside = false,
                Cancelled = row[state].Equals("Open", StringComparison.OrdinalIgnoreCase),
                Knows = Knows.Lines,
            });
            // What counts guests or marks a course costs nothing and was not sold.
            if (row[item].StartsWith('#') && sold.IsZero)
                continue;
            var taxed = numbers.Or0(row[tax]);
            if (!sale.Cancelled)
                into.Say(dates.Day(row[date]), sold + taxed);
            if (Words.Yes(row[charge]))
            {
                charges[sale] = charges.GetValueOrDefault(sale) + sold + taxed;
                continue;
            }

            var quantity = numbers.Quantity(row[weight]) is { } w and > 0 ? w : 1000;
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = row[id].Length > 0 ? row[id] : "item:" + row[item],
                Name = Words.Name(row[item]),
                Sku = row[sku],
                Quantity = quantity,
                Unit = Words.UnitOf(row[unit], quantity),
                UnitPrice = Words.Each(numbers.Amount(row[revenue]) ?? sold, quantity),
                Options = OptionsOf(row[modifiers], numbers),
                Discount = (numbers.Amount(row[all]) ?? sold) - sold,
                Taxes = Words.Tax(
                    "Tax",
                    sold,
                    taxed,
                    numbers.Number(row[rate]) is { } share && TaxRate.TryFromPercent(share * 100, out var percent) ? percent : null),
                Total = sold + taxed,
            });
            if (!Words.Yes(row[refunded]) && !Words.Yes(row[exchanged]))
                continue;
            if (!back.TryGetValue(key, out var refund))
            {
                refund = new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = key + ":refund",
                    Of = key,
                    At = at,
                    Amount = Money.Zero,
                    Reason = "refunded at Clover",
                };
            }

            refund.Lines.Add(new(sale.Lines[^1].Product, sale.Lines[^1].Name, quantity, sold + taxed, taxed));
            back[key] = refund with { Amount = refund.Amount + sold + taxed };
            into.Say(dates.Day(row[date]), -(sold + taxed));
        }

        foreach (var (sale, amount) in charges)
        {
            if (sale.Lines.Count > 0)
                Words.AddCharge(sale, amount);
            else
            {
                sale.Lines.Add(new()
                {
                    Line = sale.Line,
                    Product = "charge",
                    Name = "Service charge",
                    ServiceCharge = amount,
                    Total = amount,
                });
            }
        }

        into.Refunds.AddRange(back.Values);
        if (back.Count > 0)
            into.Note("Clover flags what was refunded, and does not say when: it is put on the sale's own day.");
        into.Note("Clover's line items hold neither tips nor tenders: bring its orders export along.");
    }

    private static IReadOnlyList<TakenOption> OptionsOf(string cell, FileNumbers numbers) => cell.Length == 0
        ? []
        : [.. Priced().Matches(cell).Select(m => new TakenOption(
            Words.Name(m.Groups["name"].Value.Trim(' ', ',')),
            numbers.Or0(m.Groups["price"].Value)))];

    private static void Orders(ExportTable table, Takeover into)
    {
        int date = table.Find("Order Date"), order = table.Find("Order ID"), number = table.Find("Order Number");
        int tax = table.Find("Tax Amount");
        int tip = table.Find("Tip"), total = table.Find("Order Total"), paid = table.Find("Payments Total"), tender = table.Find("Tender");
        int kind = table.Find("Order Type"), staff = table.Find("Order Employee Name"), back = table.Find("Refunds Total");
        int state = table.Find("Order Payment State"), note = table.Find("Note");
        var numbers = FileNumbers.Of(table, [tax, tip, total, paid, back], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, date, into, system: null);
        foreach (var row in table.Rows)
        {
            if (row[order].Length == 0 || dates.At(row[date]) is not { } at || numbers.Amount(row[total]) is not { } all)
            {
                into.Refuse(table.File, row.Line, "Order Total", $"'{row[date]}' is no date, '{row[total]}' no amount, or there is "
                    + "no order");
                continue;
            }

            var key = $"{System}:{row[order]}";
            if (row[state].Equals("Open", StringComparison.OrdinalIgnoreCase))
                continue;
            var (fresh, taxed) = (into.Find(key) is null, numbers.Or0(row[tax]));
            var sale = into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = at,
                Number = row[number],
                Type = Words.TypeOf(row[kind]),
                Staff = Words.OrNull(row[staff]),
                Notes = Words.OrNull(row[note]),
                TaxInside = false,
                Knows = Knows.Sums,
            });
            if (fresh)
            {
                into.Note("Orders without their line items are taken over as one line each.");
                into.Say(dates.Day(row[date]), all);
                sale.Lines.Add(new()
                {
                    Line = row.Line,
                    Product = "order",
                    Name = "Sale",
                    UnitPrice = all - taxed,
                    Taxes = Words.Tax("Tax", all - taxed, taxed),
                    Total = all,
                });
            }

            if (numbers.Amount(row[back]) is { IsZero: false } refunded)
                Back(row, into, sale, (dates.Day(row[date]), new Money(Math.Abs(refunded.Minor))));
            sale.Knows |= Knows.Sums;
            sale.Tip = numbers.Or0(row[tip]);
            sale.Payments.Clear();
            if (numbers.Amount(row[paid]) is { IsZero: false } came)
                sale.Payments.Add(new(Words.Method(row[tender].Split(',')[0].Trim()), came, sale.At));
            if (row[tender].Contains(',', StringComparison.Ordinal))
                into.Note("Split tenders stand in one cell without amounts: the whole order is given to the first.");
        }
    }

    /// <summary>The lines say what went back, the orders how much: the money counts.</summary>
    private static void Back(ExportRow row, Takeover into, TakenSale sale, (DateOnly? Day, Money Amount) of)
    {
        var known = into.Refunds.FindIndex(r => r.Ref == sale.Ref + ":refund");
        var said = known < 0 ? Money.Zero : into.Refunds[known].Amount;
        var goods = Money.Min(of.Amount, sale.Sold);
        if (said == of.Amount)
            return;
        into.Say(of.Day, said - goods);
        var refund = new TakenRefund
        {
            File = sale.File,
            Line = row.Line,
            Ref = sale.Ref + ":refund",
            Of = sale.Ref,
            At = sale.At,
            Amount = goods,
            Tip = of.Amount - goods,
            Lines = said == goods ? into.Refunds[known].Lines : [],
            Reason = "refunded at Clover",
        };
        if (known >= 0)
            into.Refunds[known] = refund;
        else
            into.Refunds.Add(refund);
    }

    [GeneratedRegex(@"(?<name>.+?)\s*\([A-Z0-9]+\)\s*(?<price>-?[^\d\s]?\d[\d.,]*\d|-?[^\d\s]?\d)(?=,|$)", RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Priced();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>
/// Toast: the files of a day's folder, whose name is the business day. Modifiers with their prices, tips and tenders are files of their
/// own; a refund is columns on the payment, so that one of tomorrow changes yesterday's file. Ids are long and are text.
/// </summary>
internal static partial class ToastExports
{
    private const string System = "toast";

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Order Id"], ["Order #"], ["Sent Date"], ["Menu Item"], ["Gross Price"], ["Net Price"], ["Qty"], ["Tax"], ["Void?"]],
            Items),
        new(
            System,
            KnownExports.Sales,
            [["Order Id"], ["Modifier"], ["Parent Menu Selection Item ID"], ["Net Price"], ["Void?"], ["Gross Price"], ["Qty"], ["Order #"],
                ["Modifier Id"]],
            Modifiers) { Turn = 1 },
        new(
            System,
            KnownExports.Payments,
            [["Order Id"], ["Checks"], ["Opened"], ["Amount"], ["Tip"], ["Total"], ["Voided"]],
            Orders) { Turn = 2 },
        new(
            System,
            KnownExports.Payments,
            [["Payment Id"], ["Order Id"], ["Paid Date"], ["Amount"], ["Tip"], ["Refund Amount"], ["Type"]],
            Payments) { Turn = 3 },
    ];

    /// <summary>The folder's name is the business day: what was paid after midnight belongs to it.</summary>
    private static DateOnly? DayOf(string file) => Folder().Matches(file).Select(m => DateOnly.TryParseExact(
        m.Groups["day"].Value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null)
        .LastOrDefault(d => d is not null);

    private static void Items(ExportTable table, Takeover into)
    {
        int order = table.Find("Order Id"), number = table.Find("Order #"), sent = table.Find("Sent Date");
        int opened = table.Find("Order Date");
        int id = table.Find("Item Id"), selection = table.Find("Item Selection Id"), item = table.Find("Menu Item");
        int group = table.Find("Menu Group"), gross = table.Find("Gross Price"), discount = table.Find("Discount", "Discnt");
        int net = table.Find("Net Price"), qty = table.Find("Qty"), tax = table.Find("Tax"), isVoid = table.Find("Void?");
        int deferred = table.Find("Deferred"), inclusion = table.Find("Tax Inclusion Option"), server = table.Find("Server");
        int dining = table.Find("Dining Option"), sku = table.Find("SKU"), tab = table.Find("Tab Name");
        var numbers = FileNumbers.Of(table, [gross, discount, net, tax], into, into.Options.DecimalMark, qty);
        var dates = FileDates.Of(table, sent, into, system: true);
        var day = DayOf(table.File);
        if (LostDigits(table, into, order))
            return;
        foreach (var row in table.Rows)
        {
            var when = row[opened].Length > 0 ? row[opened] : row[sent];
            if (row[order].Length == 0 || dates.At(when) is not { } at)
            {
                into.Refuse(table.File, row.Line, "Sent Date", $"'{when}' is no date, or the row has no order");
                continue;
            }

            if (Broken().IsMatch(row[order]))
            {
                into.Refuse(table.File, row.Line, "Order Id", $"'{row[order]}' was broken by a spreadsheet: bring the file as it came");
                continue;
            }

            if (numbers.Amount(row[net]) is not { } sold || numbers.Quantity(row[qty]) is not { } quantity)
            {
                into.Refuse(table.File, row.Line, "Net Price", $"'{row[net]}' is no amount, or '{row[qty]}' no quantity");
                continue;
            }

            var inside = row[inclusion].Contains("Included", StringComparison.OrdinalIgnoreCase)
                && !row[inclusion].Contains("Not", StringComparison.OrdinalIgnoreCase);
            var sale = into.Sale($"{System}:{row[order]}", () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = $"{System}:{row[order]}",
                At = at,
                Day = day,
                Number = row[number],
                Type = Words.TypeOf(row[dining]),
                Staff = Words.OrNull(row[server]),
                CustomerName = Words.OrNull(row[tab]),
                TaxInside = inside,
                Knows = Knows.Lines,
            });
            // A void keeps its price, and a gift card is no revenue.
            if (Words.Yes(row[isVoid]) || quantity == 0)
                continue;
            if (Words.Yes(row[deferred]))
            {
                into.Note("Gift cards that were sold (deferred) are no sales, and are not taken over.");
                continue;
            }

            var taxed = numbers.Or0(row[tax]);
            into.Say(day ?? dates.Day(when), sale.TaxInside ? sold : sold + taxed);
            if (row[selection].Length > 0)
                into.Lines[$"{System}:{row[selection]}"] = (sale, sale.Lines.Count);
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = row[id].Length > 0 ? row[id] : "item:" + row[item],
                Name = Words.Name(row[item]),
                Category = row[group].Length > 0 ? Words.Name(row[group]) : "Imported",
                Sku = row[sku],
                Quantity = quantity,
                UnitPrice = Words.Each(numbers.Amount(row[gross]) ?? sold, quantity),
                Discount = numbers.Amount(row[gross]) is { } all ? all - sold : Money.Zero,
                Taxes = Words.Tax("Tax", sale.TaxInside ? sold - taxed : sold, taxed),
                Total = sale.TaxInside ? sold : sold + taxed,
                TaxInside = sale.TaxInside,
            });
        }

        into.Note("Toast's items hold neither tips nor tenders nor modifiers: bring the OrderDetails, PaymentDetails and "
            + "ModifiersSelectionDetails of the same folder along.");
    }

    private static void Modifiers(ExportTable table, Takeover into)
    {
        int parent = table.Find("Parent Menu Selection Item ID"), modifier = table.Find("Modifier"), net = table.Find("Net Price");
        int gross = table.Find("Gross Price"), qty = table.Find("Qty"), isVoid = table.Find("Void?"), opened = table.Find("Order Date");
        var numbers = FileNumbers.Of(table, [net, gross], into, into.Options.DecimalMark, qty);
        var dates = FileDates.Of(table, opened, into, system: true);
        if (LostDigits(table, into, parent))
            return;
        foreach (var row in table.Rows)
        {
            if (Words.Yes(row[isVoid]))
                continue;
            if (!into.Lines.TryGetValue($"{System}:{row[parent]}", out var at))
            {
                into.Refuse(table.File, row.Line, "Parent Menu Selection Item ID",
                    $"'{row[parent]}' is no line of an ItemSelectionDetails");
                continue;
            }

            var (line, price) = (at.Sale.Lines[at.Place], numbers.Or0(row[net]));
            var pieces = (int)Math.Max(1, (numbers.Quantity(row[qty]) ?? 1000) / 1000);
            into.Say(DayOf(table.File) ?? dates.Day(row[opened]), price);
            at.Sale.Lines[at.Place] = line with
            {
                Options = [.. line.Options, new(Words.Name(row[modifier]), new(price.Minor / pieces), pieces)],
                Discount = line.Discount + (numbers.Amount(row[gross]) is { } all ? all - price : Money.Zero),
                Total = line.Total + price,
                Taxes = [.. line.Taxes.Select(t => t with { Base = t.Base + price })],
            };
        }
    }

    private static void Orders(ExportTable table, Takeover into)
    {
        int order = table.Find("Order Id"), number = table.Find("Order #"), opened = table.Find("Opened"), amount = table.Find("Amount");
        int tax = table.Find("Tax"), tip = table.Find("Tip"), gratuity = table.Find("Gratuity"), total = table.Find("Total");
        int voided = table.Find("Voided"), server = table.Find("Server"), dining = table.Find("Dining Options");
        var numbers = FileNumbers.Of(table, [amount, tax, tip, gratuity, total], into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, opened, into, system: true);
        var day = DayOf(table.File);
        if (LostDigits(table, into, order))
            return;
        foreach (var row in table.Rows)
        {
            if (row[order].Length == 0 || dates.At(row[opened]) is not { } at || numbers.Amount(row[total]) is not { } all)
            {
                into.Refuse(table.File, row.Line, "Opened", $"'{row[opened]}' is no date, or '{row[total]}' no amount");
                continue;
            }

            var fresh = into.Find($"{System}:{row[order]}") is null;
            var sale = into.Sale($"{System}:{row[order]}", () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = $"{System}:{row[order]}",
                At = at,
                Day = day,
                Number = row[number],
                Type = Words.TypeOf(row[dining]),
                Staff = Words.OrNull(row[server]),
                TaxInside = false,
                Knows = Knows.Sums,
            });
            if (Words.Yes(row[voided]))
            {
                if (!fresh)
                    into.Say(sale.Day ?? dates.Day(row[opened]), -sale.Sold);
                sale.Cancelled = true;
                continue;
            }

            var (tips, service, taxed) = (numbers.Or0(row[tip]), numbers.Or0(row[gratuity]), numbers.Or0(row[tax]));
            if (fresh)
            {
                into.Note("Orders without their ItemSelectionDetails are taken over as one line each.");
                var net = numbers.Or0(row[amount]);
                // The total of some accounts has the tip in it, of others not.
                var sold = all == net + taxed + tips + service ? all - tips - service : all;
                into.Say(day ?? dates.Day(row[opened]), sold + service);
                sale.Lines.Add(new()
                {
                    Line = row.Line,
                    Product = "order",
                    Name = "Sale",
                    UnitPrice = net,
                    Discount = net - (sold - taxed),
                    Taxes = Words.Tax("Tax", sold - taxed, taxed),
                    Total = sold,
                });
            }

            if (!service.IsZero)
            {
                Words.AddCharge(sale, service);
                if (!fresh)
                    into.Say(sale.Day ?? dates.Day(row[opened]), service);
            }

            (sale.Tip, sale.Knows) = (tips, sale.Knows | Knows.Sums);
        }
    }

    [GeneratedRegex(@"(^|[/\\])(?<day>20\d{6})(?=[/\\])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Folder();

    [GeneratedRegex(@"^\d([.,]\d+)?E\+?\d+$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Broken();
}

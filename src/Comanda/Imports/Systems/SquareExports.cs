using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>
/// Square: items detail (lines without tender), transactions (tender, tips, without lines), catalogue, customers. A refund is a row of its
/// own with a new number; only its payment names the sale. Discounts are negative, taxes stand apart and are kept as they are.
/// </summary>
internal static partial class SquareExports
{
    private const string System = "square";

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Item"], ["Qty"], ["Gross Sales"], ["Net Sales"], ["Transaction ID"], ["Event Type"], ["Price Point Name"]],
            Items),
        new(
            System,
            KnownExports.Payments,
            [["Total Collected"], ["Net Total"], ["Transaction ID"], ["Event Type"], ["Gift Card Sales"], ["Cash"]],
            Transactions) { Turn = 1 },
        new(System, KnownExports.Catalogue, [["Token"], ["Item Name"], ["Variation Name"], ["Price"]], Catalogue),
        new(
            System,
            KnownExports.Customers,
            [["First Name"], ["Last Name"], ["Email Address"], ["Square Customer ID"]],
            Customers),
    ];

    private const string GiftCards =
        "Gift cards that were sold are no sales, and are not taken over: the export has no codes and no balances.";

    /// <summary>Where a table has what is the same of every row of a sale.</summary>
    private sealed record SaleColumns(ExportTable Table, int Transaction, int Payment, int Dining, int Staff, int Customer, int Name)
    {
        /// <summary>The sale that a row is of; begun with it, where it is the first.</summary>
        public TakenSale Sale(Takeover into, ExportRow row, DateTimeOffset at, Knows knows) =>
            into.Sale($"{System}:{row[Transaction]}", () => new()
            {
                File = Table.File,
                Line = row.Line,
                Ref = $"{System}:{row[Transaction]}",
                AlsoRef = row[Payment].Length > 0 ? $"{System}:{row[Payment]}" : null,
                At = at,
                Type = Words.TypeOf(row[Dining]),
                Staff = Words.OrNull(row[Staff]),
                Customer = Words.OrNull(row[Customer]),
                CustomerName = Words.OrNull(row[Name]),
                TaxInside = false,
                Knows = knows,
            });
    }

    private static void Items(ExportTable table, Takeover into)
    {
        int date = table.Find("Date"), time = table.Find("Time"), zone = table.Find("Time Zone"), item = table.Find("Item");
        int gross = table.Find("Gross Sales"), discounts = table.Find("Discounts"), net = table.Find("Net Sales");
        int tax = table.Find("Tax"), transaction = table.Find("Transaction ID"), payment = table.Find("Payment ID");
        int qty = table.Find("Qty"), token = table.Find("Token"), kind = table.Find("Event Type");
        int modifiers = table.Find("Modifiers Applied");
        int category = table.Find("Category"), sku = table.Find("SKU"), point = table.Find("Price Point Name"), unit = table.Find("Unit");
        int notes = table.Find("Notes"), dining = table.Find("Dining Option"), customer = table.Find("Customer ID");
        int name = table.Find("Customer Name"), brand = table.Find("Card Brand"), type = table.Find("Itemization Type");
        int staff = table.Find("Employee", "Staff Name");
        var numbers = FileNumbers.Of(table, [gross, discounts, net, tax], into, into.Options.DecimalMark, qty);
        var dates = FileDates.Of(table, date, into, system: true);
        var columns = new SaleColumns(table, transaction, payment, dining, staff, customer, name);
        into.Note("Square's items name no tender: without its transactions file, a card is taken for one and anything else for cash.");
        var refunds = new Dictionary<string, List<(ExportRow Row, TakenBack Back)>>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (row[transaction].Length == 0)
            {
                into.Refuse(table.File, row.Line, "Transaction ID", "the row has no transaction");
                continue;
            }

            var clock = AccountZones.Find(row[zone]);
            if (dates.At(row[date], row[time], clock) is not { } at)
            {
                into.Refuse(table.File, row.Line, "Date", $"'{row[date]} {row[time]}' is no date and time");
                continue;
            }

            NoteZone(into, row[zone], clock);
            if (numbers.Amount(row[net]) is not { } sold || numbers.Quantity(row[qty]) is not { } quantity || quantity == 0)
            {
                into.Refuse(table.File, row.Line, "Net Sales", $"'{row[net]}' is no amount, or '{row[qty]}' no quantity");
                continue;
            }

            var (all, off, taxed) = (numbers.Amount(row[gross]) ?? sold, numbers.Or0(row[discounts]), numbers.Or0(row[tax]));
            if (all + off != sold)
            {
                into.Refuse(table.File, row.Line, "Net Sales", $"'{row[net]}' is not {row[gross]} and {row[discounts]} together");
                continue;
            }

            into.Say(dates.Day(row[date]), sold + taxed);
            var what = row[item].Length > 0 ? row[item] : "Custom Amount";
            var product = row[token].Length > 0 ? row[token] : "item:" + what + "/" + row[point];
            if (Words.IsRefund(row[kind]) || sold.IsNegative || quantity < 0)
            {
                var key = row[transaction];
                if (!refunds.TryGetValue(key, out var of))
                    refunds[key] = of = [];
                of.Add((row, new(product, what, Math.Abs(quantity), -(sold + taxed), -taxed)));
                continue;
            }

            if (row[type].Contains("Gift Card", StringComparison.OrdinalIgnoreCase))
            {
                into.Note(GiftCards);
                continue;
            }

            var by = row[brand].Length > 0 ? PaymentMethod.Card : PaymentMethod.Cash;
            var sale = columns.Sale(into, row, at, Knows.Lines);
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = product,
                Name = Words.Name(what),
                Category = row[category] is "" or "None" ? "Imported" : Words.Name(row[category]),
                Sku = row[sku],
                Quantity = quantity,
                Unit = Words.UnitOf(row[unit], quantity),
                UnitPrice = Words.Each(all, quantity),
                Options = Words.Options(row[modifiers]),
                Discount = -off,
                Taxes = Words.Tax("Tax", sold, taxed),
                Total = sold + taxed,
                Notes = Words.OrNull(row[notes]),
            });
            Words.PayRest(sale, by);
        }

        foreach (var (number, of) in refunds)
        {
            var (row, at) = (of[0].Row, dates.At(of[0].Row[date], of[0].Row[time], AccountZones.Find(of[0].Row[zone]))!.Value);
            into.Refunds.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = $"{System}:{number}",
                Of = $"{System}:{row[payment]}",
                At = at,
                Lines = [.. of.Select(b => b.Back)],
                Amount = of.Aggregate(Money.Zero, (sum, b) => sum + b.Back.Amount),
                Reason = Words.OrNull(row[notes]) ?? "refunded at Square",
                TipKnown = false,
            });
        }
    }

    private static void NoteZone(Takeover into, string label, TimeZoneInfo? zone)
    {
        if (zone is null && label.Length > 0)
            into.Note($"The zone '{label}' of the account is not known here: its times are read by the shop's clock.");
        else if (zone is not null && zone.Id != into.Zone.Id)
            into.Note($"Times are of the account's zone, {zone.Id}, and become the shop's, {into.Days.Zone.Id}: late sales may move to "
                + "another day than the file has.");
    }

    /// <summary>Tenders and tips for the sales of the items file; a transaction without one is a sale of one line.</summary>
    private static void Transactions(ExportTable table, Takeover into)
    {
        int date = table.Find("Date"), time = table.Find("Time"), zone = table.Find("Time Zone");
        int net = table.Find("Net Sales"), gross = table.Find("Gross Sales"), discounts = table.Find("Discounts"), tax = table.Find("Tax");
        int charge = table.Find("Service Charges"), tip = table.Find("Tip"), collected = table.Find("Total Collected");
        int transaction = table.Find("Transaction ID"), payment = table.Find("Payment ID"), kind = table.Find("Event Type");
        int gifts = table.Find("Gift Card Sales"), reason = table.Find("Refund Reason"), what = table.Find("Description");
        int staff = table.Find("Staff Name"), dining = table.Find("Dining Option"), customer = table.Find("Customer ID");
        int name = table.Find("Customer Name"), status = table.Find("Transaction Status");
        (int Column, PaymentMethod Method)[] tenders =
        [
            (table.Find("Card"), PaymentMethod.Card), (table.Find("Cash"), PaymentMethod.Cash),
            (table.Find("Square Gift Card"), PaymentMethod.GiftCard), (table.Find("Cash App"), PaymentMethod.Mobile),
            (table.Find("Other Tender"), PaymentMethod.Other),
        ];
        var numbers = FileNumbers.Of(
            table,
            [net, gross, discounts, tax, tip, charge, collected, .. tenders.Select(t => t.Column)],
            into,
            into.Options.DecimalMark);
        var dates = FileDates.Of(table, date, into, system: true);
        var columns = new SaleColumns(table, transaction, payment, dining, staff, customer, name);
        foreach (var row in table.Rows)
        {
            var clock = AccountZones.Find(row[zone]);
            if (dates.At(row[date], row[time], clock) is not { } at || numbers.Amount(row[collected]) is not { } total)
            {
                into.Refuse(table.File, row.Line, "Date", $"'{row[date]} {row[time]}' or '{row[collected]}' is not what it must be");
                continue;
            }

            NoteZone(into, row[zone], clock);
            var (tips, taxed, sold, service) =
                (numbers.Or0(row[tip]), numbers.Or0(row[tax]), numbers.Or0(row[net]), numbers.Or0(row[charge]));
            if (Words.IsRefund(row[kind]) || total.IsNegative)
            {
                // The items file tells of the same refund by its lines; the tip that went back is only here.
                var known = into.Refunds.FindIndex(r => r.Ref == $"{System}:{row[transaction]}");
                if (known >= 0)
                {
                    into.Refunds[known] = into.Refunds[known] with { Tip = -tips, TipKnown = true };
                    continue;
                }

                into.Say(dates.Day(row[date]), sold + taxed + service);
                into.Refunds.Add(new()
                {
                    File = table.File,
                    Line = row.Line,
                    Ref = $"{System}:{row[transaction]}",
                    Of = $"{System}:{row[payment]}",
                    At = at,
                    Amount = -(total - tips),
                    Tip = -tips,
                    Reason = Words.OrNull(row[reason]) ?? "refunded at Square",
                });
                continue;
            }

            var gift = numbers.Or0(row[gifts]);
            if (!gift.IsZero)
                into.Note(GiftCards);
            if (sold.IsZero && taxed.IsZero && tips.IsZero && service.IsZero)
                continue;
            var fresh = into.Find($"{System}:{row[transaction]}") is null;
            var sale = columns.Sale(into, row, at, Knows.Sums);
            if (fresh)
            {
                into.Say(dates.Day(row[date]), sold + taxed + service);
                into.Note("Transactions without the items file are taken over as one line each: bring the items file along for what was "
                    + "sold.");
                sale.Lines.Add(new()
                {
                    Line = row.Line,
                    Product = "transaction",
                    Name = "Sale",
                    UnitPrice = numbers.Amount(row[gross]) ?? sold,
                    Discount = -numbers.Or0(row[discounts]),
                    ServiceCharge = service,
                    Taxes = Words.Tax("Tax", sold + service, taxed),
                    Total = sold + service + taxed,
                    Notes = Words.OrNull(row[what]),
                });
            }
            else if (!service.IsZero)
            {
                Words.AddCharge(sale, service);
                into.Say(dates.Day(row[date]), service);
            }

            (sale.Tip, sale.Knows) = (tips, sale.Knows | Knows.Sums);
            sale.Payments.Clear();
            foreach (var (column, method) in tenders)
            {
                if (numbers.Amount(row[column]) is { IsZero: false } amount)
                    sale.Payments.Add(new(method, amount, sale.At, Words.OrNull(row[payment])));
            }

            Words.TakeOff(sale, gift);
            if (row[status].Length > 0 && row[status] is not ("Complete" or "Completed" or "Paid"))
                into.Note($"Transactions with the status '{row[status]}' are taken over like others.");
        }
    }
}

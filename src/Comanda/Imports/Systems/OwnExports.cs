using System.Text.Json;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Imports;

/// <summary>What <c>comanda export</c> writes, taken back: frozen as it was, on its own business days.</summary>
internal static partial class OwnExports
{
    public const string System = "comanda";

    public static readonly KnownExport[] All =
    [
        new(System, KnownExports.Sales, [["comanda_sale"], ["prices_include_tax"], ["delivery_taxes"], ["tip"], ["total"]], Sales),
        new(System, KnownExports.Sales, [["comanda_sale"], ["place"], ["item"], ["unit_price"], ["taxes"], ["total"]], Lines) { Turn = 1 },
        new(System, KnownExports.Payments, [["comanda_sale"], ["payment"], ["method"], ["amount"], ["rounding"]], Payments) { Turn = 2 },
        new(System, KnownExports.Sales, [["comanda_refund"], ["comanda_sale"], ["amount"], ["tip"], ["reason"]], Refunds) { Turn = 3 },
        new(System, KnownExports.Sales, [["comanda_refund"], ["item"], ["quantity"], ["amount"], ["tax"]], RefundLines) { Turn = 4 },
        new(System, KnownExports.Catalogue, [["comanda_item"], ["sku"], ["name"], ["category"], ["price"], ["tax_class"]], Items),
        .. House,
        new(System, KnownExports.Customers, [["comanda_guest"], ["name"], ["email"], ["phone"]], Guests),
    ];

    private static void Sales(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_sale"), number = table.Find("number"), at = table.Find("at"), day = table.Find("business_day");
        int type = table.Find("type"), currency = table.Find("currency"), inside = table.Find("prices_include_tax");
        int fee = table.Find("delivery_fee"), feeTaxes = table.Find("delivery_taxes"), tip = table.Find("tip");
        int cashier = table.Find("cashier"), guest = table.Find("guest"), name = table.Find("guest_name"), notes = table.Find("notes");
        int total = table.Find("total");
        var numbers = FileNumbers.Of(table, [], into, '.');
        var dates = FileDates.Of(table, at, into, system: false);
        into.Note("Who sold what comes as a name; sales that were cancelled do not come along.");
        foreach (var row in table.Rows)
        {
            if (dates.At(row[at]) is not { } when || row[currency] != into.Currency.Code || !IsFrozen(row[feeTaxes]))
            {
                into.Refuse(table.File, row.Line, "at", $"'{row[at]}' is no instant, or {row[currency]} is not the shop's currency");
                continue;
            }

            var key = $"{System}:{row[id]}";
            into.Sale(key, () => new()
            {
                File = table.File,
                Line = row.Line,
                Ref = key,
                At = when,
                Day = dates.Day(row[day]),
                Type = WireName<OrderType>.TryParse(row[type], out var known) ? known : OrderType.Takeaway,
                Number = CsvText.Read(row[number]),
                Staff = Words.OrNull(CsvText.Read(row[cashier])),
                Customer = Words.OrNull(row[guest]),
                CustomerName = Words.OrNull(CsvText.Read(row[name])),
                Notes = row[notes].Length > 0 ? CsvText.Read(row[notes]) : null,
                TaxInside = Words.Yes(row[inside]),
                Delivery = numbers.Or0(row[fee]),
                DeliveryTaxes = row[feeTaxes],
                Tip = numbers.Or0(row[tip]),
            });
            into.Say(dates.Day(row[day]), numbers.Or0(row[total]) - numbers.Or0(row[tip]));
        }
    }

    private static void Lines(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_sale"), item = table.Find("item"), name = table.Find("name"), category = table.Find("category");
        int quantity = table.Find("quantity"), unit = table.Find("unit"), price = table.Find("unit_price"), options = table.Find("options");
        int said = table.Find("instructions"), off = table.Find("discount"), why = table.Find("discount_reason");
        int charge = table.Find("service_charge"), taxes = table.Find("taxes"), total = table.Find("total"), at = table.Find("sold_at");
        int cost = table.Find("unit_cost");
        var numbers = FileNumbers.Of(table, [], into, '.');
        var dates = FileDates.Of(table, at, into, system: false);
        foreach (var row in table.Rows)
        {
            if (into.Find($"{System}:{row[id]}") is not { } sale || !IsFrozen(row[taxes]) || numbers.Amount(row[total]) is not { } sold)
            {
                into.Refuse(table.File, row.Line, "comanda_sale", $"sale {row[id]} is in no sales.csv, or its taxes or total cannot "
                    + "be read");
                continue;
            }

            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = row[item],
                Name = Words.Name(CsvText.Read(row[name])),
                Category = Words.Name(CsvText.Read(row[category])),
                Quantity = numbers.Quantity(row[quantity]) ?? 1000,
                Unit = WireName<WeightUnit>.TryParse(row[unit], out var by) ? by : null,
                UnitPrice = numbers.Or0(row[price]),
                FrozenOptions = IsList(row[options]) ? row[options] : "[]",
                Notes = row[said].Length > 0 ? CsvText.Read(row[said]) : null,
                Discount = numbers.Or0(row[off]),
                DiscountReason = Words.OrNull(CsvText.Read(row[why])),
                ServiceCharge = numbers.Or0(row[charge]),
                Taxes = [.. FrozenTaxes.Thaw(row[taxes]).Select(t => new TakenTax(t.Levy.Name, t.Levy.Rate, t.Base, t.Tax))],
                FrozenTaxes = row[taxes],
                Total = sold,
                TaxInside = sale.TaxInside,
                At = dates.At(row[at]),
                UnitCost = numbers.Number(row[cost]),
            });
        }
    }

    private static void Payments(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_sale"), method = table.Find("method"), amount = table.Find("amount");
        int rounding = table.Find("rounding");
        int at = table.Find("paid_at"), day = table.Find("business_day"), reference = table.Find("reference");
        var numbers = FileNumbers.Of(table, [], into, '.');
        var dates = FileDates.Of(table, at, into, system: false);
        foreach (var row in table.Rows)
        {
            if (into.Find($"{System}:{row[id]}") is not { } sale || dates.At(row[at]) is not { } when
                || !WireName<PaymentMethod>.TryParse(row[method], out var by))
            {
                into.Refuse(table.File, row.Line, "comanda_sale", $"sale {row[id]} is in no sales.csv, or its payment cannot be read");
                continue;
            }

            sale.Payments.Add(new(by, numbers.Or0(row[amount]), when, Words.OrNull(CsvText.Read(row[reference])))
            {
                Rounding = numbers.Or0(row[rounding]),
                Day = dates.Day(row[day]),
            });
        }
    }

    private static void Refunds(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_refund"), sale = table.Find("comanda_sale"), at = table.Find("at"), day = table.Find("business_day");
        int amount = table.Find("amount"), tip = table.Find("tip"), reason = table.Find("reason"), method = table.Find("method");
        var numbers = FileNumbers.Of(table, [], into, '.');
        var dates = FileDates.Of(table, at, into, system: false);
        foreach (var row in table.Rows)
        {
            if (dates.At(row[at]) is not { } when || numbers.Amount(row[amount]) is not { } back)
            {
                into.Refuse(table.File, row.Line, "at", $"'{row[at]}' is no instant, or '{row[amount]}' no amount");
                continue;
            }

            into.Refunds.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = $"{System}:{row[id]}",
                Of = $"{System}:{row[sale]}",
                At = when,
                Day = dates.Day(row[day]),
                Amount = back,
                Tip = numbers.Or0(row[tip]),
                Reason = Words.OrNull(CsvText.Read(row[reason])) ?? "not said",
                Method = WireName<PaymentMethod>.TryParse(row[method], out var by) ? by : null,
            });
            into.Say(dates.Day(row[day]), -back);
        }
    }

    private static void RefundLines(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_refund"), item = table.Find("item"), name = table.Find("name"), quantity = table.Find("quantity");
        int amount = table.Find("amount"), tax = table.Find("tax");
        var numbers = FileNumbers.Of(table, [], into, '.');
        var refunds = into.Refunds.ToDictionary(r => r.Ref, StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (refunds.TryGetValue($"{System}:{row[id]}", out var refund))
                refund.Lines.Add(new(
                    row[item],
                    Words.Name(CsvText.Read(row[name])),
                    numbers.Quantity(row[quantity]) ?? 0,
                    numbers.Or0(row[amount]),
                    numbers.Or0(row[tax])));
            else
                into.Refuse(table.File, row.Line, "comanda_refund", $"refund {row[id]} is in no refunds.csv");
        }
    }

    private static void Items(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_item");
        var columns = MenuTable.Columns.Select(c => (Column: c, Place: table.Find(c.Name))).Where(c => c.Place >= 0).ToList();
        foreach (var row in table.Rows)
        {
            var item = new MenuRow();
            var wrong = columns.Find(c =>
            {
                var read = c.Column.Read(CsvText.Read(row[c.Place]), item, into.Currency);
                item = read ?? item;
                return read is null;
            });
            if (wrong.Column is not null || item.Price is null)
            {
                into.Refuse(table.File, row.Line, wrong.Column?.Name ?? "price", wrong.Column?.Takes ?? "is required");
                continue;
            }

            if (!(item.TaxClass.Length == 0 || into.HasTaxClass(item.TaxClass))
                || TaxSplit.ReadText(item.TaxSplit)?.All(s => into.HasTaxClass(s.Class)) == false)
            {
                into.Note("Some items come without their tax classes, which the shop's taxes do not have: give the shop the taxes of the "
                    + "other one first.");
                item = item with { TaxClass = "", TaxSplit = "" };
            }

            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[id],
                Name = item.Name,
                Category = item.Category,
                Description = item.Description,
                Price = item.Price,
                Sku = item.Sku,
                Barcode = item.Barcode,
                TaxRate = item.TaxRate,
                Unit = item.Unit,
                Row = item with { Deposit = "" },
            });
        }
    }

    private static void Guests(ExportTable table, Takeover into)
    {
        int id = table.Find("comanda_guest"), name = table.Find("name"), email = table.Find("email"), phone = table.Find("phone");
        int points = table.Find("points");
        foreach (var row in table.Rows)
        {
            if (Words.Guest(table, row, (row[id], CsvText.Read(row[name]), CsvText.Read(row[email]),
                CsvText.Read(row[phone]))) is { } guest)
                into.Guests.Add(guest with { Points = long.TryParse(row[points], out var theirs) && theirs > 0 ? theirs : 0 });
        }
    }

    private static bool IsFrozen(string taxes)
    {
        try
        {
            return FrozenTaxes.Thaw(taxes) is not null;
        }
        catch (Exception broken) when (broken is JsonException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsList(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<FrozenModifier[]>(json, Json.Options) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

using Comanda.Orders;

namespace Comanda.Imports;

/// <summary>
/// Shopify: orders (one row for each line, the order's values on one of them), products, customers. A tip is a line named Tip; a refund is
/// an amount on the order; taxes are inside or on top from order to order, which its total tells.
/// </summary>
internal static class ShopifyExports
{
    private const string System = "shopify";

    public static readonly KnownExport[] All =
    [
        new(
            System,
            KnownExports.Sales,
            [["Name"], ["Financial Status"], ["Subtotal"], ["Total"], ["Lineitem name"], ["Lineitem price"], ["Lineitem quantity"]],
            Orders),
        new(System, KnownExports.Catalogue, [["Handle"], ["Title"], ["Variant Price"], ["Option1 Value"]], Products),
        new(
            System,
            KnownExports.Customers,
            [["First Name"], ["Last Name"], ["Email"], ["Total Spent"], ["Accepts Email Marketing", "Accepts Marketing"]],
            Customers),
    ];

    private static void Orders(ExportTable table, Takeover into)
    {
        var columns = new OrderColumns(table);
        int[] amounts = [columns.Subtotal, columns.Shipping, columns.Taxes, columns.Total, columns.Discount, columns.Price, columns.Back];
        var numbers = FileNumbers.Of(table, amounts, into, into.Options.DecimalMark);
        var dates = FileDates.Of(table, columns.Created, into, system: null);
        foreach (var rows in Together(table, columns.Name))
        {
            // The row that has the order's values may be any of them, also the tip's.
            var head = rows.Find(r => r[columns.Total].Length > 0);
            if (head.Cells is null || numbers.Amount(head[columns.Total]) is not { } total
                || dates.At(head[columns.Created]) is not { } at)
            {
                into.Refuse(table.File, rows[0].Line, "Total", $"order {rows[0][columns.Name]} has no row with its total and its date");
                continue;
            }

            if (head[columns.Currency].Length > 0 && head[columns.Currency] != into.Currency.Code)
            {
                into.Refuse(table.File, head.Line, "Currency", $"is {head[columns.Currency]}; the shop sells in {into.Currency.Code}");
                continue;
            }

            Take(new(table, columns, numbers, dates, into), rows, head, (total, at));
        }
    }

    /// <summary>Rows of one name that stand together are one order.</summary>
    private static IEnumerable<List<ExportRow>> Together(ExportTable table, int name)
    {
        var rows = new List<ExportRow>();
        foreach (var row in table.Rows)
        {
            if (rows.Count > 0 && rows[0][name] != row[name])
            {
                yield return rows;
                rows = [];
            }

            rows.Add(row);
        }

        if (rows.Count > 0)
            yield return rows;
    }

    private static void Take(Reading r, List<ExportRow> rows, ExportRow head, (Money Total, DateTimeOffset At) of)
    {
        var (c, n, into) = (r.Columns, r.Numbers, r.Into);
        var goods = rows.FindAll(row => row[c.Item].Length > 0 && !IsTip(row, c));
        var tip = rows.Where(row => IsTip(row, c)).Aggregate(Money.Zero, (sum, row) => sum + (n.Or0(row[c.Price]) * Pieces(n, row, c)));
        var (subtotal, shipping, taxes) = (n.Or0(head[c.Subtotal]), n.Or0(head[c.Shipping]), n.Or0(head[c.Taxes]));
        var inside = taxes.IsZero || subtotal + shipping + tip == of.Total;
        if (!inside && subtotal + shipping + taxes + tip != of.Total)
            into.Note("In some orders the total is neither with nor without the taxes: it is kept, and the rest is a discount or a "
                + "charge.");
        var key = $"{System}:{(head[c.Id].Length > 0 ? head[c.Id] : head[c.Name])}";
        var sale = into.Sale(key, () => new()
        {
            File = r.Table.File,
            Line = rows[0].Line,
            Ref = key,
            At = of.At,
            Number = head[c.Name],
            Type = !shipping.IsZero || head[c.ShippingMethod].Length > 0 ? OrderType.Delivery
                : head[c.Source] is "pos" ? OrderType.Takeaway : OrderType.Online,
            Staff = Words.OrNull(head[c.Employee]),
            Customer = Words.OrNull(head[c.Email].Length > 0 ? head[c.Email] : head[c.Phone]),
            CustomerName = Words.OrNull(head[c.Billing]),
            Notes = Words.OrNull(head[c.Notes]),
            TaxInside = inside,
            Delivery = shipping,
            Tip = tip,
        });
        if (sale.Lines.Count > 0)
        {
            into.Refuse(r.Table.File, rows[0].Line, "Name", $"order {head[c.Name]} stands in the files twice");
            return;
        }

        AddLines(r, sale, (goods, head), new(of.Total - tip - shipping, inside ? Money.Zero : taxes, taxes));
        into.Say(r.Dates.Day(head[c.Created]), of.Total - tip);
        if (!of.Total.IsZero)
            sale.Payments.Add(new(Words.Method(head[c.Method].Split('+')[0].Trim()), of.Total, of.At, Words.OrNull(head[c.Reference])));
        if (head[c.Method].Contains('+', StringComparison.Ordinal))
            into.Note("Split tenders stand in one cell without amounts: the whole order is given to the first.");
        Refund(r, sale, head);
    }

    private readonly record struct Amounts(Money Goods, Money OnTop, Money Taxes);

    /// <summary>
    /// The lines at their prices; the order's discount and taxes are shared over them, so that they come to what the order says.
    /// </summary>
    private static void AddLines(Reading r, TakenSale sale, (List<ExportRow> Goods, ExportRow Head) rows, Amounts amounts)
    {
        var (c, n, goods, head) = (r.Columns, r.Numbers, rows.Goods, rows.Head);
        var gross = goods.ConvertAll(row => n.Or0(row[c.Price]) * Pieces(n, row, c));
        if (goods.Count == 0)
            return;
        var weights = gross.ConvertAll(g => Math.Max(0, g.Minor)).ToArray();
        if (weights.Sum() == 0)
            Array.Fill(weights, 1);
        var all = gross.Aggregate(Money.Zero, (sum, g) => sum + g);
        var off = Share.ByWeight(all - (amounts.Goods - amounts.OnTop), weights);
        var taxes = Share.ByWeight(amounts.Taxes, weights);
        var names = c.TaxNames.Select(t => Words.OrNull(head[t.Name])).OfType<string>().ToList();
        foreach (var (i, row) in goods.Index())
        {
            var net = gross[i] - off[i];
            var total = net + (sale.TaxInside ? Money.Zero : taxes[i]);
            sale.Lines.Add(new()
            {
                Line = row.Line,
                Product = row[c.Sku].Length > 0 ? row[c.Sku] : "item:" + row[c.Item],
                Name = Words.Name(row[c.Item]),
                Category = row[c.Vendor].Length > 0 ? Words.Name(row[c.Vendor]) : "Imported",
                Sku = row[c.Sku],
                Quantity = Pieces(n, row, c) * 1000,
                UnitPrice = n.Or0(row[c.Price]),
                Discount = off[i],
                DiscountReason = Words.OrNull(head[c.Code]),
                Taxes = Words.Tax(
                    names is [var one] ? one : "Tax",
                    total - taxes[i],
                    taxes[i],
                    names is [var only] ? Words.RateOf([$"({only.Split(' ')[^1]})"]) : null),
                Total = total,
                TaxInside = sale.TaxInside,
            });
        }
    }

    /// <summary>An amount on the order that went back; when is only there for what was cancelled, and of which lines never.</summary>
    private static void Refund(Reading r, TakenSale sale, ExportRow head)
    {
        var (c, into) = (r.Columns, r.Into);
        var cancelled = r.Dates.At(head[c.Cancelled]);
        if (head[c.Status] is "voided" || (cancelled is not null && head[c.Status] is "pending" or "authorized" or "expired"))
        {
            sale.Cancelled = true;
            into.Say(r.Dates.Day(head[c.Created]), -(sale.Total - sale.Tip));
            return;
        }

        if (r.Numbers.Amount(head[c.Back]) is not { } back || back <= Money.Zero)
            return;
        if (cancelled is null)
            into.Note("Shopify says how much of an order went back, but neither when nor what: it is put on the order's own day.");
        var goods = Money.Min(back, sale.Sold + sale.Delivery);
        into.Refunds.Add(new()
        {
            File = r.Table.File,
            Line = head.Line,
            Ref = sale.Ref + ":refund",
            Of = sale.Ref,
            At = cancelled ?? sale.At,
            Amount = goods,
            Tip = back - goods,
            Reason = "refunded at Shopify",
        });
        into.Say(r.Dates.Day(head[cancelled is null ? c.Created : c.Cancelled]), -goods);
    }

    /// <summary>A tip has no vendor, is not shipped and not taxed; a product may be called so too.</summary>
    private static bool IsTip(ExportRow row, OrderColumns c) =>
        row[c.Item] == "Tip" && row[c.Vendor].Length == 0 && !Words.Yes(row[c.Ships]);

    private static long Pieces(FileNumbers numbers, ExportRow row, OrderColumns c) => (numbers.Quantity(row[c.Quantity]) ?? 1000) / 1000;

    private sealed record Reading(ExportTable Table, OrderColumns Columns, FileNumbers Numbers, FileDates Dates, Takeover Into);

    private sealed class OrderColumns(ExportTable t)
    {
        public readonly int Name = t.Find("Name"), Id = t.Find("Id"), Email = t.Find("Email"), Phone = t.Find("Phone");
        public readonly int Created = t.Find("Created at"), Cancelled = t.Find("Cancelled at"), Currency = t.Find("Currency");
        public readonly int Subtotal = t.Find("Subtotal"), Shipping = t.Find("Shipping"), Taxes = t.Find("Taxes"), Total = t.Find("Total");
        public readonly int Discount = t.Find("Discount Amount"), Code = t.Find("Discount Code"), Back = t.Find("Refunded Amount");
        public readonly int Item = t.Find("Lineitem name"), Price = t.Find("Lineitem price"), Quantity = t.Find("Lineitem quantity");
        public readonly int Sku = t.Find("Lineitem sku"), Vendor = t.Find("Vendor"), Ships = t.Find("Lineitem requires shipping");
        public readonly int Method = t.Find("Payment Method"), Reference = t.Find("Payment Reference"), Status = t.Find("Financial Status");
        public readonly int Billing = t.Find("Billing Name"), Notes = t.Find("Notes"), Employee = t.Find("Employee");
        public readonly int ShippingMethod = t.Find("Shipping Method"), Source = t.Find("Source");
        public readonly (int Name, int Value)[] TaxNames =
            [.. Enumerable.Range(1, 5).Select(n => (t.Find($"Tax {n} Name"), t.Find($"Tax {n} Value")))];
    }

    private static void Products(ExportTable table, Takeover into)
    {
        int handle = table.Find("Handle"), title = table.Find("Title"), body = table.Find("Body (HTML)"), kind = table.Find("Type");
        int price = table.Find("Variant Price"), before = table.Find("Variant Compare At Price"), sku = table.Find("Variant SKU");
        int barcode = table.Find("Variant Barcode"), status = table.Find("Status"), cost = table.Find("Cost per item");
        int stock = table.Find("Variant Inventory Qty"), tracker = table.Find("Variant Inventory Tracker"), gift = table.Find("Gift Card");
        int[] values = [.. Enumerable.Range(1, 3).Select(n => table.Find($"Option{n} Value"))];
        var numbers = FileNumbers.Of(table, [price, before, cost], into, into.Options.DecimalMark);
        var first = default(ExportRow);
        foreach (var row in table.Rows)
        {
            if (row[title].Length > 0)
                first = row;
            // Rows of further pictures have no price, and are no items.
            if (row[price].Length == 0)
            {
                if (row[title].Length > 0)
                    into.Refuse(table.File, row.Line, "Variant Price", "is empty; the item is not taken over for nothing");
                continue;
            }

            if (first.Cells is null || numbers.Amount(row[price]) is not { } amount)
            {
                into.Refuse(table.File, row.Line, "Variant Price", $"'{row[price]}' is no price, or the row has no product above it");
                continue;
            }

            if (Words.Yes(first[gift]))
            {
                into.Note("Gift cards are no items of the menu: they are sold by the shop's own.");
                continue;
            }

            var options = string.Join(" / ", values.Select(v => row[v]).Where(v => v.Length > 0 && v != "Default Title"));
            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[sku].Length > 0 ? row[sku] : row[handle] + "/" + options,
                Name = Words.Name(global::System.Net.WebUtility.HtmlDecode(options.Length > 0 ? $"{first[title]} - {options}"
                    : first[title])),
                Category = Words.Category(first[kind]),
                Description = Words.Description(first[body]),
                Price = amount,
                Sku = row[sku],
                Barcode = Words.Barcode(row[barcode], table, row, "Variant Barcode", into),
                Archived = first[status] is "archived",
                Available = first[status] is "" or "active",
                Stock = row[tracker].Length > 0 ? numbers.Quantity(row[stock]) : null,
                Cost = numbers.Number(row[cost]),
            });
        }
    }

    private static void Customers(ExportTable table, Takeover into)
    {
        int id = table.Find("Customer ID"), first = table.Find("First Name"), last = table.Find("Last Name");
        int email = table.Find("Email"), phone = table.Find("Phone");
        foreach (var row in table.Rows)
        {
            if (Words.Guest(table, row, (row[id].TrimStart('\''), $"{row[first]} {row[last]}", row[email], row[phone])) is { } guest)
                into.Guests.Add(guest);
            else
                into.Refuse(table.File, row.Line, "Email", "the guest has neither a name nor an address nor a phone");
        }
    }
}

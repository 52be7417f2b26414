using System.Globalization;
using System.Net;
using System.Text;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// What a receipt says, whatever it is printed on (<see cref="PrintReceipt"/>): what one of the EU must, which is name and address,
/// date and time, quantity and kind, amounts, tax for each rate, its number, and how it was paid.
/// </summary>
internal static class Receipt
{
    /// <summary>The receipt, row by row.</summary>
    /// <param name="order">Whose receipt it is.</param>
    /// <param name="shop">Of whom.</param>
    /// <param name="entry">The number of the entry in the journal of its register that says what the order is.</param>
    /// <param name="link">Where that can be checked (<see cref="ReceiptLinks"/>); null prints no QR code.</param>
    /// <param name="copy">How many were handed out before this one.</param>
    /// <param name="points">What it did to its customer's points.</param>
    public static List<ReceiptRow> Lines(
        Order order,
        Shop shop,
        long? entry,
        string? link,
        int copy,
        (string Text, string Balance)? points = null)
    {
        var currency = Currency.Of(order.Currency);
        string Amount(Money money) => money.In(currency).ToString(CultureInfo.InvariantCulture);
        var at = TimeZoneInfo.ConvertTime(order.CreatedAt, shop.Settings.BusinessDay.Zone);
        var rows = new List<ReceiptRow> { ReceiptRow.Title(shop.Name) };
        rows.AddRange(shop.Address.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ReceiptRow.Centred));
        if (shop.Settings.TaxNumber.Length > 0)
            rows.Add(ReceiptRow.Centred("Tax no. " + shop.Settings.TaxNumber));
        if (order.Training)
            rows.Add(ReceiptRow.Title("*** TRAINING - NOT A RECEIPT ***"));
        if (copy > 0)
            rows.Add(ReceiptRow.Title($"*** REPRINT {copy} - COPY ***"));
        if (order.Status == OrderStatus.Cancelled)
            rows.Add(ReceiptRow.Title("*** CANCELLED ***"));
        rows.Add(ReceiptRow.Rule);
        rows.Add(new("Receipt", order.OrderNumber));
        rows.Add(new("Date", at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)));
        if (order.CashierName is { } cashier)
            rows.Add(new("Served by", cashier));
        if (order.Table is { } table)
            rows.Add(new("Table", table));
        if (order.CustomerName is { } guest)
            rows.Add(new("Guest", guest));
        rows.Add(ReceiptRow.Rule);
        var combo = (int?)null;
        foreach (var line in Together(order.Items))
        {
            // A combo is one price, with its parts below.
            if (line.Combo is not null && line.Combo != combo)
                rows.Add(new($"{line.Quantity} x {line.ComboName}", Amount(order.Items.Where(l => l.Combo == line.Combo).Aggregate(
                    Money.Zero,
                    (sum, l) => sum + l.Quantity.Of(l.UnitPrice)))));
            combo = line.Combo;
            // What stands before the discount and, where tax comes on top, before the tax.
            var amounts = AmountsOf(line, order.PricesIncludeTax);
            rows.Add(line.Combo is not null ? new("  " + line.Name, "")
                : line.Unit is null ? new($"{line.Quantity} x {line.Name}", Amount(amounts[0]))
                : new(line.Name, Amount(amounts[0])));
            if (line.Unit is { } unit)
                rows.Add(new("  " + WeightText.Of(line.Quantity, unit, line.UnitPrice.In(currency)), ""));
            foreach (var (m, modifier) in OrderView.Thaw(line).Index())
                rows.Add(new(
                    $"  + {(modifier.Quantity > 1 ? modifier.Quantity + " x " : "")}{modifier.Name}",
                    modifier.Price == 0 ? "" : Amount(amounts[m + 1])));
            if (line.SpecialInstructions is { } wish)
                rows.Add(new("  " + wish, ""));
            if (shop.Settings.ReceiptAllergens && line.Allergens is { Length: > 0 } allergens)
                rows.Add(new("  contains " + allergens.Replace(",", ", ", StringComparison.Ordinal).Replace('_', ' '), ""));
            var given = FrozenPromotions.Thaw(line.Promotions);
            foreach (var promotion in given)
                rows.Add(new("  " + promotion.Named, Amount(-promotion.Amount)));
            var discount = given.Aggregate(line.Discount, (rest, p) => rest - p.Amount);
            if (!discount.IsZero)
                rows.Add(new($"  discount{(line.DiscountReason is { } why ? $" ({why})" : "")}", Amount(-discount)));
        }

        rows.Add(ReceiptRow.Rule);
        if (!order.ServiceCharge.IsZero)
        {
            var percent = order.PricedBy.Service.Percent;
            rows.Add(new($"Service charge{(percent == TaxRate.Zero ? "" : " " + percent)}", Amount(order.ServiceCharge)));
        }

        if (!order.PricesIncludeTax)
        {
            rows.Add(new("Tax", Amount(order.Items.Aggregate(Money.Zero, (sum, l) => sum + l.Tax))));
            // Of what was paid with a voucher the tax is no tax of this receipt, and still part of what it costs.
            var before = order.Items.Where(l => l.Unit is null).Aggregate(
                Money.Zero,
                (sum, l) => sum + l.Gross(inclusive: false) - AmountsOf(l, false).Aggregate(Money.Zero, (all, a) => all + a));
            if (order.Items.Exists(l => l.Borne.Any(t => t.Levy.IsVoucher)) && !before.IsZero)
                rows.Add(new("Taxed with the voucher", Amount(before)));
        }

        if (!order.DeliveryFee.IsZero)
            rows.Add(new("Delivery", Amount(order.DeliveryFee)));
        if (!order.Tip.IsZero)
            rows.Add(new("Tip", Amount(order.Tip)));
        rows.Add(new("TOTAL " + currency.Code, Amount(order.Total), Bold: true));
        foreach (var payment in order.Payments)
        {
            rows.Add(new(
                (payment.Amount.IsNegative ? "Paid out in " : "Paid by ") + payment.Method.ToWire().Replace('_', ' '),
                Amount(payment.Amount)));
            if (payment is { Method: PaymentMethod.GiftCard, Reference: { } card })
                rows.Add(new("  " + card, ""));
            if (!payment.Rounding.IsZero)
                rows.Add(new("  rounding", Amount(payment.Rounding)));
            if (payment.Tendered is { } tendered)
            {
                rows.Add(new("  given", Amount(tendered)));
                rows.Add(new("  change", Amount(payment.Change)));
            }
        }

        foreach (var refund in order.Refunds)
        {
            rows.Add(new("Given back by " + refund.Method.ToWire().Replace('_', ' '), Amount(-refund.Amount)));
            if (!refund.Rounding.IsZero)
                rows.Add(new("  rounding", Amount(-refund.Rounding)));
        }

        if (!order.BalanceDue.IsZero)
            rows.Add(new("To pay", Amount(order.BalanceDue), Bold: true));
        if (order.CashDue != order.BalanceDue)
            rows.Add(new("  in cash", Amount(order.CashDue)));
        if (points is { } moved)
            rows.Add(new(moved.Text, moved.Balance));
        rows.Add(ReceiptRow.Rule);
        foreach (var tax in OrderView.BorneBy(order).Where(t => t.Levy.IsListed))
        {
            var (name, rate) = (tax.Levy.Name, tax.Levy.Rate.Percent.ToString(CultureInfo.InvariantCulture));
            rows.Add(new($"{(tax.Levy.Letter is { } letter ? letter + " " : "")}{name} {rate} % of {Amount(tax.Base)}", Amount(tax.Tax)));
        }

        foreach (var free in OrderView.BorneBy(order).Where(t => t.Levy.Treatment is TaxTreatment.Exempt or TaxTreatment.ByPlatform))
            rows.Add(new($"Without tax: {free.Levy.Name}", Amount(free.Base)));
        var vouchers = OrderView.BorneBy(order).Where(t => t.Levy.IsVoucher).Aggregate(Money.Zero, (sum, t) => sum + t.Base);
        if (!vouchers.IsZero)
            rows.Add(new("Taxed when the voucher was sold", Amount(vouchers)));
        if (entry is { } number)
            rows.Add(new("Journal entry", number.ToString(CultureInfo.InvariantCulture)));
        rows.AddRange(shop.Settings.ReceiptFooter.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ReceiptRow.Centred));
        if (link is not null)
            rows.AddRange([ReceiptRow.Rule, ReceiptRow.Centred("Check this receipt:"), ReceiptRow.Qr(link)]);
        return rows;
    }

    /// <summary>
    /// What the item itself and each of its options come to. Of what is weighed they are rounded together, so that they sum to the line;
    /// the item bears what a label's price, or a bill that was split, makes different by a coin.
    /// </summary>
    private static Money[] AmountsOf(OrderLine line, bool inclusive)
    {
        var options = OrderView.Thaw(line);
        var (amounts, unit) = (new Money[options.Length + 1], line.UnitPrice);
        amounts[0] = line.Quantity.Of(unit);
        foreach (var (m, option) in options.Index())
        {
            var more = unit + (new Money(option.Price) * option.Quantity);
            (amounts[m + 1], unit) = (line.Quantity.Of(more) - line.Quantity.Of(unit), more);
        }

        if (line.Unit is not null)
            amounts[0] += line.Gross(inclusive) - amounts.Aggregate(Money.Zero, (sum, a) => sum + a);
        return amounts;
    }

    /// <summary>The lines in their order, the parts of a combo where its first one stands.</summary>
    private static IEnumerable<OrderLine> Together(List<OrderLine> lines)
    {
        var first = lines.Where(l => l.Combo is not null)
            .GroupBy(l => l.Combo!.Value)
            .ToDictionary(g => g.Key, g => g.Min(l => l.Position));
        return lines.OrderBy(l => l.Combo is { } combo ? first[combo] : l.Position).ThenBy(l => l.Position);
    }

    public static string ToHtml(Order order, Shop shop, List<ReceiptRow> rows)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + "content=\"width=device-width\"><title>");
        html.Append(WebUtility.HtmlEncode(PlainText.Line($"{shop.Name} · {order.OrderNumber}")));
        html.Append(
            "</title><style>body{font:15px/1.45 system-ui,sans-serif;max-width:24rem;margin:1.5rem auto;padding:0 1rem;color:#1c1917}"
                + "table{width:100%;border-collapse:collapse}td{padding:.1rem "
                + "0;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}"
                + "td+td{text-align:right;white-space:nowrap;padding-left:1rem;font-variant-numeric:tabular-nums}"
                + "td.c{text-align:center}svg{width:9.5rem;height:9.5rem}tr.rule td{border-top:1px dashed "
                + "#a8a29e;padding:0;height:.6rem}.b td,.t td{font-weight:700}.t td{font-size:1.15rem}@media "
                + "print{body{margin:0}}</style></head><body><table>");
        foreach (var row in rows)
            html.Append(row.ToHtml());
        return html.Append("</table></body></html>").ToString();
    }
}

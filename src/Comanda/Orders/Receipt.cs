using System.Globalization;
using System.Net;
using System.Text;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET /api/orders/{id}/receipt: HTML, or text for a printer of 42 columns. It says what an EU receipt must: name and
/// address, date and time, quantity and kind, amounts, tax for each rate, its number, and how it was paid.
/// </summary>
public static class Receipt
{
    private const int Columns = 42;

    public static async Task<IResult> Handle(
        long id, HttpContext http, ComandaDb db, NpgsqlDataSource database, ShopDirectory shops, Here here, CancellationToken cancel, string? format = null)
    {
        var accept = http.Request.Headers.Accept.ToString();
        var wanted = format ?? (accept.Contains("text/plain", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase) ? "text" : "html");
        if (wanted is not ("html" or "text"))
            return Refusal.OfField("format", "must be html or text").ToProblem();

        if (await db.Orders.Whole().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        var shop = await shops.Of(here, cancel);
        var entry = await database.Scalar(
            "select number from journal where order_id = $1 and register_id = $2 order by number limit 1", cancel, order.Id, order.RegisterId) as long?;
        var lines = Lines(order, shop, entry);
        return wanted == "text"
            ? Results.Text(string.Concat(lines.Select(l => l.ToText())), "text/plain", Encoding.UTF8)
            : Results.Text(ToHtml(order, shop, lines), "text/html", Encoding.UTF8);
    }

    private static List<Row> Lines(Order order, Shop shop, long? entry)
    {
        var currency = Currency.Of(order.Currency);
        string Amount(Money money) => money.In(currency).ToString(CultureInfo.InvariantCulture);
        var at = TimeZoneInfo.ConvertTime(order.CreatedAt, shop.Settings.BusinessDay.Zone);
        var rows = new List<Row> { Row.Title(shop.Name) };
        rows.AddRange(shop.Address.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Row.Centred));
        if (shop.Settings.TaxNumber.Length > 0)
            rows.Add(Row.Centred("Tax no. " + shop.Settings.TaxNumber));
        if (order.Training)
            rows.Add(Row.Title("*** TRAINING - NOT A RECEIPT ***"));
        if (order.Status == OrderStatus.Cancelled)
            rows.Add(Row.Title("*** CANCELLED ***"));
        rows.Add(Row.Rule);
        rows.Add(new("Receipt", order.OrderNumber));
        rows.Add(new("Date", at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)));
        if (order.CashierName is { } cashier)
            rows.Add(new("Served by", cashier));
        if (order.Table is { } table)
            rows.Add(new("Table", table));
        if (order.CustomerName is { } guest)
            rows.Add(new("Guest", guest));
        rows.Add(Row.Rule);
        var combo = (int?)null;
        foreach (var line in Together(order.Items))
        {
            // A combo is one price, with its parts below.
            if (line.Combo is not null && line.Combo != combo)
                rows.Add(new($"{line.Quantity} x {line.ComboName}", Amount(order.Items.Where(l => l.Combo == line.Combo).Aggregate(Money.Zero, (sum, l) => sum + (l.UnitPrice * l.Quantity)))));
            combo = line.Combo;
            // What stands before the discount and, where tax comes on top, before the tax.
            rows.Add(line.Combo is null ? new($"{line.Quantity} x {line.Name}", Amount(line.UnitPrice * line.Quantity)) : new("  " + line.Name, ""));
            foreach (var modifier in OrderView.Thaw(line))
                rows.Add(new($"  + {(modifier.Quantity > 1 ? modifier.Quantity + " x " : "")}{modifier.Name}", modifier.Price == 0 ? "" : Amount(new Money(modifier.Price) * modifier.Quantity * line.Quantity)));
            if (line.SpecialInstructions is { } wish)
                rows.Add(new("  " + wish, ""));
            if (!line.Discount.IsZero)
                rows.Add(new($"  discount{(line.DiscountReason is { } why ? $" ({why})" : "")}", Amount(-line.Discount)));
        }

        rows.Add(Row.Rule);
        if (!order.PricesIncludeTax)
            rows.Add(new("Tax", Amount(order.Tax)));
        if (!order.DeliveryFee.IsZero)
            rows.Add(new("Delivery", Amount(order.DeliveryFee)));
        if (!order.Tip.IsZero)
            rows.Add(new("Tip", Amount(order.Tip)));
        rows.Add(new("TOTAL " + currency.Code, Amount(order.Total), Bold: true));
        foreach (var payment in order.Payments)
        {
            rows.Add(new("Paid by " + payment.Method.ToWire().Replace('_', ' '), Amount(payment.Amount)));
            if (payment.Tendered is { } tendered)
            {
                rows.Add(new("  given", Amount(tendered)));
                rows.Add(new("  change", Amount(payment.Change)));
            }
        }

        rows.AddRange(order.Refunds.Select(r => new Row("Given back by " + r.Method.ToWire().Replace('_', ' '), Amount(-r.Amount))));
        if (!order.BalanceDue.IsZero)
            rows.Add(new("To pay", Amount(order.BalanceDue), Bold: true));
        rows.Add(Row.Rule);
        foreach (var tax in OrderView.TaxesOf(order, currency))
            rows.Add(new($"Tax {tax.Rate.ToString(CultureInfo.InvariantCulture)} % of {tax.Net.ToString(CultureInfo.InvariantCulture)}", tax.Tax.ToString(CultureInfo.InvariantCulture)));
        if (entry is { } number)
            rows.Add(new("Journal entry", number.ToString(CultureInfo.InvariantCulture)));
        rows.AddRange(shop.Settings.ReceiptFooter.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Row.Centred));
        return rows;
    }

    /// <summary>The lines in their order, the parts of a combo where its first one stands.</summary>
    private static IEnumerable<OrderLine> Together(List<OrderLine> lines)
    {
        var first = lines.Where(l => l.Combo is not null).GroupBy(l => l.Combo!.Value).ToDictionary(g => g.Key, g => g.Min(l => l.Position));
        return lines.OrderBy(l => l.Combo is { } combo ? first[combo] : l.Position).ThenBy(l => l.Position);
    }

    private static string ToHtml(Order order, Shop shop, List<Row> rows)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
        html.Append(WebUtility.HtmlEncode($"{shop.Name} · {order.OrderNumber}"));
        html.Append("</title><style>body{font:15px/1.45 system-ui,sans-serif;max-width:24rem;margin:1.5rem auto;padding:0 1rem;color:#1c1917}"
            + "table{width:100%;border-collapse:collapse}td{padding:.1rem 0;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}td+td{text-align:right;white-space:nowrap;padding-left:1rem;font-variant-numeric:tabular-nums}"
            + "td.c{text-align:center}tr.rule td{border-top:1px dashed #a8a29e;padding:0;height:.6rem}.b td,.t td{font-weight:700}.t td{font-size:1.15rem}@media print{body{margin:0}}</style></head><body><table>");
        foreach (var row in rows)
            html.Append(row.ToHtml());
        return html.Append("</table></body></html>").ToString();
    }

    /// <summary>One row of the receipt, whatever it is printed on.</summary>
    private sealed record Row(string Left, string Right, bool Bold = false, bool IsCentred = false, bool IsRule = false)
    {
        public static readonly Row Rule = new("", "", IsRule: true);

        public static Row Centred(string text) => new(text, "", IsCentred: true);

        public static Row Title(string text) => new(text, "", Bold: true, IsCentred: true);

        public string ToText()
        {
            if (IsRule)
                return new string('-', Columns) + "\n";
            if (IsCentred)
                return string.Concat(Wrap(Left, Columns).Select(l => new string(' ', (Columns - l.Length) / 2) + l + "\n"));
            // A long name on the right gets lines of its own; an amount always stands beside what it is for.
            if (Right.Length > Columns / 2)
                return Left + "\n" + string.Concat(Wrap(Right, Columns - 2).Select(l => "  " + l + "\n"));
            var parts = Wrap(Left, Columns - Right.Length - (Right.Length > 0 ? 1 : 0));
            var first = Right.Length == 0 ? parts[0] : parts[0].PadRight(Columns - Right.Length) + Right;
            return string.Concat(parts.Skip(1).Prepend(first).Select(l => l + "\n"));
        }

        public string ToHtml()
        {
            if (IsRule)
                return "<tr class=\"rule\"><td colspan=\"2\"></td></tr>";
            var left = WebUtility.HtmlEncode(Left);
            return IsCentred
                ? $"<tr{(Bold ? " class=\"t\"" : "")}><td class=\"c\" colspan=\"2\">{left}</td></tr>"
                : $"<tr{(Bold ? " class=\"b\"" : "")}><td>{left}</td><td>{WebUtility.HtmlEncode(Right)}</td></tr>";
        }

        /// <summary>Cuts at the width; names are short and a printer must never lose an amount to a long one.</summary>
        private static List<string> Wrap(string text, int width)
        {
            var clean = new string(text.Select(c => char.IsControl(c) ? ' ' : c).ToArray());
            var lines = new List<string>();
            for (int start = 0, length; start < clean.Length; start += length)
            {
                length = Math.Min(Math.Max(2, width), clean.Length - start);
                if (start + length < clean.Length && char.IsHighSurrogate(clean[start + length - 1]))
                    length--; // an emoji is two characters that stay together
                lines.Add(clean.Substring(start, length));
            }

            return lines.Count == 0 ? [""] : lines;
        }
    }
}

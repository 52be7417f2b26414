using System.Globalization;
using System.Net;
using System.Text;
using Comanda.Notifications;

namespace Comanda.Reports;

/// <summary>
/// The day's report as a mail: plain text, and the same as a page. The chart is a table whose cells are as wide as an hour's sales: mail
/// programs show no script and no SVG, and pictures only when asked; they all show tables.
/// </summary>
internal static class SummaryMail
{
    private const int TextBar = 30, HtmlBar = 240;

    public static Message To(string address, DaySummary of) =>
        new(MessageChannel.Email, address, Subject(of), Text(of)) { Html = Html(of) };

    private static string Subject(DaySummary of) => $"{of.Shop.Name}: {Date(of.Day.Date)}, {Amount(of, of.Day.TotalSales)}";

    /// <summary>The figures, each with its name; what there was none of is left out.</summary>
    private static List<(string Name, string Value)> Figures(DaySummary of)
    {
        var day = of.Day;
        List<(string, string)> rows =
        [
            ("Sales", Amount(of, day.TotalSales) + Change(of)),
            ("Orders", day.OrderCount.ToString(CultureInfo.InvariantCulture)),
            ("Average order", Amount(of, day.AverageOrder)),
        ];
        void Add(string name, decimal amount)
        {
            if (amount != 0)
                rows.Add((name, Amount(of, amount)));
        }

        foreach (var (method, amount) in day.PaymentMethods)
            Add($"Taken by {method.Replace('_', ' ')}", amount);
        Add("Refunds", day.Refunds);
        Add("Tips", day.Tips);
        Add("Service charge", day.ServiceCharges);
        Add("Discounts", day.Discounts);
        Add("Gift cards sold", day.GiftCardsSold);
        Add("Not yet paid", day.Unpaid);
        foreach (var tax in day.Taxes.Where(t => t.DeclaredTax != 0))
            Add(string.Create(CultureInfo.InvariantCulture, $"{tax.Name} {tax.Rate:0.####} %"), tax.DeclaredTax);
        foreach (var drawer in of.Drawers)
        {
            var by = drawer.ClosedBy is { } who ? $", {who}" : "";
            rows.Add(($"Drawer {drawer.Register}{by}", drawer.Difference.IsZero
                ? "as it should be"
                : $"{Signed(of, drawer.Difference.In(of.Currency))} against what should be in it"));
        }

        return rows;
    }

    private static string Change(DaySummary of) => of.WeekAgo.Change is { } change
        ? string.Create(CultureInfo.InvariantCulture, $" ({change:+0.0;-0.0;0.0} % against {Amount(of, of.WeekAgo.Sales)} a week before)")
        : "";

    private static string Text(DaySummary of)
    {
        var text = new StringBuilder().Append(Heading(of)).Append("\n\n");
        foreach (var (name, value) in Figures(of))
            text.Append(name).Append(": ").Append(value).Append('\n');
        var hours = of.OpenHours();
        if (hours.Count > 0)
            text.Append("\nBy hour\n");
        foreach (var hour in hours)
        {
            var bar = new string('#', Width(hour, hours, TextBar));
            text.Append(CultureInfo.InvariantCulture, $"{hour.Hour:00} {bar}{(bar.Length > 0 ? " " : "")}{Amount(of, hour.Total)}\n");
        }

        if (of.Best.Count > 0)
            text.Append("\nBest sellers\n");
        foreach (var item in of.Best)
            text.Append(CultureInfo.InvariantCulture, $"{Count(item)} {item.Name}: {Amount(of, item.Revenue)}\n");
        return text.ToString();
    }

    private static string Html(DaySummary of)
    {
        const string cell = "padding:2px 12px 2px 0;vertical-align:top";
        var html = new StringBuilder(
            "<!doctype html><html lang=\"en\"><body style=\"font:15px/1.4 sans-serif;color:#222;background:#fff\">");
        html.Append("<h1 style=\"font-size:19px\">").Append(Safe(Heading(of))).Append("</h1><table role=\"presentation\">");
        foreach (var (name, value) in Figures(of))
            html.Append($"<tr><td style=\"{cell}\">{Safe(name)}</td><td style=\"{cell}\"><b>{Safe(value)}</b></td></tr>");
        html.Append("</table>");
        var hours = of.OpenHours();
        if (hours.Count > 0)
            html.Append("<h2 style=\"font-size:16px\">By hour</h2><table cellpadding=\"0\" cellspacing=\"0\">");
        foreach (var hour in hours)
        {
            var wide = Width(hour, hours, HtmlBar);
            var bar = wide == 0
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"<table cellpadding=\"0\" cellspacing=\"0\"><tr><td width=\"{wide}\" height=\"14\" bgcolor=\"#8a5a2b\" "
                        + $"style=\"width:{wide}px;height:14px;background:#8a5a2b;font-size:1px\">&nbsp;</td></tr></table>");
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\" style=\"{cell};font-weight:normal\">{hour.Hour:00}</th><td width=\"{HtmlBar}\">{bar}</td>"
                    + $"<td style=\"padding-left:8px\">{Safe(Amount(of, hour.Total))}</td></tr>");
        }

        if (hours.Count > 0)
            html.Append("</table>");
        if (of.Best.Count > 0)
            html.Append("<h2 style=\"font-size:16px\">Best sellers</h2><table>");
        foreach (var item in of.Best)
        {
            html.Append(
                $"<tr><td style=\"{cell}\">{Safe(Count(item))}</td><td style=\"{cell}\">{Safe(item.Name)}</td>"
                    + $"<td style=\"{cell}\">{Safe(Amount(of, item.Revenue))}</td></tr>");
        }

        return html.Append(of.Best.Count > 0 ? "</table>" : "").Append("</body></html>").ToString();
    }

    private static string Heading(DaySummary of) =>
        $"{of.Shop.Name}, {Date(of.Day.Date)}" + (of.Day.OrderCount == 0 && of.Day.TotalSales == 0 ? ": nothing was sold" : "");

    /// <summary>How long an hour's bar is; what sold anything has one.</summary>
    private static int Width(HourView hour, IReadOnlyList<HourView> hours, int most)
    {
        var largest = hours.Max(h => h.Total);
        return hour.Total <= 0 || largest <= 0 ? 0 : Math.Max(1, (int)(hour.Total * most / largest));
    }

    private static string Count(ProductSalesView item) =>
        item.Quantity.ToString("0.###", CultureInfo.InvariantCulture) + (item.Unit is null ? "" : " " + item.Unit);

    private static string Amount(DaySummary of, decimal amount) =>
        amount.ToString(CultureInfo.InvariantCulture) + " " + of.Currency.Code;

    private static string Signed(DaySummary of, decimal amount) => (amount > 0 ? "+" : "") + Amount(of, amount);

    private static string Date(DateOnly day) => day.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}

using System.Globalization;
using System.Text;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/sales: series and totals; CSV where it is asked for.</summary>
public static class SalesReport
{
    private static readonly Dictionary<string, string> Groupings = new(StringComparer.Ordinal)
    {
        ["day"] = "to_char(day, 'YYYY-MM-DD')",
        ["week"] = "to_char(date_trunc('week', day), 'YYYY-MM-DD')",
        ["month"] = "to_char(day, 'YYYY-MM')",
        ["hour"] = $"to_char({LocalTime.Hour("at", "$4", "$5")}, 'FM00')",
        ["category"] = "category",
        ["type"] = "type",
    };

    public static async Task<Answer<SalesReportView>> Handle(
        [AsParameters] AskedPeriod period,
        RequestHead head,
        NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [FromQuery(Name = "group_by"), Words("day", "week", "month", "hour", "category", "type")] string? groupBy = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        var grouping = groupBy ?? "day";
        errors.Check(Groupings.ContainsKey(grouping), "group_by", "must be " + string.Join(", ", Groupings.Keys));
        if (errors.Any)
            return errors.ToRefusal();

        var report = await Of(database, shop, start, end, grouping, cancel);
        return head.Accept.Contains("text/csv", StringComparison.OrdinalIgnoreCase)
            ? Answer.InOtherForm<SalesReportView>(new InPieces(Encoding.UTF8.GetBytes(ToCsv(report)), "text/csv; charset=utf-8"))
            : report;
    }

    public static async Task<SalesReportView> Of(
        NpgsqlDataSource database,
        Shop shop,
        DateOnly from,
        DateOnly to,
        string grouping,
        CancellationToken cancel)
    {
        var (since, offsets) = shop.Settings.BusinessDay.OffsetsBetween(from, to);
        // grouping sets make the rows and their total in one pass over the same snapshot.
        await using var command = database.Command(
            $"""
            select {Groupings[grouping]} as key,
                   count(distinct order_id) filter (where sign = 1) - count(distinct order_id) filter (where sign = -1),
                   coalesce(sum(sign) filter (where menu_item_id is not null), 0), coalesce(sum(sign * quantity), 0),
                   coalesce(sum(sign * total), 0)::bigint, coalesce(sum(sign * tax), 0)::bigint, coalesce(sum(sign * discount), 0)::bigint,
                   grouping({Groupings[grouping]})
            from sales_lines where shop_id = $1 and day between $2 and $3 and $4::timestamptz[] is not null and $5::int[] is not null
            group by grouping sets (({Groupings[grouping]}), ()) order by 8, 1
            """,
            shop.Id, from, to, since, offsets);
        var rows = await command.List(
            r => (IsTotal: r.GetInt32(7) == 1, Row: new SalesRow(
                r.TextOrNull(0) ?? "",
                r.GetInt64(1),
                r.GetInt64(2),
                r.GetInt64(3),
                new Money(r.GetInt64(4)).In(shop.Currency),
                new Money(r.GetInt64(5)).In(shop.Currency),
                new Money(r.GetInt64(6)).In(shop.Currency))),
            cancel);
        var total = rows.First(r => r.IsTotal).Row with { Key = "total" };
        return new(from, to, grouping, shop.Currency.Code, total, [.. rows.Where(r => !r.IsTotal).Select(r => r.Row)]);
    }

    private static string ToCsv(SalesReportView report)
    {
        var csv = new StringBuilder(report.GroupBy).Append(",orders,lines,units,sales,tax,discounts\r\n");
        foreach (var row in report.Rows.Append(report.Total))
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{CsvText.Cell(row.Key)},{row.Orders},{row.Lines},{row.Units},{row.Sales},{row.Tax},{row.Discounts}\r\n");
        return csv.ToString();
    }
}

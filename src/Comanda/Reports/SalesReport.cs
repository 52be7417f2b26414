using System.Globalization;
using System.Text;
using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/sales: series and totals; CSV where it is asked for.</summary>
public static class SalesReport
{
    /// <summary>Of a day: what a row is called.</summary>
    private static readonly Dictionary<string, string> OfDays = new(StringComparer.Ordinal)
    {
        ["day"] = "to_char(day, 'YYYY-MM-DD')",
        ["week"] = "to_char(date_trunc('week', day), 'YYYY-MM-DD')",
        ["month"] = "to_char(day, 'YYYY-MM')",
    };

    /// <summary>Of a day's sales by something else: which part.</summary>
    private static readonly Dictionary<string, string> OfParts = new(StringComparer.Ordinal)
    {
        ["hour"] = "hour",
        ["category"] = "category",
        ["type"] = "order_type",
    };

    public static async Task<Answer<SalesReportView>> Handle(
        [AsParameters] AskedTable period,
        RequestHead head,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [FromQuery(Name = "group_by"), Words("day", "week", "month", "hour", "category", "type")] string? groupBy = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        var format = ReportTable.FormatOf(period.Format, head, errors);
        var grouping = groupBy ?? "day";
        errors.Check(
            OfDays.ContainsKey(grouping) || OfParts.ContainsKey(grouping),
            "group_by",
            "must be " + string.Join(", ", OfDays.Keys.Concat(OfParts.Keys)));
        if (errors.Any)
            return errors.ToRefusal();

        var report = await Of(database, shop, start, end, grouping, cancel);
        return format switch
        {
            "csv" => Answer.InOtherForm<SalesReportView>(new InPieces(Encoding.UTF8.GetBytes(ToCsv(report)), "text/csv; charset=utf-8")),
            "xlsx" => Answer.InOtherForm<SalesReportView>(ReportTable.Of("xlsx", "sales", report.Rows.Append(report.Total))),
            _ => report,
        };
    }

    public static async Task<SalesReportView> Of(
        NpgsqlDataSource database,
        Shop shop,
        DateOnly from,
        DateOnly to,
        string grouping,
        CancellationToken cancel)
    {
        const string sums = "sum(orders)::bigint, sum(lines)::bigint, sum(units)::bigint, sum(sales)::bigint, sum(tax)::bigint";
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var books = await Books.Open(connection, shop, from, to, cancel);
        var (key, source) = OfDays.TryGetValue(grouping, out var ofDay)
            ? (ofDay, $"{Facets.Days.Source} f")
            : ("key", $"{Facets.Sales.Source} f where part = '{OfParts[grouping]}'");
        var rows = await Rows($"select {key}, {sums}, sum(discounts)::bigint from {source} group by 1 order by 1");
        var total = await Rows($"select 'total', {sums}, sum(discounts)::bigint from {Facets.Days.Source} f having count(*) > 0");
        return new(
            from, to, grouping, shop.Currency.Code, total.Count > 0 ? total[0] : new("total", 0, 0, 0, Zero(), Zero(), Zero()), rows);

        Task<List<SalesRow>> Rows(string sql) => books.List(
            sql,
            r => new SalesRow(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), Amount(r, 4), Amount(r, 5), Amount(r, 6)),
            cancel);

        decimal Amount(NpgsqlDataReader r, int column) => new Money(r.GetInt64(column)).In(shop.Currency);

        decimal Zero() => Money.Zero.In(shop.Currency);
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

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
    /// <summary>A period that is longer is a mistake: ten years.</summary>
    internal const int LongestPeriod = 3660;

    private static readonly Dictionary<string, string> Groupings = new(StringComparer.Ordinal)
    {
        ["day"] = "to_char(day, 'YYYY-MM-DD')",
        ["week"] = "to_char(date_trunc('week', day), 'YYYY-MM-DD')",
        ["month"] = "to_char(day, 'YYYY-MM')",
        ["hour"] = $"to_char({LocalTime.Hour("at", "$4", "$5")}, 'FM00')",
        ["category"] = "category",
        ["type"] = "type",
    };

    public static async Task<IResult> Handle(
        HttpContext http, NpgsqlDataSource database, ShopDirectory shops, Here here, TimeProvider clock, CancellationToken cancel,
        DateOnly? from = null, DateOnly? to = null, [FromQuery(Name = "group_by")] string? groupBy = null)
    {
        var shop = await shops.Of(here, cancel);
        var errors = new FieldErrors();
        var (start, end) = Period(from, to, shop, clock, errors);
        var grouping = groupBy ?? "day";
        errors.Check(Groupings.ContainsKey(grouping), "group_by", "must be " + string.Join(", ", Groupings.Keys));
        if (errors.Any)
            return errors.ToRefusal().ToProblem();

        var report = await Of(database, shop, start, end, grouping, cancel);
        return http.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase)
            ? new InPieces(Encoding.UTF8.GetBytes(ToCsv(report)), "text/csv; charset=utf-8")
            : TypedResults.Ok(report);
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

    /// <summary>
    /// The period of a report: today where nothing is given, until today where only its start is, one day where only its end is.
    /// </summary>
    internal static (DateOnly From, DateOnly To) Period(DateOnly? from, DateOnly? to, Shop shop, TimeProvider clock, FieldErrors errors)
    {
        var today = shop.Settings.BusinessDay.Of(clock.GetUtcNow());
        var start = from ?? to ?? today;
        var end = to ?? (from > today ? from.Value : today);
        errors.Check(start <= end, "from", "must not be after to");
        errors.Check(end.DayNumber - start.DayNumber <= LongestPeriod, "to", $"must be at most {LongestPeriod} days after from");
        return (start, end);
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

using Comanda.Kernel;

namespace Comanda.Reports;

/// <summary>Every report, once.</summary>
public static class ReportsEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder app)
    {
        var reports = app.MapGroup("/api/reports").WithTags("Reports").WithMetadata(new NeedsPermission(Permission.ReadReports));
        reports.MapGet("/sales/daily", DailySales.Handle)
            .WithName("daily_sales")
            .WithSummary("One business day: sales, orders, tenders, tax, tips, by hour. Also at /api/reports/daily-sales.");
        reports.MapGet("/sales", SalesReport.Handle)
            .WithName("sales_report")
            .WithSummary("Sales of a period by day, week, month, hour, category or type; CSV by Accept: text/csv.")
            .Produces<SalesReportView>()
            .ProducesProblem(400);
        reports.MapGet("/products/top", TopProducts.Handle)
            .WithName("top_products")
            .WithSummary("What sells best in a period, by quantity or revenue.")
            .ProducesProblem(400);
        reports.MapGet("/costs", CostReport.Handle)
            .WithName("cost_report")
            .WithSummary("Cost of goods and margin of a period, by day or item.")
            .ProducesProblem(400);
        reports.MapGet("/inventory", StockUse.Handle)
            .WithName("stock_use")
            .WithSummary("Theoretical against counted use of each ingredient in a period.")
            .ProducesProblem(400);

        // Numbers of pieces, no money: whoever bakes reads it too.
        app.MapGet(
            "/api/reports/bake-list",
            BakeList.Handle)
            .WithName("bake_list")
            .WithTags("Reports")
            .WithMetadata(new NeedsPermission(Permission.ReadStock))
            .WithSummary("How many to make of each product tomorrow (or on a date): the same weekday of the last weeks, corrected for "
                + "when it was sold out, with the reason.")
            .ProducesProblem(400);
    }
}

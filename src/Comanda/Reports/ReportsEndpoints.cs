namespace Comanda.Reports;

/// <summary>Every report, once.</summary>
public static class ReportsEndpoints
{
    public static IServiceCollection AddReports(this IServiceCollection services) =>
        services.AddScoped<SummaryReport>()
            .AddScoped<ChosenShops>()
            .AddScoped<ReadReturnables>()
            .AddScoped<WhyFigure>()
            .AddHostedService<SendDailyReports>()
            .AddHostedService<RollUpReports>();

    public static void MapReports(this IEndpointRouteBuilder app)
    {
        var reports = app.Chapter("Reports", "/api/reports").Needs(Permission.ReadReports);
        reports.Get("/sales/daily", DailySales.Handle)
            .Called("daily_sales", "One business day: sales, orders, tenders, tax, tips, by hour. Also at /api/reports/daily-sales.");
        reports.Get("/sales/weekly", WeeklySales.Handle)
            .Called("weekly_sales", "The seven days of a week from Monday on, and the week before.")
            .Refuses(400);
        reports.Get("/sales", SalesReport.Handle)
            .Called("sales_report", "Sales of a period by day, week, month, hour, category or type; CSV by Accept: text/csv.")
            .Refuses(400);
        reports.Get("/products/top", TopProducts.Handle)
            .Called("top_products", "What sells best in a period, by quantity or revenue.")
            .Refuses(400);
        reports.Get("/costs", CostReport.Handle)
            .Called("cost_report", "Cost of goods and margin of a period, by day or item.")
            .Refuses(400);
        reports.Get("/markdowns", MarkdownsReport.Handle)
            .Called(
                "markdowns_report",
                "What each step of a markdown sold in a period, the waste that it avoided and its margin; what was left all the same.")
            .Refuses(400);
        reports.Get("/cakes", CakesReport.Handle)
            .Called(
                "cakes_report",
                "Cakes ordered for a period's days: how many, worth what, collected, cancelled, at which stage, and what was paid ahead.")
            .Refuses(400);
        reports.Get("/waits", WaitsReport.Handle)
            .Called(
                "waits_report",
                "What was promised against what it took in a period, by hour and station, and what is said of waits from now on.")
            .Refuses(400);
        reports.Get("/inventory", StockUse.Handle)
            .Called("stock_use", "Theoretical against counted use of each ingredient in a period.")
            .Refuses(400);

        reports.Get("/performance", StaffPerformance.Handle)
            .Called("staff_performance", "Per person: orders, sales, average, refunds, preparation time in a period.")
            .Refuses(400);
        reports.Get("/dashboard", Dashboard.Handle)
            .Called("dashboard", "How today goes against last week and last month; orders in hand, best sellers, low stock, by hour.");
        reports.Get("/summary", (
                SummaryReport report,
                [AsParameters] AskedPeriod period,
                [AsParameters] SummaryQuery query,
                CancellationToken cancel) =>
                report.Read(period, query, cancel))
            .Called(
                "summary",
                "Every figure of a period by day: sales, taxes, refunds, voids, drawer differences, costs, waste, guests, what is owed for "
                    + "gift cards and points; of one shop or, by ?shops=all or ids, of several. JSON, CSV or a workbook (?format=).")
            .Refuses(400, 404);
        reports.Get("/why", (
                WhyFigure why,
                [AsParameters] AskedPeriod period,
                [AsParameters] WhyQuery query,
                CancellationToken cancel) =>
                why.Read(period, query, cancel))
            .Called(
                "why_figure",
                "What a figure of the reports is made of (?figure= as the report calls it, of a method, tax, hour, category, type, "
                    + "product, person, reason or promotion): orders, payments, refunds, each with its share. JSON, CSV or a workbook.")
            .Refuses(400);
        reports.Get("/variance", VarianceReport.Handle)
            .Called(
                "variance",
                "Drawers and ingredients whose counts were other than the books, and what may explain each: payments, refunds, movements, "
                    + "slips of counting, with how well the amount fits. ?drawer_id= or ?inventory_id= for one.")
            .Refuses(400, 404);
        reports.Get("/lost-sales", LostSales.Handle)
            .Called(
                "lost_sales",
                "What of a period may be missing in the books, why, and what to do: sales that wait, missing numbers, what was served and "
                    + "not paid, card payments that were not booked, cash too much.")
            .Refuses(400);
        reports.Get("/accounting", AccountingExport.Handle)
            .Called(
                "accounting",
                "A period's entries for the books, balanced by day, by the shop's chart of accounts: JSON, CSV or a file for DATEV "
                    + "(?format=).")
            .Refuses(400, 409);
        reports.Post("/email-summary", SendSummary.Handle)
            .Called("email_summary", "Sends a day's report by mail, to those in daily_report_to or to others.")
            .MayBeRepeated("a second mail tells the same")
            .Accepts()
            .Refuses(400);

        var returnables = app.Chapter("Reports", "/api/returnables").Needs(Permission.ReadReports);
        returnables.Get("", (ReadReturnables read, [AsParameters] ReturnablesQuery query, CancellationToken cancel) =>
                read.Handle(query, cancel))
            .Called(
                "returnables",
                "Cups, boxes and crates with a deposit: out, back, what is missing since when, and what is owed for it; of one shop or, by "
                    + "?shops=all or ids, of several.")
            .Refuses(400, 404);
        returnables.Get("/guests", (ReadReturnables read, [AsParameters] ReturnableGuestsQuery query, CancellationToken cancel) =>
                read.Guests(query, cancel))
            .Called("returnable_guests", "Which guests have how many of them, those first who have most; anonymous ones together.")
            .Refuses(400, 404);

        // Numbers of pieces, no money: whoever bakes reads it too.
        app.Chapter("Reports").Get("/api/reports/bake-list", BakeList.Handle)
            .Called(
                "bake_list",
                "How many to make of each product tomorrow (or on a date): the same weekday of the last weeks, corrected for when it "
                    + "was sold out, with the reason.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
    }
}

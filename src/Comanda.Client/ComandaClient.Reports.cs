using Comanda.Registers;
using Comanda.Reports;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<DailySalesView> GetDailySales(DateOnly? date = null, CancellationToken cancel = default) =>
        Ask<DailySalesView>(HttpMethod.Get, "/api/reports/sales/daily" + (date is null ? "" : $"?date={date:yyyy-MM-dd}"), cancel: cancel);

    public Task<SalesReportView> GetSales(DateOnly from, DateOnly to, string groupBy, CancellationToken cancel = default) =>
        Ask<SalesReportView>(
            HttpMethod.Get,
            $"/api/reports/sales?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&group_by={groupBy}",
            cancel: cancel);

    public Task<TopProductsView> GetTopProducts(DateOnly from, DateOnly to, string by, int limit, CancellationToken cancel = default) =>
        Ask<TopProductsView>(
            HttpMethod.Get,
            $"/api/reports/products/top?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&by={by}&limit={limit}",
            cancel: cancel);

    public Task<JournalState> VerifyJournal(CancellationToken cancel = default) =>
        Ask<JournalState>(HttpMethod.Get, "/api/journal/verify", cancel: cancel);
}

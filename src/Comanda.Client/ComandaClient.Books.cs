using Comanda.Audit;
using Comanda.Kernel;
using Comanda.Notifications;
using Comanda.Orders;
using Comanda.Registers;
using Comanda.Reports;
using Comanda.Webhooks;

namespace Comanda.Client;

/// <summary>What the office reads of the books. A <c>query</c> is as it stands behind the question mark.</summary>
public sealed partial class ComandaClient
{
    /// <summary>How today goes, beside last week and last month.</summary>
    public Task<DashboardView> GetDashboard(CancellationToken cancel = default) =>
        Ask<DashboardView>(HttpMethod.Get, "/api/reports/dashboard", cancel: cancel);

    public Task<WeeklySalesView> GetWeeklySales(string query = "", CancellationToken cancel = default) =>
        Ask<WeeklySalesView>(HttpMethod.Get, "/api/reports/sales/weekly?" + query, cancel: cancel);

    public Task<SalesReportView> GetSalesReport(string query, CancellationToken cancel = default) =>
        Ask<SalesReportView>(HttpMethod.Get, "/api/reports/sales?" + query, cancel: cancel);

    public Task<SummaryView> GetSummary(string query, CancellationToken cancel = default) =>
        Ask<SummaryView>(HttpMethod.Get, "/api/reports/summary?" + query, cancel: cancel);

    public Task<TopProductsView> GetTopProducts(string query, CancellationToken cancel = default) =>
        Ask<TopProductsView>(HttpMethod.Get, "/api/reports/products/top?" + query, cancel: cancel);

    public Task<CostReportView> GetCosts(string query, CancellationToken cancel = default) =>
        Ask<CostReportView>(HttpMethod.Get, "/api/reports/costs?" + query, cancel: cancel);

    /// <summary>Cups, boxes and crates out and back.</summary>
    public Task<ReturnablesView> GetReturnables(string query = "", CancellationToken cancel = default) =>
        Ask<ReturnablesView>(HttpMethod.Get, "/api/returnables?" + query, cancel: cancel);

    public Task<PageOf<ReturnableGuestView>> GetReturnableGuests(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<ReturnableGuestView>>(HttpMethod.Get, "/api/returnables/guests?" + query, cancel: cancel);

    public Task<WaitsReportView> GetWaits(string query, CancellationToken cancel = default) =>
        Ask<WaitsReportView>(HttpMethod.Get, "/api/reports/waits?" + query, cancel: cancel);

    public Task<MarkdownsReportView> GetMarkdowns(string query, CancellationToken cancel = default) =>
        Ask<MarkdownsReportView>(HttpMethod.Get, "/api/reports/markdowns?" + query, cancel: cancel);

    public Task<StockUseView> GetStockUse(string query, CancellationToken cancel = default) =>
        Ask<StockUseView>(HttpMethod.Get, "/api/reports/inventory?" + query, cancel: cancel);

    public Task<PerformanceView> GetPerformance(string query, CancellationToken cancel = default) =>
        Ask<PerformanceView>(HttpMethod.Get, "/api/reports/performance?" + query, cancel: cancel);

    public Task<VarianceView> GetVariance(string query, CancellationToken cancel = default) =>
        Ask<VarianceView>(HttpMethod.Get, "/api/reports/variance?" + query, cancel: cancel);

    public Task<LostSalesView> GetLostSales(string query, CancellationToken cancel = default) =>
        Ask<LostSalesView>(HttpMethod.Get, "/api/reports/lost-sales?" + query, cancel: cancel);

    /// <summary>What a figure of the reports is made of.</summary>
    public Task<WhyView> GetWhy(string query, CancellationToken cancel = default) =>
        Ask<WhyView>(HttpMethod.Get, "/api/reports/why?" + query, cancel: cancel);

    public Task<BakeListView> GetBakeList(string query = "", CancellationToken cancel = default) =>
        Ask<BakeListView>(HttpMethod.Get, "/api/reports/bake-list?" + query, cancel: cancel);

    /// <summary>The fiscal journal, or what it has of one order.</summary>
    public Task<JournalPage> GetJournal(string query = "", CancellationToken cancel = default) =>
        Ask<JournalPage>(HttpMethod.Get, "/api/journal?" + query, cancel: cancel);

    public Task<PageOf<AuditRow>> ReadAudit(string query, CancellationToken cancel = default) =>
        Ask<PageOf<AuditRow>>(HttpMethod.Get, "/api/audit?" + query, cancel: cancel);

    /// <summary>Sales of tills' queues that could not be placed.</summary>
    public Task<PageOf<SetAsideView>> GetSetAsideSales(string query, CancellationToken cancel = default) =>
        Ask<PageOf<SetAsideView>>(HttpMethod.Get, "/api/orders/set-aside?" + query, cancel: cancel);

    /// <summary>Places one as the till sent it.</summary>
    public Task<OrderView> PlaceSetAsideSale(long id, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/set-aside/{id}/place", cancel: cancel);

    public Task<SetAsideView> DiscardSetAsideSale(long id, string reason, CancellationToken cancel = default) =>
        Ask<SetAsideView>(HttpMethod.Post, $"/api/orders/set-aside/{id}/discard", new DiscardSaleRequest(reason), cancel: cancel);

    public Task<PageOf<MessageView>> GetMessages(string query, CancellationToken cancel = default) =>
        Ask<PageOf<MessageView>>(HttpMethod.Get, "/api/admin/messages?" + query, cancel: cancel);

    public Task<MessageView> RetryMessage(long id, CancellationToken cancel = default) =>
        Ask<MessageView>(HttpMethod.Post, $"/api/admin/messages/{id}/retry", cancel: cancel);

    public Task<WebhookList> GetWebhooks(CancellationToken cancel = default) =>
        Ask<WebhookList>(HttpMethod.Get, "/api/webhooks", cancel: cancel);

    /// <summary>Calls it once more for everything after a seq.</summary>
    public Task<WebhookView> ReplayWebhook(long id, long after, CancellationToken cancel = default) =>
        Ask<WebhookView>(HttpMethod.Post, $"/api/webhooks/{id}/replay", new ReplayInput(after), cancel: cancel);

    /// <summary>A file of the API, as it came.</summary>
    public async Task<byte[]> Download(string path, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Get, path, cancel: cancel);
        await ThrowIfRefused(response, cancel);
        return await response.Content.ReadAsByteArrayAsync(cancel);
    }
}

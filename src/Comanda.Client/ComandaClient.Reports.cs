namespace Comanda.Client;

public sealed record SalesHour(int Hour, long Orders, decimal Total);

public sealed record DailySales(
    DateOnly Date,
    decimal TotalSales,
    long OrderCount,
    Dictionary<string, decimal> PaymentMethods,
    Dictionary<string, decimal> RefundMethods,
    decimal Refunds,
    decimal Tax,
    decimal Tips,
    decimal Discounts,
    decimal ServiceCharges,
    decimal CashRounding,
    decimal GiftCardsSold,
    decimal Unpaid,
    decimal AverageOrder,
    SalesHour[] ByHour,
    string Currency);

public sealed record SalesRow(string Key, long Orders, long Lines, long Units, decimal Sales, decimal Tax, decimal Discounts);

public sealed record SalesReport(DateOnly From, DateOnly To, string GroupBy, string Currency, SalesRow Total, SalesRow[] Rows);

public sealed record ProductSales(long MenuItemId, string Name, string Category, string? Sku, long Quantity, decimal Revenue);

public sealed record TopProducts(DateOnly From, DateOnly To, string By, ProductSales[] Items);

/// <summary>Where a chain does not hold.</summary>
public sealed record BrokenEntry(string Register, long Number, string Why);

public sealed record JournalState(bool Valid, long Entries, BrokenEntry? FirstBroken);

public sealed partial class ComandaClient
{
    public Task<DailySales> GetDailySales(DateOnly? date = null, CancellationToken cancel = default) =>
        Ask<DailySales>(HttpMethod.Get, "/api/reports/sales/daily" + (date is null ? "" : $"?date={date:yyyy-MM-dd}"), cancel: cancel);

    public Task<SalesReport> GetSales(DateOnly from, DateOnly to, string groupBy, CancellationToken cancel = default) =>
        Ask<SalesReport>(
            HttpMethod.Get,
            $"/api/reports/sales?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&group_by={groupBy}",
            cancel: cancel);

    public Task<TopProducts> GetTopProducts(DateOnly from, DateOnly to, string by, int limit, CancellationToken cancel = default) =>
        Ask<TopProducts>(
            HttpMethod.Get,
            $"/api/reports/products/top?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&by={by}&limit={limit}",
            cancel: cancel);

    public Task<JournalState> VerifyJournal(CancellationToken cancel = default) =>
        Ask<JournalState>(HttpMethod.Get, "/api/journal/verify", cancel: cancel);
}

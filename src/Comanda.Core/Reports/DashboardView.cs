using Comanda.Stock;

namespace Comanda.Reports;

/// <summary>Sales of some days, or of a part of them.</summary>
public sealed record PeriodSalesView(decimal TotalSales, long OrderCount, decimal AverageOrder);

/// <summary>
/// A past period beside the present one: all of it, what of it had been sold by the same hour of the shop's clock
/// (<see cref="SoFar"/>), what the present one has sold until now (<see cref="Now"/>), and by how many percent of the former the latter
/// differs (<see cref="Change"/>; null where nothing had been sold).
/// </summary>
public sealed record ComparedView(
    DateOnly From,
    DateOnly To,
    decimal TotalSales,
    long OrderCount,
    decimal AverageOrder,
    PeriodSalesView SoFar,
    PeriodSalesView Now,
    decimal? Change);

/// <summary>Today until now.</summary>
public sealed record TodayView(
    decimal TotalSales,
    long OrderCount,
    decimal AverageOrder,
    decimal Tax,
    decimal Tips,
    decimal Discounts,
    decimal Refunds,
    decimal Unpaid);

/// <summary>An order that is not yet handed over.</summary>
public sealed record LiveOrderView(
    long Id,
    string OrderNumber,
    string Status,
    string Type,
    string? Table,
    string? CustomerName,
    decimal TotalAmount,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ScheduledFor);

/// <summary>How many orders there are that are not yet handed over, by status; the newest of them.</summary>
public sealed record LiveOrdersView(long Count, IReadOnlyDictionary<string, long> ByStatus, IReadOnlyList<LiveOrderView> Items);

/// <summary>An ingredient at or below its threshold.</summary>
public sealed record LowStockView(long InventoryId, string Name, string Unit, decimal CurrentStock, decimal? LowStockThreshold);

/// <summary>
/// Today against the same weekday a week ago, this week against the last and this month against the last, each until the same hour; the
/// orders that are in hand, what sells best today, what is low, today by hour, and the lots that keep a few days more at most.
/// </summary>
public sealed record DashboardView(
    DateOnly Date,
    DateTimeOffset At,
    string Currency,
    TodayView Today,
    ComparedView SameWeekday,
    ComparedView LastWeek,
    ComparedView LastMonth,
    LiveOrdersView LiveOrders,
    IReadOnlyList<ProductSalesView> TopItems,
    IReadOnlyList<LowStockView> LowStock,
    IReadOnlyList<HourView> ByHour,
    IReadOnlyList<LotView> ExpiringLots);

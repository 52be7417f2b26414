namespace Comanda.Reports;

/// <summary>
/// What one person sold. <see cref="UserId"/> is null for what nobody sold: guests' own orders, and imported ones. <see cref="Refunds"/>
/// and <see cref="RefundCount"/> are those that the person gave, whoever had sold it; <see cref="Cancelled"/> is how many of their orders
/// were cancelled in the period. <see cref="AveragePreparationTime"/> is in minutes, from the kitchen's getting an order of theirs until it
/// was ready, or handed over; null where none was.
/// </summary>
public sealed record PerformanceRow(
    long? UserId,
    string Name,
    long Orders,
    decimal Sales,
    decimal AverageOrder,
    decimal Tips,
    decimal Discounts,
    decimal Refunds,
    long RefundCount,
    long Cancelled,
    decimal? AveragePreparationTime);

/// <summary>Who sold what in a period of business days; who sold most comes first. The rows sum to the total.</summary>
public sealed record PerformanceView(
    DateOnly From,
    DateOnly To,
    string Currency,
    PerformanceRow Total,
    IReadOnlyList<PerformanceRow> Staff);

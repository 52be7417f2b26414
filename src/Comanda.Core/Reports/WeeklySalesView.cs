namespace Comanda.Reports;

/// <summary>A business day as the daily report gives it, without its hours.</summary>
public sealed record WeekDayView(
    DateOnly Date,
    decimal TotalSales,
    long OrderCount,
    IReadOnlyDictionary<string, decimal> PaymentMethods,
    IReadOnlyDictionary<string, decimal> RefundMethods,
    decimal Refunds,
    decimal Tax,
    decimal Tips,
    decimal Discounts,
    decimal ServiceCharges,
    decimal CashRounding,
    decimal GiftCardsSold,
    decimal Unpaid,
    decimal AverageOrder,
    string Currency,
    IReadOnlyList<DayTaxView> Taxes,
    RefundedView Refunded);

/// <summary>
/// Monday to Sunday. <see cref="WeekBefore"/> is what the seven days before sold, <see cref="Difference"/> how much more or less that is
/// and <see cref="Change"/> the same in percent of it; null where nothing was sold then.
/// </summary>
public sealed record WeeklySalesView(
    DateOnly From,
    DateOnly To,
    string Currency,
    IReadOnlyList<WeekDayView> Days,
    decimal TotalSales,
    long OrderCount,
    decimal AverageOrder,
    decimal WeekBefore,
    long WeekBeforeOrders,
    decimal Difference,
    decimal? Change);

using Comanda.Kernel;
using Comanda.Registers;

namespace Comanda.Reports;

/// <summary>An hour of the shop's clock (0 to 23).</summary>
public sealed record HourView(int Hour, long Orders, decimal Total);

/// <summary>
/// A business day. <see cref="TotalSales"/> is what guests owe for what was sold (tax included, tips not);
/// <see cref="PaymentMethods"/> is what came in, tips included, by tender, less what went back with cancelled orders;
/// <see cref="RefundMethods"/> what went back by refunds, in coins where that was cash. The difference is what the drawers of the day say
/// of each tender, as <see cref="CashRounding"/> is theirs: what came less what went for want of small coins. <see cref="Refunds"/> is what
/// went back without rounding. They agree: total_sales + tips + cash_rounding + gift_cards_sold - refunds = Σ payment_methods -
/// Σ refund_methods + <see cref="Unpaid"/>, but for refunds of orders that were cancelled after them, which stand in both.
/// <see cref="GiftCardsSold"/> is what came for gift cards, less what went back for them: takings and no sales. What they pay for later is
/// by tender gift_card.
/// <see cref="ServiceCharges"/> is the part of total_sales that is service charge, tax on top of it not counted.
/// </summary>
public sealed record DailySalesView(
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
    IReadOnlyList<HourView> ByHour,
    string Currency);

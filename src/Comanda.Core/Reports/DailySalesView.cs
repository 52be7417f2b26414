using Comanda.Registers;
using Comanda.Taxes;

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
/// by tender gift_card. What is taxed when it is sold counts with that tax in <see cref="Tax"/> and <see cref="Taxes"/>.
/// <see cref="Taxes"/> are those of the day's sales and of what went back on it, whose difference is to be declared.
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
    string Currency,
    IReadOnlyList<DayTaxView> Taxes,
    RefundedView Refunded);

/// <summary>
/// One tax of a day: <see cref="Rate"/> (percent) of <see cref="Net"/> in its sales, what of both went back, and what is left of them to be
/// declared. <see cref="Treatment"/> also names what bears none: exempt, outside, by_platform.
/// </summary>
public sealed record DayTaxView(
    string Name,
    decimal Rate,
    [property: Words<TaxTreatment>] string Treatment,
    string? Letter,
    decimal Net,
    decimal Tax,
    decimal RefundedNet,
    decimal RefundedTax,
    decimal DeclaredNet,
    decimal DeclaredTax);

/// <summary>
/// What went back of sales that stay, what of it was tax, tips and service charge, and by how much what went back had been discounted.
/// What had gone back of a sale is taken off on the day on which the sale is cancelled, since it is declared no more: the tax here is that
/// of the taxes by rate, whose difference from the day's tax is to be declared.
/// </summary>
public sealed record RefundedView(decimal Amount, decimal Tax, decimal Tips, decimal ServiceCharge, decimal Discounts);

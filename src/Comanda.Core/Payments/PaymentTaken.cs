using Comanda.Orders;
using Comanda.Registers;

namespace Comanda.Payments;

/// <summary>
/// A payment for an order. <see cref="Amount"/> left out is all that is due, or as much of it as there is on a gift card. For cash,
/// <see cref="Tendered"/> is what was handed over; the change is worked out. For a gift card, <see cref="Reference"/> is its code.
/// <see cref="Tip"/> comes to the order's total first, and so to what is due: the amount has it in it. Points and gift cards pay none.
/// </summary>
public sealed record TakePaymentRequest(
    long? OrderId,
    [property: Words<PaymentMethod>] string? Method,
    decimal? Amount,
    decimal? Tendered,
    string? Reference,
    decimal? Tip = null);

/// <summary>Where the order stands; <see cref="CashDue"/> is what is due if the rest is paid in cash.</summary>
public sealed record PaidOrderView(
    [property: Words("unpaid", "partially_paid", "paid", "refunded")] string PaymentStatus,
    decimal BalanceDue,
    decimal CashDue,
    decimal Tip,
    decimal TotalAmount);

public sealed record PaymentTaken(
    long Id,
    long OrderId,
    [property: Words<PaymentMethod>] string Method,
    decimal Amount,
    decimal? Tendered,
    decimal Change,
    decimal Rounding,
    string? Reference,
    DateTimeOffset PaidAt,
    PaidOrderView Order);

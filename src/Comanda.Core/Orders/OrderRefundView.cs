using Comanda.Identity;
using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>
/// So many of a line of the order: one where no quantity is said, or of what is sold by weight all that is left.
/// </summary>
public sealed record RefundItem(long? OrderItemId, decimal? Quantity);

/// <summary>
/// What goes back: lines (<see cref="Items"/>) or an <see cref="Amount"/> of them; with neither, all that is left, delivery
/// fee included. <see cref="Tip"/> goes back only where it is named, and named alone it goes back alone. <see cref="Method"/> chooses among
/// the tenders that the order was paid by. <see cref="Restock"/> puts counted items back. Amounts in the order's currency.
/// </summary>
public sealed record RefundRequest(
    IReadOnlyList<RefundItem>? Items,
    decimal? Amount,
    [property: AtMost(500)] string? Reason,
    bool? Restock,
    ApprovalRequest? Approval,
    decimal? Tip = null,
    string? Method = null);

/// <summary>How much went back by which payment. In cash that is <see cref="Amount"/> + <see cref="Rounding"/>.</summary>
public sealed record AllocationView(long PaymentId, [property: Words<PaymentMethod>] string Method, decimal Amount, decimal Rounding);

public sealed record RefundedLineView(long OrderItemId, decimal Quantity, decimal Amount, decimal Tax);

/// <summary>
/// What went back. <see cref="Tax"/> is the part of <see cref="Amount"/> that was tax, <see cref="Taxes"/> each one of it.
/// </summary>
public sealed record OrderRefundView(
    long Id,
    long OrderId,
    decimal Amount,
    decimal Tax,
    decimal DeliveryFee,
    decimal Tip,
    string Reason,
    bool Restocked,
    DateOnly BusinessDay,
    DateTimeOffset RefundedAt,
    IReadOnlyList<RefundedLineView> Items,
    IReadOnlyList<AllocationView> Allocations,
    [property: Words("unpaid", "partially_paid", "paid", "refunded")] string PaymentStatus,
    IReadOnlyList<TaxView> Taxes);

using Comanda.Identity;

namespace Comanda.Orders;

/// <summary><see cref="Reason"/> and <see cref="Approval"/> are for a cancellation.</summary>
public sealed record StatusRequest(
    [property: Words<OrderStatus>] string? Status,
    [property: AtMost(500)] string? Reason = null,
    ApprovalRequest? Approval = null);

/// <summary>Who may not give money back needs the <see cref="Approval"/> of somebody who may, once the order is paid.</summary>
public sealed record CancelRequest([property: AtMost(500)] string? Reason, ApprovalRequest? Approval = null);

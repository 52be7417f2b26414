using Comanda.Promotions;

namespace Comanda.Orders;

/// <summary>
/// What a code is tried on: a basket (<see cref="Items"/>, and what else of an order decides), or an order that it is given to
/// (<see cref="OrderId"/>).
/// </summary>
public sealed record ApplyPromotionRequest(
    IReadOnlyList<LineRequest>? Items = null,
    long? OrderId = null,
    [property: Words<OrderType>] string? Type = null,
    long? CustomerId = null,
    DateTimeOffset? ScheduledFor = null);

/// <summary>What a code takes off: <see cref="Discount"/> is all that promotions do, <see cref="Total"/> what is to be paid.</summary>
public sealed record AppliedPromotionView(
    decimal Discount,
    decimal Subtotal,
    decimal Total,
    PromotionShareView Promotion,
    IReadOnlyList<PromotionShareView> Promotions,
    long? OrderId);

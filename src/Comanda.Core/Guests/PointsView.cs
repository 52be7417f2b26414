namespace Comanda.Guests;

/// <summary>So many points more, or fewer (-), and why.</summary>
public sealed record PointsAdjustment(int? Points, [property: AtMost(500)] string? Reason);

/// <summary>
/// An entry of the ledger. <see cref="Points"/> is by how much the balance changed, and <see cref="Balance"/> what it was then;
/// <see cref="Owed"/> is what could not be taken back for want of points (or, below zero, was made up for).
/// <see cref="Kind"/> is earned, redeemed, returned, taken_back or adjusted.
/// </summary>
public sealed record PointsEntryView(
    long Id,
    [property: Words<PointsKind>] string Kind,
    long Points,
    long Owed,
    long Balance,
    long? OrderId,
    long? PaymentId,
    long? RefundId,
    string? Reason,
    long? UserId,
    DateTimeOffset At);

/// <summary>An adjustment, and what the customer has now.</summary>
public sealed record PointsAdjusted(long CustomerId, long Points, long LoyaltyPoints, long PointsOwed, string Reason);

namespace Comanda.Guests;

/// <summary>
/// A customer as given. When it changes one, what is left out stays; an empty e-mail address or phone takes it away, and so does null.
/// </summary>
public sealed record CustomerInput(
    [property: AtMost(100)] string? Name,
    [property: AtMost(254), NullClears] string? Email,
    [property: AtMost(40), NullClears] string? Phone) : IMadeAgainst
{
    /// <summary>How many the customer is to have; another number than there is needs the right to add and take off points.</summary>
    public long? LoyaltyPoints { get; init; }

    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>Which other record of the same guest becomes a part of this one.</summary>
public sealed record MergeCustomersRequest(long? CustomerId);

/// <summary>
/// A customer of the shop. <see cref="PointsOwed"/> were taken back after they were spent: what is earned next makes up for them.
/// <see cref="HasAccount"/>: the guest has signed in with this phone.
/// </summary>
public sealed record CustomerView(
    long Id,
    string Name,
    string? Email,
    string? Phone,
    long LoyaltyPoints,
    long PointsOwed,
    bool HasAccount,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version) : IVersioned;

namespace Comanda.Identity;

/// <summary>
/// An account of the shop's staff. <see cref="Role"/> and <see cref="HasPin"/> are those in this shop;
/// <see cref="IsActive"/> is false once it was deactivated here.
/// </summary>
public sealed record StaffView(
    long Id,
    string Username,
    string Name,
    string? Email,
    string? Phone,
    [property: Words(typeof(RoleNames))] string Role,
    long ShopId,
    bool IsActive,
    bool HasPin,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt,
    long Version) : IVersioned
{
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>
/// An account as given. <see cref="Role"/> is owner, admin, manager, cashier (or staff), barista or trainee;
/// <see cref="Pin"/> 4 to 8 digits, one of a kind in the shop. When it changes an account, what is left out stays, and an
/// empty <see cref="Email"/>, <see cref="Phone"/> or <see cref="Pin"/> takes it away, and so does null of the first two.
/// </summary>
public sealed record StaffInput(
    [property: AtMost(50)] string? Username = null,
    [property: AtMost(100)] string? Name = null,
    [property: AtMost(254), NullClears] string? Email = null,
    [property: AtMost(40), NullClears] string? Phone = null,
    [property: AtMost(20), Words(typeof(RoleNames))] string? Role = null,
    [property: AtMost(20)] string? Pin = null,
    [property: AtMost(1000), Text(TextKind.Secret)] string? Password = null,
    bool? IsActive = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

namespace Comanda.Identity;

/// <summary>
/// What changes about oneself; what is left out stays, an empty <see cref="Email"/>, <see cref="Phone"/> or
/// <see cref="Pin"/> takes it away, and so does null of the first two. <see cref="Password"/> needs <see cref="CurrentPassword"/>; in a
/// session that a PIN began, or more than half an hour ago, everything but the name does; in one that a PIN began also the
/// <see cref="Code"/> of a second factor. A guest's new <see cref="Phone"/> needs the <see cref="Otp"/> that was sent to it.
/// </summary>
public sealed record ProfileChange(
    [property: AtMost(100)] string? Name,
    [property: AtMost(254), NullClears] string? Email,
    [property: AtMost(40), NullClears] string? Phone,
    [property: AtMost(1000), Text(TextKind.Secret)] string? Password,
    [property: AtMost(1000), Text(TextKind.Secret)] string? CurrentPassword,
    [property: AtMost(20)] string? Pin,
    [property: AtMost(20)] string? Otp,
    [property: AtMost(60)] string? Code = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>
/// A person about themselves. <see cref="Session"/> is there after a change of password: every session has ended with the
/// old one, this one too, and that is the new one.
/// </summary>
public sealed record ProfileView(
    long Id,
    string Username,
    string Name,
    string? Email,
    string? Phone,
    [property: Words(typeof(RoleNames))] string Role,
    long ShopId,
    Guid ShopUuid,
    bool HasPin,
    [property: Words<Permission>] string[] Permissions,
    long Version,
    SignedIn? Session = null) : IVersioned
{
    /// <summary>Whether the password asks for a code too.</summary>
    public bool HasSecondFactor { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

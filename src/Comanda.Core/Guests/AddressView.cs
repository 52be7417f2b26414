namespace Comanda.Guests;

/// <summary>
/// An address of a person's own. When it changes one, what is left out stays. <see cref="Location"/> is [longitude, latitude] in degrees.
/// Exactly one is the default: the first, until another one is made it.
/// </summary>
public sealed record AddressInput(
    [property: AtMost(40)] string? Title,
    [property: AtMost(300)] string? Address,
    [property: AtMost(200), NullClears] string? Landmark,
    [property: AtMost(100)] string? City,
    [property: AtMost(100), NullClears] string? State,
    [property: AtMost(20)] string? ZipCode,
    [property: Place] double[]? Location,
    bool? IsDefault) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

public sealed record AddressView(
    long Id,
    string Title,
    string Address,
    string? Landmark,
    string City,
    string? State,
    string ZipCode,
    double[]? Location,
    bool IsDefault,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version) : IVersioned;

/// <summary>Where the messages of a device go: the token that Firebase gave it. Either name will do.</summary>
public sealed record PushTokenInput([property: AtMost(4096)] string? FcmToken, [property: AtMost(4096)] string? Token);

namespace Comanda.Identity;

/// <summary>
/// Exactly one of username, email and phone, and the password; or the <see cref="Pin"/> where the shop lets it (setting
/// <c>pin_sign_in</c>). A pin alone is for an enrolled device, as at …/pin. Who has a second factor sends its <see cref="Code"/> too, or
/// one of the recovery codes.
/// </summary>
public sealed record LoginRequest(
    [property: AtMost(200)] string? Username,
    [property: AtMost(254)] string? Email,
    [property: AtMost(40)] string? Phone,
    [property: AtMost(1000), Text(TextKind.Secret)] string? Password,
    [property: AtMost(20)] string? Pin = null,
    [property: AtMost(60)] string? Code = null);

/// <summary>4 to 8 digits.</summary>
public sealed record PinRequest([property: AtMost(20)] string? Pin);

/// <summary>The refresh token, unless it comes as the cookie.</summary>
public sealed record RefreshRequest([property: AtMost(200)] string? RefreshToken);

/// <summary>
/// A person. <see cref="Username"/> is what they are called where they have none of their own: their e-mail address or
/// phone. <see cref="Role"/> and <see cref="Permissions"/> (wire names) are those in <see cref="ShopId"/>.
/// <see cref="ShopUuid"/> names that shop in <c>/api/shops/{uuid}/…</c>.
/// </summary>
public sealed record UserView(
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
    long Version);

/// <summary><see cref="ExpiresIn"/> is the access token's life in seconds.</summary>
public sealed record SignedIn(
    string AccessToken,
    [property: Words("Bearer")] string TokenType,
    int ExpiresIn,
    string RefreshToken,
    UserView User)
{
    /// <summary>The person's shop, as <c>/api/shops/{uuid}/…</c> names it.</summary>
    public Guid ShopUuid => User.ShopUuid;
}

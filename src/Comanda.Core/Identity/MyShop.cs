namespace Comanda.Identity;

/// <summary>A shop that I belong to, and what I am there.</summary>
public sealed record MyShop(long Id, string Name, string Address, [property: Words(typeof(RoleNames))] string Role, bool IsHome);

/// <summary>A shop to open. <see cref="Currency"/> is an ISO 4217 code, <see cref="TimeZone"/> an IANA name.</summary>
public sealed record ShopInput(
    [property: AtMost(100)] string? Name,
    [property: AtMost(300), Text(TextKind.Lines)] string? Address,
    [property: AtMost(3)] string? Currency,
    [property: AtMost(64)] string? TimeZone);

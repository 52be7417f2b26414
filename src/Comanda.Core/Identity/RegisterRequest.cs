namespace Comanda.Identity;

/// <summary>
/// A guest gives <see cref="Name"/> and <see cref="Phone"/>; an owner <see cref="Name"/>, <see cref="Email"/>,
/// <see cref="Password"/> and <see cref="ShopName"/> (their own name's where it is left out), and what the shop should have from the
/// start. Nobody makes themselves staff of a shop that is there (<see cref="Role"/>, <see cref="ShopId"/>): that is told.
/// </summary>
public sealed record RegisterRequest(
    [property: AtMost(100)] string? Name,
    [property: AtMost(40)] string? Phone,
    [property: AtMost(254)] string? Email,
    [property: AtMost(1000), Text(TextKind.Secret)] string? Password,
    [property: AtMost(100)] string? ShopName,
    [property: AtMost(50)] string? Username,
    [property: AtMost(300), Text(TextKind.Lines)] string? Address,
    [property: AtMost(3)] string? Currency,
    [property: AtMost(64)] string? TimeZone,
    [property: AtMost(20)] string? Role = null,
    long? ShopId = null);

namespace Comanda.Orders;

/// <summary>What of an earlier order cannot be ordered now, and why.</summary>
public sealed record MissingLine(string Name, string Why);

/// <summary>
/// The basket of an earlier order: <see cref="Items"/> go into a new one as they are; what they cost now, a preview tells.
/// </summary>
public sealed record AgainView(
    [property: Words<OrderType>] string Type,
    IReadOnlyList<LineRequest> Items,
    IReadOnlyList<MissingLine> Missing);

/// <summary>A line that somebody orders again and again, and how often they have; null is why it cannot be ordered now.</summary>
public sealed record UsualLine(LineRequest Line, string Name, int Times, DateTimeOffset LastOrderedAt, string? Missing);

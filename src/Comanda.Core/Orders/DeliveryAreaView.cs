namespace Comanda.Orders;

/// <summary>
/// Where the shop delivers. <see cref="Postcodes"/> (SW1A*: all that begin so) or <see cref="Polygon"/>, a list of [longitude, latitude]
/// around it. <see cref="Fee"/> is added to the order, which must come to <see cref="Minimum"/> without it; it is on its way
/// <see cref="Minutes"/>.
/// </summary>
public sealed record DeliveryAreaInput(
    [property: AtMost(100)] string? Name,
    IReadOnlyList<string>? Postcodes,
    IReadOnlyList<double[]>? Polygon,
    decimal? Fee,
    decimal? Minimum,
    int? Minutes) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>An area as it is: by postcodes or by a polygon, and the other is null.</summary>
public sealed record DeliveryAreaView(
    long Id,
    string Name,
    IReadOnlyList<string>? Postcodes,
    IReadOnlyList<double[]>? Polygon,
    decimal Fee,
    decimal Minimum,
    int Minutes,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version) : IVersioned;

namespace Comanda.Menu;

/// <summary>
/// A category as given. <see cref="Station"/> is who makes what is in it, such as kitchen or bar (lower case, digits, hyphens).
/// <see cref="TaxClass"/> is that of items without one (empty: the shop's). When it changes one, what is left out stays as it is.
/// </summary>
public sealed record CategoryInput(
    [property: AtMost(100)] string? Name,
    [property: AtMost(2000), Text(TextKind.Lines), NullClears] string? Description,
    [property: AtMost(500), NullClears] string? Image,
    bool? IsActive,
    int? DisplayOrder,
    [property: AtMost(40)] string? Station = null,
    [property: AtMost(40), NullClears] string? TaxClass = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>A category. <see cref="Station"/> is who makes what is in it: kitchen tickets come by station.</summary>
public sealed record CategoryView(
    long Id,
    string Name,
    string Description,
    string? Image,
    bool IsActive,
    int DisplayOrder,
    string Station,
    int ItemCount,
    long Version,
    string? TaxClass) : IVersioned
{
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

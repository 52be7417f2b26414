namespace Comanda.Stock;

/// <summary>Where stock lies: the bar, the cellar.</summary>
public sealed record LocationInput([property: AtMost(100)] string? Name) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

public sealed record LocationView(long Id, string Name, long Version) : IVersioned
{
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

namespace Comanda.Stock;

/// <summary>
/// Who delivers. When it changes one, what is left out stays; an empty text or null takes away, and so does -1 of the lead time (days).
/// </summary>
public sealed record SupplierInput(
    [property: AtMost(100)] string? Name,
    [property: AtMost(254), NullClears] string? Email,
    [property: AtMost(40), NullClears] string? Phone,
    [property: NullClears(-1)] int? LeadTimeDays,
    [property: AtMost(1000), Text(TextKind.Lines), NullClears] string? Notes) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

public sealed record SupplierView(long Id, string Name, string? Email, string? Phone, int? LeadTimeDays, string Notes, long Version)
    : IVersioned
{
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

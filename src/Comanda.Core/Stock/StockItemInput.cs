namespace Comanda.Stock;

/// <summary>
/// A stock item as given; when it changes one, what is left out stays, an empty text or null takes away, and so does -1 of a number that
/// may be missing. Supplier and location by id or by name; a name that is new makes one. Of an item that is there, a
/// <see cref="CurrentStock"/> that differs is a count. With an <see cref="Id"/> and an <see cref="Adjustment"/> (or <see cref="Counted"/>)
/// it is no new item but a movement of that one.
/// </summary>
public sealed record StockItemInput(
    [property: AtMost(200)] string? Name,
    [property: AtMost(20)] string? Unit,
    decimal? CurrentStock,
    [property: NullClears(-1)] decimal? LowStockThreshold,
    decimal? UnitCost,
    [property: AtMost(100)] string? Supplier,
    long? SupplierId,
    [property: AtMost(100)] string? Location,
    long? LocationId,
    [property: NullClears(-1)] int? LeadTimeDays,
    IReadOnlyList<Pack>? Packs,
    long? Id = null,
    decimal? Adjustment = null,
    decimal? Counted = null,
    string? Reason = null,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

namespace Comanda.Stock;

/// <summary>
/// So many of <see cref="Unit"/> (the item's own, another of its kind, or one of its packs); <see cref="UnitCost"/> is what one of those
/// costs, by default what the item cost last.
/// </summary>
public sealed record PurchaseLineInput(
    long? InventoryId,
    decimal? Quantity,
    [property: AtMost(30)] string? Unit = null,
    decimal? UnitCost = null);

/// <summary>
/// A purchase order as given; when it changes one, what is left out stays, and <see cref="Items"/> replace the lines. The supplier by id or
/// by name; a name that is new makes one. <see cref="Status"/> of a new one: draft (default), or ordered where it was by telephone.
/// </summary>
public sealed record PurchaseOrderInput(
    long? SupplierId,
    [property: AtMost(100)] string? Supplier,
    DateOnly? ExpectedOn,
    [property: AtMost(1000), Text(TextKind.Lines), NullClears] string? Note,
    IReadOnlyList<PurchaseLineInput?>? Items,
    [property: AtMost(20), Words<PurchaseStatus>] string? Status = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>
/// ordered, cancelled (nothing came), or closed (the rest will not come). <see cref="Send"/>, with ordered: by mail to the supplier.
/// </summary>
public sealed record PurchaseStatusRequest([property: Words<PurchaseStatus>] string? Status, bool Send = false);

namespace Comanda.Stock;

/// <summary>
/// So many of a <see cref="Unit"/> or pack of an item, and what one of those costs. <see cref="Ordered"/>, <see cref="Received"/> and
/// <see cref="Outstanding"/> are in the item's own unit, <see cref="StockUnit"/>; <see cref="Cost"/> = quantity × unit_cost.
/// </summary>
public sealed record PurchaseLineView(
    long InventoryId,
    string Name,
    decimal Quantity,
    string Unit,
    decimal UnitCost,
    decimal Cost,
    string StockUnit,
    decimal Ordered,
    decimal Received,
    decimal Outstanding);

/// <summary>
/// A purchase order. <see cref="Total"/> is what was ordered, <see cref="ReceivedCost"/> what came, at the cost it came at: both in
/// <see cref="Currency"/>, without tax, exact and not rounded.
/// </summary>
public sealed record PurchaseOrderView(
    long Id,
    [property: Words<PurchaseStatus>] string Status,
    long? SupplierId,
    string? Supplier,
    DateOnly? ExpectedOn,
    string Note,
    IReadOnlyList<PurchaseLineView> Items,
    decimal Total,
    decimal ReceivedCost,
    string Currency,
    DateTimeOffset CreatedAt,
    long? CreatedBy,
    DateTimeOffset? OrderedAt,
    long Version) : IVersioned;

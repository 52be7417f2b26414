namespace Comanda.Stock;

/// <summary>
/// A lot: what came in one delivery, or was made at once. <see cref="Lot"/> is null of what no lot was said of. <see cref="Day"/>: when it
/// first came or was made. <see cref="Remaining"/> in <see cref="Unit"/>. <see cref="Expired"/>: its best-before is over.
/// </summary>
public sealed record LotView(
    long Id,
    string? Lot,
    long InventoryId,
    string Name,
    string Unit,
    DateOnly? BestBefore,
    bool Expired,
    DateOnly Day,
    decimal Remaining,
    string? Supplier,
    long? SupplierId,
    long? PurchaseOrderId);

/// <summary>Whether an item keeps lots, and how many days one keeps where nothing else is said.</summary>
public sealed record KeptLotsView(long InventoryId, bool Keeps, int? ShelfLifeDays, long Version) : IVersioned;

/// <summary>
/// From now on the item keeps lots. <see cref="ShelfLifeDays"/>: how long what comes or is made keeps where no best-before is said; -1
/// takes it away.
/// </summary>
public sealed record KeepLotsRequest(int? ShelfLifeDays = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>
/// So much of a lot of an item. <see cref="LotId"/> and <see cref="Lot"/> are null where it was sold before the books had any.
/// </summary>
public sealed record LineLotView(
    long InventoryId,
    string Name,
    long? LotId,
    string? Lot,
    DateOnly? BestBefore,
    decimal Quantity,
    string Unit);

/// <summary>A line of an order and the lots it is of.</summary>
public sealed record OrderLineLotsView(long OrderItemId, string Name, decimal Quantity, IReadOnlyList<LineLotView> Lots);

/// <summary>From which lots an order's lines are.</summary>
public sealed record OrderLotsView(long OrderId, string OrderNumber, IReadOnlyList<OrderLineLotsView> Items);

/// <summary>
/// The label that was scanned: what the line has of that item is of this lot. <see cref="InventoryId"/> where two items have a lot of this
/// name.
/// </summary>
public sealed record ScanLotRequest(long? OrderItemId, [property: AtMost(50)] string? Lot, long? InventoryId = null);

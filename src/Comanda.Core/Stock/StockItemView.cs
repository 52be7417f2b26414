namespace Comanda.Stock;

/// <summary>A pack of so many of an item's unit: a bag of 1000 g, a tray of 30 pieces.</summary>
public sealed record Pack(string? Name, decimal? Quantity);

/// <summary>How much of an item lies where. <see cref="LocationId"/> null where no place was named.</summary>
public sealed record PlaceView(long? LocationId, string? Location, decimal Quantity);

/// <summary>
/// A stock item. Quantities in <see cref="Unit"/>, up to 3 decimals; <see cref="UnitCost"/> is what one unit cost when it was last
/// delivered, in the shop's currency. <see cref="Made"/>: bought, or made from others (ahead or to_order), <see cref="Yield"/> at a time.
/// </summary>
public sealed record StockItemView(
    long Id,
    string Name,
    string Unit,
    decimal CurrentStock,
    decimal? LowStockThreshold,
    bool IsLow,
    decimal UnitCost,
    string? Supplier,
    long? SupplierId,
    string? Location,
    long? LocationId,
    int? LeadTimeDays,
    IReadOnlyList<Pack> Packs,
    [property: Words("bought", "ahead", "to_order")] string Made,
    decimal? Yield,
    IReadOnlyList<PlaceView> Locations,
    long Version) : IVersioned
{
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

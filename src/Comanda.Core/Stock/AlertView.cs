namespace Comanda.Stock;

/// <summary>That an item went low: at or below its threshold (low_stock), or below nothing where it has none (negative_stock).</summary>
public sealed record AlertView(
    long Id,
    long InventoryId,
    [property: Words("low_stock", "negative_stock")] string Type,
    string Message,
    DateTimeOffset At,
    bool IsRead);

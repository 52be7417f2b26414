namespace Comanda.Stock;

/// <summary>
/// What an ingredient would cost: <see cref="UnitCost"/> for one of <see cref="Unit"/> (the item's own where none is said), or so many
/// <see cref="Percent"/> more (or less) than now.
/// </summary>
public sealed record PriceChange(
    long? InventoryId,
    decimal? UnitCost,
    [property: AtMost(30)] string? Unit = null,
    decimal? Percent = null);

/// <summary>
/// Some prices, and what would follow. Without any: what everything costs at today's. <see cref="Margin"/>: that every item should have,
/// in percent of its price without tax; each keeps its own where none is said.
/// </summary>
public sealed record RecostRequest(IReadOnlyList<PriceChange?>? Prices, decimal? Margin = null);

/// <summary>How much of an ingredient is in one, through whatever is made of it, and what its new price makes of that.</summary>
public sealed record RecostPartView(long InventoryId, string Name, decimal Quantity, string Unit, decimal Difference);

/// <summary>
/// What one costs at today's prices and would cost; margins are percents of the price without tax. <see cref="PriceToKeep"/>: the lowest
/// price that has the margin of now, or that was asked for.
/// </summary>
public sealed record RecostedItemView(
    long MenuItemId,
    string Name,
    string Category,
    decimal Price,
    decimal CostNow,
    decimal CostThen,
    decimal? MarginNow,
    decimal? MarginThen,
    decimal? PriceToKeep,
    IReadOnlyList<RecostPartView> Because);

/// <summary>What is made of others, for one of its unit.</summary>
public sealed record RecostedMadeView(long InventoryId, string Name, string Unit, decimal CostNow, decimal CostThen);

/// <summary>All that would cost otherwise, what changes most first.</summary>
public sealed record RecostView(string Currency, IReadOnlyList<RecostedItemView> Items, IReadOnlyList<RecostedMadeView> Made);

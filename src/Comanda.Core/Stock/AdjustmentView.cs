namespace Comanda.Stock;

/// <summary>
/// So much more (or less, below 0), or what was <see cref="Counted"/>, in <see cref="Unit"/> (the item's own, another of its kind, or one
/// of its packs) at a place (the item's own where none is said). <see cref="Reason"/>: delivery, waste, food_bank (given away), count,
/// transfer or correction. A
/// delivery may say what one of the unit cost; the item costs that from then on. <see cref="Lot"/>: of a delivery, as it stands on the sack
/// (with <see cref="BestBefore"/>, and <see cref="Allergens"/> where it has others than the item); of anything else, from which
/// lot it goes or to which it comes.
/// </summary>
public sealed record AdjustmentRequest(
    long? InventoryId,
    decimal? Adjustment,
    decimal? Counted,
    [property: AtMost(30)] string? Unit,
    string? Reason,
    [property: AtMost(100)] string? Location = null,
    long? LocationId = null,
    decimal? UnitCost = null,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note = null,
    [property: AtMost(50)] string? Lot = null,
    DateOnly? BestBefore = null,
    string[]? Allergens = null);

/// <summary>
/// One movement. <see cref="Quantity"/> in the item's <see cref="Unit"/>, <see cref="UnitCost"/> at that moment, <see cref="Cost"/> of it
/// all; <see cref="Counted"/> is what a count found.
/// </summary>
public sealed record MovementView(
    long Id,
    long InventoryId,
    decimal Quantity,
    string Unit,
    [property: Words<MovementReason>] string Reason,
    decimal UnitCost,
    decimal Cost,
    decimal? Counted,
    string? Location,
    long? LocationId,
    long? OrderId,
    string? OrderNumber,
    long? PurchaseOrderId,
    string? Note,
    long? UserId,
    string? UserName,
    DateTimeOffset At);

/// <summary>What was moved, and what there is now.</summary>
public sealed record AdjustmentView(MovementView Movement, decimal CurrentStock, StockItemView Inventory);

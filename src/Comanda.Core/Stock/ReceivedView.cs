namespace Comanda.Stock;

/// <summary>
/// So many came, in <see cref="Unit"/> (as it was ordered where none is said); below 0 goes back. <see cref="UnitCost"/> is what one of
/// those cost, by default as it was ordered; the item costs that from then on. <see cref="Lot"/> and <see cref="BestBefore"/> as they stand
/// on the sack, <see cref="Allergens"/> where the lot has others than the item.
/// </summary>
public sealed record ReceivedLine(
    long? InventoryId,
    decimal? Quantity,
    [property: AtMost(30)] string? Unit = null,
    decimal? UnitCost = null,
    [property: AtMost(50)] string? Lot = null,
    DateOnly? BestBefore = null,
    string[]? Allergens = null);

/// <summary>
/// A delivery: without <see cref="Items"/> everything that is still outstanding. It lies at the item's own place, or where
/// <see cref="Location"/> says. More than is outstanding only with <see cref="AcceptMore"/>.
/// </summary>
public sealed record ReceiveRequest(
    IReadOnlyList<ReceivedLine?>? Items,
    [property: AtMost(100)] string? Location,
    long? LocationId,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note,
    bool AcceptMore = false);

/// <summary>The movements that the delivery is, and what stands of the order after it.</summary>
public sealed record ReceivedView(IReadOnlyList<MovementView> Movements, PurchaseOrderView PurchaseOrder);

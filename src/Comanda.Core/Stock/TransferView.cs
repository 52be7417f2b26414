namespace Comanda.Stock;

/// <summary>
/// So much of an item from one place (its own where none is said) to another; or to another shop, there to
/// <see cref="ToInventoryId"/>, else to the item of the same name.
/// </summary>
public sealed record TransferRequest(
    decimal? Quantity,
    [property: AtMost(30)] string? Unit,
    [property: AtMost(100)] string? FromLocation,
    long? FromLocationId,
    [property: AtMost(100)] string? ToLocation,
    long? ToLocationId,
    long? ToShopId,
    long? ToInventoryId,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note);

/// <summary>The two movements that a transfer is.</summary>
public sealed record TransferView(IReadOnlyList<MovementView> Movements, decimal CurrentStock);

using System.Text.Json;

namespace Comanda.Orders;

/// <summary>
/// A till's sale that could not be placed. <see cref="Code"/>, <see cref="Reason"/> and <see cref="Errors"/> (by field of
/// <see cref="Sale"/>) say why, as POST /api/orders would have. <see cref="Status"/> is open, placed (as <see cref="OrderId"/>) or
/// discarded (<see cref="Note"/> says why).
/// <see cref="Sale"/> as the till sent it: JSON, or where not everybody can read that (half a character, a field twice, nested without end)
/// its text as one text; <see cref="SaleBytes"/> in base64 where it is no UTF-8.
/// </summary>
public sealed record SetAsideView(
    long Id,
    string Key,
    [property: Words("open", "placed", "discarded")] string Status,
    string Code,
    string Reason,
    IReadOnlyDictionary<string, string[]>? Errors,
    DateTimeOffset SoldAt,
    DateTimeOffset? TillClock,
    DateTimeOffset ReceivedAt,
    string CashierName,
    JsonElement Sale,
    string? SaleBytes,
    DateTimeOffset? ResolvedAt,
    string? ResolvedBy,
    long? OrderId,
    string? Note);

/// <summary>What of the sale to place: left out, what the till sent. It is sold when it was, and by whom.</summary>
public sealed record PlaceSetAsideRequest(OrderRequest? Order);

/// <summary>Why nothing becomes of a sale.</summary>
public sealed record DiscardSaleRequest([property: AtMost(500)] string? Reason);

using System.Text.Json;

namespace Comanda.Orders;

/// <summary>
/// What a till sold while it could not reach us, in the order in which it sold. <see cref="SentAt"/> is the till's clock as it sends:
/// from it and a sale's own time follows how long ago that was, and our clock says when; a till's clock may be wrong. It is read piece by
/// piece (<c>SyncQueue</c>); this is its shape.
/// </summary>
public sealed record SyncRequest(DateTimeOffset? SentAt, IReadOnlyList<JsonElement>? Orders);

/// <summary>
/// One sale of the queue, but for its <c>order</c>, which is what POST /api/orders takes. <see cref="Key"/> is its Idempotency-Key (that of
/// the try to place it, if there was one). <see cref="MadeAt"/> by the till's clock. <see cref="HandedOver"/>: the guest has it,
/// the kitchen need not hear of it (left out, so it is for sales of an earlier business day). <see cref="CashierId"/> sold it, if not who
/// sends it. <see cref="TotalAmount"/> is what the guest was told, where the till knows.
/// </summary>
public sealed record QueuedSale(string? Key, DateTimeOffset? MadeAt, bool? HandedOver, long? CashierId, decimal? TotalAmount);

/// <summary>
/// What became of a sale of the queue. <see cref="Status"/> is placed, repeated (it was here already), set_aside (it waits for somebody
/// who decides; the till is done with it) or refused (it has no usable key, or could not even be kept: nothing of it is here).
/// <see cref="Order"/> as POST /api/orders answers it.
/// </summary>
public sealed record SyncedSale(
    int Index,
    string? Key,
    [property: Words("placed", "repeated", "set_aside", "refused")] string Status,
    JsonElement? Order,
    SetAsideView? SetAside,
    IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>In the order in which they were sent.</summary>
public sealed record SyncResult(IReadOnlyList<SyncedSale> Results);

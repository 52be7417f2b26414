using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Comanda.Data;
using Comanda.Kernel;

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

/// <summary>A sale on its way to be set aside.</summary>
internal sealed record SaleToSetAside(
    RetryKey Key,
    long Register,
    DateTimeOffset SoldAt,
    DateTimeOffset? TillClock,
    DateTimeOffset ReceivedAt,
    bool HandedOver,
    Caller Seller,
    KeptSale Sent);

/// <summary>What of a sale is kept: not the PIN that approved it, since a short secret's hash is no secret either.</summary>
internal sealed class KeptSale
{
    public KeptSale(SentSale sent)
    {
        var json = SentSale.Without(sent.Json.Span, "approval");
        (Text, Bytes) = (Encoding.UTF8.GetString(json), Utf8.IsValid(json) ? null : json);
    }

    public string Text { get; }

    /// <summary>What came, where no text can hold it.</summary>
    public byte[]? Bytes { get; }

    /// <summary>What it is known by: the same for the same bytes.</summary>
    public string Known => Bytes is null ? Text : Convert.ToBase64String(Bytes);
}

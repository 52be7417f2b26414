using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Comanda.Data;

namespace Comanda.Orders;

/// <summary>A sale on its way to be set aside.</summary>
internal sealed record SaleToSetAside
{
    public required RetryKey Key { get; init; }

    public required long Register { get; init; }

    public required DateTimeOffset SoldAt { get; init; }

    public DateTimeOffset? TillClock { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required bool HandedOver { get; init; }

    public required Caller Seller { get; init; }

    public required KeptSale Sent { get; init; }
}

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

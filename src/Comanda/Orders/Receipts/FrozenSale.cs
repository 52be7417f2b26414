using System.Text.Json;

namespace Comanda.Orders;

/// <summary>A line as <see cref="JournalContent"/> wrote it; amounts in minor units.</summary>
internal sealed record FrozenLine(
    string Name,
    decimal Quantity,
    FrozenOption[] Modifiers,
    long Total,
    string? Combo,
    string? Unit = null);

internal sealed record FrozenOption(string Name, int Quantity);

/// <summary>A sale, or an edit of one, read back from the journal. Amounts in minor units of <see cref="Currency"/> (ISO 4217).</summary>
internal sealed record FrozenSale
{
    public required string OrderNumber { get; init; }

    public DateTimeOffset At { get; init; }

    public bool Training { get; init; }

    public required string Currency { get; init; }

    public string? Cashier { get; init; }

    public required FrozenLine[] Lines { get; init; }

    public long DeliveryFee { get; init; }

    public long Tip { get; init; }

    public long Tax { get; init; }

    public long Total { get; init; }

    /// <summary>Null where the content is no such thing: whoever changed an entry may have left anything there.</summary>
    public static FrozenSale? Read(string content)
    {
        try
        {
            var sale = JsonSerializer.Deserialize<FrozenSale>(content, Json.Options);
            var whole = sale is { OrderNumber: not null, Currency: not null, Lines: not null }
                && Kernel.Currency.Find(sale.Currency) is not null
                && Array.TrueForAll(
                    sale.Lines,
                    l => l is { Name: not null, Modifiers: not null } && Array.TrueForAll(l.Modifiers, m => m is { Name: not null }));
            return whole ? sale : null;
        }
        catch (Exception changed) when (changed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// What an entry of any kind is about, in minor units: money that came or went back, or the order's total. Null where it says none.
    /// </summary>
    public static long? AmountOf(string content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var entry = document.RootElement;
            return (entry.TryGetProperty("payment", out var payment) ? payment : entry).TryGetProperty("amount", out var amount)
                || entry.TryGetProperty("total", out amount) ? amount.GetInt64() : null;
        }
        catch (Exception changed) when (changed is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

using Comanda.Orders;

namespace Comanda.Storefront;

/// <summary>How a guest of the storefront gets what they order.</summary>
public enum StoreWay
{
    /// <summary>Fetched, and taken along.</summary>
    Takeaway,

    /// <summary>Eaten in the shop, at a table where one is known.</summary>
    Here,

    /// <summary>Brought.</summary>
    Delivery,
}

/// <summary>A line of a basket, by a name of its own, since the same item may stand in it twice.</summary>
public sealed record StoreLine(string Id, LineRequest Line);

/// <summary>
/// What a visitor has chosen so far. <see cref="Key"/> is what it is ordered under: sent twice, it is one order. Ordered, it is empty and
/// has another key; <see cref="LastKey"/> and <see cref="LastOrder"/> then tell a form that comes late what became of it.
/// </summary>
public sealed record StoreBasket
{
    public const int MostLines = 50, MostOfALine = 99;

    public string Key { get; init; } = NewKey();

    public IReadOnlyList<StoreLine> Lines { get; init; } = [];

    /// <summary>The table whose QR code led here; null elsewhere.</summary>
    public string? Table { get; init; }

    public string? Promo { get; init; }

    public string? LastKey { get; init; }

    public long? LastOrder { get; init; }

    public int Count => (int)Lines.Sum(l => l.Line.Quantity ?? 1);

    public StoreBasket With(LineRequest line)
    {
        // The same once more is one line with a larger quantity.
        var same = Lines.FirstOrDefault(l => Json.Write(l.Line with { Quantity = null }) == Json.Write(line with { Quantity = null }));
        return same is null
            ? this with { Lines = [.. Lines, new(NewKey()[..8], line)] }
            : Set(same.Id, (int)Math.Min(MostOfALine, (same.Line.Quantity ?? 1) + (line.Quantity ?? 1)));
    }

    /// <summary>Another quantity of a line; with 0 it goes.</summary>
    public StoreBasket Set(string id, int quantity) => this with
    {
        Lines = quantity <= 0
            ? [.. Lines.Where(l => l.Id != id)]
            : [.. Lines.Select(l => l.Id == id ? l with { Line = l.Line with { Quantity = quantity } } : l)],
    };

    /// <summary>Empty, once it was ordered.</summary>
    public StoreBasket Ordered(long order) => new() { Table = Table, LastKey = Key, LastOrder = order };

    /// <summary>What it asks for.</summary>
    public OrderRequest Ask(StoreWay way) => new(
        way switch { StoreWay.Here => "dine-in", StoreWay.Delivery => "delivery", _ => "online" },
        [.. Lines.Select(l => l.Line)],
        Table: way == StoreWay.Here ? Table : null,
        PromoCode: Promo);

    private static string NewKey() => Guid.NewGuid().ToString("N");
}

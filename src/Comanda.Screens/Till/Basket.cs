using Comanda.Orders;

namespace Comanda.Screens.Till;

/// <summary>What one guest is about to buy.</summary>
public sealed class Basket
{
    private readonly List<BasketLine> lines = [];

    /// <summary>In the order of their choice.</summary>
    public IReadOnlyList<BasketLine> Lines => lines;

    /// <summary>dine-in or takeaway.</summary>
    public string Type { get; set; } = "dine-in";

    /// <summary>Where the guest sits.</summary>
    public string? Table { get; set; }

    /// <summary>What the guest is called.</summary>
    public string? Name { get; set; }

    /// <summary>For the whole order.</summary>
    public string? Note { get; set; }

    /// <summary>
    /// The key of this sale: the same however often it has to be sent. Another basket, or one that was changed since, has another.
    /// </summary>
    public string Key { get; private set; } = NewKey();

    /// <summary>Pieces; what is weighed counts as one.</summary>
    public decimal Pieces => lines.Sum(l => l.IsWeighed ? 1 : l.Quantity);

    /// <summary>One more.</summary>
    public void Add(BasketLine line)
    {
        if (lines.FindIndex(l => l.IsLike(line)) is >= 0 and var at)
            lines[at] = lines[at] with { Quantity = lines[at].Quantity + line.Quantity };
        else
            lines.Add(line);
        Key = NewKey();
    }

    /// <summary>Puts a line in the place of the one that it was; a quantity of nothing takes it out.</summary>
    public void Change(BasketLine line)
    {
        var at = lines.FindIndex(l => l.Id == line.Id);
        if (at < 0)
            return;
        if (line.Quantity <= 0)
            lines.RemoveAt(at);
        else
            lines[at] = line;
        Key = NewKey();
    }

    /// <summary>The next guest.</summary>
    public void Empty()
    {
        lines.Clear();
        (Table, Name, Note, Type, Key) = (null, null, null, "dine-in", NewKey());
    }

    /// <summary>It is another sale than the one that was refused.</summary>
    public void Renew() => Key = NewKey();

    /// <summary>As the API takes it.</summary>
    public OrderRequest ToRequest() => new(
        Type,
        [.. lines.Select(l => l.ToRequest())],
        CustomerName: Said(Name),
        Table: Type == "dine-in" ? Said(Table) : null,
        Notes: Said(Note));

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string NewKey() => "till-" + Guid.NewGuid().ToString("N");
}

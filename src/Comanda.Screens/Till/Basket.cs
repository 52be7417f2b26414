using Comanda.Guests;
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

    /// <summary>Whom the shop knows, and what they must not eat.</summary>
    public CustomerView? Customer { get; set; }

    /// <summary>Of the EU 14, what the customer must not eat.</summary>
    public IReadOnlyList<string> Avoids { get; set; } = [];

    /// <summary>Off the whole order.</summary>
    public DiscountRequest? Discount { get; set; }

    /// <summary>The PIN of somebody who may give it; it is sent with the sale and kept nowhere.</summary>
    public string? ApprovalPin { get; set; }

    /// <summary>For who serves.</summary>
    public decimal? Tip { get; set; }

    /// <summary>
    /// The key of this sale: the same however often it has to be sent. Another basket, or one that was changed since, has another.
    /// </summary>
    public string Key { get; private set; } = NewKey();

    /// <summary>Pieces; what is weighed counts as one.</summary>
    public decimal Pieces => lines.Sum(l => l.IsWeighed ? 1 : l.Quantity);

    /// <summary>Something comes off.</summary>
    public bool IsDiscounted => Discount is not null || lines.Exists(l => l.Discount is not null);

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

    /// <summary>The menu is another one: lines show what it says now.</summary>
    public void Follow(Menu.MenuView menu)
    {
        var now = menu.Categories.SelectMany(c => c.Items).ToLookup(i => i.Id);
        for (var i = 0; i < lines.Count; i++)
            lines[i] = lines[i] with { Item = now[lines[i].Item.Id].FirstOrDefault() ?? lines[i].Item };
    }

    /// <summary>The next guest.</summary>
    public void Empty()
    {
        lines.Clear();
        (Table, Name, Note, Type, Key) = (null, null, null, "dine-in", NewKey());
        (Customer, Avoids, Discount, ApprovalPin, Tip) = (null, [], null, null, null);
    }

    /// <summary>It is another sale than the one that was refused.</summary>
    public void Renew() => Key = NewKey();

    /// <summary>As the API takes it.</summary>
    public OrderRequest ToRequest() => new(
        Type,
        [.. lines.Select(l => l.ToRequest())],
        CustomerName: Said(Name),
        Table: Type == "dine-in" ? Said(Table) : null,
        Notes: Said(Note),
        Discount: Discount,
        Tip: Tip is > 0 ? Tip : null,
        CustomerId: Customer?.Id,
        Approval: IsDiscounted && ApprovalPin is { Length: > 0 } pin ? new(pin) : null);

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string NewKey() => "till-" + Guid.NewGuid().ToString("N");
}

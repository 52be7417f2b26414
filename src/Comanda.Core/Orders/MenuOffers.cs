using Comanda.Menu;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>
/// What a line of a basket sells, and where a label of a scale says so, how much. <see cref="Gross"/> is its amount before discounts where
/// that is not price × quantity: as a label says, or of an earlier line.
/// </summary>
public sealed record Offer(MenuEntry Item, Measure? Quantity = null, Money? Gross = null)
{
    /// <summary>It is a line of an earlier order: of promotions, only a code reaches it.</summary>
    public bool WasThere { get; init; }

    /// <summary>The combo that such a line is a part of.</summary>
    public MenuEntry? PartOf { get; init; }
}

/// <summary>Finds what a line sells; null where it tells in <paramref name="errors"/> why it cannot.</summary>
/// <param name="line">As it was asked for.</param>
/// <param name="at">Where it stands: <c>items[0]</c>.</param>
/// <param name="errors">Where it is told what is wrong.</param>
public delegate Offer? FindOffer(LineRequest line, string at, FieldErrors errors);

/// <summary>What a menu offers, by id, by barcode, or by the label of a scale.</summary>
public sealed class MenuOffers(MenuSnapshot menu, ShopSettings settings)
{
    /// <summary>For another day than today: of what is counted, today's may be gone; for that day it is made anew.</summary>
    public bool IsForLater { get; init; }

    public Offer? Find(LineRequest line, string at, FieldErrors errors)
    {
        if (line.Barcode is not null)
        {
            errors.Check(line.MenuItemId is null, at + ".barcode", "stands in the place of menu_item_id: one or the other says what it is");
            var scanned = Scan(line);
            if (scanned.Wrong is { } why)
                errors.Add(at + (scanned.Offer is null ? ".barcode" : ".modifiers"), why);
            return scanned.Offer;
        }

        if (line.MenuItemId is { } id && menu.Find(id) is { } item)
            return new(Then(item));
        errors.Add(at + ".menu_item_id", line.MenuItemId is null ? "is required, or barcode" : "is not on the menu");
        return null;
    }

    private MenuEntry Then(MenuEntry item) =>
        IsForLater && item is { IsCounted: true, InStock: false } ? item with { InStock = true } : item;

    private (Offer? Offer, string? Wrong) Scan(LineRequest line)
    {
        var (items, label) = menu.Scanned(line.Barcode!, settings.ScaleLabels);
        return items switch
        {
            [var item] when label is null => (new(Then(item)), null),
            [var item] => Weighed(item, label, line),
            [] when label is null => (null, "is that of nothing on the menu"),
            [] => (null, $"is a label of item {label.Item}, which is no sku on the menu"),
            _ => (null, "is that of more than one item: " + string.Join(", ", items.Select(i => i.Name))),
        };
    }

    private (Offer? Offer, string? Wrong) Weighed(MenuEntry item, ScannedLabel label, LineRequest line)
    {
        if (item.Unit is not { } unit)
            return (null, $"is a label of a scale; {item.Name} is sold by the piece");
        if (label.Label.Value == LabelValue.Weight)
        {
            var weight = label.Value / Scale(label) * InOne(unit);
            return Measure.TryFrom(weight, byWeight: true, out var quantity)
                ? (new(item, quantity), null)
                : (null, $"says {weight} {unit.ToWire()}: a quantity {Measure.Rule(byWeight: true)}");
        }

        if (!Money.TryFrom(label.Value / Scale(label), settings.Currency, out var price) || price.IsZero || item.PriceNow.IsZero)
            return (null, $"says a price of which no weight of {item.Name} follows");
        var thousandths = Math.Max(1, price.Times(1000, item.PriceNow.Minor).Minor);
        if (!Measure.TryFrom(thousandths / 1000m, byWeight: true, out var weighed))
            return (null, $"says a price of which no weight of {item.Name} follows");
        var offer = new Offer(item, weighed, price);
        return line.Modifiers is null or [] ? (offer, null) : (offer, "cannot go with a label that says the price");
    }

    private static decimal Scale(ScannedLabel label) => label.Label.Decimals switch { 0 => 1, 1 => 10, 2 => 100, _ => 1000 };

    /// <summary>How many of the unit are in one of what the scale weighs in.</summary>
    private static int InOne(WeightUnit unit) => unit switch
    {
        WeightUnit.HundredGrams => 10,
        WeightUnit.Gram => 1000,
        WeightUnit.Ounce => 16,
        _ => 1,
    };
}

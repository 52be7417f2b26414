using Comanda.Kernel;
using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>
/// What a line of a basket sells. <see cref="Gross"/> is its amount before discounts, where that is no longer price × quantity: of an
/// earlier line.
/// </summary>
public sealed record Offer(MenuEntry Item, Measure? Quantity = null, Money? Gross = null);

/// <summary>Finds what a line sells; null where it tells in <paramref name="errors"/> why it cannot.</summary>
/// <param name="line">As it was asked for.</param>
/// <param name="at">Where it stands: <c>items[0]</c>.</param>
/// <param name="errors">Where it is told what is wrong.</param>
public delegate Offer? FindOffer(LineRequest line, string at, FieldErrors errors);

/// <summary>What a menu offers.</summary>
public sealed class MenuOffers(MenuSnapshot menu)
{
    public Offer? Find(LineRequest line, string at, FieldErrors errors)
    {
        if (line.Barcode is { } code)
        {
            errors.Check(line.MenuItemId is null, at + ".barcode", "stands in the place of menu_item_id: one or the other says what it is");
            return Scanned(code, at, errors);
        }

        if (line.MenuItemId is { } id && menu.Find(id) is { } item)
            return new(item);
        errors.Add(at + ".menu_item_id", line.MenuItemId is null ? "is required, or barcode" : "is not on the menu");
        return null;
    }

    private Offer? Scanned(string code, string at, FieldErrors errors)
    {
        var items = menu.WithBarcode(code).ToList();
        if (items.Count == 1)
            return new(items[0]);
        errors.Add(at + ".barcode", items.Count == 0
            ? "is that of nothing on the menu"
            : "is that of more than one item: " + string.Join(", ", items.Select(i => i.Name)));
        return null;
    }
}

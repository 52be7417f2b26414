using Comanda.Menu;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>Lines that an edit leaves there, in the shape of what is asked for, so that one rule prices them and new ones.</summary>
internal static class KeptLines
{
    /// <summary>A line that stays as it is.</summary>
    public static LineEdit Stays(OrderLine line) => new(line.Id, null, null, null, null, null);

    public static bool HasOptions(this OrderLine line, ModifierChoice[] given) =>
        given.Select(m => (m?.Key ?? "", m?.Quantity ?? 0))
            .Order()
            .SequenceEqual(OrderView.Thaw(line).Select(m => (m.Key, m.Quantity)).Order());

    /// <summary>
    /// The line as it was, with its options by their place (two groups may use one key). Its discount shrinks in proportion
    /// with the quantity and never grows: whoever gave it did not give more.
    /// </summary>
    public static LineRequest Kept(OrderLine line, LineEdit edit, Measure quantity, Currency currency)
    {
        var discount = Money.Min(line.Discount, quantity.PartOf(line.Discount, line.Quantity));
        return new(
            line.MenuItemId,
            quantity.Number,
            [.. OrderView.Thaw(line).Select((m, place) => new ModifierChoice(place + 1, null, m.Quantity))],
            discount.IsZero ? null : new DiscountRequest("fixed", discount.In(currency), line.DiscountReason ?? "earlier discount"),
            edit.SpecialInstructions ?? line.SpecialInstructions,
            Way: edit.Way);
    }

    /// <summary>
    /// What a line froze, in the shape in which the menu shows items; when it is sold and how long it takes is the menu's. As much of a
    /// weight as before costs what it did: a label's price, or a bill that was split, may differ by a coin from price × quantity.
    /// </summary>
    public static Offer Thawed(OrderLine line, LineRequest request, bool inclusive, MenuSnapshot menu) => new(
        Thawed(line, menu.Find(line.MenuItemId)),
        Gross: line.Unit is not null && request.Quantity == line.Quantity.Number ? line.Gross(inclusive) : null)
    {
        WasThere = true,
        PartOf = line.ComboId is { } combo ? menu.Find(combo) ?? Thawed(line, null) : null,
    };

    private static MenuEntry Thawed(OrderLine line, MenuEntry? now) => new()
    {
        Id = line.MenuItemId,
        CategoryId = now?.CategoryId ?? 0,
        Category = line.Category,
        Name = line.Name,
        Price = line.UnitPrice,
        TaxRate = line.TaxRate,
        PreparationTime = now?.PreparationTime ?? 0,
        InStock = true,
        Groups = [new MenuGroup(0, "", 0, int.MaxValue, [.. OrderView.Thaw(line).Select((m, place) => new MenuOption
        {
            Id = place + 1,
            Key = m.Key,
            Name = m.Name,
            Price = new Money(m.Price),
            InStock = true,
        })])],
        AvailableFrom = now?.AvailableFrom,
        AvailableUntil = now?.AvailableUntil,
        TaxClass = line.TaxClass,
        TaxSplit = TaxSplit.Read(line.TaxSplit),
        Unit = line.Unit,
        IsDeposit = line.IsDeposit,
    };

    /// <summary>The price of a combo is for all of its parts: they stay or go together, and as many of each.</summary>
    public static void CheckCombos(Order order, List<(OrderLine Line, Measure Quantity)> kept, FieldErrors errors)
    {
        foreach (var combo in kept.Where(k => k.Line.Combo is not null).GroupBy(k => k.Line.Combo))
        {
            var together = combo.Count() == order.Items.Count(l => l.Combo == combo.Key)
                && combo.Select(k => k.Quantity).Distinct().Count() == 1;
            errors.Check(together, "items", $"must keep all parts of {combo.First().Line.ComboName}, as many of each, or none of them");
        }
    }
}

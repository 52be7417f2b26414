namespace Comanda.Menu;

/// <summary>
/// What may be chosen for a slot. <see cref="Surcharge"/> on top of the combo's price; <see cref="Item"/> as the menu has it now.
/// </summary>
public sealed record MenuChoice(long ItemId, Money Surcharge, MenuEntry? Item);

/// <summary>One part of a combo: "Drink", one of its choices.</summary>
public sealed record MenuSlot(string Name, IReadOnlyList<MenuChoice> Choices);

/// <summary>
/// What makes an item a combo. Its slots follow the items that they offer: an archived one is no choice any more, and a
/// combo is in stock while every slot has a choice that is (and <see cref="OwnInStock"/>, what was set of the combo itself). Its allergens
/// are its own and those of everything that may be chosen.
/// </summary>
public sealed record MenuCombo(bool OwnInStock, string[] OwnAllergens, IReadOnlyList<MenuSlot> Slots)
{
    /// <summary>
    /// The slots with the choices that are on this menu. The others stay known: an item that another process has just made
    /// comes with the next menu.
    /// </summary>
    public IReadOnlyList<MenuSlot> Offered { get; init; } = [];

    /// <summary>The menu with each combo's choices as they are in this menu.</summary>
    public static List<MenuSection> Follow(List<MenuSection> sections)
    {
        if (!sections.Any(s => s.Items.Any(i => i.Combo is not null)))
            return sections;
        var entries = sections.SelectMany(s => s.Items).ToDictionary(e => e.Id);
        return sections.ConvertAll(s => s.Items.Any(i => i.Combo is not null) ? s with { Items = [.. s.Items.Select(Followed)] } : s);

        MenuEntry Followed(MenuEntry entry)
        {
            if (entry.Combo is not { } combo)
                return entry;
            var slots = combo.Slots.Select(slot => slot with
            {
                Choices = [.. slot.Choices.Select(c => c with
                {
                    Item = entries.GetValueOrDefault(c.ItemId)
                }).Where(c => c.Item is not null)],
            }).ToList(); // from all slots, not from those that were offered last time
            return entry with
            {
                Combo = combo with { Offered = slots },
                InStock = combo.OwnInStock && slots.TrueForAll(s => s.Choices.Any(c => c.Item!.InStock)),
                Allergens = Allergens.With(
                    combo.OwnAllergens,
                    slots.SelectMany(s => s.Choices, (_, c) => (c.Item!.Allergens, Array.Empty<string>()))),
            };
        }
    }
}

/// <summary>A choice on the wire.</summary>
public sealed record ChoiceView(long MenuItemId, string Name, decimal Surcharge, bool InStock);

/// <summary>A slot on the wire: an order names one choice for each, in <c>parts</c>.</summary>
public sealed record SlotView(string Name, ChoiceView[] Choices)
{
    public static SlotView[] From(MenuCombo? combo, Currency currency) => combo is null ? [] :
        [.. combo.Offered.Select(s => new SlotView(
            s.Name,
            [.. s.Choices.Select(c => new ChoiceView(c.ItemId, c.Item!.Name, c.Surcharge.In(currency), c.Item.InStock))]))];
}

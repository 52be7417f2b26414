using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>Combos as their parts.</summary>
internal sealed partial record BasketLine
{
    /// <summary>A combo that a line of the basket asks for: which line, the how manieth combo of the order, how many.</summary>
    private sealed record WholeCombo(MenuEntry Item, MenuCombo Combo, int Asked, int Number, int Quantity);

    /// <summary>
    /// A combo as its parts: its price shared over them by what each costs alone, so that they sum to it to the cent, each
    /// taxed at its own rate; where none is chosen, the first that is in stock. Surcharges and options come on top of the part they belong
    /// to. A discount is shared alike.
    /// </summary>
    private static List<BasketLine> PartsOf(
        WholeCombo whole,
        LineRequest request,
        GivenDiscount? discount,
        FieldErrors errors)
    {
        var (item, at) = (whole.Item, $"items[{whole.Asked}]");
        var slots = whole.Combo.Offered;
        errors.Check(request.Modifiers is null or [], at + ".modifiers", "go with the parts of a combo");
        if (request.Parts is not null && request.Parts.Count != slots.Count)
        {
            errors.Add(at + ".parts", $"must be one for each of: {string.Join(", ", slots.Select(s => s.Name))}");
            return [];
        }

        // All that a slot offered has left the menu: sold out, like a combo whose choices are all sold out.
        if (slots.Any(s => s.Choices.Count == 0))
            return [new() { Asked = whole.Asked, Item = item with { InStock = false }, Quantity = 1, Gross = Money.Zero }];
        var chosen = new List<MenuChoice>();
        foreach (var (s, slot) in slots.Index())
        {
            var wanted = request.Parts?[s]?.MenuItemId;
            var choice = wanted is null
                ? slot.Choices.FirstOrDefault(c => c.Item!.InStock) ?? slot.Choices[0]
                : slot.Choices.FirstOrDefault(c => c.ItemId == wanted);
            if (choice is not null)
                chosen.Add(choice);
            else
                errors.Add($"{at}.parts[{s}].menu_item_id", $"is no choice for {slot.Name}");
        }

        if (chosen.Count < slots.Count)
            return [];
        var price = chosen.Aggregate(item.PriceNow, (sum, c) => sum + c.Surcharge);
        var shares = Share.ByWeight(item.PriceNow, chosen.ConvertAll(c => c.Item!.PriceNow.Minor).ToArray());
        var lines = new List<BasketLine>();
        foreach (var (s, choice) in chosen.Index())
        {
            var part = choice.Item! with { Price = shares[s] + choice.Surcharge, DiscountPrice = null };
            // What is wished of the whole combo stands with its first part, before that part's own wish.
            var wish = string.Join("; ", ((string?[])[
                s == 0 ? request.SpecialInstructions : null,
                request.Parts?[s]?.SpecialInstructions
            ]).Where(w => !string.IsNullOrWhiteSpace(w)));
            if (One(new(part), whole.Asked, whole.Quantity, request.Parts?[s]?.Modifiers, $"{at}.parts[{s}]", errors) is { } line)
            {
                lines.Add(line with
                {
                    Combo = new(whole.Number, item, price),
                    SpecialInstructions = wish.Length == 0 ? null : wish,
                });
            }
        }

        var taken = discount?.Of(lines.Aggregate(Money.Zero, (sum, l) => sum + l.Gross)) ?? Money.Zero;
        var discounts = Share.ByWeight(taken, lines.ConvertAll(l => Math.Max(0, l.Gross.Minor)).ToArray());
        return [.. lines.Select((l, i) => l with { OwnDiscount = discounts[i], OwnReason = discount?.Reason })];
    }
}

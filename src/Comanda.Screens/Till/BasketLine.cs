using Comanda.Menu;
using Comanda.Orders;

namespace Comanda.Screens.Till;

/// <summary>
/// A line of the basket as it was chosen. <see cref="Parts"/> are what was chosen for the slots of a combo, in their order.
/// </summary>
public sealed record BasketLine(MenuItemView Item)
{
    /// <summary>Of this till's basket.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Pieces, or the weight in the item's unit.</summary>
    public decimal Quantity { get; init; } = 1;

    /// <summary>How often each option was chosen, by its id.</summary>
    public IReadOnlyDictionary<long, int> Options { get; init; } = new Dictionary<long, int>();

    /// <summary>The item of each slot.</summary>
    public IReadOnlyList<long> Parts { get; init; } = [];

    /// <summary>For the kitchen.</summary>
    public string? Note { get; init; }

    /// <summary>How it is consumed, where that is not as the order is: dine-in or takeaway.</summary>
    public string? Way { get; init; }

    /// <summary>Off this line.</summary>
    public DiscountRequest? Discount { get; init; }

    /// <summary>As it was scanned, where a scale's label says how much it is; else null.</summary>
    public string? Label { get; init; }

    /// <summary>It is sold by weight.</summary>
    public bool IsWeighed => Item.SoldBy == "weight";

    /// <summary>The chosen options with their number.</summary>
    public IEnumerable<(OptionView Option, int Count)> Chosen => Item.ModifierGroups.SelectMany(g => g.Options)
        .DistinctBy(o => o.Id)
        .Where(o => Options.ContainsKey(o.Id))
        .Select(o => (o, Options[o.Id]));

    /// <summary>What was chosen for the slots.</summary>
    public IEnumerable<ChoiceView> ChosenParts =>
        Item.Combo.Zip(Parts, (slot, part) => slot.Choices.FirstOrDefault(c => c.MenuItemId == part)).OfType<ChoiceView>();

    /// <summary>Of the EU 14, as it is chosen: options add to the item's and take away.</summary>
    public string[] Allergens =>
        Menu.Allergens.With(Item.Allergens, Chosen.Select(c => (c.Option.AddsAllergens, c.Option.RemovesAllergens)));

    /// <summary>
    /// What it costs before discounts, charges and taxes: at once, while the whole is being priced. In the currency's smallest unit,
    /// half up, as the core does it.
    /// </summary>
    public Money Gross(Currency currency)
    {
        var one = In(Item.DiscountPrice ?? Item.Price) + Chosen.Aggregate(Money.Zero, (sum, c) => sum + (In(c.Option.Price) * c.Count));
        one = ChosenParts.Aggregate(one, (sum, part) => sum + In(part.Surcharge));
        return one.Times((long)(Quantity * 1000), 1000);

        Money In(decimal amount) => Money.TryFrom(amount, currency, out var money) ? money : Money.Zero;
    }

    /// <summary>Whether one more of it is the same line.</summary>
    public bool IsLike(BasketLine other) => !IsWeighed
        && Item.Id == other.Item.Id
        && (Note ?? "") == (other.Note ?? "")
        && Way == other.Way
        && Discount == other.Discount
        && Parts.SequenceEqual(other.Parts)
        && Options.Count == other.Options.Count
        && Options.All(o => other.Options.GetValueOrDefault(o.Key) == o.Value);

    /// <summary>As the API takes it. A label of a scale is sent as it was scanned: it says the weight or the price.</summary>
    public LineRequest ToRequest() => new(
        Label is null ? Item.Id : null,
        Label is null ? Quantity : null,
        [.. Chosen.Select(c => new ModifierChoice(c.Option.Id, null, c.Count))],
        Discount: Discount,
        SpecialInstructions: string.IsNullOrWhiteSpace(Note) ? null : Note.Trim(),
        Parts: Parts.Count == 0 ? null : [.. Parts.Select(p => new PartRequest(p))],
        Way: Way,
        Barcode: Label);
}

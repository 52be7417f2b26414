namespace Comanda.Stock;

/// <summary>So much of an item, in thousandths.</summary>
public readonly record struct RecipePart(long ItemId, long Quantity);

/// <summary>
/// What an option does: adds so much of an item, or puts it in the place of another (as much of it, where no quantity is said).
/// </summary>
public readonly record struct OptionPart(long ItemId, long? Quantity, long? Replaces);

/// <summary>A stock item as recipes need it. <see cref="Parts"/> make <see cref="Yield"/> thousandths of it.</summary>
public sealed record Ingredient
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required decimal UnitCost { get; init; }

    public required long LocationId { get; init; }

    public required string Made { get; init; }

    public required long? Yield { get; init; }

    public required IReadOnlyList<RecipePart> Parts { get; init; }
}

/// <summary>
/// A shop's recipes at one moment, never changed after it is made. An order asks it what its lines use and reads nothing from the database.
/// Whatever the rows say, asking takes bounded time and never fails: no sale is refused for what its ingredients are said to be. What goes
/// beyond <see cref="RecipeLimits"/> can no longer be saved.
/// </summary>
public sealed class RecipeBook(
    IReadOnlyDictionary<long, Ingredient> ingredients,
    IReadOnlyDictionary<long, IReadOnlyList<RecipePart>> items,
    IReadOnlyDictionary<long, IReadOnlyList<OptionPart>> options)
{
    /// <summary>What one thousandth of an item is, in thousandths of what is taken off stock for it.</summary>
    private readonly Dictionary<long, ExplodedItem> exploded = ExplodedItem.All(ingredients);

    /// <summary>Nothing is made of anything.</summary>
    public static RecipeBook Empty { get; } = new(
        new Dictionary<long, Ingredient>(),
        new Dictionary<long, IReadOnlyList<RecipePart>>(),
        new Dictionary<long, IReadOnlyList<OptionPart>>());

    /// <summary>How many ingredients and lines it has.</summary>
    public long Size =>
        ingredients.Count + ingredients.Values.Sum(i => i.Parts.Count) + items.Values.Sum(i => i.Count) + options.Values.Sum(o => o.Count);

    public bool IsEmpty => items.Count == 0 && options.Count == 0;

    public IReadOnlyDictionary<long, Ingredient> Ingredients => ingredients;

    /// <summary>The menu items that have a recipe.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<RecipePart>> Items => items;

    /// <summary>The options that have one.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<OptionPart>> Options => options;

    /// <summary>Whether an item is made of so much, in so many levels, that nothing is taken off stock for it.</summary>
    public bool IsBeyondLimits(long item) => exploded.TryGetValue(item, out var of) && of.BeyondLimits;

    /// <summary>
    /// What one of a menu item uses with the chosen options, at most <see cref="RecipeLimits.MostOfOne"/> of each; null where that is
    /// nothing.
    /// </summary>
    public LineUse? Of(long menuItem, IReadOnlyList<(long OptionId, int Quantity)> chosen)
    {
        if (IsEmpty)
            return null;
        var parts = (items.GetValueOrDefault(menuItem) ?? []).ToList();
        var adds = new List<(long ItemId, decimal Quantity)>();
        foreach (var (option, times) in chosen)
        {
            foreach (var part in options.GetValueOrDefault(option) ?? [])
            {
                // A swap finds its place among what the item itself is made of; what is not in it, nothing takes the place of.
                var replaced = part.Replaces is { } gone ? parts.FindAll(p => p.ItemId == gone).Sum(p => (decimal)p.Quantity) : 0;
                parts.RemoveAll(p => p.ItemId == part.Replaces);
                var much = part.Quantity is { } said ? (decimal)said * times : replaced;
                if (much > 0)
                    adds.Add((part.ItemId, much));
            }
        }

        return Use(parts.Select(p => (p.ItemId, (decimal)p.Quantity)).Concat(adds), RecipeLimits.MostOfOne);
    }

    /// <summary>What making so much of an item takes, at most <see cref="Quantity.Largest"/> of each.</summary>
    public LineUse? Making(Ingredient made, long quantity) => Use(PartsOf(made, quantity), Quantity.Largest);

    /// <summary>What one unit costs where so many thousandths are made at once, of what their parts cost now.</summary>
    public decimal CostOfOne(Ingredient made, long quantity) =>
        decimal.Round((Making(made, quantity)?.Cost ?? 0) * 1000 / quantity, Quantity.CostDecimals, MidpointRounding.AwayFromZero);

    /// <summary>The parts of so much of an item that is made.</summary>
    internal static IEnumerable<(long ItemId, decimal Quantity)> PartsOf(Ingredient made, long quantity) =>
        made.Parts.Select(p => (p.ItemId, (decimal)p.Quantity * quantity / made.Yield!.Value));

    /// <summary>What is taken off stock for these parts, each ingredient once: what is made when it is sold, as its own parts.</summary>
    internal SortedDictionary<long, decimal> Needs(IEnumerable<(long ItemId, decimal Quantity)> parts)
    {
        var sums = new SortedDictionary<long, decimal>();
        foreach (var (item, quantity) in parts)
        {
            foreach (var (of, each) in exploded.GetValueOrDefault(item)?.Parts ?? [])
                sums[of] = sums.GetValueOrDefault(of) + ExplodedItem.Times(quantity, each);
        }

        return sums;
    }

    private LineUse? Use(IEnumerable<(long ItemId, decimal Quantity)> parts, long most)
    {
        // Half up, once for each ingredient.
        var used = Needs(parts)
            .Select(s => (Of: ingredients[s.Key], Quantity: (long)Math.Min(most, decimal.Round(s.Value, MidpointRounding.AwayFromZero))))
            .Where(s => s.Quantity > 0)
            .Select(s => new Used(s.Of.Id, s.Quantity, s.Of.UnitCost, s.Of.LocationId))
            .ToList();
        return used.Count == 0 ? null : new(used);
    }
}

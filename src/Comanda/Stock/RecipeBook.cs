namespace Comanda.Stock;

/// <summary>So much of an item, in thousandths.</summary>
public readonly record struct RecipePart(long ItemId, long Quantity);

/// <summary>What an option does: adds so much of an item, or puts it in the place of another (as much of it, where no quantity is said).</summary>
public readonly record struct OptionPart(long ItemId, long? Quantity, long? Replaces);

/// <summary>A stock item as recipes need it. <see cref="Parts"/> make <see cref="Yield"/> thousandths of it.</summary>
public sealed record Ingredient(long Id, string Name, string Unit, decimal UnitCost, long LocationId, string Made, long? Yield, IReadOnlyList<RecipePart> Parts);

/// <summary>
/// A shop's recipes at one moment, never changed after it is made. An order asks it what its lines use and reads nothing from the database.
/// </summary>
public sealed class RecipeBook(
    IReadOnlyDictionary<long, Ingredient> ingredients, IReadOnlyDictionary<long, IReadOnlyList<RecipePart>> items, IReadOnlyDictionary<long, IReadOnlyList<OptionPart>> options)
{
    /// <summary>What one thousandth of an item is, in thousandths of what is taken off stock for it.</summary>
    private readonly Dictionary<long, IReadOnlyList<(long ItemId, decimal Quantity)>> exploded = ingredients.Count == 0 ? [] : Explode(ingredients);

    /// <summary>How many ingredients and lines it has.</summary>
    public long Size =>
        ingredients.Count + ingredients.Values.Sum(i => i.Parts.Count) + items.Values.Sum(i => i.Count) + options.Values.Sum(o => o.Count);

    public bool IsEmpty => items.Count == 0 && options.Count == 0;

    public IReadOnlyDictionary<long, Ingredient> Ingredients => ingredients;

    /// <summary>The menu items that have a recipe.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<RecipePart>> Items => items;

    /// <summary>What one of a menu item uses with the chosen options; null where that is nothing.</summary>
    public LineUse? Of(long menuItem, IReadOnlyList<(long OptionId, int Quantity)> chosen)
    {
        if (IsEmpty)
            return null;
        var parts = (items.GetValueOrDefault(menuItem) ?? []).ToList();
        var adds = new List<RecipePart>();
        foreach (var (option, times) in chosen)
        {
            foreach (var part in options.GetValueOrDefault(option) ?? [])
            {
                // A swap finds its place among what the item itself is made of; what is not in it, nothing takes the place of.
                var replaced = part.Replaces is { } gone ? parts.FindAll(p => p.ItemId == gone).Sum(p => p.Quantity) : 0;
                parts.RemoveAll(p => p.ItemId == part.Replaces);
                var much = part.Quantity is { } said ? said * times : replaced;
                if (much > 0)
                    adds.Add(new(part.ItemId, much));
            }
        }

        return Use(parts.Concat(adds));
    }

    /// <summary>What is taken off stock for these parts: what is made when it is sold, as its own parts.</summary>
    public LineUse? Use(IEnumerable<RecipePart> parts) => Use(parts.Select(p => (p.ItemId, (decimal)p.Quantity)));

    /// <summary>What making so much of an item takes.</summary>
    public LineUse? Making(Ingredient made, long quantity) => Use(made.Parts.Select(p => (p.ItemId, (decimal)p.Quantity * quantity / made.Yield!.Value)));

    private LineUse? Use(IEnumerable<(long ItemId, decimal Quantity)> parts)
    {
        var sums = new SortedDictionary<long, decimal>();
        foreach (var (item, quantity) in parts)
        {
            foreach (var (of, each) in exploded.GetValueOrDefault(item) ?? [])
                sums[of] = sums.GetValueOrDefault(of) + (quantity * each);
        }

        // Half up, once for each ingredient.
        var used = sums.Select(s => (Of: ingredients[s.Key], Quantity: (long)decimal.Round(s.Value, MidpointRounding.AwayFromZero))).Where(s => s.Quantity > 0)
            .Select(s => new Used(s.Of.Id, s.Quantity, s.Of.UnitCost, s.Of.LocationId)).ToList();
        return used.Count == 0 ? null : new(used);
    }

    private static Dictionary<long, IReadOnlyList<(long, decimal)>> Explode(IReadOnlyDictionary<long, Ingredient> ingredients)
    {
        var done = new Dictionary<long, IReadOnlyList<(long, decimal)>>();
        foreach (var id in ingredients.Keys)
            Of(id, []);
        return done;

        IReadOnlyList<(long ItemId, decimal Quantity)> Of(long id, HashSet<long> within)
        {
            if (done.TryGetValue(id, out var known))
                return known;
            if (!ingredients.TryGetValue(id, out var item) || !within.Add(id))
                return []; // archived, or a ring, which no recipe may close
            var sums = new Dictionary<long, decimal>();
            if (item.Made == "to_order")
            {
                foreach (var part in item.Parts)
                {
                    foreach (var (of, each) in Of(part.ItemId, within))
                        sums[of] = sums.GetValueOrDefault(of) + (each * part.Quantity / item.Yield!.Value);
                }
            }
            else
            {
                sums[id] = 1;
            }

            within.Remove(id);
            return done[id] = [.. sums.Select(s => (s.Key, s.Value))];
        }
    }
}

namespace Comanda.Stock;

/// <summary>
/// How much recipes may come to. A recipe is refused when it is saved, where it, or anything that its item is in, would go beyond: at the
/// sale it is too late. No limit is one that a kitchen meets; each keeps a figure countable or a walk short.
/// </summary>
internal static class RecipeLimits
{
    /// <summary>Items that are made of items that are made … of what is bought.</summary>
    public const int MostLevels = 20;

    /// <summary>Different ingredients that one thing is made of in the end.</summary>
    public const int MostIngredients = 200;

    /// <summary>Thousandths of one ingredient in one thing sold, options counted in: 999 of it make a movement.</summary>
    public const long MostOfOne = 1_000_000_000;

    /// <summary>What is wrong with a recipe of the menu that was put into the book; null where nothing is.</summary>
    public static string? Broken(RecipeBook book, IReadOnlyCollection<OptionPart> lines)
    {
        var most = MostInItems(book);
        var swaps = book.Options.Values.Where(parts => parts.Any(p => p.Quantity is null && lines.Any(l => l.ItemId == p.Replaces)));
        return Broken(book, lines, most, "one")
            ?? swaps.Select(parts => Broken(book, parts, most, "one with an option that swaps")).FirstOrDefault(wrong => wrong is not null);
    }

    /// <summary>What is wrong with making so much of an item at once; null where nothing is.</summary>
    public static string? Broken(RecipeBook book, Ingredient made, long quantity) =>
        Broken(book, RecipeBook.PartsOf(made, quantity), Quantity.Largest, "that")
        ?? (book.CostOfOne(made, quantity) <= Quantity.LargestCost ? null
            : $"would cost more than {Quantity.LargestCost} for one {made.Unit}");

    /// <summary>What is wrong with the book now that a stock item is made of what it says; null where nothing is.</summary>
    public static string? Broken(RecipeBook book, Ingredient made)
    {
        if (Ring(book, made) is { } ring)
            return "would be made of itself: " + string.Join(" → ", ring);
        var (users, levels) = (UsersOf(book, made.Id), Levels(book));
        if (users.Find(u => levels.GetValueOrDefault(u) > MostLevels) is not 0 and var deep)
        {
            return $"would put {book.Ingredients[deep].Name} {levels[deep]} levels of recipes above what is bought; "
                + $"at most {MostLevels} are allowed";
        }

        foreach (var user in users.Select(u => book.Ingredients[u]).Where(u => u.Yield is not null && u.Parts.Count > 0))
        {
            var batch = RecipeBook.PartsOf(user, user.Yield!.Value);
            if (Broken(book, batch, Quantity.Largest, "what its recipe makes of " + user.Name) is { } wrong)
                return wrong;
            if (book.CostOfOne(user, user.Yield.Value) > Quantity.LargestCost)
                return $"would make {user.Name} cost more than {Quantity.LargestCost} for one {user.Unit}";
        }

        var (ids, most) = (users.ToHashSet(), MostInItems(book));
        var items = book.Items.Values.Select(parts => parts.Select(p => new OptionPart(p.ItemId, p.Quantity, null)).ToList());
        return items.Concat<IReadOnlyList<OptionPart>>(book.Options.Values).Where(lines => lines.Any(l => ids.Contains(l.ItemId)))
            .Select(lines => Broken(book, lines, most, "one of an item or option that it is in"))
            .FirstOrDefault(wrong => wrong is not null);
    }

    private static string? Broken(RecipeBook book, IEnumerable<OptionPart> lines, Dictionary<long, long> most, string of) =>
        Broken(book, lines.Select(l => (l.ItemId, (decimal)(l.Quantity ?? most.GetValueOrDefault(l.Replaces ?? 0)))), MostOfOne, of);

    private static string? Broken(RecipeBook book, IEnumerable<(long ItemId, decimal Quantity)> parts, long largest, string of)
    {
        var used = parts.ToList();
        if (used.Find(p => book.IsBeyondLimits(p.ItemId)).ItemId is not 0 and var beyond)
        {
            return $"has {book.Ingredients[beyond].Name} in it, which is made of too much: "
                + $"at most {MostLevels} levels of recipes and {MostIngredients} ingredients are allowed";
        }

        var needs = book.Needs(used);
        if (needs.Count > MostIngredients)
            return $"would make {of} of {needs.Count} ingredients; at most {MostIngredients} are allowed";
        var large = needs.FirstOrDefault(n => n.Value > largest);
        if (large.Value == 0)
            return null;
        var ingredient = book.Ingredients[large.Key];
        return $"would take more than {Quantity.ToText(largest, ingredient.Unit)} of {ingredient.Name} for {of}";
    }

    /// <summary>The most of each ingredient that one item of the menu has: as much may a swap put in its place.</summary>
    private static Dictionary<long, long> MostInItems(RecipeBook book) =>
        book.Items.Values.SelectMany(parts => parts).GroupBy(p => p.ItemId).ToDictionary(g => g.Key, g => g.Max(p => p.Quantity));

    /// <summary>An item, and all that it is in, however far up.</summary>
    private static List<long> UsersOf(RecipeBook book, long item)
    {
        var usedBy = book.Ingredients.Values.SelectMany(i => i.Parts, (i, p) => (Part: p.ItemId, User: i.Id))
            .ToLookup(p => p.Part, p => p.User);
        var (found, seen) = (new List<long> { item }, new HashSet<long> { item });
        for (var next = 0; next < found.Count; next++)
            found.AddRange(usedBy[found[next]].Where(seen.Add));
        return found;
    }

    /// <summary>How many recipes lie in one another, for each item: 0 where it is bought.</summary>
    private static Dictionary<long, int> Levels(RecipeBook book)
    {
        var levels = new Dictionary<long, int>();
        foreach (var item in ExplodedItem.BottomUp(book.Ingredients, i => i.Parts))
            levels[item.Id] = item.Parts.Count == 0 ? 0 : item.Parts.Max(p => levels.GetValueOrDefault(p.ItemId)) + 1;
        return levels;
    }

    /// <summary>The way from an item through its parts back to itself, by names; null where there is none.</summary>
    private static List<string>? Ring(RecipeBook book, Ingredient made)
    {
        var (cameFrom, open) = (new Dictionary<long, long>(), new Queue<long>([made.Id]));
        while (open.TryDequeue(out var id))
        {
            foreach (var part in book.Ingredients[id].Parts.Where(p => book.Ingredients.ContainsKey(p.ItemId)))
            {
                if (part.ItemId == made.Id)
                    return Way(id);
                if (cameFrom.TryAdd(part.ItemId, id))
                    open.Enqueue(part.ItemId);
            }
        }

        return null;

        List<string> Way(long last)
        {
            var way = new List<string> { made.Name };
            for (var at = last; at != made.Id; at = cameFrom[at])
                way.Add(book.Ingredients[at].Name);
            way.Add(made.Name);
            way.Reverse();
            // Old data may go deeper than anybody reads.
            if (way.Count > MostLevels + 2)
                way.RemoveRange(MostLevels, way.Count - MostLevels - 1);
            return way;
        }
    }
}

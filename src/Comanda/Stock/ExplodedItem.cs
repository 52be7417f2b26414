namespace Comanda.Stock;

/// <summary>
/// What one thousandth of a stock item is, in thousandths of what is taken off stock for it: itself, or, where it is made when it is sold,
/// its parts. <see cref="Levels"/>: how many such items lie in one another, itself counted.
/// </summary>
internal sealed record ExplodedItem(IReadOnlyList<(long ItemId, decimal Quantity)> Parts, int Levels, bool BeyondLimits)
{
    /// <summary>Beyond these a figure says no more than "far too much", and still multiplies within 28 digits.</summary>
    private const decimal LargestRate = 1e13m, LargestAmount = 1e15m;

    private static readonly ExplodedItem TooMuch = new([], RecipeLimits.MostLevels + 1, true);

    /// <summary>So much of something of which one is so much; far too much stays a number.</summary>
    public static decimal Times(decimal quantity, decimal each) => Math.Min(LargestAmount, Math.Min(LargestAmount, quantity) * each);

    /// <summary>
    /// All items of a shop. What is made of more than the limits allow, or of itself, comes to nothing, and so does what is made of that.
    /// </summary>
    public static Dictionary<long, ExplodedItem> All(IReadOnlyDictionary<long, Ingredient> ingredients)
    {
        var done = new Dictionary<long, ExplodedItem>(ingredients.Count);
        foreach (var item in BottomUp(ingredients, i => i.Made == "to_order" ? i.Parts : []))
            done[item.Id] = Of(item, done);
        foreach (var inRing in ingredients.Keys.Where(id => !done.ContainsKey(id)))
            done[inRing] = TooMuch;
        return done;
    }

    /// <summary>
    /// Each item after its parts, without recursion: in as many steps as there are recipe lines. What is made of itself does not come, nor
    /// what is made of that.
    /// </summary>
    public static IEnumerable<Ingredient> BottomUp(
        IReadOnlyDictionary<long, Ingredient> ingredients, Func<Ingredient, IReadOnlyList<RecipePart>> partsOf)
    {
        var (waits, usedBy, ready) = (new Dictionary<long, int>(), new Dictionary<long, List<long>>(), new Queue<long>());
        foreach (var item in ingredients.Values.OrderBy(i => i.Id))
        {
            var parts = partsOf(item).Where(p => ingredients.ContainsKey(p.ItemId)).ToList();
            if (parts.Count == 0)
                ready.Enqueue(item.Id);
            waits[item.Id] = parts.Count;
            foreach (var part in parts)
            {
                if (!usedBy.TryGetValue(part.ItemId, out var users))
                    usedBy[part.ItemId] = users = [];
                users.Add(item.Id);
            }
        }

        while (ready.TryDequeue(out var id))
        {
            yield return ingredients[id];
            foreach (var user in usedBy.GetValueOrDefault(id) ?? [])
            {
                if (--waits[user] == 0)
                    ready.Enqueue(user);
            }
        }
    }

    private static ExplodedItem Of(Ingredient item, Dictionary<long, ExplodedItem> done)
    {
        if (item.Made != "to_order")
            return new([(item.Id, 1)], 0, false);
        var (sums, levels) = (new SortedDictionary<long, decimal>(), 0);
        foreach (var part in item.Parts)
        {
            if (!done.TryGetValue(part.ItemId, out var of))
                continue; // archived
            levels = Math.Max(levels, of.Levels);
            foreach (var (ingredient, each) in of.Parts)
                sums[ingredient] = Math.Min(LargestRate, sums.GetValueOrDefault(ingredient) + (each * part.Quantity / item.Yield!.Value));
            if (levels >= RecipeLimits.MostLevels || sums.Count > RecipeLimits.MostIngredients)
                return TooMuch;
        }

        return new([.. sums.Select(s => (s.Key, s.Value))], levels + 1, false);
    }
}

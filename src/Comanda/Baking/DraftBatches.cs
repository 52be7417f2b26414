using Comanda.Stock;

namespace Comanda.Baking;

/// <summary>
/// From what is wanted to batches: a product's own steps, and those of every dough and bake that it is made of, through all levels, each
/// dough once for all that is made of it. What is made ahead without steps is looked through.
/// </summary>
internal sealed class DraftBatches
{
    private readonly DateOnly day;
    private readonly RecipeBook book;
    private readonly Dictionary<long, Method> dishes, doughs;
    private readonly Dictionary<long, KeptBatch> ofDough = [];

    public DraftBatches(DateOnly day, RecipeBook book, IReadOnlyList<Method> methods)
    {
        (this.day, this.book) = (day, book);
        dishes = methods.Where(m => m.MenuItemId is not null).ToDictionary(m => m.MenuItemId!.Value);
        doughs = methods.Where(m => m.StockItemId is { } item && book.Ingredients.GetValueOrDefault(item)?.Made == "ahead")
            .ToDictionary(m => m.StockItemId!.Value);
    }

    /// <summary>Whether anybody said how it, or something that it is made of, is made.</summary>
    public bool Knows(long menuItem) =>
        dishes.ContainsKey(menuItem) || Nearest(book.Items.GetValueOrDefault(menuItem) ?? []).Any();

    /// <summary>Doughs before what is made of them; ids count down from −1.</summary>
    /// <param name="wanted">What has to be on the shelf.</param>
    /// <param name="said">How much of a dough is to be made, whatever is needed.</param>
    /// <param name="begun">What is begun already: so much less is to be made, and what is made of it waits for it.</param>
    public List<KeptBatch> Of(
        IReadOnlyList<WantedItem> wanted, IReadOnlyDictionary<long, long> said, IReadOnlyList<KeptBatch> begun)
    {
        var (need, due) = (new Dictionary<long, decimal>(), new Dictionary<long, DateTimeOffset>());
        foreach (var item in wanted)
        {
            foreach (var part in book.Items.GetValueOrDefault(item.MenuItemId) ?? [])
                Ask(part.ItemId, (decimal)part.Quantity * item.Quantity, item.Due);
        }

        foreach (var made in ExplodedItem.BottomUp(book.Ingredients, i => i.Parts).Reverse().Where(i => i.Made != "bought"))
        {
            // Somebody may say of a dough that nothing needs it, and be right.
            if (said.TryGetValue(made.Id, out var given) && doughs.ContainsKey(made.Id))
                (need[made.Id], due[made.Id]) = (given, due.GetValueOrDefault(made.Id, wanted.Select(w => w.Due).DefaultIfEmpty().Min()));
            if (need.GetValueOrDefault(made.Id) <= 0)
                continue;
            foreach (var (part, quantity) in RecipeBook.PartsOf(made, (long)Math.Min(Quantity.Largest, decimal.Ceiling(need[made.Id]))))
                Ask(part, quantity, due[made.Id]);
        }

        var all = new List<KeptBatch>();
        foreach (var made in ExplodedItem.BottomUp(book.Ingredients, i => i.Parts).Where(i => need.GetValueOrDefault(i.Id) > 0))
        {
            if (doughs.GetValueOrDefault(made.Id) is not { } method)
                continue;
            var before = begun.Where(b => b.StockItemId == made.Id).ToList();
            var left = (long)Math.Min(Quantity.Largest, decimal.Ceiling(need[made.Id])) - before.Sum(b => b.Quantity);
            if (left > 0)
                all.Add(ofDough[made.Id] = Batch(method, left, due[made.Id], made.Parts, -1 - all.Count));
            else if (before.Count > 0)
                ofDough[made.Id] = before[^1];
        }

        foreach (var item in wanted.Where(w => dishes.ContainsKey(w.MenuItemId)))
        {
            var left = (item.Quantity * 1000L)
                - begun.Where(b => b.MenuItemId == item.MenuItemId && b.DueAt == item.Due).Sum(b => b.Quantity);
            if (left > 0)
            {
                var parts = book.Items.GetValueOrDefault(item.MenuItemId) ?? [];
                all.Add(Batch(dishes[item.MenuItemId], left, item.Due, parts, -1 - all.Count));
            }
        }

        return all;

        void Ask(long item, decimal quantity, DateTimeOffset at)
        {
            need[item] = need.GetValueOrDefault(item) + quantity;
            due[item] = due.TryGetValue(item, out var known) && known < at ? known : at;
        }
    }

    private KeptBatch Batch(Method method, long quantity, DateTimeOffset due, IReadOnlyList<RecipePart> parts, long id) => new()
    {
        Id = id,
        Day = day,
        MenuItemId = method.MenuItemId,
        StockItemId = method.StockItemId,
        Name = method.Name,
        Unit = method.Unit,
        Quantity = quantity,
        DueAt = due,
        Needs = [.. Nearest(parts).Where(ofDough.ContainsKey).Select(d => ofDough[d].Id).Distinct()],
        Steps = method.Steps,
    };

    /// <summary>The doughs that something is made of, looking through what has no steps.</summary>
    private IEnumerable<long> Nearest(IEnumerable<RecipePart> parts)
    {
        var (seen, ahead) = (new HashSet<long>(), new Stack<long>(parts.Select(p => p.ItemId)));
        while (ahead.TryPop(out var item))
        {
            if (!seen.Add(item))
                continue;
            if (doughs.ContainsKey(item))
                yield return item;
            else
                foreach (var part in book.Ingredients.GetValueOrDefault(item)?.Parts ?? [])
                    ahead.Push(part.ItemId);
        }
    }
}

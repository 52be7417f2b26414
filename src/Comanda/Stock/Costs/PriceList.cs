namespace Comanda.Stock;

/// <summary>
/// What everything costs at given prices of what is bought, through whatever is made of it: a dough costs what its flour costs now, not
/// what it cost when it was made.
/// </summary>
internal sealed class PriceList
{
    private readonly Dictionary<long, decimal> costs = [];
    private readonly Dictionary<long, Dictionary<long, decimal>> within = [];

    /// <summary>What follows of these prices.</summary>
    /// <param name="book">The recipes.</param>
    /// <param name="prices">Of one unit, of those items that do not cost what they cost now.</param>
    public PriceList(RecipeBook book, IReadOnlyDictionary<long, decimal> prices)
    {
        foreach (var item in ExplodedItem.BottomUp(book.Ingredients, i => i.Made == "bought" ? [] : i.Parts))
        {
            costs[item.Id] = item.Made == "bought"
                ? prices.GetValueOrDefault(item.Id, item.UnitCost)
                : Math.Min(Quantity.LargestCost, item.Parts.Sum(p => p.Quantity * costs.GetValueOrDefault(p.ItemId)) / item.Yield!.Value);
            within[item.Id] = item.Made == "bought" && prices.ContainsKey(item.Id)
                ? new() { [item.Id] = 1 }
                : Sum(item.Made == "bought" ? [] : item.Parts.Select(p => (p.ItemId, (decimal)p.Quantity / item.Yield!.Value)));
        }

        // What is made of itself costs what it cost.
        foreach (var item in book.Ingredients.Values)
            costs.TryAdd(item.Id, item.UnitCost);
    }

    /// <summary>Of one unit of a stock item.</summary>
    public decimal Of(long item) => costs.GetValueOrDefault(item);

    /// <summary>Of one of what takes these parts.</summary>
    public decimal Of(IEnumerable<RecipePart> parts) => parts.Sum(p => p.Quantity * Of(p.ItemId)) / 1000;

    /// <summary>How much of the items whose prices were given is in it, in their units.</summary>
    public IReadOnlyDictionary<long, decimal> Within(IEnumerable<RecipePart> parts) =>
        Sum(parts.Select(p => (p.ItemId, p.Quantity / 1000m)));

    private Dictionary<long, decimal> Sum(IEnumerable<(long ItemId, decimal Quantity)> parts)
    {
        var sums = new Dictionary<long, decimal>();
        foreach (var (item, quantity) in parts)
        {
            foreach (var (of, each) in within.GetValueOrDefault(item) ?? [])
                sums[of] = Math.Min(Quantity.Largest, sums.GetValueOrDefault(of) + (quantity * each));
        }

        return sums;
    }
}

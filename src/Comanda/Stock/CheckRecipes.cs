using Comanda.Menu;

namespace Comanda.Stock;

/// <summary>
/// GET /api/inventory/recipes. A remark is a question and no error: an ingredient that no other item of the category has, while
/// items of other categories do; an ingredient without a cost; an item that costs more than it brings.
/// </summary>
public sealed class CheckRecipes(RecipeBooks books, MenuBoard menus, Shops.ShopDirectory shops, Here here, TimeProvider clock)
{
    public async Task<Answer<PageOf<RecipeCostView>>> List(bool? worthALook, CancellationToken cancel)
    {
        var (book, menu, settings) = (await books.Of(here, cancel), await menus.Of(here, cancel), (await shops.Of(here, cancel)).Settings);
        var items = menu.Entries.Where(e => book.Items.ContainsKey(e.Id)).ToList();
        var uses = new Uses(items, book);
        var prices = new PriceList(book, new Dictionary<long, decimal>());
        var views = items.ConvertAll(e =>
        {
            var cost = book.Of(e.Id, [])?.Cost ?? 0;
            var price = e.PriceNow.In(menu.Currency);
            var rate = settings.Taxes.UsualRate(e.TaxedAs, Taxes.Way.DineIn, settings.BusinessDay.Of(clock.GetUtcNow()));
            var net = settings.PricesIncludeTax ? (e.PriceNow - rate.Within(e.PriceNow)).In(menu.Currency) : price;
            return new RecipeCostView(
                e.Id,
                e.Name,
                e.Category,
                e.Sku,
                price,
                Quantity.Cost(cost),
                net == 0 ? null : decimal.Round((net - cost) * 100 / net, 1, MidpointRounding.AwayFromZero),
                [.. Remarks(e, uses, book, net, cost)],
                Quantity.Cost(decimal.Round(prices.Of(book.Items[e.Id]), Quantity.CostDecimals, MidpointRounding.AwayFromZero)));
        });
        return new PageOf<RecipeCostView>(worthALook == true ? views.FindAll(v => v.WorthALook.Count > 0) : views, null);
    }

    private static IEnumerable<string> Remarks(MenuEntry item, Uses uses, RecipeBook book, decimal net, decimal cost)
    {
        foreach (var part in book.Items[item.Id])
        {
            if (!book.Ingredients.TryGetValue(part.ItemId, out var of))
                continue;
            if (uses.IsOdd(item, part.ItemId))
                yield return $"{of.Name} is in no other of {item.Category}, and in items of other categories: is it meant?";
            if (of.UnitCost == 0 && of.Made != "to_order")
                yield return $"{of.Name} has no cost.";
            if (book.IsBeyondLimits(part.ItemId))
                yield return $"{of.Name} is made of too much: nothing is taken off stock for it.";
        }

        if (cost > net)
            yield return "It costs more than it brings.";
    }

    /// <summary>How many items have an ingredient, of a category and in all; counted once for all of them.</summary>
    private sealed class Uses
    {
        private readonly Dictionary<(long Category, long Ingredient), int> inCategory = [];
        private readonly Dictionary<long, int> inAll = [];
        private readonly Dictionary<long, int> items = [];

        public Uses(List<MenuEntry> all, RecipeBook book)
        {
            foreach (var item in all)
            {
                items[item.CategoryId] = items.GetValueOrDefault(item.CategoryId) + 1;
                foreach (var ingredient in book.Items[item.Id].Select(p => p.ItemId).Distinct())
                {
                    inAll[ingredient] = inAll.GetValueOrDefault(ingredient) + 1;
                    inCategory[(item.CategoryId, ingredient)] = inCategory.GetValueOrDefault((item.CategoryId, ingredient)) + 1;
                }
            }
        }

        /// <summary>Whether none of at least three others of the category has it, while items elsewhere do.</summary>
        public bool IsOdd(MenuEntry item, long ingredient) =>
            items[item.CategoryId] > 3 && inCategory[(item.CategoryId, ingredient)] == 1 && inAll[ingredient] > 1;
    }
}

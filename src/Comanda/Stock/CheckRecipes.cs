using Comanda.Kernel;
using Comanda.Menu;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Comanda.Stock;

/// <summary>A menu item that has a recipe: what one costs to make now, what is left of its price without tax, and what is worth a look in the recipe.</summary>
public sealed record RecipeCostView(long MenuItemId, string Name, string Category, string? Sku, decimal Price, decimal Cost, decimal? Margin, IReadOnlyList<string> WorthALook);

/// <summary>
/// GET /api/inventory/recipes. A remark is a question and no error: an ingredient that no other item of the category has, while
/// items of other categories do; an ingredient without a cost; an item that costs more than it brings.
/// </summary>
public sealed class CheckRecipes(RecipeBooks books, MenuBoard menus, Shops.ShopDirectory shops, Here here)
{
    public async Task<Ok<PageOf<RecipeCostView>>> List(bool? worthALook, CancellationToken cancel)
    {
        var (book, menu, settings) = (await books.Of(here, cancel), await menus.Of(here, cancel), (await shops.Of(here, cancel)).Settings);
        var items = menu.Entries.Where(e => book.Items.ContainsKey(e.Id)).ToList();
        var views = items.ConvertAll(e =>
        {
            var cost = book.Of(e.Id, [])?.Cost ?? 0;
            var price = e.PriceNow.In(menu.Currency);
            var net = settings.PricesIncludeTax ? (e.PriceNow - e.TaxRate.Within(e.PriceNow)).In(menu.Currency) : price;
            return new RecipeCostView(
                e.Id, e.Name, e.Category, e.Sku, price, Quantity.Cost(cost), net == 0 ? null : decimal.Round((net - cost) * 100 / net, 1, MidpointRounding.AwayFromZero), [.. Remarks(e, items, book, net, cost)]);
        });
        return TypedResults.Ok(new PageOf<RecipeCostView>(worthALook == true ? views.FindAll(v => v.WorthALook.Count > 0) : views, null));
    }

    private static IEnumerable<string> Remarks(MenuEntry item, List<MenuEntry> all, RecipeBook book, decimal net, decimal cost)
    {
        var others = all.FindAll(o => o.CategoryId == item.CategoryId && o.Id != item.Id);
        foreach (var part in book.Items[item.Id])
        {
            if (!book.Ingredients.TryGetValue(part.ItemId, out var of))
                continue;
            var alone = others.Count >= 3 && others.TrueForAll(o => book.Items[o.Id].All(p => p.ItemId != part.ItemId));
            var elsewhere = all.Exists(o => o.CategoryId != item.CategoryId && book.Items[o.Id].Any(p => p.ItemId == part.ItemId));
            if (alone && elsewhere)
                yield return $"{of.Name} is in no other of {item.Category}, and in items of other categories: is it meant?";
            if (of.UnitCost == 0 && of.Made != "to_order")
                yield return $"{of.Name} has no cost.";
        }

        if (cost > net)
            yield return "It costs more than it brings.";
    }
}

using System.Collections.Concurrent;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Stock;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// A shop's promotions as orders are given them: markdowns know here what an item costs to make, which is what they leave of its price.
/// All of it is from memory.
/// </summary>
public sealed class PromotionsOfShop(
    PromotionBoard board, MenuBoard menus, RecipeBooks books, ShopDirectory shops, TimeProvider clock) : IMarkdowns
{
    private readonly ConcurrentDictionary<long, Made> made = [];

    /// <summary>What was made of these, and is so until one of them is another.</summary>
    private sealed record Made(MenuSnapshot Menu, ShopPromotions Promotions, RecipeBook Recipes, MarkdownsNow Now);

    public async ValueTask<ShopPromotions> Of(Here here, CancellationToken cancel)
    {
        var all = await board.Of(here.ShopId, cancel);
        return all.Markdowns.Count == 0
            ? all
            : Leaving(all, await menus.Of(here, cancel), await books.Of(here, cancel), await shops.Of(here, cancel));
    }

    /// <summary>What markdowns leave of each item that they are for and that costs something to make.</summary>
    public async Task<IReadOnlyList<MarkdownFloor>> Floors(Here here, CancellationToken cancel)
    {
        var (all, menu) = (await Of(here, cancel), await menus.Of(here, cancel));
        var markdowns = all.Markdowns.Where(p => p is { BelowCost: false, IsActive: true }).ToList();
        return
        [
            .. menu.Entries.Where(i => markdowns.Exists(p => p.For.Has(i.Id, i.CategoryId)))
                .Select(i => (i.Id, Least: markdowns[0].LeastOf(i.Id)))
                .Where(i => i.Least is { IsZero: false })
                .Select(i => new MarkdownFloor(i.Id, i.Least!.Value.In(menu.Currency))),
        ];
    }

    /// <inheritdoc />
    async ValueTask<MarkdownsNow> IMarkdowns.Of(Here here, CancellationToken cancel)
    {
        var all = await board.Of(here.ShopId, cancel);
        if (all.Markdowns.Count == 0)
            return MarkdownsNow.None;
        var shop = await shops.Of(here, cancel);
        var hour = new PromotionHour(Clock.Now(clock), shop.Settings.BusinessDay.Zone);
        var on = all.Markdowns.Where(p => p.IsOnAt(hour.At, hour.Shown)).ToList();
        if (on.Count == 0)
            return MarkdownsNow.None;
        var (menu, recipes) = (await menus.Of(here, cancel), await books.Of(here, cancel));
        var key = string.Join(' ', on.Select(p => $"{p.Id}:{p.At(hour.Shown).Percent.TenThousandths}"));
        if (made.TryGetValue(here.ShopId, out var last)
            && last.Now.Key == key
            && ReferenceEquals(last.Menu, menu)
            && ReferenceEquals(last.Promotions, all)
            && ReferenceEquals(last.Recipes, recipes))
            return last.Now;
        var now = new MarkdownsNow(key, MarkedDown.Of(menu, Leaving(all, menu, recipes, shop).Automatic, hour));
        made[here.ShopId] = new(menu, all, recipes, now);
        return now;
    }

    private ShopPromotions Leaving(ShopPromotions all, MenuSnapshot menu, RecipeBook recipes, Shop shop)
    {
        var (settings, day) = (shop.Settings, shop.Settings.BusinessDay.Of(Clock.Now(clock)));
        return new([.. all.All.Select(p => p.Promotion is { Type: DiscountType.Markdown, BelowCost: false } markdown
            ? p with { Promotion = markdown with { LeastOf = Least } }
            : p)]);

        Money? Least(long id)
        {
            if (menu.Find(id) is not { } item || recipes.Of(id, []) is not { Cost: > 0 and var cost })
                return null;
            // Whoever takes it along may pay another tax than who eats it here: there is enough left for either.
            var rate = Enum.GetValues<Way>().Max(way => settings.Taxes.UsualRate(item.TaxedAs, way, day));
            return KeepMargin.PriceFor(cost, 0, (rate, settings.PricesIncludeTax), shop.Currency) ?? item.PriceNow;
        }
    }
}

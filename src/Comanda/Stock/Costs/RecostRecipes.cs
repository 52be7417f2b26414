using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// POST /api/inventory/recipes/costs: what all recipes would cost if flour or butter cost so much, and what a croissant must cost then to
/// keep its margin. It changes nothing.
/// </summary>
public sealed class RecostRecipes(NpgsqlDataSource database, RecipeBooks books, MenuBoard menus, Moment moment)
{
    private const int Most = 100;

    public async Task<Answer<RecostView>> Handle(RecostRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(request.Margin is null or (>= 0 and < 100), "margin", "must be at least 0 and below 100 percent");
        errors.Check(request.Prices is null or { Count: <= Most }, "prices", $"must be at most {Most}");
        var book = await books.Of(moment.Here, cancel);
        var prices = new Dictionary<long, decimal>();
        if (!errors.Any)
            prices = await Read(request.Prices ?? [], book, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();

        var menu = await menus.Of(moment.Here, cancel);
        var (now, then) = (new PriceList(book, new Dictionary<long, decimal>()), new PriceList(book, prices));
        var items = menu.Entries
            .Where(e => book.Items.ContainsKey(e.Id))
            .Select(e => View(e, book, (now, then), request.Margin))
            .Where(v => prices.Count == 0 || v.Because.Count > 0)
            .OrderByDescending(v => Math.Abs(v.CostThen - v.CostNow))
            .ThenBy(v => v.MenuItemId);
        var made = book.Ingredients.Values
            .Where(i => i.Made != "bought")
            .Select(i => new RecostedMadeView(i.Id, i.Name, i.Unit, Shown(now.Of(i.Id)), Shown(then.Of(i.Id))))
            .Where(v => prices.Count == 0 || v.CostNow != v.CostThen)
            .OrderByDescending(v => Math.Abs(v.CostThen - v.CostNow))
            .ThenBy(v => v.InventoryId);
        return new RecostView(moment.Currency.Code, [.. items], [.. made]);
    }

    private RecostedItemView View(MenuEntry entry, RecipeBook book, (PriceList Now, PriceList Then) prices, decimal? wanted)
    {
        var (settings, currency, parts) = (moment.Shop.Settings, moment.Currency, book.Items[entry.Id]);
        var tax = (Rate: settings.Taxes.UsualRate(entry.TaxedAs, Taxes.Way.DineIn, moment.Today), Included: settings.PricesIncludeTax);
        var (now, then) = (prices.Now.Of(parts), prices.Then.Of(parts));
        var net = KeepMargin.NetOf(entry.PriceNow, tax.Rate, tax.Included, currency);
        var margin = wanted / 100 ?? KeepMargin.Of(net, now);
        var because = prices.Then.Within(parts)
            .Where(p => p.Value != 0)
            .Select(p => (Of: book.Ingredients[p.Key], Quantity: p.Value))
            .Select(p => new RecostPartView(
                p.Of.Id,
                p.Of.Name,
                decimal.Round(p.Quantity, 6) / 1.000000000000000000000000000m,
                p.Of.Unit,
                Shown(p.Quantity * (prices.Then.Of(p.Of.Id) - prices.Now.Of(p.Of.Id)))))
            .OrderByDescending(p => Math.Abs(p.Difference))
            .ThenBy(p => p.InventoryId);
        return new(
            entry.Id,
            entry.Name,
            entry.Category,
            entry.PriceNow.In(currency),
            Shown(now),
            Shown(then),
            Percent(KeepMargin.Of(net, now)),
            Percent(KeepMargin.Of(net, then)),
            margin is { } part ? KeepMargin.PriceFor(then, part, tax, currency)?.In(currency) : null,
            [.. because]);
    }

    private async Task<Dictionary<long, decimal>> Read(
        IReadOnlyList<PriceChange?> given,
        RecipeBook book,
        FieldErrors errors,
        CancellationToken cancel)
    {
        var prices = new Dictionary<long, decimal>();
        await using var connection = await database.OpenConnectionAsync(cancel);
        var items = await StockItem.FindAll(connection, moment.Shop.Id, given.Select(p => p?.InventoryId).OfType<long>(), cancel);
        foreach (var (i, change) in given.Index())
        {
            var at = $"prices[{i}]";
            if (change?.InventoryId is not { } id
                || !items.TryGetValue(id, out var item)
                || !book.Ingredients.TryGetValue(id, out var known))
            {
                errors.Add(at + ".inventory_id", change?.InventoryId is null ? "is required" : "is no stock item of this shop");
                continue;
            }

            errors.Check(item.Made == "bought", at + ".inventory_id", $"is made here: what it costs follows from its parts: {item.Name}");
            errors.Check(change.UnitCost is null != change.Percent is null, at + ".unit_cost", "say either unit_cost or percent");
            errors.Check(change.Unit is null || change.UnitCost is not null, at + ".unit", "goes with unit_cost");
            errors.Check(change.Percent is null or (>= -100 and <= 10_000), at + ".percent", "must be between -100 and 10000");
            errors.Check(!prices.ContainsKey(id), at + ".inventory_id", "is there already");
            if (change is { UnitCost: { } cost, Percent: null })
            {
                // The unit is checked as of a quantity; a price has none.
                Quantity.Read(1, change.Unit, item.Unit, item.Packs, at + ".quantity", errors);
                if (Quantity.ReadCost(cost, change.Unit, item.Unit, item.Packs, at + ".unit_cost", errors) is { } one)
                    prices[id] = one;
            }
            else if (change is { Percent: >= -100 and <= 10_000 and var percent, UnitCost: null })
            {
                prices[id] = Math.Min(Quantity.LargestCost, known.UnitCost * (100 + percent) / 100);
            }
        }

        return prices;
    }

    private static decimal Shown(decimal cost) =>
        Quantity.Cost(decimal.Round(cost, Quantity.CostDecimals, MidpointRounding.AwayFromZero));

    private static decimal? Percent(decimal? part) =>
        part is { } p ? decimal.Round(p * 100, 1, MidpointRounding.AwayFromZero) : null;
}

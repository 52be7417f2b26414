using Comanda.Menu;
using Comanda.Orders;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>GET /basket, and the forms that fill it and change it; no script is needed.</summary>
public sealed class FillBasket(ShowItem items, MenuBoard menus, PriceVisit prices, Moment moment)
{
    public Task<IResult> Show(StoreDesk desk) => Page(desk, null, StatusCodes.Status200OK);

    /// <summary>Another line, as it was chosen on the item's page.</summary>
    public async Task<IResult> Add(StoreDesk desk, StoreForm form)
    {
        if (await items.Find(desk, form.Number("item") ?? 0) is not { } item)
            return await desk.Note("gone", StatusCodes.Status404NotFound);
        var chosen = item.Groups.Select(g => (Group: g, Ids: form.Numbers("g" + g.Id))).ToList();
        foreach (var (group, ids) in chosen)
        {
            if (ids.Count < group.Min)
                form.Wrong["g" + group.Id] = desk.Say.With("options.least", group.Min);
            else if (ids.Count > group.Max)
                form.Wrong["g" + group.Id] = desk.Say.With("options.most", group.Max);
        }

        var quantity = form.Number("quantity") ?? 1;
        if (quantity is < 1 or > StoreBasket.MostOfALine)
            form.Wrong["quantity"] = desk.Say.With("quantity.between", StoreBasket.MostOfALine);
        var menu = await menus.Of(moment.Here, desk.Cancel);
        var parts = (item.Combo?.Offered ?? []).Select((_, at) => form.Number("slot" + at)).ToList();
        var wish = form.Lines("wish", 500);
        var line = new LineRequest(
            item.Id,
            quantity,
            chosen.Exists(c => c.Ids.Count > 0)
                ? [.. chosen.SelectMany(c => c.Ids).Select(id => new ModifierChoice(id, null, 1))]
                : null,
            SpecialInstructions: wish.Length > 0 ? wish : null,
            Parts: parts.Count > 0 ? [.. parts.Select(id => Part(menu.Find(id ?? 0)))] : null);
        if (form.Wrong.Count == 0 && WhyNot(desk, menu, line) is { } why)
            form.Wrong["item"] = why;
        if (form.Wrong.Count > 0)
        {
            return await items.Page(
                desk,
                item,
                new ShownItem(item, [])
                {
                    Chosen = chosen.SelectMany(c => c.Ids).ToHashSet(),
                    Parts = parts,
                    Quantity = (int)Math.Clamp(quantity, 1, StoreBasket.MostOfALine),
                    Wish = wish,
                    Wrong = form.Wrong,
                },
                StatusCodes.Status400BadRequest);
        }

        await desk.Change(b => b.Lines.Count < StoreBasket.MostLines ? b.With(line) : b);
        return desk.Go(ShowMenu.IsWhole(menu) ? $"/?added={item.Id}" : $"/?category={item.CategoryId}&added={item.Id}");
    }

    /// <summary>Another quantity of a line, 0 takes it out; a code that promises something off.</summary>
    public async Task<IResult> Change(StoreDesk desk, StoreForm form)
    {
        if (form.Has("line"))
        {
            var quantity = (int)Math.Min(form.Number("quantity") ?? 0, StoreBasket.MostOfALine);
            await desk.Change(b => b.Set(form.Line("line"), quantity));
            return desk.Go("/basket");
        }

        var code = form.Line("promo", 40);
        if (form.Wrong.Count > 0)
            return await Page(desk, form.Wrong["promo"], StatusCodes.Status400BadRequest);
        // One that is not given is not kept: it would stand in the way of the order.
        var tried = await prices.Of(desk, desk.Basket.Ask(StoreWay.Takeaway) with { PromoCode = code.Length == 0 ? null : code });
        if (tried.Wrong.GetValueOrDefault("promo") is { } why)
            return await Page(desk, why, StatusCodes.Status409Conflict, code);
        await desk.Change(b => b with { Promo = code.Length == 0 ? null : code });
        return desk.Go("/basket");
    }

    /// <summary>GET /t/{table}: the QR code on a table leads to the menu, and what is ordered goes to that table.</summary>
    public async Task<IResult> Sit(StoreDesk desk, string table)
    {
        var floor = desk.Shop.Settings.Floor;
        table = table.Trim();
        if (table.Length is 0 or > 40
            || !PlainText.Is(table, TextKind.Line)
            || (floor.Count > 0 && !floor.Any(t => t.Name.Equals(table, StringComparison.OrdinalIgnoreCase))))
            return await desk.Note("table", StatusCodes.Status404NotFound);
        await desk.Change(b => b with { Table = table });
        return desk.Go("/");
    }

    private async Task<IResult> Page(StoreDesk desk, string? promo, int status, string? tried = null)
    {
        var basket = await prices.Of(desk, desk.Basket.Ask(StoreWay.Takeaway));
        return await desk.Show<BasketPage>(new() { ["Basket"] = basket, ["PromoWrong"] = promo, ["Tried"] = tried }, status);
    }

    /// <summary>What is chosen for a part; where that must have options, its usual ones.</summary>
    private static PartRequest Part(MenuEntry? item) => new(
        item?.Id,
        item is null || ShowItem.Usual(item) is not { Count: > 0 } usual ? null : [.. usual.Select(id => new ModifierChoice(id, null, 1))]);

    private string? WhyNot(StoreDesk desk, MenuSnapshot menu, LineRequest line)
    {
        var priced = Pricing.Price(menu, desk.Shop.Settings, new OrderRequest(null, [line]), OrderType.Online, moment.Today);
        return priced.Refusal is { } refusal ? desk.Say.Why(refusal) : null;
    }
}

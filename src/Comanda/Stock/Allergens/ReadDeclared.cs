using System.Net;
using System.Text;
using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET /api/inventory/allergens and /api/labels: what is declared and why, and what stands on the shelf.</summary>
public sealed class ReadDeclared(NpgsqlDataSource database, MenuBoard menus, RecipeBooks books, Moment moment)
{
    /// <summary>What a unit weighs, in grams; what has no weight is behind all that has.</summary>
    private static readonly Dictionary<string, decimal> Grams = new(StringComparer.Ordinal)
    {
        ["mg"] = 0.001m,
        ["g"] = 1,
        ["kg"] = 1000,
        ["ml"] = 1,
        ["cl"] = 10,
        ["dl"] = 100,
        ["l"] = 1000,
    };

    public async Task<Answer<PageOf<DeclaredAllergensView>>> List(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var book = await RecipeBooks.Read(connection, moment.Shop.Id, cancel);
        var house = await InTheHouse.Read(connection, moment.Shop.Id, cancel);
        var lots = (await Lots(connection, cancel)).ToLookup(l => l.Item);
        await using var read = connection.Command(
            """
            select i.id, i.name, i.allergens, i.recipe_allergens, (select max(at) from allergen_versions v where v.menu_item_id = i.id)
            from menu_items i where i.shop_id = $1 and i.archived_at is null order by i.display_order, i.id
            """,
            moment.Shop.Id);
        var items = await read.List(
            r => (
                Id: r.GetInt64(0),
                Name: r.GetString(1),
                Own: r.GetFieldValue<string[]>(2),
                ByRecipe: r.GetFieldValue<string[]>(3),
                Since: r.ValueOrNull<DateTimeOffset>(4)),
            cancel);
        return new PageOf<DeclaredAllergensView>(
            items.ConvertAll(i => new DeclaredAllergensView(
                i.Id,
                i.Name,
                Allergens.With(i.Own.Concat(i.ByRecipe), []),
                i.Own,
                i.ByRecipe,
                i.Since,
                [
                    .. Ingredients(book, i.Id)
                        .Where(p => p.Of.Made == "bought" || house.Within.ContainsKey(p.Of.Id))
                        .SelectMany(p => house.OfOne(p.Of.Id).Intersect(i.ByRecipe), (p, a) => new AllergenSourceView(
                            a,
                            p.Of.Id,
                            p.Of.Name,
                            [.. lots[p.Of.Id].Where(l => l.Allergens.Contains(a)).Select(l => l.Code)])),
                ])),
            null);
    }

    /// <summary>GET /api/labels.</summary>
    public async Task<Answer<PageOf<ShelfLabelView>>> Labels(long? item, CancellationToken cancel)
    {
        var labels = await Read(item, cancel);
        return labels.Count > 0 || item is null ? new PageOf<ShelfLabelView>(labels, null) : Refusal.NotFound("menu item");
    }

    /// <summary>GET /api/labels/print.</summary>
    public async Task<Answer<PrintedLabels>> Print(long? item, CancellationToken cancel)
    {
        var labels = await Read(item, cancel);
        return labels.Count > 0 || item is null ? new PrintedLabels(Page(labels)) : Refusal.NotFound("menu item");
    }

    private async Task<List<ShelfLabelView>> Read(long? item, CancellationToken cancel)
    {
        var menu = await menus.Of(moment.Here, cancel);
        var book = await books.Of(moment.Here, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var inThem = (await InTheHouse.Read(connection, moment.Shop.Id, cancel)).Of(book);
        return
        [
            .. menu.Entries.Where(e => item is null || e.Id == item).Select(e => new ShelfLabelView(
                e.Id,
                e.Name,
                e.PriceNow.In(moment.Currency),
                moment.Currency.Code,
                e.Unit?.ToWire(),
                PerKilogram(e),
                e.Allergens,
                [
                    .. Ingredients(book, e.Id)
                        .Where(p => p.Of.Made == "bought")
                        .OrderByDescending(p => p.Quantity * Grams.GetValueOrDefault(p.Of.Unit))
                        .ThenBy(p => p.Of.Id)
                        .Select(p => new LabelPartView(p.Of.Name, inThem.GetValueOrDefault(p.Of.Id) is { Count: > 0 })),
                ],
                e.Details?.Ingredients is { Length: > 0 } text ? text : null)),
        ];
    }

    /// <summary>The labels as a page, two beside one another, of which none is torn apart by the edge of a sheet.</summary>
    private static string Page(IEnumerable<ShelfLabelView> labels)
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Shelf labels</title><style>
            body{font:11pt sans-serif;margin:8mm;display:grid;grid-template-columns:1fr 1fr;gap:4mm}
            article{border:1px solid #000;padding:4mm;break-inside:avoid}h1{font-size:16pt;margin:0}p{margin:2mm 0 0}
            .price{font-size:16pt;font-weight:bold}</style>
            """);
        static string Text(string text) => WebUtility.HtmlEncode(text);
        foreach (var label in labels)
        {
            page.Append("<article><h1>").Append(Text(label.Name)).Append("</h1><p class=\"price\">")
                .Append(Text($"{Plain(label.Price)} {label.Currency}{(label.Unit is { } unit ? " / " + unit : "")}")).Append("</p>");
            if (label.PricePerKilogram is { } each && label.Unit != "kg")
                page.Append("<p>").Append(Text($"{Plain(each)} {label.Currency} / kg")).Append("</p>");
            if (label.IngredientsText is { } written)
                page.Append("<p>").Append(Text(written)).Append("</p>");
            else if (label.Ingredients.Count > 0)
                page.Append("<p>").AppendJoin(
                    ", ",
                    label.Ingredients.Select(p => p.StandsOut ? $"<b>{Text(p.Name)}</b>" : Text(p.Name))).Append("</p>");
            if (label.Allergens.Length > 0)
                page.Append("<p>Contains: <b>").Append(Text(string.Join(", ", label.Allergens).Replace('_', ' '))).Append("</b></p>");
            page.Append("</article>");
        }

        return page.Append("</html>").ToString();
    }

    private static string Plain(decimal amount) => amount.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private decimal? PerKilogram(MenuEntry entry) => entry.Unit is not { } unit
        ? null
        : decimal.Round(
            entry.PriceNow.In(moment.Currency) * unit switch
            {
                WeightUnit.Kilogram => 1,
                WeightUnit.HundredGrams => 10,
                WeightUnit.Gram => 1000,
                WeightUnit.Pound => 1 / 0.45359237m,
                _ => 16 / 0.45359237m,
            },
            moment.Currency.Digits,
            MidpointRounding.AwayFromZero);

    /// <summary>All stock items that a menu item is made of, itself of what, with how much of each: doughs and their flour.</summary>
    private static IEnumerable<(Ingredient Of, decimal Quantity)> Ingredients(RecipeBook book, long menuItem)
    {
        var sums = new Dictionary<long, decimal>();
        var waiting = new Queue<(long Item, decimal Quantity, int Level)>(
            (book.Items.GetValueOrDefault(menuItem) ?? []).Select(p => (p.ItemId, p.Quantity / 1000m, 0)));
        while (waiting.TryDequeue(out var part))
        {
            if (!book.Ingredients.TryGetValue(part.Item, out var of) || part.Level > RecipeLimits.MostLevels)
                continue;
            sums[of.Id] = sums.GetValueOrDefault(of.Id) + part.Quantity;
            if (of.Made == "bought" || waiting.Count > RecipeLimits.MostIngredients)
                continue;
            foreach (var p in of.Parts)
                waiting.Enqueue((p.ItemId, Math.Min(Quantity.Largest, part.Quantity * p.Quantity / of.Yield!.Value), part.Level + 1));
        }

        return sums.Select(s => (book.Ingredients[s.Key], s.Value));
    }

    private async Task<List<(long Item, string Code, string[] Allergens)>> Lots(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var read = connection.Command(
            "select item_id, code, allergens from lots where shop_id = $1 and remaining > 0 and code is not null and allergens is not null "
                + "order by id",
            moment.Shop.Id);
        return await read.List(r => (r.GetInt64(0), r.GetString(1), r.GetFieldValue<string[]>(2)), cancel);
    }
}

/// <summary>Shelf labels as a page.</summary>
public sealed class PrintedLabels(string page) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        return httpContext.Response.WriteAsync(page, httpContext.RequestAborted);
    }
}

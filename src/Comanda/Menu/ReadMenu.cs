using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Menu;

/// <summary>The filters of GET /api/products.</summary>
public sealed record ItemFilter
{
    /// <summary>A category's name or id.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    /// <summary>Words; typos and accents are forgiven. The best comes first, unless a sort is asked for.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    [FromQuery(Name = "vegetarian")]
    public bool? Vegetarian { get; init; }

    /// <summary>Allergens with commas between; items that contain one of them are left out.</summary>
    [FromQuery(Name = "without_allergens")]
    public string? WithoutAllergens { get; init; }

    [FromQuery(Name = "featured")]
    public bool? Featured { get; init; }

    /// <summary>In stock, and sold at this time of the day.</summary>
    [FromQuery(Name = "available")]
    public bool? Available { get; init; }

    /// <summary>As scanned: a GTIN with or without the zeros before it, or a label of the shop's scales.</summary>
    [FromQuery(Name = "barcode")]
    public string? Barcode { get; init; }

    /// <summary>By rating or popular, the best first; what else is there, from the least or, with a hyphen, from the most.</summary>
    [FromQuery(Name = "sort")]
    [Words("name", "-name", "price", "-price", "popular", "rating", "created_at", "-created_at", "updated_at", "-updated_at")]
    public string? Sort { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>The menu as guests and devices read it, from memory.</summary>
public sealed class ReadMenu(
    MenuBoard menus,
    PopularItems popular,
    ShowItems show,
    NpgsqlDataSource database,
    RedisLink redis,
    Moment moment,
    RequestHead head)
{
    /// <summary>How long a search is kept in Redis. It is under the menu's tag: of another menu it is another.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private static readonly string[] Sorts =
        ["name", "-name", "price", "-price", "popular", "rating", "created_at", "-created_at", "updated_at", "-updated_at"];

    /// <summary>Rows of a page where no limit is given, and about how many bytes each takes on the wire.</summary>
    private const int WithoutLimit = AskedPage.WithoutLimit, BytesOfARow = 1300;

    /// <summary>GET /api/menu: bytes made when the menu last changed, plain and compressed, and 304 for who has them.</summary>
    public static async Task<IResult> Whole(
        HttpContext http, MenuBoard menus, IMarkdowns markdowns, LongAnswers answers, Here here, CancellationToken cancel) =>
        await (await menus.Of(here, cancel)).BodyAt(await markdowns.Of(here, cancel)).Send(http, here, answers, cancel);

    public async Task<Answer<PageOf<MenuItemView>>> Items(ItemFilter filter, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.CheckLimit(filter.Limit);
        errors.Check(
            filter.Sort is null || Sorts.Contains(filter.Sort),
            "sort",
            "must be " + string.Join(", ", Sorts));
        errors.Check(filter.Q is null or { Length: <= 200 }, "q", "must have at most 200 characters");
        var start = StartOf(filter.Cursor, errors);
        var without = (filter.WithoutAllergens ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(AllergenWords.Read)
            .ToList();
        errors.Check(!without.Contains(null), "without_allergens", Allergens.Rule + ", with commas between");
        if (errors.Any)
            return errors.ToRefusal();

        var menu = await Menu(cancel);
        var searched = !string.IsNullOrWhiteSpace(filter.Q);
        // What depends on the hour, on sales, on settings or on who asks is not the menu's to tag.
        var shown = await show.To(moment.Here, cancel);
        var tag = filter.Sort != "popular" && filter.Available is null && filter.Barcode is null && shown.Warn.Length == 0
            ? await menu.BodyAt(shown.Marked).Tag(cancel)
            : null;
        if (tag is not null && head.Has(tag))
            return Answer.Unchanged<PageOf<MenuItemView>>(tag);
        var kept = tag is not null && searched && redis.IsThere
            ? RedisLink.NameOf("products", $"{moment.Here.ShopId} {tag} {Json.Write(filter)}")
            : null;
        if (kept is not null && await redis.Get(kept) is { } made)
            return Listed(JsonSerializer.Deserialize<PageOf<MenuItemView>>(made, Json.Options)!, tag);
        var time = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment.Now, moment.Shop.Settings.BusinessDay.Zone).DateTime);
        var all = searched
            ? menu.Index.Find(filter.Q!).Where(i => menu.IsActive(i.CategoryId))
            : menu.Sections.Where(s => s.IsActive).SelectMany(s => s.Items);
        var scanned = filter.Barcode is { } code
            ? menu.Scanned(code, moment.Shop.Settings.ScaleLabels).Items.Select(i => i.Id).ToHashSet()
            : null;
        var found = all.Where(i =>
            (filter.Category is null
                || i.Category.Equals(filter.Category, StringComparison.OrdinalIgnoreCase)
                || i.CategoryId.ToString() == filter.Category)
            && (filter.Vegetarian is null || i.IsVegetarian == filter.Vegetarian)
            && (filter.Featured is null || i.IsFeatured == filter.Featured)
            && (filter.Available is null || (i.InStock && i.IsSoldAt(time)) == filter.Available)
            && (scanned is null || scanned.Contains(i.Id))
            && !without.Any(w => i.Allergens.Contains(w)));
        found = filter.Sort switch
        {
            "name" => found.OrderBy(i => i.Name, StringComparer.OrdinalIgnoreCase),
            "-name" => found.OrderByDescending(i => i.Name, StringComparer.OrdinalIgnoreCase),
            "price" => found.OrderBy(i => i.PriceNow),
            "-price" => found.OrderByDescending(i => i.PriceNow),
            "created_at" => found.OrderBy(i => i.Details?.CreatedAt).ThenBy(i => i.Id),
            "-created_at" => found.OrderByDescending(i => i.Details?.CreatedAt).ThenByDescending(i => i.Id),
            "updated_at" => found.OrderBy(i => i.Details?.UpdatedAt).ThenBy(i => i.Id),
            "-updated_at" => found.OrderByDescending(i => i.Details?.UpdatedAt).ThenByDescending(i => i.Id),
            "rating" => found.OrderByDescending(i => i.AverageRating).ThenByDescending(i => i.RatingCount),
            "popular" => await BySales(found),
            _ => found,
        };
        var page = Page(found, start, filter.Limit ?? WithoutLimit, i => shown.View(i, menu));
        if (kept is not null)
            redis.Put(kept, JsonSerializer.SerializeToUtf8Bytes(page, Json.Options), KeptFor);
        return Listed(page, tag);
    }

    /// <summary>GET /api/products/popular: only what was sold at all.</summary>
    public async Task<Answer<PageOf<MenuItemView>>> Popular(CancellationToken cancel)
    {
        var menu = await Menu(cancel);
        var sold = await popular.Sold(moment.Here.ShopId);
        var best = sold.OrderByDescending(s => s.Value)
            .ThenBy(s => s.Key)
            .Select(s => menu.Find(s.Key))
            .OfType<MenuEntry>()
            .Where(i => menu.IsActive(i.CategoryId))
            .Take(20);
        var shown = await show.To(moment.Here, cancel);
        return new PageOf<MenuItemView>([.. best.Select(i => shown.View(i, menu))], null);
    }

    private async Task<IEnumerable<MenuEntry>> BySales(IEnumerable<MenuEntry> items)
    {
        var sold = await popular.Sold(moment.Here.ShopId);
        return items.OrderByDescending(i => sold.GetValueOrDefault(i.Id));
    }

    public async Task<Answer<MenuItemView>> Item(long id, CancellationToken cancel)
    {
        var menu = await Menu(cancel);
        if (menu.Find(id) is not { } item)
            return Refusal.NotFound("menu item");
        var left = item.IsCounted
            ? await database.Scalar(
                "select stock_quantity from menu_items where id = $1 and shop_id = $2",
                cancel,
                id,
                moment.Here.ShopId) as int?
            : null;
        return (await show.To(moment.Here, cancel)).View(item, menu) with { StockQuantity = left };
    }

    public async Task<Answer<PageOf<CategoryView>>> Categories(int? limit, string? cursor, CancellationToken cancel)
    {
        var menu = await Menu(cancel);
        return await Listed((menu, MarkdownsNow.None), menu.Sections, View, (limit, cursor), cancel);
    }

    public async Task<Answer<PageOf<MenuItemView>>> ItemsOfCategory(long id, int? limit, string? cursor, CancellationToken cancel)
    {
        var menu = await Menu(cancel);
        var shown = await show.To(moment.Here, cancel) with { Warn = [] };
        return menu.Sections.FirstOrDefault(s => s.Id == id) is { } section
            ? await Listed((menu, shown.Marked), section.Items, i => shown.View(i, menu), (limit, cursor), cancel)
            : Refusal.NotFound("category");
    }

    private async Task<Answer<PageOf<TView>>> Listed<TRow, TView>(
        (ServedMenu Menu, MarkdownsNow Marked) of,
        IEnumerable<TRow> rows,
        Func<TRow, TView> view,
        (int? Limit, string? Cursor) asked,
        CancellationToken cancel)
    {
        var ((limit, cursor), errors) = (asked, new FieldErrors());
        errors.CheckLimit(limit);
        var start = StartOf(cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var tag = await of.Menu.BodyAt(of.Marked).Tag(cancel);
        return head.Has(tag)
            ? Answer.Unchanged<PageOf<TView>>(tag)
            : Listed(Page(rows, start, limit ?? WithoutLimit, view), tag);
    }

    /// <summary>The page as the answer: part of what the menu's tag names, and perhaps a long one.</summary>
    private static Answer<PageOf<T>> Listed<T>(PageOf<T> page, string? tag) => Answer.ByTag(page, tag, page.Items.Count * BytesOfARow);

    private ValueTask<ServedMenu> Menu(CancellationToken cancel) => menus.Of(moment.Here, cancel);

    private static int StartOf(string? cursor, FieldErrors errors)
    {
        var start = AskedPage.SkippedBy(cursor) ?? 0;
        errors.Check(
            cursor is null || start > 0 || int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out start),
            "cursor",
            "must be a next_cursor that was answered before");
        return start;
    }

    internal static CategoryView View(MenuSection s) =>
        new(s.Id, s.Name, s.Description, s.Image, s.IsActive, s.DisplayOrder, s.Station, s.Items.Count, s.Version, s.TaxClass)
        {
            CreatedAt = s.CreatedAt,
            UpdatedAt = s.UpdatedAt,
        };

    private static PageOf<TView> Page<TRow, TView>(IEnumerable<TRow> rows, int start, int limit, Func<TRow, TView> view)
    {
        var page = rows.Skip(start).Take(limit + 1).ToList();
        var more = page.Count > limit;
        return new([.. page.Take(limit).Select(view)], more ? (start + limit).ToString(CultureInfo.InvariantCulture) : null);
    }
}

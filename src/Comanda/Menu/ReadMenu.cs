using System.Globalization;
using Comanda.Data;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Menu;

public sealed record CategoryView(long Id, string Name, string Description, string? Image, bool IsActive, int DisplayOrder, int ItemCount, long Version);

/// <summary>The menu as guests and devices read it, from memory.</summary>
public static class ReadMenu
{
    /// <summary>GET /api/menu: bytes made when the menu last changed, and 304 for who has them.</summary>
    public static async Task<IResult> Whole(HttpContext http, MenuBoard menus, Here here, CancellationToken cancel)
    {
        var menu = await menus.Of(here, cancel);
        if (VersionTag.IsKnown(http, menu.ETag))
            return TypedResults.StatusCode(304);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = menu.Body.Length;
        await http.Response.Body.WriteAsync(menu.Body, cancel);
        return TypedResults.Empty;
    }

    public static async Task<Results<Ok<PageOf<MenuItemView>>, StatusCodeHttpResult, ProblemHttpResult>> Items(
        HttpContext http, MenuBoard menus, Here here, CancellationToken cancel,
        string? category = null, string? q = null, bool? vegetarian = null, bool? featured = null, bool? available = null,
        string? sort = null, int? limit = null, string? cursor = null)
    {
        var errors = new FieldErrors();
        errors.CheckLimit(limit);
        errors.Check(sort is null or "name" or "price" or "-price", "sort", "must be name, price or -price");
        var start = 0;
        errors.Check(cursor is null || int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out start), "cursor", "must be a next_cursor that was answered before");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();

        var menu = await menus.Of(here, cancel);
        if (VersionTag.IsKnown(http, menu.ETag))
            return TypedResults.StatusCode(304);
        var found = menu.Sections.Where(s => s.IsActive).SelectMany(s => s.Items).Where(i =>
            (category is null || i.Category.Equals(category, StringComparison.OrdinalIgnoreCase) || i.CategoryId.ToString() == category)
            && (q is null || i.Name.Contains(q, StringComparison.OrdinalIgnoreCase) || i.Description.Contains(q, StringComparison.OrdinalIgnoreCase))
            && (vegetarian is null || i.IsVegetarian == vegetarian)
            && (featured is null || i.IsFeatured == featured)
            && (available is null || i.InStock == available));
        found = sort switch
        {
            "name" => found.OrderBy(i => i.Name, StringComparer.OrdinalIgnoreCase),
            "price" => found.OrderBy(i => i.Price),
            "-price" => found.OrderByDescending(i => i.Price),
            _ => found,
        };
        return TypedResults.Ok(Page(found, start, limit ?? 50, i => MenuItemView.From(i, menu.Currency)));
    }

    public static async Task<Results<Ok<MenuItemView>, ProblemHttpResult>> Item(
        long id, HttpContext http, MenuBoard menus, NpgsqlDataSource database, Here here, CancellationToken cancel)
    {
        var menu = await menus.Of(here, cancel);
        if (menu.Find(id) is not { } item)
            return Refusal.NotFound("menu item").ToProblem();
        http.Response.Headers.ETag = VersionTag.Of(item.Version);
        var left = item.IsCounted ? await database.Scalar("select stock_quantity from menu_items where id = $1 and shop_id = $2", cancel, id, here.ShopId) as int? : null;
        return TypedResults.Ok(MenuItemView.From(item, menu.Currency) with { StockQuantity = left });
    }

    public static async Task<Results<Ok<PageOf<CategoryView>>, StatusCodeHttpResult>> Categories(HttpContext http, MenuBoard menus, Here here, CancellationToken cancel)
    {
        var menu = await menus.Of(here, cancel);
        if (VersionTag.IsKnown(http, menu.ETag))
            return TypedResults.StatusCode(304);
        return TypedResults.Ok(new PageOf<CategoryView>([.. menu.Sections.Select(View)], null));
    }

    public static async Task<Results<Ok<PageOf<MenuItemView>>, StatusCodeHttpResult, ProblemHttpResult>> ItemsOfCategory(
        long id, HttpContext http, MenuBoard menus, Here here, CancellationToken cancel)
    {
        var menu = await menus.Of(here, cancel);
        if (menu.Sections.FirstOrDefault(s => s.Id == id) is not { } section)
            return Refusal.NotFound("category").ToProblem();
        if (VersionTag.IsKnown(http, menu.ETag))
            return TypedResults.StatusCode(304);
        return TypedResults.Ok(new PageOf<MenuItemView>([.. section.Items.Select(i => MenuItemView.From(i, menu.Currency))], null));
    }

    internal static CategoryView View(MenuSection s) => new(s.Id, s.Name, s.Description, s.Image, s.IsActive, s.DisplayOrder, s.Items.Count, s.Version);

    private static PageOf<TView> Page<TRow, TView>(IEnumerable<TRow> rows, int start, int limit, Func<TRow, TView> view)
    {
        var page = rows.Skip(start).Take(limit + 1).ToList();
        var more = page.Count > limit;
        return new([.. page.Take(limit).Select(view)], more ? (start + limit).ToString(CultureInfo.InvariantCulture) : null);
    }
}

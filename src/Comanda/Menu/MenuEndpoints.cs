using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Menu;

/// <summary>Every slice of the menu, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class MenuEndpoints
{
    public static void MapMenu(this IEndpointRouteBuilder app)
    {
        var menu = app.MapGroup("/api").WithTags("Menu");
        menu.MapGet("/menu", ReadMenu.Whole).AllowAnonymous().WithName("menu")
            .WithSummary("The whole menu, as guests see it; compressed for who accepts br or gzip. Answers ETag/304.")
            .Produces(304).ProducesProblem(429);
        menu.MapGet("/menu/items", ReadMenu.Items)
            .AllowAnonymous()
            .WithName("menu_items")
            .WithSummary("Items by category, text, diet, availability and price. Also at /api/products.")
            .ProducesProblem(400);
        menu.MapGet("/menu/items/search", (
                HttpContext http,
                [AsParameters] ItemFilter filter,
                MenuBoard menus,
                PopularItems popular,
                ShopDirectory shops,
                LongAnswers answers,
                Here here,
                TimeProvider clock,
                CancellationToken cancel) =>
                ReadMenu.Items(http, filter, menus, popular, shops, answers, here, clock, cancel))
            .AllowAnonymous()
            .WithName("search_menu")
            .WithSummary("Items by words (q), typos forgiven; the best first. Also at /api/products/search.")
            .ProducesProblem(400);
        menu.MapGet("/menu/items/featured", (
                HttpContext http,
                [AsParameters] ItemFilter filter,
                MenuBoard menus,
                PopularItems popular,
                ShopDirectory shops,
                LongAnswers answers,
                Here here,
                TimeProvider clock,
                CancellationToken cancel) =>
                ReadMenu.Items(http, filter with { Featured = true }, menus, popular, shops, answers, here, clock, cancel))
            .AllowAnonymous()
            .WithName("featured_items")
            .WithSummary("What the shop wants seen. Also at /api/products/featured.")
            .ProducesProblem(400);
        menu.MapGet("/menu/items/popular", ReadMenu.Popular)
            .AllowAnonymous()
            .WithName("popular_items")
            .WithSummary("What sold best in the last 30 days. Also at /api/products/popular.");
        menu.MapGet("/menu/items/{id:long}", ReadMenu.Item)
            .AllowAnonymous()
            .WithName("menu_item")
            .WithSummary("One item. Also at /api/products/{id}.")
            .ProducesProblem(404);
        menu.MapGet("/categories", ReadMenu.Categories).AllowAnonymous().WithName("categories")
            .WithSummary("The categories in menu order.").ProducesProblem(400);
        menu.MapGet("/categories/{id:long}/products", ReadMenu.ItemsOfCategory).AllowAnonymous().WithName("category_items")
            .WithSummary("The items of one category.").ProducesProblem(400).ProducesProblem(404);

        var byName = IdempotencyRule.Harmless(
            "a taken category name or sku is refused; the same item twice stands on the menu twice, to be seen and archived");
        menu.MapPost("/menu", EditMenu.Add).WithName("add_menu_item_short").WithSummary("Adds an item; the same as POST /api/menu/items.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu), byName).ProducesProblem(400).ProducesProblem(409);
        menu.MapPost("/menu/items", EditMenu.Add)
            .WithName("add_menu_item")
            .WithSummary("Adds an item, with its modifier groups. Also at /api/products and /api/admin/products.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu), byName)
            .ProducesProblem(400)
            .ProducesProblem(409);
        menu.MapPost("/menu/items/bulk-import", (
            HttpContext http,
            ImportMenu import,
            CancellationToken cancel,
            bool dry_run = false,
            string? mapping = null) => import.Handle(http, dry_run, mapping, cancel))
            .WithName("import_menu")
            .WithSummary("Takes over a menu as CSV (multipart file, or text/csv), all of it or nothing; ?dry_run=true only tells what it "
                + "would do. mapping names another file's columns.")
            .WithMetadata(
                new NeedsPermission(Permission.EditMenu),
                IdempotencyRule.Harmless("the same file again changes nothing"),
                new RequestSizeLimitAttribute(CsvUpload.LargestFile))
            .DisableAntiforgery()
            .Produces<ImportResult>()
            .ProducesProblem(400)
            .ProducesProblem(413)
            .ProducesProblem(415);
        menu.MapGet("/menu/items/export", ExportMenu.Handle)
            .WithName("export_menu")
            .WithSummary("The menu as CSV, which bulk-import takes back unchanged.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu))
            .Produces(200, contentType: "text/csv");
        menu.MapPut("/menu/items/{id:long}", EditMenu.Change)
            .WithName("change_menu_item")
            .WithSummary("Changes what is given of an item. If-Match refuses a stale change.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        menu.MapDelete("/menu/items/{id:long}", EditMenu.Archive)
            .WithName("archive_menu_item")
            .WithSummary("Takes an item off the menu; past orders keep it.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu))
            .ProducesProblem(404);
        menu.MapPut("/menu/items/{id:long}/stock", EditMenu.SetStock).WithName("set_menu_item_stock").WithSummary("In stock or sold out.")
            .WithMetadata(new NeedsPermission(Permission.SetMenuStock)).ProducesProblem(400).ProducesProblem(404);

        menu.MapPost("/admin/categories", EditCategories.Add).WithName("add_category").WithSummary("Adds a category.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu), byName).ProducesProblem(400).ProducesProblem(409);
        menu.MapPut("/admin/categories/{id:long}", EditCategories.Change)
            .WithName("change_category")
            .WithSummary("Changes what is given of a category.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        menu.MapDelete("/admin/categories/{id:long}", EditCategories.Remove)
            .WithName("remove_category")
            .WithSummary("Removes an empty category; one in use is refused.")
            .WithMetadata(new NeedsPermission(Permission.EditMenu))
            .ProducesProblem(404)
            .ProducesProblem(409);
    }
}

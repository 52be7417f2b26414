using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Menu;

/// <summary>Every slice of the menu, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class MenuEndpoints
{
    public static void MapMenu(this IEndpointRouteBuilder app)
    {
        var menu = app.Chapter("Menu", "/api");
        menu.Get("/menu", ReadMenu.Whole)
            .Called("menu", "The whole menu, as guests see it; compressed for who accepts br or gzip. Answers ETag/304.")
            .IsOpen()
            .Produces(304)
            .Refuses(429);
        menu.Get("/menu/items", ([AsParameters] ItemFilter filter, ReadMenu read, CancellationToken cancel) => read.Items(filter, cancel))
            .Called("menu_items", "Items by category, text, diet, availability and price. Also at /api/products.")
            .IsOpen()
            .Refuses(400);
        menu.Get("/menu/items/search", ([AsParameters] ItemFilter filter, ReadMenu read, CancellationToken cancel) =>
                read.Items(filter, cancel))
            .Called("search_menu", "Items by words (q), typos forgiven; the best first. Also at /api/products/search.")
            .IsOpen()
            .Refuses(400);
        menu.Get("/menu/items/featured", ([AsParameters] ItemFilter filter, ReadMenu read, CancellationToken cancel) =>
                read.Items(filter with { Featured = true }, cancel))
            .Called("featured_items", "What the shop wants seen. Also at /api/products/featured.")
            .IsOpen()
            .Refuses(400);
        menu.Get("/menu/items/popular", (ReadMenu read, CancellationToken cancel) => read.Popular(cancel))
            .Called("popular_items", "What sold best in the last 30 days. Also at /api/products/popular.")
            .IsOpen();
        menu.Get("/menu/items/{id:long}", (long id, ReadMenu read, CancellationToken cancel) => read.Item(id, cancel))
            .Called("menu_item", "One item. Also at /api/products/{id}.")
            .IsOpen()
            .Refuses(404);
        menu.Get("/categories", (ReadMenu read, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                read.Categories(limit, cursor, cancel))
            .Called("categories", "The categories in menu order.")
            .IsOpen()
            .Refuses(400);
        menu.Get("/categories/{id:long}/products", (
                long id,
                ReadMenu read,
                CancellationToken cancel,
                int? limit = null,
                string? cursor = null) =>
                read.ItemsOfCategory(id, limit, cursor, cancel))
            .Called("category_items", "The items of one category.")
            .IsOpen()
            .Refuses(400, 404);

        const string byName =
            "a taken category name or sku is refused; the same item twice stands on the menu twice, to be seen and archived";
        menu.Post("/menu", (MenuItemInput input, EditMenu edit, CancellationToken cancel) => edit.Add(input, cancel))
            .Called("add_menu_item_short", "Adds an item; the same as POST /api/menu/items.")
            .Needs(Permission.EditMenu).MayBeRepeated(byName)
            .Creates()
            .Refuses(400, 409);
        menu.Post("/menu/items", (MenuItemInput input, EditMenu edit, CancellationToken cancel) => edit.Add(input, cancel))
            .Called("add_menu_item", "Adds an item, with its modifier groups. Also at /api/products and /api/admin/products.")
            .Needs(Permission.EditMenu).MayBeRepeated(byName)
            .Creates()
            .Refuses(400, 409);
        menu.Post("/menu/items/bulk-import", (
                RawBody body,
                ImportMenu import,
                CancellationToken cancel,
                bool dry_run = false,
                string? mapping = null) =>
                import.Handle(body, dry_run, mapping, cancel))
            .Called(
                "import_menu",
                "Takes over a menu as CSV (multipart file, or text/csv), all of it or nothing; ?dry_run=true only tells what it would "
                    + "do. mapping names another file's columns.")
            .Needs(Permission.EditMenu).MayBeRepeated("the same file again changes nothing")
            .DisableAntiforgery()
            .TakesAtMost(CsvUpload.LargestFile)
            .Refuses(400, 413, 415);
        menu.Get("/menu/items/export", ExportMenu.Handle)
            .Called("export_menu", "The menu as CSV, which bulk-import takes back unchanged.")
            .Needs(Permission.EditMenu)
            .Gives("text/csv");
        menu.Put("/menu/items/{id:long}", (long id, MenuItemInput input, EditMenu edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called("change_menu_item", "Changes what is given of an item. If-Match refuses a stale change.")
            .Needs(Permission.EditMenu)
            .Refuses(400, 404, 409, 412);
        menu.Delete("/menu/items/{id:long}", (long id, EditMenu edit, CancellationToken cancel) => edit.Archive(id, cancel))
            .Called("archive_menu_item", "Takes an item off the menu; past orders keep it.")
            .Needs(Permission.EditMenu)
            .Refuses(404);
        menu.Put("/menu/items/{id:long}/stock", (long id, StockInput input, EditMenu edit, CancellationToken cancel) =>
                edit.SetStock(id, input, cancel))
            .Called("set_menu_item_stock", "In stock or sold out.")
            .Needs(Permission.SetMenuStock)
            .Refuses(400, 404);

        menu.Post("/admin/categories", (CategoryInput input, EditCategories edit, CancellationToken cancel) =>
                edit.Add(input, cancel))
            .Called("add_category", "Adds a category.")
            .Needs(Permission.EditMenu).MayBeRepeated(byName)
            .Creates()
            .Refuses(400, 409);
        menu.Put("/admin/categories/{id:long}", (long id, CategoryInput input, EditCategories edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called("change_category", "Changes what is given of a category.")
            .Needs(Permission.EditMenu)
            .Refuses(400, 404, 409, 412);
        menu.Delete("/admin/categories/{id:long}", (long id, EditCategories edit, CancellationToken cancel) =>
                edit.Remove(id, cancel))
            .Called("remove_category", "Removes an empty category; one in use is refused.")
            .Needs(Permission.EditMenu)
            .Refuses(404, 409);
    }
}

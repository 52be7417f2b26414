using Comanda.Data;
using Comanda.Kernel;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Stock;

/// <summary>Every slice of stock, once. The same paths without /api are in Operations/Aliases.cs.</summary>
public static class StockEndpoints
{
    private static readonly NeedsPermission Read = new(Permission.ReadStock), Manage = new(Permission.ManageStock);

    public static IServiceCollection AddStock(this IServiceCollection services) => services
        .AddSingleton<RecipeBooks>()
        .AddScoped<ReadStock>()
        .AddScoped<EditStock>()
        .AddScoped<AdjustStock>()
        .AddScoped<TransferStock>()
        .AddScoped<StockAlerts>()
        .AddScoped<Locations>()
        .AddScoped<Suppliers>()
        .AddScoped<ImportStock>()
        .AddScoped<EditRecipes>()
        .AddScoped<MakeStock>()
        .AddScoped<CheckRecipes>()
        .AddScoped<EditPurchases>()
        .AddScoped<ReceivePurchase>()
        .AddScoped<SuggestReorder>();

    public static void MapStock(this IEndpointRouteBuilder app)
    {
        var api = app.Chapter("Stock", "/api");
        MapItems(api);
        MapMovements(api);
        MapRecipes(api);
        MapPlaces(api);
        MapPurchases(api);
    }

    private static void MapItems(RouteGroupBuilder api)
    {
        api.Get("/inventory", (
                ReadStock read,
                CancellationToken cancel,
                string? q = null,
                long? supplier_id = null,
                long? location_id = null,
                bool? low = null,
                int? limit = null,
                string? cursor = null) =>
                read.List(q, supplier_id, location_id, low, limit, cursor, cancel))
            .Called("inventory", "What there is of each ingredient, by name (q), supplier, location; low=true only what is low.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/inventory/low-stock", (ReadStock read, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                read.List(null, null, null, true, limit, cursor, cancel))
            .Called("low_stock", "What is at or below its threshold.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/inventory/{id:long}", (long id, ReadStock read, CancellationToken cancel) => read.One(id, cancel))
            .Called("stock_item", "One stock item, with its level at each location.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Post("/inventory", (StockItemInput input, EditStock edit, CancellationToken cancel) => edit.AddOrAdjust(input, cancel))
            .Called("add_stock_item", "Adds a stock item; with the id of one and an adjustment, moves its stock (as …/adjust).")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
        api.Put("/inventory/{id:long}", (long id, StockItemInput input, EditStock edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called(
                "change_stock_item",
                "Changes what is given of a stock item; a current_stock that differs is a count. Another location takes what lies at "
                    + "the old one along.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Delete("/inventory/{id:long}", (long id, EditStock edit, CancellationToken cancel) => edit.Archive(id, cancel))
            .Called("archive_stock_item", "Takes a stock item off the list; its movements stay. One that is in a recipe is refused.")
            .Needs(Permission.ManageStock)
            .Refuses(404, 409);
        api.Get("/inventory/export", StockTable.Export)
            .Called("export_inventory", "The inventory as CSV, which the import takes back unchanged.")
            .Needs(Permission.ReadStock)
            .Gives("text/csv");
        api.Post("/inventory/import", (RawBody body, ImportStock import, CancellationToken cancel, bool dry_run = false) =>
                import.Handle(body, dry_run, cancel))
            .Called(
                "import_inventory",
                "Takes over an inventory as CSV (multipart file, or text/csv), all of it or nothing; ?dry_run=true only tells what it "
                    + "would do. A level that differs is a count.")
            .Needs(Permission.ManageStock).MayBeRepeated("the same file again changes nothing")
            .DisableAntiforgery()
            .TakesAtMost(CsvUpload.LargestFile)
            .Refuses(400, 413, 415);
    }

    private static void MapMovements(RouteGroupBuilder api)
    {
        api.Post("/inventory/adjustment", (AdjustmentRequest request, AdjustStock adjust, CancellationToken cancel) =>
                adjust.Handle(request.InventoryId, request, cancel))
            .Called("adjust_stock_of", "A movement by hand: delivery, waste, count, transfer or correction.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 409, 422);
        api.Post("/inventory/{id:long}/adjust", (long id, AdjustmentRequest request, AdjustStock adjust, CancellationToken cancel) =>
                adjust.Handle(id, request with { InventoryId = null }, cancel))
            .Called("adjust_stock", "The same for the item in the path: adjustment, or what was counted.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
        api.Post("/inventory/{id:long}/transfer", (long id, TransferRequest request, TransferStock transfer, CancellationToken cancel) =>
                transfer.Handle(id, request, cancel))
            .Called("transfer_stock", "Moves stock to another location, or to another of one's shops.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 422);
        api.Get("/inventory/{id:long}/movements", (
                long id,
                ReadStock read,
                CancellationToken cancel,
                string? reason = null,
                int? limit = null,
                string? cursor = null) =>
                read.Movements(id, reason, limit, cursor, cancel))
            .Called("stock_movements", "The item's movements, the newest first, each with the order it came of.")
            .Needs(Permission.ReadStock)
            .Refuses(400, 404);
        api.Get("/alerts", (StockAlerts alerts, CancellationToken cancel, bool? is_read = null, int? limit = null, string? cursor = null) =>
                alerts.List(is_read, limit, cursor, cancel))
            .Called("alerts", "What went low, the newest first: one alert for each crossing.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Put("/alerts/{id:long}/read", (long id, StockAlerts alerts, CancellationToken cancel) => alerts.MarkRead(id, cancel))
            .Called("read_alert", "Somebody has read it.")
            .Needs(Permission.ManageStock)
            .Refuses(404);
    }

    private static void MapRecipes(RouteGroupBuilder api)
    {
        api.Get("/menu/items/{id:long}/recipe", (long id, EditRecipes recipes, CancellationToken cancel) => recipes.OfMenuItem(id, cancel))
            .Called("menu_item_recipe", "What one of a menu item uses.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/menu/items/{id:long}/recipe", (long id, List<RecipeLineInput> lines, EditRecipes recipes, CancellationToken cancel) =>
                recipes.SetOfMenuItem(id, lines, cancel))
            .Called("change_menu_item_recipe", "Replaces the recipe of a menu item: [{inventory_id, quantity, unit?}].")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 412);
        api.Get("/menu/options/{id:long}/recipe", (long id, EditRecipes recipes, CancellationToken cancel) => recipes.OfOption(id, cancel))
            .Called("option_recipe", "What a modifier option uses, or puts in the place of what.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/menu/options/{id:long}/recipe", (long id, List<RecipeLineInput> lines, EditRecipes recipes, CancellationToken cancel) =>
                recipes.SetOfOption(id, lines, cancel))
            .Called(
                "change_option_recipe",
                "Replaces the recipe of an option: [{inventory_id, quantity?, unit?, replaces?}]; replaces names what it takes the "
                    + "place of, by default as much of it.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 412);
        api.Get("/inventory/{id:long}/recipe", (long id, EditRecipes recipes, CancellationToken cancel) => recipes.OfStockItem(id, cancel))
            .Called("stock_item_recipe", "What a stock item is made of.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/inventory/{id:long}/recipe", (long id, MadeRecipeInput input, EditRecipes recipes, CancellationToken cancel) =>
                recipes.SetOfStockItem(id, input, cancel))
            .Called(
                "change_stock_item_recipe",
                "How a stock item is made: ahead, or to_order when what it is in is sold; of others that may be made themselves.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Post("/inventory/{id:long}/make", (long id, MakeRequest request, MakeStock make, CancellationToken cancel) =>
                make.Handle(id, request, cancel))
            .Called("make_stock", "So much of it was made ahead: its parts go off stock, and it comes.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
        api.Get("/inventory/recipes", (CheckRecipes check, CancellationToken cancel, bool? worth_a_look = null) =>
                check.List(worth_a_look, cancel))
            .Called(
                "recipes",
                "Every menu item that has a recipe, with its cost and margin; worth_a_look=true only those that raise a question.")
            .Needs(Permission.ReadStock);
    }

    private static void MapPlaces(RouteGroupBuilder api)
    {
        const string byName = "a second one of that name is refused";
        api.Get("/stock/locations", (Locations locations, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                locations.List(limit, cursor, cancel))
            .Called("stock_locations", "Where stock lies.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Post("/stock/locations", (LocationInput input, Locations locations, CancellationToken cancel) => locations.Add(input, cancel))
            .Called("add_stock_location", "Adds a location.")
            .Needs(Permission.ManageStock).MayBeRepeated(byName)
            .Creates()
            .Refuses(400, 409);
        api.Put("/stock/locations/{id:long}", (long id, LocationInput input, Locations locations, CancellationToken cancel) =>
                locations.Change(id, input, cancel))
            .Called("change_stock_location", "Renames a location.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Delete("/stock/locations/{id:long}", (long id, Locations locations, CancellationToken cancel) => locations.Remove(id, cancel))
            .Called("remove_stock_location", "Removes a location where nothing lies.")
            .Needs(Permission.ManageStock)
            .Refuses(404, 409);
        api.Get("/suppliers", (Suppliers suppliers, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                suppliers.List(limit, cursor, cancel))
            .Called("suppliers", "Who delivers.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Post("/suppliers", (SupplierInput input, Suppliers suppliers, CancellationToken cancel) => suppliers.Add(input, cancel))
            .Called("add_supplier", "Adds a supplier.")
            .Needs(Permission.ManageStock).MayBeRepeated(byName)
            .Creates()
            .Refuses(400, 409);
        api.Put("/suppliers/{id:long}", (long id, SupplierInput input, Suppliers suppliers, CancellationToken cancel) =>
                suppliers.Change(id, input, cancel))
            .Called("change_supplier", "Changes what is given of a supplier.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Delete("/suppliers/{id:long}", (long id, Suppliers suppliers, CancellationToken cancel) => suppliers.Remove(id, cancel))
            .Called("remove_supplier", "Removes a supplier whom no item and no open purchase order names.")
            .Needs(Permission.ManageStock)
            .Refuses(404, 409);
    }

    private static void MapPurchases(RouteGroupBuilder api)
    {
        api.Get("/inventory/reorder", (
                SuggestReorder suggest,
                CancellationToken cancel,
                int? days = null,
                int? cover_days = null,
                long? supplier_id = null,
                bool? all = null) =>
                suggest.List(days, cover_days, supplier_id, all, cancel))
            .Called(
                "reorder",
                "What to order now, how much and why, from the use of the last days (28) and the lead time, to last cover_days (7) "
                    + "more; all=true also what is enough.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Post("/purchase-orders/suggested", (OrderSuggestedRequest? request, SuggestReorder suggest, CancellationToken cancel) =>
                suggest.Order(request, cancel))
            .Called("order_suggested", "Makes a draft for each supplier of what is to be ordered now; 200 and none where nothing is.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates(always: false)
            .Refuses(400, 422);
        api.Get("/purchase-orders", (
                EditPurchases purchases,
                CancellationToken cancel,
                string? status = null,
                bool? open = null,
                long? supplier_id = null,
                int? limit = null,
                string? cursor = null) =>
                purchases.List(status, open, supplier_id, limit, cursor, cancel))
            .Called("purchase_orders", "Purchase orders, the newest first; open=true only those of which something is still to come.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/purchase-orders/{id:long}", (long id, EditPurchases purchases, CancellationToken cancel) => purchases.One(id, cancel))
            .Called("purchase_order", "One purchase order, with what has come of each line.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Post("/purchase-orders", (PurchaseOrderInput input, EditPurchases purchases, CancellationToken cancel) =>
                purchases.Add(input, cancel))
            .Called("add_purchase_order", "A new purchase order: {supplier, items: [{inventory_id, quantity, unit?, unit_cost?}]}.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 422);
        api.Put("/purchase-orders/{id:long}", (long id, PurchaseOrderInput input, EditPurchases purchases, CancellationToken cancel) =>
                purchases.Change(id, input, cancel))
            .Called("change_purchase_order", "Changes what is given of a purchase order; its items only until something came.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Put("/purchase-orders/{id:long}/status", (
                long id,
                PurchaseStatusRequest request,
                EditPurchases purchases,
                CancellationToken cancel) =>
                purchases.Move(id, request, cancel))
            .Called(
                "move_purchase_order",
                "ordered (send=true: by mail to the supplier), cancelled, or closed where the rest will not come.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Post("/purchase-orders/{id:long}/receive", (
                long id,
                ReceiveRequest? request,
                ReceivePurchase receive,
                CancellationToken cancel) =>
                receive.Handle(id, request ?? new(null, null, null, null), cancel))
            .Called(
                "receive_purchase",
                "A delivery of it, or of all that is outstanding: it goes on stock at its cost. Below 0 takes back.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
    }
}

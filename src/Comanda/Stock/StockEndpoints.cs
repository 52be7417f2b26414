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
        var api = app.MapGroup("/api").WithTags("Stock");
        MapItems(api);
        MapMovements(api);
        MapRecipes(api);
        MapPlaces(api);
        MapPurchases(api);
    }

    private static void MapItems(RouteGroupBuilder api)
    {
        api.MapGet("/inventory", (
            ReadStock read,
            CancellationToken cancel,
            string? q = null,
            long? supplier_id = null,
            long? location_id = null,
            bool? low = null,
            int? limit = null,
            string? cursor = null) =>
                read.List(q, supplier_id, location_id, low, limit, cursor, cancel))
            .WithName("inventory")
            .WithSummary("What there is of each ingredient, by name (q), supplier, location; low=true only what is low.")
            .WithMetadata(Read)
            .ProducesProblem(400);
        api.MapGet("/inventory/low-stock", (
            ReadStock read,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => read.List(null, null, null, true, limit, cursor, cancel))
            .WithName("low_stock").WithSummary("What is at or below its threshold.").WithMetadata(Read).ProducesProblem(400);
        api.MapGet(
            "/inventory/{id:long}",
            (long id, ReadStock read, HttpContext http, CancellationToken cancel) => read.One(id, http, cancel))
            .WithName("stock_item").WithSummary("One stock item, with its level at each location.").WithMetadata(Read).ProducesProblem(404);
        api.MapPost(
            "/inventory",
            (StockItemInput input, EditStock edit, HttpContext http, CancellationToken cancel) => edit.AddOrAdjust(input, http, cancel))
            .WithName("add_stock_item")
            .WithSummary("Adds a stock item; with the id of one and an adjustment, moves its stock (as …/adjust).")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<StockItemView>(201)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
        api.MapPut("/inventory/{id:long}", (
            long id,
            StockItemInput input,
            EditStock edit,
            HttpContext http,
            CancellationToken cancel) => edit.Change(id, input, http, cancel))
            .WithName("change_stock_item")
            .WithSummary("Changes what is given of a stock item; a current_stock that differs is a count. Another location takes what "
                + "lies at the old one along.")
            .WithMetadata(Manage)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapDelete("/inventory/{id:long}", (long id, EditStock edit, CancellationToken cancel) => edit.Archive(id, cancel))
            .WithName("archive_stock_item")
            .WithSummary("Takes a stock item off the list; its movements stay. One that is in a recipe is refused.")
            .WithMetadata(Manage)
            .ProducesProblem(404)
            .ProducesProblem(409);
        api.MapGet("/inventory/export", StockTable.Export)
            .WithName("export_inventory")
            .WithSummary("The inventory as CSV, which the import takes back unchanged.")
            .WithMetadata(Read)
            .Produces(200, contentType: "text/csv");
        api.MapPost(
            "/inventory/import",
            (HttpContext http, ImportStock import, CancellationToken cancel, bool dry_run = false) => import.Handle(http, dry_run, cancel))
            .WithName("import_inventory")
            .WithSummary("Takes over an inventory as CSV (multipart file, or text/csv), all of it or nothing; ?dry_run=true only tells "
                + "what it would do. A level that differs is a count.")
            .WithMetadata(
                Manage,
                IdempotencyRule.Harmless("the same file again changes nothing"),
                new RequestSizeLimitAttribute(CsvUpload.LargestFile))
            .DisableAntiforgery()
            .Produces<ImportResult>()
            .ProducesProblem(400)
            .ProducesProblem(413)
            .ProducesProblem(415);
    }

    private static void MapMovements(RouteGroupBuilder api)
    {
        api.MapPost("/inventory/adjustment", (
            AdjustmentRequest request,
            AdjustStock adjust,
            HttpContext http,
            CancellationToken cancel) => adjust.Handle(request.InventoryId, request, http, cancel))
            .WithName("adjust_stock_of")
            .WithSummary("A movement by hand: delivery, waste, count, transfer or correction.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<AdjustmentView>(201)
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(422);
        api.MapPost("/inventory/{id:long}/adjust", (
            long id,
            AdjustmentRequest request,
            AdjustStock adjust,
            HttpContext http,
            CancellationToken cancel) => adjust.Handle(id, request with { InventoryId = null }, http, cancel))
            .WithName("adjust_stock")
            .WithSummary("The same for the item in the path: adjustment, or what was counted.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<AdjustmentView>(201)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
        api.MapPost("/inventory/{id:long}/transfer", (
            long id,
            TransferRequest request,
            TransferStock transfer,
            HttpContext http,
            CancellationToken cancel) => transfer.Handle(id, request, http, cancel))
            .WithName("transfer_stock")
            .WithSummary("Moves stock to another location, or to another of one's shops.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<TransferView>(201)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(422);
        api.MapGet("/inventory/{id:long}/movements", (
            long id,
            ReadStock read,
            CancellationToken cancel,
            string? reason = null,
            int? limit = null,
            string? cursor = null) => read.Movements(id, reason, limit, cursor, cancel))
            .WithName("stock_movements")
            .WithSummary("The item's movements, the newest first, each with the order it came of.")
            .WithMetadata(Read)
            .ProducesProblem(400)
            .ProducesProblem(404);
        api.MapGet("/alerts", (
            StockAlerts alerts,
            CancellationToken cancel,
            bool? is_read = null,
            int? limit = null,
            string? cursor = null) => alerts.List(is_read, limit, cursor, cancel))
            .WithName("alerts")
            .WithSummary("What went low, the newest first: one alert for each crossing.")
            .WithMetadata(Read)
            .ProducesProblem(400);
        api.MapPut("/alerts/{id:long}/read", (long id, StockAlerts alerts, CancellationToken cancel) => alerts.MarkRead(id, cancel))
            .WithName("read_alert").WithSummary("Somebody has read it.").WithMetadata(Manage).ProducesProblem(404);
    }

    private static void MapRecipes(RouteGroupBuilder api)
    {
        api.MapGet(
            "/menu/items/{id:long}/recipe",
            (long id, EditRecipes recipes, HttpContext http, CancellationToken cancel) => recipes.OfMenuItem(id, http, cancel))
            .WithName("menu_item_recipe")
            .WithSummary("What one of a menu item uses.")
            .WithMetadata(Read)
            .Produces<List<RecipeLineView>>()
            .ProducesProblem(404);
        api.MapPut("/menu/items/{id:long}/recipe", (
            long id,
            List<RecipeLineInput> lines,
            EditRecipes recipes,
            HttpContext http,
            CancellationToken cancel) => recipes.SetOfMenuItem(id, lines, http, cancel))
            .WithName("change_menu_item_recipe")
            .WithSummary("Replaces the recipe of a menu item: [{inventory_id, quantity, unit?}].")
            .WithMetadata(Manage)
            .Produces<List<RecipeLineView>>()
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(412);
        api.MapGet(
            "/menu/options/{id:long}/recipe",
            (long id, EditRecipes recipes, HttpContext http, CancellationToken cancel) => recipes.OfOption(id, http, cancel))
            .WithName("option_recipe")
            .WithSummary("What a modifier option uses, or puts in the place of what.")
            .WithMetadata(Read)
            .Produces<List<RecipeLineView>>()
            .ProducesProblem(404);
        api.MapPut("/menu/options/{id:long}/recipe", (
            long id,
            List<RecipeLineInput> lines,
            EditRecipes recipes,
            HttpContext http,
            CancellationToken cancel) => recipes.SetOfOption(id, lines, http, cancel))
            .WithName("change_option_recipe")
            .WithSummary("Replaces the recipe of an option: [{inventory_id, quantity?, unit?, replaces?}]; replaces names what it takes "
                + "the place of, by default as much of it.")
            .WithMetadata(Manage)
            .Produces<List<RecipeLineView>>()
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(412);
        api.MapGet(
            "/inventory/{id:long}/recipe",
            (long id, EditRecipes recipes, HttpContext http, CancellationToken cancel) => recipes.OfStockItem(id, http, cancel))
            .WithName("stock_item_recipe")
            .WithSummary("What a stock item is made of.")
            .WithMetadata(Read)
            .Produces<MadeRecipeView>()
            .ProducesProblem(404);
        api.MapPut("/inventory/{id:long}/recipe", (
            long id,
            MadeRecipeInput input,
            EditRecipes recipes,
            HttpContext http,
            CancellationToken cancel) => recipes.SetOfStockItem(id, input, http, cancel))
            .WithName("change_stock_item_recipe")
            .WithSummary("How a stock item is made: ahead, or to_order when what it is in is sold; of others that may be made themselves.")
            .WithMetadata(Manage)
            .Produces<MadeRecipeView>()
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapPost("/inventory/{id:long}/make", (
            long id,
            MakeRequest request,
            MakeStock make,
            HttpContext http,
            CancellationToken cancel) => make.Handle(id, request, http, cancel))
            .WithName("make_stock")
            .WithSummary("So much of it was made ahead: its parts go off stock, and it comes.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<MadeView>(201)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
        api.MapGet(
            "/inventory/recipes",
            (CheckRecipes check, CancellationToken cancel, bool? worth_a_look = null) => check.List(worth_a_look, cancel))
            .WithName("recipes")
            .WithSummary("Every menu item that has a recipe, with its cost and margin; worth_a_look=true only those that raise a question.")
            .WithMetadata(Read);
    }

    private static void MapPlaces(RouteGroupBuilder api)
    {
        var byName = IdempotencyRule.Harmless("a second one of that name is refused");
        api.MapGet("/stock/locations", (
            Locations locations,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => locations.List(limit, cursor, cancel))
            .WithName("stock_locations").WithSummary("Where stock lies.").WithMetadata(Read).ProducesProblem(400);
        api.MapPost(
            "/stock/locations",
            (LocationInput input, Locations locations, HttpContext http, CancellationToken cancel) => locations.Add(input, http, cancel))
            .WithName("add_stock_location")
            .WithSummary("Adds a location.")
            .WithMetadata(Manage, byName)
            .ProducesProblem(400)
            .ProducesProblem(409);
        api.MapPut("/stock/locations/{id:long}", (
            long id,
            LocationInput input,
            Locations locations,
            HttpContext http,
            CancellationToken cancel) => locations.Change(id, input, http, cancel))
            .WithName("change_stock_location")
            .WithSummary("Renames a location.")
            .WithMetadata(Manage)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapDelete(
            "/stock/locations/{id:long}",
            (long id, Locations locations, CancellationToken cancel) => locations.Remove(id, cancel))
            .WithName("remove_stock_location")
            .WithSummary("Removes a location where nothing lies.")
            .WithMetadata(Manage)
            .ProducesProblem(404)
            .ProducesProblem(409);
        api.MapGet("/suppliers", (
            Suppliers suppliers,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => suppliers.List(limit, cursor, cancel))
            .WithName("suppliers").WithSummary("Who delivers.").WithMetadata(Read).ProducesProblem(400);
        api.MapPost(
            "/suppliers",
            (SupplierInput input, Suppliers suppliers, HttpContext http, CancellationToken cancel) => suppliers.Add(input, http, cancel))
            .WithName("add_supplier")
            .WithSummary("Adds a supplier.")
            .WithMetadata(Manage, byName)
            .ProducesProblem(400)
            .ProducesProblem(409);
        api.MapPut("/suppliers/{id:long}", (
            long id,
            SupplierInput input,
            Suppliers suppliers,
            HttpContext http,
            CancellationToken cancel) => suppliers.Change(id, input, http, cancel))
            .WithName("change_supplier")
            .WithSummary("Changes what is given of a supplier.")
            .WithMetadata(Manage)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapDelete("/suppliers/{id:long}", (long id, Suppliers suppliers, CancellationToken cancel) => suppliers.Remove(id, cancel))
            .WithName("remove_supplier")
            .WithSummary("Removes a supplier whom no item and no open purchase order names.")
            .WithMetadata(Manage)
            .ProducesProblem(404)
            .ProducesProblem(409);
    }

    private static void MapPurchases(RouteGroupBuilder api)
    {
        api.MapGet("/inventory/reorder", (
            SuggestReorder suggest,
            CancellationToken cancel,
            int? days = null,
            int? cover_days = null,
            long? supplier_id = null,
            bool? all = null) => suggest.List(days, cover_days, supplier_id, all, cancel))
            .WithName("reorder")
            .WithSummary("What to order now, how much and why, from the use of the last days (28) and the lead time, to last cover_days "
                + "(7) more; all=true also what is enough.")
            .WithMetadata(Read)
            .ProducesProblem(400);
        api.MapPost("/purchase-orders/suggested", (
            OrderSuggestedRequest? request,
            SuggestReorder suggest,
            HttpContext http,
            CancellationToken cancel) => suggest.Order(request, http, cancel))
            .WithName("order_suggested")
            .WithSummary("Makes a draft for each supplier of what is to be ordered now; 200 and none where nothing is.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<PageOf<PurchaseOrderView>>(201)
            .Produces<PageOf<PurchaseOrderView>>()
            .ProducesProblem(400)
            .ProducesProblem(422);
        api.MapGet("/purchase-orders", (
            EditPurchases purchases,
            CancellationToken cancel,
            string? status = null,
            bool? open = null,
            long? supplier_id = null,
            int? limit = null,
            string? cursor = null) =>
                purchases.List(status, open, supplier_id, limit, cursor, cancel))
            .WithName("purchase_orders")
            .WithSummary("Purchase orders, the newest first; open=true only those of which something is still to come.")
            .WithMetadata(Read)
            .ProducesProblem(400);
        api.MapGet(
            "/purchase-orders/{id:long}",
            (long id, EditPurchases purchases, HttpContext http, CancellationToken cancel) => purchases.One(id, http, cancel))
            .WithName("purchase_order")
            .WithSummary("One purchase order, with what has come of each line.")
            .WithMetadata(Read)
            .ProducesProblem(404);
        api.MapPost("/purchase-orders", (
            PurchaseOrderInput input,
            EditPurchases purchases,
            HttpContext http,
            CancellationToken cancel) => purchases.Add(input, http, cancel))
            .WithName("add_purchase_order")
            .WithSummary("A new purchase order: {supplier, items: [{inventory_id, quantity, unit?, unit_cost?}]}.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<PurchaseOrderView>(201)
            .ProducesProblem(400)
            .ProducesProblem(422);
        api.MapPut("/purchase-orders/{id:long}", (
            long id,
            PurchaseOrderInput input,
            EditPurchases purchases,
            HttpContext http,
            CancellationToken cancel) => purchases.Change(id, input, http, cancel))
            .WithName("change_purchase_order")
            .WithSummary("Changes what is given of a purchase order; its items only until something came.")
            .WithMetadata(Manage)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapPut("/purchase-orders/{id:long}/status", (
            long id,
            PurchaseStatusRequest request,
            EditPurchases purchases,
            HttpContext http,
            CancellationToken cancel) => purchases.Move(id, request, http, cancel))
            .WithName("move_purchase_order")
            .WithSummary("ordered (send=true: by mail to the supplier), cancelled, or closed where the rest will not come.")
            .WithMetadata(Manage)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapPost("/purchase-orders/{id:long}/receive", (
            long id,
            ReceiveRequest? request,
            ReceivePurchase receive,
            HttpContext http,
            CancellationToken cancel) => receive.Handle(id, request ?? new(null, null, null, null), http, cancel))
            .WithName("receive_purchase")
            .WithSummary("A delivery of it, or of all that is outstanding: it goes on stock at its cost. Below 0 takes back.")
            .WithMetadata(Manage, IdempotencyRule.ByKey)
            .Produces<ReceivedView>(201)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
    }
}

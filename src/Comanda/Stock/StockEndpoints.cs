using Comanda.Data;

namespace Comanda.Stock;

/// <summary>Every slice of stock, once. The same paths without /api are in Operations/Aliases.cs.</summary>
public static class StockEndpoints
{
    public static IServiceCollection AddStock(this IServiceCollection services) => services
        .AddSingleton<RecipeBooks>()
        .AddScoped<ReadStock>()
        .AddScoped<EditStock>()
        .AddScoped<ArchiveStock>()
        .AddScoped<AdjustStock>()
        .AddScoped<TransferStock>()
        .AddScoped<StockAlerts>()
        .AddScoped<Locations>()
        .AddScoped<Suppliers>()
        .AddScoped<ImportStock>()
        .AddScoped<EditRecipes>()
        .AddScoped<MakeStock>()
        .AddScoped<RecostRecipes>()
        .AddScoped<CheckRecipes>()
        .AddScoped<ReadPurchases>()
        .AddScoped<WritePurchase>()
        .AddScoped<EditPurchases>()
        .AddScoped<ReceivePurchase>()
        .AddScoped<SuggestReorder>()
        .AddLots()
        .AddAllergens();

    public static void MapStock(this IEndpointRouteBuilder app)
    {
        var api = app.Chapter("Stock", "/api");
        MapItems(api);
        MapMovements(api);
        api.MapRecipes();
        api.MapStockPlaces();
        api.MapPurchases();
        api.MapLots();
        api.MapAllergens();
    }

    private static void MapItems(RouteGroupBuilder api)
    {
        api.Get("/inventory", ([AsParameters] StockFilter asked, ReadStock read, CancellationToken cancel) => read.List(asked, cancel))
            .Called("inventory", "What there is of each ingredient, by name (q), supplier, location; low=true only what is low.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/inventory/low-stock", (ReadStock read, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                read.List(new() { Low = true, Limit = limit, Cursor = cursor }, cancel))
            .Called("low_stock", "What is at or below its threshold.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/inventory/{id:long}", (long id, ReadStock read, CancellationToken cancel) => read.One(id, cancel))
            .Called("stock_item", "One stock item, with its level at each location.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Post("/inventory", (StockItemInput input, EditStock edit, CancellationToken cancel) => edit.AddOrAdjust(input, cancel))
            .Called(
                "add_stock_item",
                "Adds a stock item; one that is there, posted again, was counted, or with an adjustment moved (as …/adjust).")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates(always: false)
            .Refuses(400, 404, 409, 412, 422);
        api.Put("/inventory/{id:long}", (long id, StockItemInput input, EditStock edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called(
                "change_stock_item",
                "Changes what is given of a stock item; a current_stock that differs is a count. Another location takes what lies at "
                    + "the old one along.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Delete("/inventory/{id:long}", (long id, ArchiveStock archive, CancellationToken cancel) => archive.Handle(id, cancel))
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
                [Words<MovementReason>] string? reason = null,
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
}

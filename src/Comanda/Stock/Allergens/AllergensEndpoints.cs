namespace Comanda.Stock;

/// <summary>Every slice of allergens that follow what is in the house, once.</summary>
public static class AllergensEndpoints
{
    public static IServiceCollection AddAllergens(this IServiceCollection services) => services
        .AddSingleton<DeclareAllergens>()
        .AddScoped<SayAllergens>()
        .AddScoped<ReadDeclared>();

    public static void MapAllergens(this RouteGroupBuilder api)
    {
        api.Get("/inventory/{id:long}/allergens", (long id, SayAllergens say, CancellationToken cancel) => say.OfItem(id, cancel))
            .Called("stock_item_allergens", "What is in an ingredient of the fourteen allergens; null where nothing is said.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/inventory/{id:long}/allergens", (
                long id,
                StockAllergensRequest request,
                SayAllergens say,
                CancellationToken cancel) =>
                say.SetOfItem(id, request, cancel))
            .Called(
                "say_stock_item_allergens",
                "Says what is in an ingredient. Every item of the menu that it is in declares it from then on; null takes it back.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404);
        api.Put("/lots/{id:long}/allergens", (long id, StockAllergensRequest request, SayAllergens say, CancellationToken cancel) =>
                say.SetOfLot(id, request, cancel))
            .Called(
                "say_lot_allergens",
                "Says what is in a lot where that is other than in its item (another supplier's margarine); null: as its item.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404);
        api.Get("/inventory/allergens", (ReadDeclared read, CancellationToken cancel) => read.List(cancel))
            .Called(
                "declared_allergens",
                "What every item of the menu declares, by hand and by its recipe, since when, and which ingredients and lots it is of.")
            .Needs(Permission.ReadStock);
        api.Get("/labels", (ReadDeclared read, CancellationToken cancel, long? menu_item_id = null) => read.Labels(menu_item_id, cancel))
            .Called("shelf_labels", "Shelf labels: price, price per kilogram, ingredients by weight, allergens as they are declared now.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Get("/labels/print", (ReadDeclared read, CancellationToken cancel, long? menu_item_id = null) =>
                read.Print(menu_item_id, cancel))
            .Called("print_shelf_labels", "The same as a page to print.")
            .Needs(Permission.ReadStock)
            .Gives("text/html")
            .Refuses(404);
    }
}

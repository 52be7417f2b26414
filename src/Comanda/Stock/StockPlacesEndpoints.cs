namespace Comanda.Stock;

/// <summary>Every slice of locations and suppliers, once: where stock lies and who brings it.</summary>
public static class StockPlacesEndpoints
{
    public static void MapStockPlaces(this RouteGroupBuilder api)
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
}

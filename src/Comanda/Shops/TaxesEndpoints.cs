namespace Comanda.Shops;

public static class TaxesEndpoints
{
    public static void MapTaxes(this IEndpointRouteBuilder app)
    {
        var shops = app.Chapter("Shops");
        shops.Get("/api/taxes", (ChangeTaxes taxes, CancellationToken cancel) => taxes.Read(cancel))
            .Called("taxes", "The shop's table of taxes: classes, and the dated rows that say what each bears.")
            .Needs(Permission.ReadSettings);
        shops.Put("/api/taxes", (TaxesInput input, ChangeTaxes taxes, CancellationToken cancel) => taxes.Put(input, cancel))
            .Called("change_taxes", "Puts a whole table in the old one's place; versions are kept. If-Match refuses a stale change.")
            .Needs(Permission.EditSettings)
            .Refuses(400, 409, 412);
    }
}

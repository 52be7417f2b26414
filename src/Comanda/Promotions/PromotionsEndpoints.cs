namespace Comanda.Promotions;

/// <summary>Every slice of the promotions' room; trying a code and rehearsing one are the orders'.</summary>
public static class PromotionsEndpoints
{
    public static IServiceCollection AddPromotions(this IServiceCollection services) =>
        services.AddSingleton<PromotionBoard>().AddScoped<EditPromotions>().AddScoped<ReadPromotions>();

    public static void MapPromotions(this IEndpointRouteBuilder app)
    {
        var promotions = app.Chapter("Promotions", "/api");
        promotions.Get("/promotions", (ReadPromotions read, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                read.Listed(limit, cursor, cancel))
            .Called("promotions", "Promotions that guests may know of: active, listed and not over.")
            .IsOpen()
            .Refuses(400);
        promotions.Get("/admin/promotions", (ReadPromotions read, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                read.All(limit, cursor, cancel))
            .Called("all_promotions", "All promotions of the shop, the newest first, and how often each was given.")
            .Needs(Permission.EditPromotions)
            .Refuses(400);
        promotions.Get("/admin/promotions/{id:long}", (long id, ReadPromotions read, CancellationToken cancel) => read.One(id, cancel))
            .Called("promotion", "One promotion, and how often it was given.")
            .Needs(Permission.EditPromotions)
            .Refuses(404);
        promotions.Post("/admin/promotions", (PromotionInput input, EditPromotions edit, CancellationToken cancel) =>
                edit.Add(input, cancel))
            .Called("add_promotion", "Adds a promotion: percentage, fixed, buy_x_get_y or combo; with a code, or given by itself.")
            .Needs(Permission.EditPromotions).TakesKey()
            .Creates()
            .Refuses(400, 409, 422);
        promotions.Put("/admin/promotions/{id:long}", (long id, PromotionInput input, EditPromotions edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called("change_promotion", "Changes what is given of a promotion. Orders that have it keep what they were given.")
            .Needs(Permission.EditPromotions)
            .Refuses(400, 404, 409, 412);
        promotions.Delete(
            "/admin/promotions/{id:long}",
            (long id, EditPromotions edit, CancellationToken cancel) => edit.Remove(id, cancel))
            .Called("remove_promotion", "Ends a promotion for good; orders that have it keep it.")
            .Needs(Permission.EditPromotions)
            .Refuses(404, 412);
    }
}

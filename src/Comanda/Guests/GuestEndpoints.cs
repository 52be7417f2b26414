using Comanda.Menu;

namespace Comanda.Guests;

/// <summary>Every slice of the guests' room, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class GuestEndpoints
{
    public static IServiceCollection AddGuests(this IServiceCollection services) =>
        services.AddScoped<Reviews>().AddScoped<Customers>().AddScoped<OwnRecord>().AddScoped<PointsLedger>().AddScoped<EraseCustomer>()
            .AddScoped<JoinCustomers>()
            .AddScoped<TaxExemptions>()
            .AddScoped<OwnAddresses>()
            .AddScoped<Favorites>()
            .AddScoped<PushTokens>()
            .AddScoped<GuestAllergens>()
            .AddSingleton<IGuestAllergens, AllergensOfGuest>();

    public static void MapGuests(this IEndpointRouteBuilder app)
    {
        var guests = app.Chapter("Guests", "/api");
        guests.Get("/menu/items/{id:long}/reviews", (
                long id,
                Reviews reviews,
                CancellationToken cancel,
                int? limit = null,
                string? cursor = null) =>
                reviews.Of(id, limit, cursor, cancel))
            .Called("reviews", "What guests think of an item, the newest first. Also at /api/products/{id}/reviews.")
            .IsOpen()
            .Refuses(404);
        guests.Post("/menu/items/{id:long}/reviews", (long id, ReviewInput input, Reviews reviews, CancellationToken cancel) =>
                reviews.Add(id, input, cancel))
            .Called("add_review", "Reviews an item, once for each person: rating 1 to 5, comment, images.")
            .Needs(Permission.WriteReviews).MayBeRepeated("a second review by the same person is refused")
            .Creates()
            .Refuses(400, 404, 409);
        guests.Put("/reviews/{id:long}", (long id, ReviewInput input, Reviews reviews, CancellationToken cancel) =>
                reviews.Change(id, input, cancel))
            .Called("change_review", "Changes what is given of one's own review.")
            .Needs(Permission.WriteReviews)
            .Refuses(400, 403, 404);
        guests.Delete("/reviews/{id:long}", (long id, Reviews reviews, CancellationToken cancel) => reviews.Remove(id, cancel))
            .Called("remove_review", "Takes a review away: one's own, or any by who approves them.")
            .Needs(Permission.WriteReviews)
            .Refuses(403, 404);
        guests.Post("/reviews/{id:long}/like", (long id, Reviews reviews, CancellationToken cancel) => reviews.Like(id, true, cancel))
            .Called("like_review", "Likes a review, once for each person.")
            .Needs(Permission.WriteReviews).MayBeRepeated("it counts once for each person")
            .Refuses(404);
        guests.Delete("/reviews/{id:long}/like", (long id, Reviews reviews, CancellationToken cancel) => reviews.Like(id, false, cancel))
            .Called("unlike_review", "Takes one's like back.")
            .Needs(Permission.WriteReviews)
            .Refuses(404);
        guests.Put("/admin/reviews/{id:long}", (long id, ModerationInput input, Reviews reviews, CancellationToken cancel) =>
                reviews.Moderate(id, input, cancel))
            .Called("moderate_review", "Shows a review to everybody, or to nobody; the item's average follows.")
            .Needs(Permission.ModerateReviews)
            .Refuses(400, 404);

        guests.Get("/customers", (
                Customers customers,
                CancellationToken cancel,
                string? q = null,
                int? limit = null,
                string? cursor = null) =>
                customers.List(q, limit, cursor, cancel))
            .Called(
                "customers",
                "Whom the shop knows, the newest first. ?q= finds beginnings of words of names and e-mail addresses, and any part of a "
                    + "phone from three digits on.")
            .Needs(Permission.ReadCustomers)
            .Refuses(400);
        guests.Post("/customers", (CustomerInput input, Customers customers, CancellationToken cancel) => customers.Add(input, cancel))
            .Called("add_customer", "Adds a customer. E-mail addresses and phones are unique in a shop.")
            .Needs(Permission.EditCustomers).TakesKey()
            .Creates()
            .Refuses(400, 409, 422);
        guests.Get("/customers/{id:long}", (long id, Customers customers, CancellationToken cancel) => customers.One(id, cancel))
            .Called("customer", "One customer, with the points they have.")
            .Needs(Permission.ReadCustomers)
            .Refuses(404);
        guests.Put("/customers/{id:long}", (long id, CustomerInput input, Customers customers, CancellationToken cancel) =>
                customers.Change(id, input, cancel))
            .Called("change_customer", "Changes who a customer is; what is left out stays, an empty e-mail address or phone takes it away.")
            .Needs(Permission.EditCustomers)
            .Refuses(400, 404, 409, 412);
        guests.Get("/customers/{id:long}/points", (
                long id,
                PointsLedger ledger,
                CancellationToken cancel,
                int? limit = null,
                string? cursor = null) =>
                ledger.Of(id, limit, cursor, cancel))
            .Called("customer_points", "What a customer earned and spent, the newest first.")
            .Needs(Permission.ReadCustomers)
            .Refuses(400, 404);
        guests.Post("/customers/{id:long}/points", (long id, PointsAdjustment asked, PointsLedger ledger, CancellationToken cancel) =>
                ledger.Adjust(id, asked, cancel))
            .Called("adjust_points", "Gives a customer points or takes some off, for a reason; in the audit log.")
            .Needs(Permission.ManageCustomers).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
        TaxExemptions.Map(guests);
        GuestAllergens.Map(guests);
        AccountEndpoints.Map(guests);
        guests.Get("/customers/me", (OwnRecord own, CancellationToken cancel) => own.Read(cancel))
            .Called("own_customer", "What the shop keeps of a guest who is signed in, and the points they have.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(404);
        guests.Get("/customers/me/points", (OwnRecord own, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                own.Points(limit, cursor, cancel))
            .Called("own_points", "What a guest who is signed in earned and spent, the newest first.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(400, 404);
    }
}

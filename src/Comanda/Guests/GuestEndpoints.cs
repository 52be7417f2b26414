using Comanda.Kernel;

namespace Comanda.Guests;

/// <summary>Every slice of the guests' room, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class GuestEndpoints
{
    public static IServiceCollection AddGuests(this IServiceCollection services) =>
        services.AddScoped<Reviews>().AddScoped<Customers>().AddScoped<OwnRecord>().AddScoped<PointsLedger>().AddScoped<EraseCustomer>();

    public static void MapGuests(this IEndpointRouteBuilder app)
    {
        var guests = app.MapGroup("/api").WithTags("Guests");
        guests.MapGet("/menu/items/{id:long}/reviews", (
            long id,
            Reviews reviews,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => reviews.Of(id, limit, cursor, cancel))
            .AllowAnonymous()
            .WithName("reviews")
            .WithSummary("What guests think of an item, the newest first. Also at /api/products/{id}/reviews.")
            .ProducesProblem(404);
        guests.MapPost(
            "/menu/items/{id:long}/reviews",
            (long id, ReviewInput input, Reviews reviews, CancellationToken cancel) => reviews.Add(id, input, cancel))
            .WithName("add_review").WithSummary("Reviews an item, once for each person: rating 1 to 5, comment, images.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews), IdempotencyRule.Harmless(
                "a second review by the same person is refused")).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        guests.MapPut(
            "/reviews/{id:long}",
            (long id, ReviewInput input, Reviews reviews, CancellationToken cancel) => reviews.Change(id, input, cancel))
            .WithName("change_review").WithSummary("Changes what is given of one's own review.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews)).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        guests.MapDelete("/reviews/{id:long}", (long id, Reviews reviews, CancellationToken cancel) => reviews.Remove(id, cancel))
            .WithName("remove_review").WithSummary("Takes a review away: one's own, or any by who approves them.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews)).ProducesProblem(403).ProducesProblem(404);
        guests.MapPost("/reviews/{id:long}/like", (long id, Reviews reviews, CancellationToken cancel) => reviews.Like(id, true, cancel))
            .WithName("like_review")
            .WithSummary("Likes a review, once for each person.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews), IdempotencyRule.Harmless("it counts once for each person"))
            .ProducesProblem(404);
        guests.MapDelete("/reviews/{id:long}/like", (long id, Reviews reviews, CancellationToken cancel) => reviews.Like(id, false, cancel))
            .WithName("unlike_review")
            .WithSummary("Takes one's like back.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews))
            .ProducesProblem(404);
        guests.MapPut(
            "/admin/reviews/{id:long}",
            (long id, ModerationInput input, Reviews reviews, CancellationToken cancel) => reviews.Moderate(id, input, cancel))
            .WithName("moderate_review").WithSummary("Shows a review to everybody, or to nobody; the item's average follows.")
            .WithMetadata(new NeedsPermission(Permission.ModerateReviews)).ProducesProblem(400).ProducesProblem(404);

        guests.MapGet("/customers", (
            Customers customers,
            CancellationToken cancel,
            string? q = null,
            int? limit = null,
            string? cursor = null) => customers.List(q, limit, cursor, cancel))
            .WithName("customers")
            .WithSummary("Whom the shop knows, the newest first. ?q= finds beginnings of words of names and e-mail addresses, and any "
                + "part of a phone from three digits on.")
            .WithMetadata(new NeedsPermission(Permission.ReadCustomers))
            .ProducesProblem(400);
        guests.MapPost(
            "/customers",
            (CustomerInput input, Customers customers, HttpContext http, CancellationToken cancel) => customers.Add(input, http, cancel))
            .WithName("add_customer")
            .WithSummary("Adds a customer. E-mail addresses and phones are unique in a shop.")
            .WithMetadata(new NeedsPermission(Permission.EditCustomers), IdempotencyRule.ByKey)
            .Produces<CustomerView>(201)
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(422);
        guests.MapGet(
            "/customers/{id:long}",
            (long id, Customers customers, HttpContext http, CancellationToken cancel) => customers.One(id, http, cancel))
            .WithName("customer")
            .WithSummary("One customer, with the points they have.")
            .WithMetadata(new NeedsPermission(Permission.ReadCustomers))
            .ProducesProblem(404);
        guests.MapPut("/customers/{id:long}", (
            long id,
            CustomerInput input,
            Customers customers,
            HttpContext http,
            CancellationToken cancel) => customers.Change(id, input, http, cancel))
            .WithName("change_customer")
            .WithSummary("Changes who a customer is; what is left out stays, an empty e-mail address or phone takes it away.")
            .WithMetadata(new NeedsPermission(Permission.EditCustomers))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        guests.MapGet("/customers/{id:long}/points", (
            long id,
            PointsLedger ledger,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => ledger.Of(id, limit, cursor, cancel))
            .WithName("customer_points")
            .WithSummary("What a customer earned and spent, the newest first.")
            .WithMetadata(new NeedsPermission(Permission.ReadCustomers))
            .ProducesProblem(400)
            .ProducesProblem(404);
        guests.MapPost("/customers/{id:long}/points", (
            long id,
            PointsAdjustment asked,
            PointsLedger ledger,
            HttpContext http,
            CancellationToken cancel) => ledger.Adjust(id, asked, http, cancel))
            .WithName("adjust_points")
            .WithSummary("Gives a customer points or takes some off, for a reason; in the audit log.")
            .WithMetadata(new NeedsPermission(Permission.ManageCustomers), IdempotencyRule.ByKey)
            .Produces<PointsAdjusted>(201)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
        guests.MapGet("/customers/me", (OwnRecord own, CancellationToken cancel) => own.Read(cancel))
            .WithName("own_customer")
            .WithSummary("What the shop keeps of a guest who is signed in, and the points they have.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile))
            .ProducesProblem(404);
        guests.MapGet(
            "/customers/me/points",
            (OwnRecord own, CancellationToken cancel, int? limit = null, string? cursor = null) => own.Points(limit, cursor, cancel))
            .WithName("own_points")
            .WithSummary("What a guest who is signed in earned and spent, the newest first.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile))
            .ProducesProblem(400)
            .ProducesProblem(404);
    }
}

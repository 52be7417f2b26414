using Comanda.Kernel;

namespace Comanda.Guests;

/// <summary>Every slice of the guests' room, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class GuestEndpoints
{
    public static void MapGuests(this IEndpointRouteBuilder app)
    {
        var guests = app.MapGroup("/api").WithTags("Guests");
        guests.MapGet("/menu/items/{id:long}/reviews", (long id, Reviews reviews, CancellationToken cancel, int? limit = null, string? cursor = null) => reviews.Of(id, limit, cursor, cancel))
            .AllowAnonymous().WithName("reviews").WithSummary("What guests think of an item, the newest first. Also at /api/products/{id}/reviews.").ProducesProblem(404);
        guests.MapPost("/menu/items/{id:long}/reviews", (long id, ReviewInput input, Reviews reviews, CancellationToken cancel) => reviews.Add(id, input, cancel))
            .WithName("add_review").WithSummary("Reviews an item, once for each person: rating 1 to 5, comment, images.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews), IdempotencyRule.Harmless("a second review by the same person is refused")).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        guests.MapPut("/reviews/{id:long}", (long id, ReviewInput input, Reviews reviews, CancellationToken cancel) => reviews.Change(id, input, cancel))
            .WithName("change_review").WithSummary("Changes what is given of one's own review.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews)).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        guests.MapDelete("/reviews/{id:long}", (long id, Reviews reviews, CancellationToken cancel) => reviews.Remove(id, cancel))
            .WithName("remove_review").WithSummary("Takes a review away: one's own, or any by who approves them.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews)).ProducesProblem(403).ProducesProblem(404);
        guests.MapPost("/reviews/{id:long}/like", (long id, Reviews reviews, CancellationToken cancel) => reviews.Like(id, true, cancel))
            .WithName("like_review").WithSummary("Likes a review, once for each person.")
            .WithMetadata(new NeedsPermission(Permission.WriteReviews), IdempotencyRule.Harmless("it counts once for each person")).ProducesProblem(404);
        guests.MapDelete("/reviews/{id:long}/like", (long id, Reviews reviews, CancellationToken cancel) => reviews.Like(id, false, cancel))
            .WithName("unlike_review").WithSummary("Takes one's like back.").WithMetadata(new NeedsPermission(Permission.WriteReviews)).ProducesProblem(404);
        guests.MapPut("/admin/reviews/{id:long}", (long id, ModerationInput input, Reviews reviews, CancellationToken cancel) => reviews.Moderate(id, input, cancel))
            .WithName("moderate_review").WithSummary("Shows a review to everybody, or to nobody; the item's average follows.")
            .WithMetadata(new NeedsPermission(Permission.ModerateReviews)).ProducesProblem(400).ProducesProblem(404);
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Kernel;

/// <summary>Endpoint metadata: a trainee may do it, with practice orders and what is their own.</summary>
public sealed record IsPractised;

/// <summary>
/// The words that routes are said in: <c>orders.Post("/{id:long}/split", …).Called("split_order", "…").Needs(…).TakesKey().Refuses(…)</c>.
/// What a route answers is said by its slice (<see cref="Answer{T}"/>).
/// </summary>
public static class Routes
{
    public static RouteHandlerBuilder Get(this IEndpointRouteBuilder at, [StringSyntax("Route")] string path, Delegate slice) =>
        at.Map(HttpMethods.Get, path, slice);

    public static RouteHandlerBuilder Post(this IEndpointRouteBuilder at, [StringSyntax("Route")] string path, Delegate slice) =>
        at.Map(HttpMethods.Post, path, slice);

    public static RouteHandlerBuilder Put(this IEndpointRouteBuilder at, [StringSyntax("Route")] string path, Delegate slice) =>
        at.Map(HttpMethods.Put, path, slice);

    public static RouteHandlerBuilder Delete(this IEndpointRouteBuilder at, [StringSyntax("Route")] string path, Delegate slice) =>
        at.Map(HttpMethods.Delete, path, slice);

    /// <summary>
    /// As the framework maps it, but for the code between request and slice: that is made when the first request comes, not at start.
    /// Compiled for every route it was half of the time until the server answers, and most routes of a day are never asked.
    /// </summary>
    private static RouteHandlerBuilder Map(this IEndpointRouteBuilder at, string method, string path, Delegate slice) =>
        RouteHandlerServices.Map(
            at,
            path,
            slice,
            [method],
            RequestDelegateFactory.InferMetadata,
            (handler, options, inferred) =>
            {
                var made = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(handler, options, inferred).RequestDelegate);
                return new(http => made.Value(http), []);
            },
            slice.Method
        );

    /// <summary>Routes with a path's beginning and a chapter of the API reference in common.</summary>
    public static RouteGroupBuilder Chapter(this IEndpointRouteBuilder at, string name, [StringSyntax("Route")] string path = "") =>
        at.MapGroup(path).WithTags(name);

    /// <summary>Its name, unique and stable, and what it does in a sentence.</summary>
    public static RouteHandlerBuilder Called(this RouteHandlerBuilder route, string name, string sentence) =>
        route.WithName(name).WithSummary(sentence);

    /// <summary>Only who has this permission.</summary>
    public static T Needs<T>(this T route, Permission permission)
        where T : IEndpointConventionBuilder => route.WithMetadata(new NeedsPermission(permission));

    /// <summary>Only who has this permission, and guests by one of theirs, with what is their own.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Permission permission, Permission ofGuests) =>
        route.WithMetadata(new NeedsPermission(permission) { OfGuests = ofGuests });

    /// <summary>Everybody, signed in or not.</summary>
    public static RouteHandlerBuilder IsOpen(this RouteHandlerBuilder route) => route.AllowAnonymous();

    /// <summary>It answers without knowing a shop.</summary>
    public static RouteHandlerBuilder InNoShop(this RouteHandlerBuilder route) => route.WithMetadata(new NeedsNoShop());

    /// <summary>It takes an Idempotency-Key: repeated, it is done once and answered alike.</summary>
    public static RouteHandlerBuilder TakesKey(this RouteHandlerBuilder route) => route.WithMetadata(IdempotencyRule.ByKey);

    /// <summary>It takes no key, and this is why a repetition does no harm.</summary>
    public static RouteHandlerBuilder MayBeRepeated(this RouteHandlerBuilder route, string why) =>
        route.WithMetadata(IdempotencyRule.Harmless(why));

    /// <summary>A trainee may do it. One that changes an order asks whether it is practice once it knows which.</summary>
    public static RouteHandlerBuilder Practised(this RouteHandlerBuilder route) => route.WithMetadata(new IsPractised());

    /// <summary>It makes something that was not there: 201, and where it is. With <paramref name="always"/> false, also 200.</summary>
    public static RouteHandlerBuilder Creates(this RouteHandlerBuilder route, bool always = true) =>
        route.Answers(StatusCodes.Status201Created, always);

    /// <summary>It answers that something will be done: 202.</summary>
    public static RouteHandlerBuilder Accepts(this RouteHandlerBuilder route) => route.Answers(StatusCodes.Status202Accepted, always: true);

    /// <summary>The statuses of its refusals.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
            route.ProducesProblem(status);
        return route;
    }

    /// <summary>It answers what is no JSON.</summary>
    public static RouteHandlerBuilder Gives(this RouteHandlerBuilder route, string type, params string[] orTypes) =>
        route.Produces(StatusCodes.Status200OK, contentType: type, additionalContentTypes: orTypes);

    /// <summary>Its body has at most so many bytes.</summary>
    public static RouteHandlerBuilder TakesAtMost(this RouteHandlerBuilder route, long bytes) =>
        route.WithMetadata(new RequestSizeLimitAttribute(bytes));

    /// <summary>What the slice says of the value it answers, under another status.</summary>
    private static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, int status, bool always)
    {
        route.Finally(endpoint =>
        {
            var said = endpoint.Metadata.OfType<ProducesResponseTypeMetadata>().Where(m => m.StatusCode is 200 or 204).ToList();
            foreach (var ok in said)
            {
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, ok.Type, [.. ok.ContentTypes]));
                if (always)
                    endpoint.Metadata.Remove(ok);
            }
        });
        return route;
    }
}

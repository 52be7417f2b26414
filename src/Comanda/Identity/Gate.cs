using System.Globalization;
using Comanda.Shops;
using Microsoft.AspNetCore.Authorization;

namespace Comanda.Identity;

/// <summary>
/// The one place that every request passes after routing: who is it, which shop, and may they? An endpoint says what it
/// asks for (<see cref="NeedsPermission"/>) or that it asks for nothing (AllowAnonymous); one that says neither is closed.
/// </summary>
public sealed class Gate(RequestDelegate next, RecogniseToken tokens, ShopDirectory shops)
{
    private static readonly Refusal SignInFirst = new(
        401,
        "unauthenticated",
        "This needs a sign-in: send 'Authorization: Bearer <access_token>'.");

    public async Task InvokeAsync(HttpContext http)
    {
        // No route (404), or the framework's own stand-in for a wrong method or content type (405, 415): nothing to guard.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(http);
            return;
        }

        var here = http.RequestServices.GetRequiredService<Here>();
        here.Address = Here.AddressOf(http);
        http.RequestServices.GetRequiredService<RequestHead>().Read(http);
        Bcrypt.Place.Value = new(here.Address, IsStaff: false);
        var needed = endpoint.Metadata.GetMetadata<NeedsPermission>();
        var open = needed is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var named = NamedShop(http);

        var (visitor, refusal) = endpoint.Metadata.GetMetadata<AsksItself>() is null ? await Recognize(http, named ?? 0) : (null, null);
        // What is open to a stranger is open to somebody of another shop.
        if (open && refusal?.Status == 404)
            refusal = null;
        // A token that was sent and is not good is told, also where none is needed: its owner wants to know. Signing in
        // anew must work with an old one in hand.
        var signingIn = open && http.Request.Path.StartsWithSegments("/api/auth", StringComparison.OrdinalIgnoreCase);
        if (visitor is null && (!open || (refusal is not null && !signingIn)))
        {
            if (refusal?.Status != 404)
                http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Write(http, refusal ?? SignInFirst);
            return;
        }

        here.Visitor = visitor;
        if (visitor is { IsCustomer: false })
            Bcrypt.Place.Value = new(visitor.DeviceId is { } device ? $"device:{device}" : $"user:{visitor.UserId}", IsStaff: true);
        if (endpoint.Metadata.GetMetadata<NeedsNoShop>() is null)
        {
            if (named is { } id && await shops.Find(id, http.RequestAborted) is null)
            {
                await Problems.Write(http, Refusal.NotFound("shop"));
                return;
            }

            here.ShopId = named ?? visitor?.ShopId ?? await shops.Default(http.RequestAborted);
            await http.RequestServices.GetRequiredService<Moment>().Enter(http.RequestAborted);
        }

        if (!open && (needed is null || !needed.IsMetBy(visitor!)))
        {
            var missing = needed is null ? "nobody" : needed.Permission.ToWire();
            await Problems.Write(http, Refusal.Forbidden($"Your role '{visitor!.Role}' does not have the permission '{missing}'."));
            return;
        }

        if (!open && Practice.Refuse(visitor!, http.Request.Method, endpoint) is { } counts)
        {
            await Problems.Write(http, counts);
            return;
        }

        await next(http);
    }

    /// <summary>Who asks, as what they are in the shop; another's shop does not exist for a stranger.</summary>
    private async Task<(Caller? Visitor, Refusal? Refusal)> Recognize(HttpContext http, long shopId)
    {
        var header = http.Request.Headers.Authorization.ToString();
        // Browsers can set no header on a WebSocket or an EventSource: those two doors take the token in the query.
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim()
            : http.WebSockets.IsWebSocketRequest || http.Request.Path == "/api/events" ? http.Request.Query["access_token"].ToString()
            : "";
        return token.Length == 0 ? (null, null) : await tokens.In(token, shopId, http.RequestAborted);
    }

    /// <summary>The shop that a request names: in its path, else by header. A name that is no number is no shop's (-1).</summary>
    private static long? NamedShop(HttpContext http)
    {
        var (outer, own) = (http.Features.Get<ShopInPath>()?.Text, http.GetRouteValue("shop_id")?.ToString());
        if (outer is not null && own is not null && outer != own)
            return -1; // two shops in one path
        var text = outer ?? own ?? http.Request.Headers["X-Shop-Id"].ToString();
        return text.Length == 0
            ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : -1;
    }
}

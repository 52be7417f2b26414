using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Authorization;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// The one place that every request passes after routing: who is it, which shop, and may they? An endpoint says what it
/// asks for (<see cref="NeedsPermission"/>) or that it asks for nothing (AllowAnonymous); one that says neither is closed.
/// </summary>
public sealed class Gate(RequestDelegate next, Tokens tokens, SessionGate sessions, ShopDirectory shops, NpgsqlDataSource database)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // No route (404), or the framework's own stand-in for a wrong method or content type (405, 415): nothing to guard.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(http);
            return;
        }

        var here = http.RequestServices.GetRequiredService<Here>();
        var needed = endpoint.Metadata.GetMetadata<NeedsPermission>();
        var open = needed is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

        var (visitor, refusal) = await Recognize(http);
        // A token that was sent and is not good is told, also where none is needed: its owner wants to know. Signing in
        // anew must work with an old one in hand.
        if (visitor is null && (!open || (refusal is not null && !http.Request.Path.StartsWithSegments("/api/auth", StringComparison.OrdinalIgnoreCase))))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Write(http, refusal ?? new Refusal(401, "unauthenticated", "This needs a sign-in: send 'Authorization: Bearer <access_token>'."));
            return;
        }

        here.Visitor = visitor;
        if (endpoint.Metadata.GetMetadata<NeedsNoShop>() is null && await FindShop(http, here) is { } noShop)
        {
            await Problems.Write(http, noShop);
            return;
        }

        if (!open && (needed is null || !visitor!.May(needed.Permission)))
        {
            var missing = needed is null ? "nobody" : needed.Permission.ToWire();
            await Problems.Write(http, Refusal.Forbidden($"Your role '{visitor!.Role}' does not have the permission '{missing}'."));
            return;
        }

        await next(http);
    }

    private async Task<(Caller? Visitor, Refusal? Refusal)> Recognize(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        // Browsers can set no header on a WebSocket or an EventSource: those two doors take the token in the query.
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim()
            : http.WebSockets.IsWebSocketRequest || http.Request.Path == "/api/events" ? http.Request.Query["access_token"].ToString()
            : "";
        if (token.Length == 0)
            return (null, null);
        if (await tokens.Read(token, http.RequestAborted) is not { } claims)
            return (null, new Refusal(401, "unauthenticated", "The access token is not valid or has expired; refresh it or sign in again."));
        var caller = await sessions.Ask(claims.SessionId, http.RequestAborted);
        return caller is not null && caller.UserId == claims.UserId
            ? (caller, null)
            : (null, new Refusal(401, "session_ended", "This session has ended; sign in again."));
    }

    /// <summary>Path, else header, else the person's shop, else the default shop. Another's shop does not exist for a stranger.</summary>
    private async Task<Refusal?> FindShop(HttpContext http, Here here)
    {
        var cancel = http.RequestAborted;
        var named = http.Features.Get<ShopInPath>()?.Text ?? http.Request.Headers["X-Shop-Id"].ToString();
        if (named.Length == 0)
        {
            here.ShopId = here.Visitor?.HomeShopId ?? await shops.Default(cancel);
            return null;
        }

        if (!long.TryParse(named, out var id) || await shops.Find(id, cancel) is null)
            return Refusal.NotFound("shop");
        if (here.Visitor is { } visitor && visitor.HomeShopId != id && !await IsMember(visitor.UserId, id, cancel))
            return Refusal.NotFound("shop");
        here.ShopId = id;
        return null;
    }

    private async Task<bool> IsMember(long userId, long shopId, CancellationToken cancel) =>
        await database.Scalar("select exists (select 1 from shop_members where user_id = $1 and shop_id = $2)", cancel, userId, shopId) is true;
}

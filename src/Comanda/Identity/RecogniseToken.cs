using System.Globalization;
using Comanda.Events;
using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>Whom an access token speaks for, in which shop: for requests and for those who follow events.</summary>
public sealed class RecogniseToken(Tokens tokens, SessionGate sessions, ShopDirectory shops) : IEventVisitors
{
    private static readonly Refusal NotValid = new(
        401,
        "unauthenticated",
        "The access token is not valid or has expired; refresh it or sign in again.");

    private static readonly Refusal NoToken = new(401, "unauthenticated", "This needs a sign-in: send an access token.");

    /// <summary>The person as what they are in the shop; 0 is the session's own. Another's shop does not exist for a stranger.</summary>
    public async Task<(Caller? Caller, Refusal? Refusal)> In(string token, long shopId, CancellationToken cancel)
    {
        if (await tokens.Read(token, cancel) is not { } claims)
            return (null, NotValid);
        var answer = await sessions.Ask(claims.SessionId, shopId, cancel);
        return answer switch
        {
            { Lives: false } => (null, Sessions.Ended),
            { Caller: null } => (null, Refusal.NotFound("shop")),
            { Caller: { } caller } => caller.UserId == claims.UserId ? (caller, null) : (null, Sessions.Ended),
        };
    }

    public async Task<(Caller? Caller, Refusal? Refusal)> Recognise(string token, string? shop, CancellationToken cancel)
    {
        if (token.Length == 0)
            return (null, NoToken);
        long shopId = 0;
        if (shop is not null
            && (!long.TryParse(shop, NumberStyles.None, CultureInfo.InvariantCulture, out shopId)
                || shopId <= 0
                || await shops.Find(shopId, cancel) is null))
            return (null, Refusal.NotFound("shop"));
        var (caller, refusal) = await In(token, shopId, cancel);
        return caller is null || caller.May(Permission.FollowEvents)
            ? (caller, refusal)
            : (null, Refusal.Forbidden($"Your role '{caller.Role}' does not have the permission '{Permission.FollowEvents.ToWire()}'."));
    }

    public Task<Caller?> Follower(long sessionId, long shopId, CancellationToken cancel) => sessions.Follower(sessionId, shopId, cancel);

    public IDisposable Watch(long sessionId, long shopId, Action alarm) => sessions.Watch(sessionId, shopId, alarm);
}

using System.Net.WebSockets;

namespace Comanda.Events;

/// <summary>
/// /socket.io/: what a request of Engine.IO has to be, in the order in which the stock server asks: transport, version, where it comes
/// from, sid, method. A WebSocket that is refused is refused before it is one.
/// </summary>
internal static class SocketIoDoor
{
    private const string Polling = "polling", WebSocketTransport = "websocket";

    public static async Task Open(HttpContext http, SocketIoServer server, AllowedOrigins origins)
    {
        http.Features.Get<Spoken>()?.AsItIs();
        var upgrade = http.WebSockets.IsWebSocketRequest;
        var transport = http.Request.Query["transport"].ToString();
        var sid = http.Request.Query["sid"].ToString();
        var connection = sid.Length == 0 ? null : server.Find(sid);
        if (Check(http, origins, connection) is { } error)
            await http.Refuse(error);
        else if (connection is not null && upgrade)
            await Upgrade(http, connection);
        else if (connection is not null)
            await (HttpMethods.IsGet(http.Request.Method) ? connection.Poll(http) : connection.Post(http));
        else if (server.Open(EngineVisit.Of(http), canUpgrade: transport == Polling) is not { } opened)
            await Problems.Write(http, Refusal.TooMany("Too many connections that have not said who they are.", TimeSpan.FromSeconds(5)));
        else if (upgrade)
            await Serve(http, opened);
        else
            await opened.Poll(http);
    }

    private static EngineError? Check(HttpContext http, AllowedOrigins origins, EngineConnection? connection)
    {
        var query = http.Request.Query;
        var (transport, upgrade) = (query["transport"].ToString(), http.WebSockets.IsWebSocketRequest);
        if (transport is not (Polling or WebSocketTransport))
            return EngineError.TransportUnknown;
        if (query["EIO"] != "4")
            return EngineError.VersionUnsupported;
        if (!origins.Allow(http))
            return EngineError.Forbidden;
        if (query["sid"].ToString().Length > 0)
        {
            if (connection is null)
                return EngineError.SessionUnknown;
            // By another way than it goes on; only an upgrade may.
            var goesBy = connection.IsOnWebSocket ? WebSocketTransport : Polling;
            return upgrade == (transport == WebSocketTransport) && (upgrade || goesBy == transport) ? null : EngineError.BadRequest;
        }

        if (!HttpMethods.IsGet(http.Request.Method))
            return EngineError.BadHandshakeMethod;
        return upgrade == (transport == WebSocketTransport) ? null : EngineError.BadRequest;
    }

    private static async Task Serve(HttpContext http, EngineConnection connection)
    {
        try
        {
            var accepted = await Accept(http);
            LongStay.Goes(http, () => connection.Serve(accepted));
        }
        catch
        {
            connection.End();
            throw;
        }
    }

    private static async Task Upgrade(HttpContext http, EngineConnection connection)
    {
        var candidate = await Accept(http);
        LongStay.Goes(http, () => connection.Upgrade(candidate));
    }

    /// <summary>Without the pings of WebSocket itself: Engine.IO has its own.</summary>
    private static Task<WebSocket> Accept(HttpContext http) =>
        http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
}

namespace Comanda.Events;

/// <summary>
/// GET /ws: the shop's events as text frames. The server pings; what the client sends is read and ignored.
/// Close codes: 4008 the reader fell behind (come back with <c>after</c>), 4001 the session has ended, 1001 the server stops.
/// </summary>
public static class WebSocketDoor
{
    public static async Task Open(HttpContext http, LiveDoors doors, Here here, long? after = null, string? screen = null)
    {
        if (Refuse(http, doors, screen) is { } refusal)
        {
            await Problems.Write(http, refusal);
            return;
        }

        var feed = doors.Feed;
        var dialect = doors.DialectOf(http);
        http.Features.Get<Spoken>()?.AsItIs();

        // Before the client knows that it is in: nothing that happens from then on may be missed.
        await feed.Started.WaitAsync(http.RequestAborted);
        await feed.CatchUp(http.RequestAborted); // and nothing that happened before is news
        var device = new LiveWebSocket(doors, dialect, here, after, screen);
        try
        {
            var socket = await http.WebSockets.AcceptWebSocketAsync();
            LongStay.Goes(http, () => device.Serve(socket));
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private static Refusal? Refuse(HttpContext http, LiveDoors doors, string? screen)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return new(400, "invalid_request", "This address speaks WebSocket; open it with a WebSocket client.");
        if (!doors.Origins.Allow(http))
            return Refusal.Forbidden("Pages of that site may not call this server: COMANDA_CORS_ORIGINS does not name it.");
        return LiveDevice.Check(screen);
    }
}

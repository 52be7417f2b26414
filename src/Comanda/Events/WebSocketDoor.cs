using System.Net.WebSockets;

namespace Comanda.Events;

/// <summary>
/// GET /ws: the shop's events as text frames. The server pings; what the client sends is read and ignored.
/// Close codes: 4008 the reader fell behind (come back with <c>after</c>), 4001 the session has ended, 1001 the server stops.
/// </summary>
public static class WebSocketDoor
{
    private const WebSocketCloseStatus TooSlow = (WebSocketCloseStatus)4008, SessionEnded = (WebSocketCloseStatus)4001;

    /// <summary>A frame that the network does not take within this time means that nobody reads.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SessionCheck = TimeSpan.FromSeconds(5);

    public static async Task Open(HttpContext http, LiveDoors doors, Here here, long? after = null, string? screen = null)
    {
        if (Refuse(http, doors, screen) is { } refusal)
        {
            await Problems.Write(http, refusal);
            return;
        }

        var (feed, life) = (doors.Feed, doors.Life);
        var dialect = doors.DialectOf(http);

        // Before the client knows that it is in: nothing that happens from then on may be missed.
        await feed.Started.WaitAsync(http.RequestAborted);
        await feed.CatchUp(http.RequestAborted); // and nothing that happened before is news
        using var subscription = feed.Subscribe(here.ShopId, here.Caller);
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        using var presence = doors.Devices.Enter(here.Caller, screen, LiveDoor.Websocket);

        var reading = ReadUntilClosed(socket, over);
        var sessionEnded = false;
        var watching = WatchSession(here.Caller, subscription, doors.Visitors, () => sessionEnded = true, over);
        var ending = (Code: WebSocketCloseStatus.NormalClosure, Why: "");
        try
        {
            await foreach (var heard in subscription.Follow(Math.Clamp(after ?? subscription.From, 0, subscription.From), over.Token))
            {
                using var patience = new CancellationTokenSource(Patience);
                var envelope = heard.For(here.Caller, dialect, EventForm.Envelope);
                await socket.SendAsync(envelope, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            }

            ending = (TooSlow, "too slow; resume with after=<last seq>");
        }
        catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
        {
            ending = (WebSocketCloseStatus.EndpointUnavailable, "the server stops");
        }
        catch (OperationCanceledException) when (sessionEnded)
        {
            ending = (SessionEnded, "the session has ended");
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException)
        {
            // the reader closed, or has gone without a word
        }

        await Close(socket, ending.Code, ending.Why, reading);
        await over.CancelAsync();
        await Task.WhenAll(reading, watching);
    }

    private static async Task ReadUntilClosed(WebSocket socket, CancellationTokenSource over)
    {
        var buffer = new byte[1024];
        try
        {
            while (!over.IsCancellationRequested)
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (frame.MessageType == WebSocketMessageType.Close)
                    break;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // gone
        }

        await over.CancelAsync();
    }

    private static Refusal? Refuse(HttpContext http, LiveDoors doors, string? screen)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return new(400, "invalid_request", "This address speaks WebSocket; open it with a WebSocket client.");
        if (!doors.Origins.Allow(http))
            return Refusal.Forbidden("Pages of that site may not call this server: COMANDA_CORS_ORIGINS does not name it.");
        return LiveDevice.Check(screen);
    }

    private static async Task WatchSession(
        Caller caller,
        Subscription subscription,
        IEventVisitors visitors,
        Action ended,
        CancellationTokenSource over)
    {
        try
        {
            using var lookout = new Lookout(visitors, caller.SessionId, subscription.ShopId);
            do
                await lookout.Wait(SessionCheck, over.Token);
            while (await lookout.MayStay(subscription, over.Token));
            ended();
            await over.CancelAsync();
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // the connection is over for another reason
        }
    }

    private static async Task Close(WebSocket socket, WebSocketCloseStatus code, string why, Task reading)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(code, why, patience.Token);
            // The client answers with its own close frame; cutting the line before would lose the code on the way.
            await reading.WaitAsync(patience.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // nobody there to be told
        }

        socket.Abort();
    }
}

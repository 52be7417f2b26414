using System.Net.WebSockets;
using Comanda.Kernel;

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

    public static async Task Open(
        HttpContext http, EventFeed feed, Here here, ISessionWatch sessions, IHostApplicationLifetime life, long? after = null)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await Problems.Write(
                http,
                new Refusal(400, "invalid_request", "This address speaks WebSocket; open it with a WebSocket client."));
            return;
        }

        // Before the client knows that it is in: nothing that happens from then on may be missed.
        await feed.Started.WaitAsync(http.RequestAborted);
        await feed.CatchUp(http.RequestAborted); // and nothing that happened before is news
        using var subscription = feed.Subscribe(here.ShopId, EventsEndpoints.MayHear(here.Caller), EventsEndpoints.GuestOf(here.Caller));
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        var session = here.Caller.SessionId;

        var reading = ReadUntilClosed(socket, over);
        var sessionEnded = false;
        var watching = WatchSession(session, here.ShopId, sessions, () => sessionEnded = true, over);
        var ending = (Code: WebSocketCloseStatus.NormalClosure, Why: "");
        try
        {
            await foreach (var heard in subscription.Follow(Math.Clamp(after ?? subscription.From, 0, subscription.From), over.Token))
            {
                using var patience = new CancellationTokenSource(Patience);
                await socket.SendAsync(heard.EnvelopeFor(here.Caller), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
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

    private static async Task WatchSession(long session, long shop, ISessionWatch sessions, Action ended, CancellationTokenSource over)
    {
        try
        {
            using var watch = sessions.Watch(session);
            do
                await watch.Wait(SessionCheck, over.Token);
            while (await LivesOrUnknown());
            ended();
            await over.CancelAsync();
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // the connection is over for another reason
        }

        // A database that does not answer ends no session, and must not end the watching either.
        async Task<bool> LivesOrUnknown()
        {
            try
            {
                return await sessions.MayFollow(session, shop, over.Token);
            }
            catch (Exception unknown) when (unknown is not OperationCanceledException)
            {
                return true;
            }
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

/// <summary>Tells a long connection whether its session still lives; Identity answers.</summary>
public interface ISessionWatch
{
    /// <summary>Whether the session lives, and its person may still follow the events of this shop.</summary>
    Task<bool> MayFollow(long sessionId, long shopId, CancellationToken cancel);

    /// <summary>Looks out for the end of a session.</summary>
    ISessionLookout Watch(long sessionId);
}

/// <summary>One connection's lookout for the end of its session.</summary>
public interface ISessionLookout : IDisposable
{
    /// <summary>Returns after this time, or at once when the session is said to have ended, by any process.</summary>
    Task Wait(TimeSpan atMost, CancellationToken cancel);
}

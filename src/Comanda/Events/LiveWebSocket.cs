using System.Buffers;
using System.Net.WebSockets;

namespace Comanda.Events;

/// <summary>
/// One device at /ws. Nothing runs for it while nothing happens but a read without a buffer: what it is to hear waits in its subscription
/// and is sent by whoever brings it.
/// </summary>
internal sealed class LiveWebSocket : IThreadPoolWorkItem, ILooksAtClock, IDisposable
{
    private const WebSocketCloseStatus TooSlow = (WebSocketCloseStatus)4008, SessionEnded = (WebSocketCloseStatus)4001;

    /// <summary>A frame that the network does not take within this time means that nobody reads.</summary>
    private static readonly long Patience = LiveClock.Ticks(TimeSpan.FromSeconds(10));

    private static readonly TimeSpan SessionChecks = TimeSpan.FromSeconds(5), Goodbye = TimeSpan.FromSeconds(2);

    private readonly LiveDoors doors;
    private readonly EventDialect dialect;
    private readonly Subscription subscription;
    private readonly string? screen;
    private WebSocket socket = null!;
    private SessionCheck? session;
    private IDisposable? presence;
    private CancellationTokenSource? past;
    private Task hangingUp = Task.CompletedTask;
    private long last;
    private long sendingSince;
    private bool attached;
    private bool writing;
    private bool ended;

    /// <summary>Its place in the feed, from now on: what happens before it is served is not missed.</summary>
    /// <param name="doors">What every door needs.</param>
    /// <param name="dialect">How events are spelled to it.</param>
    /// <param name="here">Who follows, and which shop.</param>
    /// <param name="after">What it has; null is all up to now.</param>
    /// <param name="screen">What it shows.</param>
    public LiveWebSocket(LiveDoors doors, EventDialect dialect, Here here, long? after, string? screen)
    {
        (this.doors, this.dialect, this.screen) = (doors, dialect, screen);
        subscription = doors.Feed.Subscribe(here.ShopId, here.Caller, Flush);
        last = Math.Clamp(after ?? subscription.From, 0, subscription.From);
    }

    /// <summary>Serves it to its end.</summary>
    public async Task Serve(WebSocket accepted)
    {
        socket = accepted;
        session = new(doors.Visitors, subscription, SessionChecks, () => End(SessionEnded, "the session has ended"));
        presence = doors.Devices.Enter(subscription.Follower, screen, LiveDoor.Websocket);
        doors.Rounds.Add(this);
        if (last < subscription.From)
            _ = TellPast(past = new());
        else
            Attach();
        await ReadToTheEnd();
        End(WebSocketCloseStatus.NormalClosure, "");
        await hangingUp;
        socket.Dispose();
    }

    public void Dispose()
    {
        doors.Rounds.Remove(this);
        subscription.Dispose();
        session?.Dispose();
        presence?.Dispose();
    }

    public void LookAtClock(long now)
    {
        if (Volatile.Read(ref sendingSince) is not 0 and var since && now - since > Patience)
        {
            socket.Abort();
            End(WebSocketCloseStatus.NormalClosure, "");
            return;
        }

        session?.LookAtClock(now);
    }

    public void Stop() => End(WebSocketCloseStatus.EndpointUnavailable, "the server stops");

    void IThreadPoolWorkItem.Execute() => _ = WriteAll();

    private void Attach()
    {
        lock (subscription)
            attached = true;
        Flush();
    }

    /// <summary>Sends what has come, unless somebody does already.</summary>
    private void Flush()
    {
        lock (subscription)
        {
            if (ended || writing || !attached)
                return;
            writing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private async Task WriteAll()
    {
        try
        {
            while (true)
            {
                HeardEvent heard;
                lock (subscription)
                {
                    if (ended || !subscription.TryTake(out heard))
                    {
                        writing = false;
                        break;
                    }
                }

                if (heard.Seq > last)
                    await Send(heard);
            }

            if (subscription.TooSlow)
                End(TooSlow, "too slow; resume with after=<last seq>");
        }
        catch (Exception gone) when (IsGone(gone))
        {
            End(WebSocketCloseStatus.NormalClosure, "");
        }
    }

    /// <summary>What it missed, page by page, at its own speed; then it hears what comes.</summary>
    private async Task TellPast(CancellationTokenSource over)
    {
        try
        {
            await foreach (var heard in subscription.Past(last, over.Token))
                await Send(heard);
            last = Math.Max(last, subscription.From);
            doors.Rounds.Works();
            Attach();
        }
        catch (Exception gone) when (IsGone(gone))
        {
            End(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (Exception failure)
        {
            // The database does not answer. Who is hung up on comes back, and goes on from where they are.
            doors.Rounds.Note(failure);
            End(WebSocketCloseStatus.InternalServerError, "come back in a moment");
        }
    }

    private async Task Send(HeardEvent heard)
    {
        var envelope = heard.For(subscription.Follower, dialect, EventForm.Envelope);
        Volatile.Write(ref sendingSince, LiveClock.Now);
        await socket.SendAsync(envelope.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Volatile.Write(ref sendingSince, 0);
        last = heard.Seq;
    }

    /// <summary>Whatever it says is read and ignored, up to its goodbye.</summary>
    private async Task ReadToTheEnd()
    {
        try
        {
            while (true)
            {
                // Into no buffer: returns when something is there.
                var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (first.MessageType == WebSocketMessageType.Close)
                    return;
                if (!first.EndOfMessage && !await ReadPast())
                    return;
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // gone without a word, or hung up on
        }
    }

    private async Task<bool> ReadPast()
    {
        var rented = ArrayPool<byte>.Shared.Rent(1024);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(rented.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                    return false;
                if (part.EndOfMessage)
                    return true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void End(WebSocketCloseStatus code, string why)
    {
        lock (subscription)
        {
            if (ended)
                return;
            ended = true;
            hangingUp = HangUp(code, why);
        }

        past?.Cancel();
        Dispose();
    }

    private async Task HangUp(WebSocketCloseStatus code, string why)
    {
        try
        {
            using var patience = new CancellationTokenSource(Goodbye);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(code, why, patience.Token);
            // The client answers with its own close frame, which the reader sees; cutting the line before would lose the code on the way.
            while (socket.State == WebSocketState.CloseSent)
                await Task.Delay(20, patience.Token);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // nobody there to be told
        }

        socket.Abort();
    }

    private static bool IsGone(Exception failure) =>
        failure is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException;
}

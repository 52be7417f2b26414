using System.Net.WebSockets;

namespace Comanda.Events;

/// <summary>
/// A connection of Engine.IO (version 4): one sid, over polling, or WebSocket, or first the one and then the other. What is to go out
/// waits in <see cref="queue"/>; live events wait where they came from and are taken one by one as the client takes them, so that a
/// connection at rest holds next to nothing.
/// </summary>
internal sealed partial class EngineConnection(SocketIoServer server, EngineVisit visit, string sid) : IThreadPoolWorkItem
{
    /// <summary>What is read ahead of the client where it gets its past.</summary>
    private const int RoomForPast = 64 * 1024;

    private readonly Lock gate = new();
    private Queue<byte[]>? queue;
    private int queuedBytes;
    private TaskCompletionSource? room;
    private LiveSocket? source;
    private LiveSocket? joined;
    private bool joining;
    private bool ended;
    private int attachments;
    private long strangerSince = LiveClock.Now;
    private long nextPing = LiveClock.Now + LiveClock.Ticks(server.Options.PingInterval);
    private long pingSent;
    private long hangUpAt;

    public string Sid => sid;

    /// <summary>How it came in.</summary>
    public EngineVisit Visit => visit;

    public bool IsStranger => joined is null;

    public bool IsOnWebSocket => socket is not null;

    /// <summary>Sends a packet of Engine.IO.</summary>
    public void Send(byte[] packet)
    {
        lock (gate)
        {
            if (ended)
                return;
            (queue ??= new()).Enqueue(packet);
            queuedBytes += packet.Length;
        }

        Flush();
    }

    /// <summary>Sends what there is, as soon as it can go.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (ended)
                return;
            if (socket is null)
            {
                if (poll is not null && HasSomething())
                    poll.TrySetResult();
                return;
            }

            if (writing)
                return;
            writing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Waits until the client has taken most of what it was sent.</summary>
    public Task Room(CancellationToken cancel)
    {
        lock (gate)
        {
            if (ended || queuedBytes < RoomForPast)
                return Task.CompletedTask;
            return (room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancel);
        }
    }

    /// <summary>From now on live events of this socket go out as they come.</summary>
    public void Attach(LiveSocket live)
    {
        lock (gate)
        {
            if (ended || joined != live)
                return;
            source = live;
        }

        Flush();
    }

    /// <summary>Called while this connection takes events: there are none to take for now.</summary>
    public void Detach(LiveSocket live)
    {
        if (source == live)
            source = null;
    }

    /// <summary>The person's session has ended: the client is told, so that it does not come back by itself, and has to hang up.</summary>
    public void SendAway(LiveSocket live)
    {
        if (Leave(live))
        {
            Send("41"u8.ToArray());
            hangUpAt = LiveClock.Now + LiveClock.Ticks(server.Options.GoodbyeTimeout);
        }
    }

    /// <summary>Over, for whatever reason. A client that is there comes back by itself.</summary>
    public void End(WebSocketCloseStatus code = WebSocketCloseStatus.NormalClosure, string why = "")
    {
        LiveSocket? live;
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (ended)
                return;
            ended = true;
            (live, joined, source) = (joined, null, null);
            (queue, queuedBytes) = (null, 0);
            (waiting, room) = (room, null);
            poll?.TrySetResult();
            if (socket is not null)
                hangingUp = HangUp(socket, code, why);
        }

        waiting?.TrySetResult();
        live?.Dispose();
        server.Forget(this);
    }

    /// <summary>Looks at the clock: time for a ping, or nobody there any more?</summary>
    public void LookAtClock(long now)
    {
        var options = server.Options;
        var silent = pingSent != 0 && now - pingSent > LiveClock.Ticks(options.PingTimeout);
        var unknown = joined is null && !joining && now - strangerSince > LiveClock.Ticks(options.ConnectTimeout);
        var sentAway = hangUpAt != 0 && now > hangUpAt;
        var stuck = Volatile.Read(ref sendingSince) is not 0 and var since && now - since > LiveClock.Ticks(options.SendTimeout);
        if (silent || unknown || sentAway || stuck)
        {
            if (stuck)
                socket?.Abort();
            End();
            return;
        }

        if (pingSent == 0 && now >= nextPing)
        {
            pingSent = now;
            Send("2"u8.ToArray());
        }

        joined?.LookAtClock(now);
    }

    private void Pong()
    {
        pingSent = 0;
        nextPing = LiveClock.Now + LiveClock.Ticks(server.Options.PingInterval);
    }

    private bool HasSomething() => queue is { Count: > 0 } || source?.HasEvents == true;

    /// <summary>The next packet to go out; within the gate.</summary>
    private bool TryNext(out byte[] packet)
    {
        if (queue is not null && queue.TryDequeue(out packet!))
        {
            queuedBytes -= packet.Length;
            if (queue.Count == 0)
                queue = null;
            if (queuedBytes < RoomForPast)
            {
                room?.TrySetResult();
                room = null;
            }

            return true;
        }

        if (source is not null && source.TryTake(out packet))
            return true;
        packet = [];
        return false;
    }
}

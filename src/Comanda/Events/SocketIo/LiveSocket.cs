namespace Comanda.Events;

/// <summary>
/// Somebody who was let in: a place in the feed, and a watch on their session. Live events are taken as the client takes them;
/// who is behind gets the log page by page, and a client that cannot keep up has the log again, at its own speed.
/// </summary>
internal sealed class LiveSocket : IDisposable
{
    private readonly SocketIoServer server;
    private readonly EngineConnection engine;
    private readonly EventDialect dialect;
    private readonly Subscription subscription;
    private readonly SessionCheck session;
    private readonly IDisposable presence;
    private CancellationTokenSource? past;
    private long last;
    private bool ended;

    public LiveSocket(SocketIoServer server, EngineConnection engine, Caller caller, SocketIoAsk asked)
    {
        (this.server, this.engine) = (server, engine);
        Id = EngineIds.New();
        dialect = server.Dialects.Find(asked.Dialect, server.Dialects.OfSocketIo);
        subscription = server.Feed.Subscribe(caller.ShopId, caller, WakeUp);
        // Whoever goes on with what was theirs keeps the pid: by that the client knows.
        var goesOn = asked.Pid is { } before && before.ShopId == caller.ShopId && before.UserId == caller.UserId;
        var pid = goesOn ? asked.Pid! : new LivePid(caller.ShopId, caller.UserId, subscription.From, EngineIds.New());
        Pid = pid.ToString();
        var behind = goesOn ? Math.Max(asked.Offset ?? pid.From, asked.After ?? 0) : asked.After ?? subscription.From;
        last = Math.Min(behind, subscription.From);
        session = new(server.Visitors, subscription, server.Options.SessionCheck, () => engine.SendAway(this));
        presence = server.Devices.Enter(caller, asked.Screen, LiveDoor.SocketIo);
    }

    public string Id { get; }

    public string Pid { get; }

    public bool HasEvents => subscription.TooSlow || subscription.HasEvents;

    /// <summary>Begins to tell: first what was missed, if anything was.</summary>
    public void Begin()
    {
        if (last < subscription.From)
            _ = Follow();
        else
            engine.Attach(this);
    }

    /// <summary>The next event to go out, packed; called by the connection, one at a time.</summary>
    public bool TryTake(out byte[] packet)
    {
        while (subscription.TryTake(out var heard))
        {
            if (heard.Seq <= last)
                continue;
            last = heard.Seq;
            packet = heard.For(subscription.Follower, dialect, EventForm.SocketIo);
            return true;
        }

        if (subscription.TooSlow)
        {
            engine.Detach(this);
            _ = Task.Run(Follow);
        }

        packet = [];
        return false;
    }

    public void LookAtClock(long now) => session.LookAtClock(now);

    public void Dispose()
    {
        lock (session)
        {
            ended = true;
            past?.Cancel();
        }

        subscription.Dispose();
        session.Dispose();
        presence.Dispose();
    }

    private void WakeUp() => engine.Flush();

    private async Task Follow()
    {
        CancellationToken cancel;
        lock (session)
        {
            if (ended)
                return;
            cancel = (past = new()).Token;
        }

        try
        {
            await foreach (var heard in subscription.Past(last, cancel))
            {
                await engine.Room(cancel);
                engine.Send(heard.For(subscription.Follower, dialect, EventForm.SocketIo));
                last = heard.Seq;
            }

            last = Math.Max(last, subscription.From);
            engine.Attach(this);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // it has gone
        }
        catch (Exception failure)
        {
            server.Note(failure);
            engine.End(); // the database does not answer; the client comes back, and goes on from where it is
        }
    }
}

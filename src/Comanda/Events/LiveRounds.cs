using System.Collections.Concurrent;
using Comanda.Data;

namespace Comanda.Events;

/// <summary>A connection that has to look at the clock now and then.</summary>
internal interface ILooksAtClock
{
    /// <summary>Called a few times a second; must be quick.</summary>
    void LookAtClock(long now);

    /// <summary>The server stops.</summary>
    void Stop();
}

/// <summary>One clock for all connections of /ws: none has a timer of its own.</summary>
public sealed class LiveRounds(IHostApplicationLifetime life, ILogger<LiveRounds> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<ILooksAtClock, bool> all = [];
    private readonly Outage outage = new(log, "telling devices what they missed");

    internal void Add(ILooksAtClock connection)
    {
        all[connection] = true;
        if (life.ApplicationStopping.IsCancellationRequested)
            connection.Stop();
    }

    public void Note(Exception failure) => outage.Failed(failure);

    public void Works() => outage.Works();

    internal void Remove(ILooksAtClock connection) => all.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, life.ApplicationStopping);
        try
        {
            while (true)
            {
                await Task.Delay(Round, stop.Token);
                var now = LiveClock.Now;
                foreach (var (connection, _) in all)
                    connection.LookAtClock(now);
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var (connection, _) in all)
                connection.Stop();
        }
    }
}

/// <summary>Whether the session of somebody who follows still lives: asked when it is said to have ended, and now and then.</summary>
internal sealed class SessionCheck : IDisposable
{
    private readonly IEventVisitors visitors;
    private readonly Subscription subscription;
    private readonly long every;
    private readonly Action ended;
    private readonly IDisposable watch;
    private long next;
    private int checking;

    /// <summary>Begins to look after a session.</summary>
    /// <param name="visitors">Who knows.</param>
    /// <param name="subscription">Of whom; what they may hear is what they may hear at each check.</param>
    /// <param name="every">How often it is asked where nothing is heard of it.</param>
    /// <param name="ended">It has.</param>
    public SessionCheck(IEventVisitors visitors, Subscription subscription, TimeSpan every, Action ended)
    {
        (this.visitors, this.subscription, this.ended) = (visitors, subscription, ended);
        this.every = LiveClock.Ticks(every);
        next = LiveClock.Now + Random.Shared.NextInt64(this.every); // not all at once
        watch = visitors.Watch(Session, subscription.ShopId, Alarm);
    }

    private long Session => subscription.Follower.SessionId;

    public void LookAtClock(long now)
    {
        if (now >= next)
            CheckNow();
    }

    public void Dispose() => watch.Dispose();

    private void Alarm() => ThreadPool.UnsafeQueueUserWorkItem(static check => check.CheckNow(), this, preferLocal: false);

    private void CheckNow()
    {
        next = LiveClock.Now + every;
        if (Interlocked.Exchange(ref checking, 1) == 0)
            _ = Check();
    }

    private async Task Check()
    {
        try
        {
            if (await visitors.Follower(Session, subscription.ShopId, CancellationToken.None) is { } caller)
                subscription.IsFor(caller);
            else
                ended();
        }
        catch (Exception unknown) when (unknown is not OutOfMemoryException)
        {
            // a database that does not answer ends no session
        }
        finally
        {
            Volatile.Write(ref checking, 0);
        }
    }
}

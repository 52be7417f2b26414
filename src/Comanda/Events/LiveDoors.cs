namespace Comanda.Events;

/// <summary>What every door of live events needs.</summary>
public sealed record LiveDoors(
    EventFeed Feed,
    EventDialects Dialects,
    IEventVisitors Visitors,
    LiveDevices Devices,
    AllowedOrigins Origins,
    LiveRounds Rounds,
    IHostApplicationLifetime Life)
{
    /// <summary>The dialect that a request asks for, by header or, where a browser can set none, in the query.</summary>
    public EventDialect DialectOf(HttpContext http) => http.Features.Get<Spoken>() is { } spoken
        ? Dialects.Of(spoken.Dialect)
        : Dialects.Find(
            http.Request.Headers["Comanda-Dialect"].ToString() is { Length: > 0 } named
                ? named
                : http.Request.Query["dialect"].ToString()
        );
}

/// <summary>One connection's lookout for the end of its session.</summary>
internal sealed class Lookout : IDisposable
{
    private readonly SemaphoreSlim alarm = new(0, 1);
    private readonly IEventVisitors visitors;
    private readonly long session;
    private readonly IDisposable watch;

    public Lookout(IEventVisitors visitors, long session, long shopId)
    {
        (this.visitors, this.session) = (visitors, session);
        watch = visitors.Watch(session, shopId, Alarm);
    }

    /// <summary>Returns after this time, or at once when the session is said to have ended, by any process.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken cancel) => alarm.WaitAsync(atMost, cancel);

    /// <summary>Whether the session lives, and its person may still follow; from now on they hear what they may hear now.</summary>
    public async Task<bool> MayStay(Subscription subscription, CancellationToken cancel)
    {
        try
        {
            if (await visitors.Follower(session, subscription.ShopId, cancel) is not { } caller)
                return false;
            subscription.IsFor(caller);
            return true;
        }
        catch (Exception unknown) when (unknown is not OperationCanceledException)
        {
            return true; // a database that does not answer ends no session, and must not end the watching either
        }
    }

    public void Dispose()
    {
        watch.Dispose();
        alarm.Dispose();
    }

    private void Alarm() => alarm.Ring();
}

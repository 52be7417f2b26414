using Comanda.Data;
using Npgsql;

namespace Comanda.Events;

/// <summary>
/// Wakes the feeds: this process's at once, the other processes' by LISTEN/NOTIFY, and by Redis where there is one. A ring
/// is a hint, not a message: it carries nothing, rings that come close together are one, and a lost one costs at most the
/// feed's own look-round interval. It rings after the commit, never inside it: a NOTIFY in a transaction takes a lock that
/// all commits of the database queue on.
/// </summary>
public sealed class EventBell(NpgsqlDataSource database, DirectDatabase direct, RedisLink redis, ILogger<EventBell> log) : BackgroundService
{
    private const string Channel = "comanda_events";

    /// <summary>Rings that leave this process are at least this far apart.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(5);

    private readonly string self = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim outgoing = new(0, 1);
    private readonly SemaphoreSlim here = new(0, 1);

    /// <summary>Something was committed to the event log.</summary>
    public void Ring()
    {
        here.Ring();
        outgoing.Ring();
    }

    /// <summary>Returns at the next ring, or after the time given.</summary>
    public Task<bool> Wait(TimeSpan atMost, CancellationToken cancel) => here.WaitAsync(atMost, cancel);

    /// <summary>Wakes this process's feed alone.</summary>
    public void RingHere() => here.Ring();

    public override void Dispose()
    {
        outgoing.Dispose();
        here.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.Listen(Channel, from =>
        {
            if (from != self)
                RingHere();
        });
        return Task.WhenAll(Send(stoppingToken), Listen(stoppingToken));
    }

    private async Task Send(CancellationToken cancel)
    {
        var outage = new Outage(log, "telling the other processes of events");
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await outgoing.WaitAsync(cancel);
                // Both: what one of them loses the other brings, and two rings are one.
                redis.Publish(Channel, self);
                await using (var notify = database.CreateCommand($"notify {Channel}, '{self}'"))
                    await notify.ExecuteNonQueryAsync(cancel);
                outage.Works();
                await Task.Delay(Quiet, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
                await Pause(cancel);
            }
        }
    }

    private async Task Listen(CancellationToken cancel)
    {
        var outage = new Outage(log, "hearing of the other processes' events");
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var connection = await direct.Source.OpenConnectionAsync(cancel);
                connection.Notification += (_, e) =>
                {
                    if (e.Payload != self)
                        RingHere();
                };
                await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
                    await listen.ExecuteNonQueryAsync(cancel);
                outage.Works();
                RingHere(); // what came while nobody listened
                while (true)
                    await connection.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
                await Pause(cancel);
            }
        }
    }

    private static async Task Pause(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// Keeps the roll-ups of reports: hears of a shop's sales by the event feed and counts the days they are on. It takes at most a fifth of
/// one processor's time, however much is sold; nobody waits for it, since reports count what it has not yet.
/// </summary>
public sealed class RollUpReports(
    NpgsqlDataSource database, EventFeed feed, ShopDirectory shops, TimeProvider clock, ILogger<RollUpReports> log) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250), LookRound = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<long, bool> touched = [];
    private readonly SemaphoreSlim rung = new(0, 1);

    public override void Dispose()
    {
        rung.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        feed.OnEvent(heard =>
        {
            if (Books.Touching.Contains(heard.Name) || heard.Name == EventNames.SettingsChanged)
                Note(heard.ShopId);
        });
        var outage = new Outage(log, "rolling up reports");
        var looked = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await feed.Started.WaitAsync(stoppingToken);
                if ((clock.GetUtcNow() - looked).Duration() >= LookRound)
                {
                    looked = clock.GetUtcNow();
                    foreach (var shop in await Behind(stoppingToken))
                        Note(shop);
                }

                foreach (var shop in touched.Keys)
                {
                    touched.TryRemove(shop, out _);
                    await Follow(shop, stoppingToken);
                }

                outage.Works();
                await Task.Delay(Quiet, stoppingToken);
                if (touched.IsEmpty)
                    await rung.WaitAsync(LookRound, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), stoppingToken));
            }
        }
    }

    private async Task Follow(long id, CancellationToken cancel)
    {
        if (await shops.Find(id, cancel) is not { } shop)
            return;
        var begun = Stopwatch.GetTimestamp();
        var done = await RollUp.Follow(database, shop, feed.Settled, cancel);
        // Another process that has it in hand may have begun before what we heard of.
        if (done.More)
            touched[id] = true;
        if (!done.Held && done.Days > 0)
            await Task.Delay(Stopwatch.GetElapsedTime(begun) * 4, cancel);
    }

    private void Note(long shop)
    {
        if (!touched.TryAdd(shop, true))
            return;
        try
        {
            if (rung.CurrentCount == 0)
                rung.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // rung by somebody else in the same moment, or stopping
        }
    }

    /// <summary>Shops without roll-ups, and those with events behind their position.</summary>
    private async Task<List<long>> Behind(CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select s.id from shops s left join report_positions p on p.shop_id = s.id
            where p.shop_id is null or exists (select 1 from events e where e.shop_id = s.id and e.seq > p.seq and e.seq <= $1) order by 1
            """,
            feed.Settled);
        return await command.List(r => r.GetInt64(0), cancel);
    }
}

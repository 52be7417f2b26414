using System.Collections.Concurrent;
using Comanda.Data;

namespace Comanda.Events;

/// <summary>
/// Work for shops in which something happened: hears of it by the event feed, and looks round now and then for what it may have missed.
/// However much happens, a shop is looked at a few times a second at most.
/// </summary>
public abstract class ShopRounds(EventFeed feed, TimeProvider clock, ILogger log, string what) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250), LookRound = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<long, bool> noted = [];
    private readonly SemaphoreSlim rung = new(0, 1);

    public override void Dispose()
    {
        rung.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        feed.OnEvent(heard =>
        {
            if (Concerns(heard.Name))
                Note(heard.ShopId);
        });
        await Task.Delay(Rounds.BeforeFirst, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var outage = new Outage(log, what);
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

                foreach (var shop in noted.Keys)
                {
                    noted.TryRemove(shop, out _);
                    if (!await Look(shop, stoppingToken))
                        noted[shop] = true;
                }

                outage.Works();
                await Task.Delay(Quiet, stoppingToken);
                if (noted.IsEmpty)
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

    /// <summary>Whether a shop is to be looked at after an event of this name.</summary>
    protected abstract bool Concerns(string name);

    /// <summary>The shops that have something to do, whatever was heard.</summary>
    protected abstract Task<List<long>> Behind(CancellationToken cancel);

    /// <summary>
    /// Does what there is to do. False: there is more, or another process has it in hand and may have begun before the event.
    /// </summary>
    public abstract Task<bool> Look(long shopId, CancellationToken cancel);

    /// <summary>Has the shop looked at soon.</summary>
    protected void Note(long shop)
    {
        if (noted.TryAdd(shop, true))
            rung.Ring();
    }
}

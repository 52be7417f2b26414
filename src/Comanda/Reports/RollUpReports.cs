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
    NpgsqlDataSource database, EventFeed feed, ShopDirectory shops, TimeProvider clock, ILogger<RollUpReports> log) 
    : ShopRounds(feed, clock, log, "rolling up reports")
{
    private readonly EventFeed feed = feed;

    protected override bool Concerns(string name) => Books.Touching.Contains(name) || name == EventNames.SettingsChanged;

    public override async Task<bool> Look(long shopId, CancellationToken cancel)
    {
        if (await shops.Find(shopId, cancel) is not { } shop)
            return true;
        var begun = Stopwatch.GetTimestamp();
        var done = await RollUp.Follow(database, shop, feed.Settled, cancel);
        if (!done.Held && done.Days > 0)
            await Task.Delay(Stopwatch.GetElapsedTime(begun) * 4, cancel);
        return !done.More;
    }

    /// <summary>Shops without roll-ups, and those with events behind their position.</summary>
    protected override async Task<List<long>> Behind(CancellationToken cancel)
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

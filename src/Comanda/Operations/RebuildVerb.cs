using System.CommandLine;
using Comanda.Data;
using Comanda.Imports;
using Comanda.Reports;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Operations;

/// <summary>comanda rebuild reports: counts the roll-ups of every shop anew from the orders, beside servers that are running.</summary>
public static class RebuildVerb
{
    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var reports = new Command("reports", "Counts the roll-ups of reports anew from the orders, of every shop.");
        reports.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed, (database, _) => Run(database, new ProgressBar(), Console.WriteLine, cancel), cancel)));
        return new Command("rebuild", "Makes anew what follows from something else.") { reports };
    }

    internal static async Task<int> Run(
        NpgsqlDataSource database, ProgressBar bar, Action<string> say, CancellationToken cancel)
    {
        await using var command = database.Command("select id from shops order by id");
        var ids = await command.List(r => r.GetInt64(0), cancel);
        var days = 0L;
        foreach (var (place, id) in ids.Index())
        {
            var shop = new ShopClock(id, await ReadBusinessDay.Of(database, id, cancel));
            void Show(long done, long all) => bar.Show("counting", (place * 1000L) + (done * 1000 / all), ids.Count * 1000L);
            days += await RollUp.Rebuild(database, shop, Show, cancel);
        }

        bar.Show("counting", 1, 1);
        bar.Finish();
        say($"The reports of {ids.Count} shop(s) are rolled up anew: {days} days.");
        return 0;
    }
}

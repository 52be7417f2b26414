using System.CommandLine;
using System.Globalization;
using Comanda.Data;
using Comanda.Registers;
using Comanda.Reports;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda verify: recomputes the fiscal journals of every shop in a database, the stock from its movements, and the roll-ups of reports
/// from the orders; of a backup that was
/// restored beside the running one, too. It writes nothing, no migration either. Exit code 2 where something does not hold.
/// </summary>
public static class VerifyVerb
{
    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, Task<int>>, CancellationToken, Task<int>> withUntouchedDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var verb = new Command(
            "verify",
            "Recomputes every hash of the fiscal journals, every level of stock and every day of the reports, of this database or of a "
                + "restored backup (--database).");
        verb.SetAction((parsed, cancel) => guarded(() => withUntouchedDatabase(
            parsed, database => Run(database, Console.WriteLine, cancel), cancel)));
        return verb;
    }

    internal static async Task<int> Run(NpgsqlDataSource database, Action<string> say, CancellationToken cancel)
    {
        List<(long Id, string Name)> shops;
        try
        {
            await using var command = database.Command("select id, name from shops order by id");
            shops = await command.List(r => (r.GetInt64(0), r.GetString(1)), cancel);
        }
        catch (PostgresException none) when (none.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new StartupException("this database holds no Comanda: it has no table of shops");
        }

        var whole = true;
        // a backup of an older version has none
        var stock = await database.Scalar("select to_regclass('stock_movements') is not null", cancel) is true;
        var reports = await database.Scalar("select to_regclass('report_positions') is not null", cancel) is true;
        foreach (var (id, name) in shops)
        {
            var state = await VerifyJournal.OfShop(database, id, cancel);
            whole &= state.Valid;
            say(state.FirstBroken is { } broken
                ? $"{name} (shop {id}): BROKEN at register {broken.Register}, entry {broken.Number}: {broken.Why}"
                : $"{name} (shop {id}): {state.Entries} entries, every hash holds");
            if (stock && await FoldStock.Wrong(database, id, cancel) is { Count: > 0 } wrong)
            {
                whole = false;
                say($"{name} (shop {id}): the stock of items {string.Join(
                    ", ",
                    wrong)} or its use by day is NOT the sum of its movements");
            }

            var clock = await ReadBusinessDay.Of(database, id, cancel);
            if (reports && await RollUp.Wrong(database, new(id, clock), cancel) is { Count: > 0 } days)
            {
                whole = false;
                var which = days.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Table} of {d.Day:yyyy-MM-dd}"));
                say($"{name} (shop {id}): {string.Join(
                    ", ",
                    which)} NOT what the orders add up to; 'comanda rebuild reports' counts them anew");
            }
        }

        if (shops.Count == 0)
            say("There are no shops.");
        return whole ? 0 : 2;
    }
}

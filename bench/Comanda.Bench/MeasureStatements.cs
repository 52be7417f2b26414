using System.Diagnostics;
using Comanda.Data;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// A million calls of 500 statements whose rows have shapes of their own, with the connections that Comanda opens, one call in twenty
/// refused as its value is bound: every row belongs to its question. Beside it, what a call costs where nobody prepares and where the
/// driver does.
/// </summary>
internal sealed class MeasureStatements(NpgsqlDataSource database, PrepareStatements? prepare, bool failing, CancellationToken cancel)
{
    private const int Statements = 500, Clients = 4, Calls = 1_000_000, Short = 100_000;

    private int answered, refused, lost, wrong;

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        var table = new MarkdownTable(
            $"Calls of {Statements} statements ({Clients} connections), one in twenty refused where it says so",
            "who prepares", "calls", "answered", "refused as they should be", "failed otherwise", "wrong rows", "calls/s");
        await using var ours = await Database.Open(cluster.ConnectionTo("comanda") + ";Maximum Pool Size=5", cancel);
        var drivers = new NpgsqlConnectionStringBuilder(cluster.ConnectionTo("comanda"))
        {
            MaxPoolSize = 5,
            MaxAutoPrepare = PrepareStatements.Most,
            AutoPrepareMinUsages = PrepareStatements.Uses,
            NoResetOnClose = true,
        };
        await using var driver = NpgsqlDataSource.Create(drivers);
        await Row("nobody, none refused", new(ours, null, failing: false, cancel), Short);
        await Row("the driver, none refused", new(driver, null, failing: false, cancel), Short);
        await Row("Comanda, none refused", new(ours, new PrepareStatements(), failing: false, cancel), Short);
        await Row("Comanda", new(ours, new PrepareStatements(), failing: true, cancel), Calls);
        table.Print($"At most {PrepareStatements.Most} are prepared, from their use number {PrepareStatements.Uses} on.");

        async Task Row(string name, MeasureStatements run, int calls)
        {
            var since = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Clients)
                .Select(n => Task.Run(() => run.Client(new Random(n), calls / Clients), cancel)));
            var rate = calls / Stopwatch.GetElapsedTime(since).TotalSeconds;
            Progress.Say($"statements: {name}: {rate:F0}/s");
            table.Row(name, $"{calls:N0}", $"{run.answered:N0}", $"{run.refused:N0}", $"{run.lost}", $"{run.wrong}", $"{rate:F0}");
        }
    }

    private async Task Client(Random random, int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            var number = random.Next(Statements);
            var bad = failing && random.Next(20) == 0;
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var command = connection.Command(Text(number), bad ? "\0" : $"call {call}");
            try
            {
                if (prepare is not null)
                    await prepare.Before(command);
                var right = await IsRight(command, number, $"call {call}");
                Interlocked.Increment(ref right ? ref answered : ref wrong);
            }
            catch (PostgresException refusal) when (bad && refusal.SqlState == PostgresErrorCodes.CharacterNotInRepertoire)
            {
                Interlocked.Increment(ref refused);
            }
            catch (NpgsqlException)
            {
                Interlocked.Increment(ref lost);
            }
        }
    }

    private async Task<bool> IsRight(NpgsqlCommand command, int number, string asked)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var (right, rows) = (reader.FieldCount == 2 + (number % 4), 0);
        for (; await reader.ReadAsync(cancel); rows++)
            right = right && reader.GetInt32(0) == number && reader.GetString(1) == asked;
        return right && rows == number % 5;
    }

    private static string Text(int number)
    {
        var more = string.Concat(Enumerable.Range(0, number % 4).Select(column => $", {number + column}"));
        return $"select {number}, $1::text{more} from generate_series(1, {number % 5})";
    }
}

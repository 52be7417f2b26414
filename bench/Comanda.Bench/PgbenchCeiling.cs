using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Orders;

namespace Comanda.Bench;

/// <summary>What pgbench did; <see cref="Latency"/> is its own average, in milliseconds.</summary>
internal sealed record CeilingLoad(long Transactions, double PerSecond, double Latency);

/// <summary>
/// The ceiling of orders: pgbench commits the very statement that the server commits, with a real order's parameters, in
/// prepared protocol and on the same cluster. It writes to a twin of the server's database, so that the server, which
/// follows its own event log, rests meanwhile. What the ceiling leaves out is all that is not that statement: HTTP, JSON,
/// the session check, prices and taxes, the event feed.
/// </summary>
internal sealed partial class PgbenchCeiling(BenchCluster cluster, Cafe twin, IReadOnlyDictionary<int, string?> parameters)
{
    /// <summary>Parameters that must differ from order to order, as pgbench and PostgreSQL make them.</summary>
    private static readonly Dictionary<int, string> Fresh = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["register"] = ":register",
        ["order"] = ":order_id",
        ["l.id"] = "array[:line_id, :next_line_id]",
        ["p.id"] = "array[:order_id]",
        ["key"] = "gen_random_uuid()::text",
    }.ToDictionary(f => WriteOrder.Parameters[f.Key], f => f.Value);

    private long idsFrom = 1_000_000_000;

    public Cafe Cafe => twin;

    /// <summary>
    /// One round. With <paramref name="tills"/> 1 all clients sell at the demo till, else they spread over the extra tills.
    /// </summary>
    public async Task<CeilingLoad> Run(int clients, int tills, TimeSpan time, CancellationToken cancel)
    {
        var script = Path.Combine(cluster.Folder, "order.pgbench");
        await File.WriteAllTextAsync(script, Script(clients, tills), cancel);
        var program = Path.Combine(PrivateCluster.FindBinaries() ?? "", "pgbench");
        if (!File.Exists(program))
            throw new BenchException($"there is no {program}; PostgreSQL's own packages have it");
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
            [
                "--host", cluster.Sockets, "--username", "comanda", "--no-vacuum", "--protocol", "prepared",
                "--client", $"{clients}", "--jobs", $"{Math.Min(clients, Environment.ProcessorCount)}",
                "--time", $"{Math.Max(1, (int)time.TotalSeconds)}", "--file", script, "--define", "turn=0",
            ])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (number, text) in parameters.Where(p => p.Value is { Length: > 0 } && !Fresh.ContainsKey(p.Key)))
        {
            start.ArgumentList.Add("--define");
            start.ArgumentList.Add($"p{number}={text}");
        }

        start.ArgumentList.Add(twin.Name);
        var said = await Finish(start, cancel);
        var transactions = (long)Figure(said, "number of transactions actually processed: ");
        idsFrom += (transactions + clients) * 2 * clients;
        return new(transactions, Figure(said, "tps = "), Figure(said, "latency average = "));
    }

    /// <summary>
    /// Ids count up across the clients as the server's blocks do, so the indexes grow at their right edge for both.
    /// pgbench turns each :variable into a parameter of the prepared statement; NULL and empty text it cannot send, so those
    /// are literals.
    /// </summary>
    private string Script(int clients, int tills)
    {
        var firstTill = tills == 1 ? twin.DemoTill : twin.FirstExtraTill;
        var statement = Placeholder().Replace(WriteOrder.Statement, match =>
        {
            var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
            return Fresh.TryGetValue(number, out var fresh)
                ? fresh
                : parameters[number] switch { null => "null", "" => "''", _ => $":p{number}" };
        });
        return $"""
            \set turn :turn + 1
            \set order_id {idsFrom} + :turn * {clients} + :client_id
            \set line_id :order_id * 2
            \set next_line_id :order_id * 2 + 1
            \set register {firstTill} + :client_id % {tills}
            {statement};

            """;
    }

    private static async Task<string> Finish(ProcessStartInfo start, CancellationToken cancel)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode == 0 ? await output : throw new BenchException($"pgbench failed: {await errors}");
    }

    private static double Figure(string said, string name)
    {
        var at = said.IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && Number().Match(said, at + name.Length) is { Success: true } number
            ? double.Parse(number.Value, CultureInfo.InvariantCulture)
            : throw new BenchException($"pgbench does not say '{name}': {said}");
    }

    [GeneratedRegex(@"\$(?<number>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\G[0-9.]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}

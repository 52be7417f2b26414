using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Bench.Attack;

/// <summary>Where the attack takes place: a private cluster, two server processes on it, and shops made as they are needed.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private static int shops;

    private readonly BenchCluster cluster;
    private readonly string dll;
    private readonly ConcurrentQueue<string> errors = [];

    private Arena(BenchCluster cluster, string dll, NpgsqlDataSource database, Findings findings) =>
        (this.cluster, this.dll, Database, Findings) = (cluster, dll, database, findings);

    public NpgsqlDataSource Database { get; }

    public Findings Findings { get; }

    public string Connection => cluster.ConnectionTo("comanda");

    public string Dll => dll;

    /// <summary>Lives from the start to the end: its memory is watched.</summary>
    public ServerUnderTest First { get; private set; } = null!;

    /// <summary>Is killed and started again.</summary>
    public ServerUnderTest Second { get; set; } = null!;

    public static async Task<Arena> Start(string dll, Findings findings, CancellationToken cancel)
    {
        Identity.Bcrypt.Cost = 4; // of the accounts made here; those made over HTTP cost what they cost
        var cluster = await BenchCluster.Start(cancel, connections: 300);
        try
        {
            await using (await cluster.MakeCafe("comanda", cancel)) { }

            var database = await Data.Database.Open(cluster.ConnectionTo("comanda") + ";Maximum Pool Size=20", cancel);
            var arena = new Arena(cluster, dll, database, findings);
            arena.First = await arena.StartServer(cancel);
            arena.Second = await arena.StartServer(cancel);
            return arena;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task<ServerUnderTest> StartServer(CancellationToken cancel) =>
        ServerUnderTest.Start(
            dll,
            ["--database", Connection, "--listen", "127.0.0.1"],
            cancel,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                // All of the attack but the floods comes from one address.
                ["COMANDA_SIGNIN_FAILURES_PER_ADDRESS"] = "1000000",
                ["COMANDA_OTP_SENDS_PER_ADDRESS"] = "1000000",

                // Every round makes some dozens of shops. What is kept of them while there is room would hide what else grows; with room
                // for the large menu of the floods (8,000 items) and some sixty cafes, it is full after the first round.
                ["COMANDA_MENU_ITEMS_IN_MEMORY"] = "10000",
            },
            Hear
        );

    /// <summary>A demo cafe of its own, with settings of its own.</summary>
    public async Task<ArenaShop> NewShop(CancellationToken cancel, params (string Key, string Value)[] settings)
    {
        var suffix = $"-x{Interlocked.Increment(ref shops)}";
        var id = await DemoCafe.Make(Database, suffix, cancel);
        await using var connection = await Database.OpenConnectionAsync(cancel);
        foreach (var (key, value) in settings)
            await ChangeSettings.Store(connection, id, key, value, cancel);
        return new(id, suffix);
    }

    /// <summary>What the servers logged of a request that failed, by the trace id of its answer.</summary>
    public async Task<string> LoggedOf(string answer)
    {
        var at = answer.IndexOf("\"trace_id\":\"", StringComparison.Ordinal);
        if (at < 0)
            return "";
        var trace = answer.Substring(at + 12, Math.Min(32, answer.Length - at - 12));
        await Task.Delay(200);
        return string.Join("\n", errors.Where(e => e.Contains(trace, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Database.DisposeAsync();
        await cluster.DisposeAsync();
    }

    private void Hear(string line)
    {
        if (
            !line.Contains("\"Error\"", StringComparison.Ordinal)
            && !line.Contains("\"Warning\"", StringComparison.Ordinal)
            && !line.Contains("\"Critical\"", StringComparison.Ordinal)
        )
            return;
        errors.Enqueue(line);
        while (errors.Count > 500)
            errors.TryDequeue(out _);
    }
}

/// <summary>One shop of the arena: the demo cafe, with usernames such as <c>cashier-x7</c>.</summary>
internal sealed record ArenaShop(long Id, string Suffix)
{
    public string TillToken => DemoCafe.TillToken + Suffix;

    /// <summary>Stands in names that no other shop may ever be told.</summary>
    public string Secret => "Secretia" + Suffix.Replace('-', 'q');
}

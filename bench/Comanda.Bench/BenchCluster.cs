using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// The PostgreSQL of one run: Comanda's own private cluster, with its own settings, in a folder that goes with the run.
/// It stays up while servers come and go.
/// </summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>Tills beside the demo cafe's own, for the case in which the load spreads.</summary>
    public const int ExtraTills = 8;

    private readonly PrivateCluster cluster;

    private BenchCluster(string folder, PrivateCluster cluster)
    {
        Folder = folder;
        this.cluster = cluster;
    }

    /// <summary>What a server takes as --data to join the cluster; it serves the database "comanda".</summary>
    public string Folder { get; }

    public string Sockets => cluster.SocketFolder;

    public static async Task<BenchCluster> Start(CancellationToken cancel, int connections = 200)
    {
        // Not CreateTempSubdirectory: that one is closed to the user as whom PostgreSQL runs when root starts it.
        var folder = Path.Combine(Path.GetTempPath(), $"comanda-bench-{Environment.ProcessId}");
        try
        {
            return new(folder, await PrivateCluster.Start(folder, Progress.Say, cancel, connections));
        }
        catch
        {
            Remove(folder);
            throw;
        }
    }

    public string ConnectionTo(string database) => $"Host={Sockets};Database={database};Username=comanda";

    public static string TillToken(int till) => $"bench-till-{till}";

    /// <summary>A migrated database with the demo cafe and the extra tills, whose registers have ids in one row.</summary>
    public async Task<Cafe> MakeCafe(string database, CancellationToken cancel)
    {
        await CreateDatabase(database, cancel);
        var source = await Database.Open(ConnectionTo(database), cancel);
        await Migrations.Run(source, cancel);
        var shop = await DemoCafe.Make(source, "", cancel);
        var firstExtra = await Register("B1") ?? await AddTills(source, shop, cancel);
        return new(database, source, (await Register("T1"))!.Value, firstExtra);

        async Task<long?> Register(string code) =>
            await source.Scalar("select id from registers where shop_id = $1 and code = $2", cancel, shop, code) as long?;
    }

    /// <summary>An empty one, where there is none of that name.</summary>
    public async Task CreateDatabase(string database, CancellationToken cancel)
    {
        await using var maintenance = await Database.Open(ConnectionTo("postgres"), cancel);
        if (await maintenance.Scalar("select 1 from pg_database where datname = $1", cancel, database) is null)
            await maintenance.Scalar($"create database {database}", cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        Remove(Folder);
        if (Directory.Exists(Sockets))
            Directory.Delete(Sockets, recursive: true);
    }

    /// <summary>The extra tills with their devices; answers the id of the first one's register.</summary>
    public static async Task<long> AddTills(NpgsqlDataSource database, long shop, CancellationToken cancel) =>
        (long)(await database.Scalar(
            """
            with tills as (
                insert into registers (shop_id, code, name, kind)
                select $1, 'B' || n, 'Bench till ' || n, 'till' from generate_series(1, cardinality($2::bytea[])) as n order by n
                returning id, code, name
            ),
            tokens as (
                insert into devices (shop_id, register_id, name, token_hash)
                select $1, t.id, t.name, h.hash from tills t join unnest($2::bytea[]) with ordinality as h(hash, n) on t.code = 'B' || h.n
            )
            select min(id) from tills
            """,
            cancel,
            shop,
            Enumerable.Range(0, ExtraTills).Select(till => SHA256.HashData(Encoding.UTF8.GetBytes(TillToken(till)))).ToArray()))!;

    private static void Remove(string folder)
    {
        // Where the service user cannot reach the folder, the cluster lies elsewhere and "postgres" is a link to it.
        var place = new DirectoryInfo(Path.Combine(folder, "postgres"));
        if (place.LinkTarget is { } elsewhere && Directory.Exists(elsewhere))
            Directory.Delete(elsewhere, recursive: true);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A cafe in a database: the demo till's register, and the first of the extra tills' registers.</summary>
internal sealed record Cafe(string Name, NpgsqlDataSource Database, long DemoTill, long FirstExtraTill) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

using System.Diagnostics;
using System.Text.Json;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Bench.Chaos;

/// <summary>
/// What bench/chaos has laid out: etcd, two PostgreSQLs under Patroni, Redis, three Comandas, nginx. This process is in the namespace of
/// the bridge and reaches them all.
/// </summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    public static readonly Uri Front = new("http://10.77.0.30:8080");

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = TimeSpan.FromSeconds(1),
    };

    private readonly List<ChaosNode> all;

    public ChaosWorld(string folder, string prefix)
    {
        Folder = folder;
        Etcd = new(folder, prefix, "etcd");
        Databases = [new(folder, prefix, "db1"), new(folder, prefix, "db2")];
        Redis = new(folder, prefix, "redis");
        Servers = [new(folder, prefix, "c1"), new(folder, prefix, "c2"), new(folder, prefix, "c3")];
        Nginx = new(folder, prefix, "nginx");
        all = [Nginx, .. Servers, Redis, .. Databases, Etcd];
        Connection = File.ReadAllText(Path.Combine(folder, "database")).Trim();
    }

    public string Folder { get; }

    public string Connection { get; }

    public ChaosNode Etcd { get; }

    public ChaosNode[] Databases { get; }

    public ChaosNode Redis { get; }

    public ChaosNode[] Servers { get; }

    public ChaosNode Nginx { get; }

    /// <summary>The one of whose clock the file is read.</summary>
    public ChaosNode Skewed => Servers[2];

    /// <summary>Everything runs, and the database has a demo cafe with tills, and a second one for the printer.</summary>
    public async Task<(long Shop, long PrintShop)> Start(CancellationToken cancel)
    {
        Etcd.Start();
        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        foreach (var node in Databases)
            node.Start();
        Redis.Start();
        await Until("the pair is whole", TimeSpan.FromMinutes(2), async () => await Whole() is not null, cancel);
        await MakeDatabase(cancel);
        await using var database = await Database.Open(Connection, cancel);
        await Migrations.Run(database, cancel);
        Identity.Bcrypt.Cost = 4;
        var shop = await DemoCafe.Make(database, "", cancel);
        await BenchCluster.AddTills(database, shop, cancel);
        var printing = await DemoCafe.Make(database, "-p", cancel);
        foreach (var server in Servers)
            server.Start();
        Nginx.Start();
        foreach (var n in Enumerable.Range(1, Servers.Length))
            await Until($"c{n} is ready", TimeSpan.FromMinutes(1), () => Answers($"http://10.77.0.2{n}:8080/ready"), cancel);
        await Until("nginx answers", TimeSpan.FromMinutes(1), () => Answers(new Uri(Front, "/ready").AbsoluteUri), cancel);
        return (shop, printing);
    }

    /// <summary>The primary, where there is one and a replica that every commit waits for; null where there is not.</summary>
    public async Task<ChaosNode?> Whole()
    {
        var members = await Members();
        return members.Any(m => m.Role == "sync_standby") && members.Where(m => m.Role == "leader").ToList() is [var leader]
            && await Answers(PatroniOf(leader.Name) + "/primary")
                ? Databases.Single(d => d.Name == leader.Name)
                : null;
    }

    /// <summary>The members as whichever Patroni answers sees them.</summary>
    public async Task<List<(string Name, string Role)>> Members()
    {
        foreach (var node in Databases)
        {
            try
            {
                var seen = JsonElement.Parse(await http.GetStringAsync(PatroniOf(node.Name) + "/cluster"));
                return seen.GetProperty("members")
                    .EnumerateArray()
                    .Where(m => m.GetProperty("state").GetString() is "running" or "streaming")
                    .Select(m => (m.GetProperty("name").GetString()!, m.GetProperty("role").GetString()!))
                    .ToList();
            }
            catch (Exception none) when (none is HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException)
            {
                // the other one may answer
            }
        }

        return [];
    }

    /// <summary>Asks Patroni to make the replica the primary, in order.</summary>
    public async Task SwitchOver(ChaosNode from, ChaosNode to)
    {
        using var patient = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var body = new StringContent(JsonSerializer.Serialize(new { leader = from.Name, candidate = to.Name }));
        using var answer = await patient.PostAsync(PatroniOf(from.Name) + "/switchover", body);
    }

    public async Task<bool> Answers(string url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception none) when (none is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public static async Task Until(string what, TimeSpan patience, Func<Task<bool>> holds, CancellationToken cancel)
    {
        for (var time = Stopwatch.StartNew(); !await holds();)
        {
            if (time.Elapsed > patience)
                throw new BenchException($"after {patience.TotalSeconds:F0} s still not: {what}");
            await Task.Delay(250, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in all)
            await node.DisposeAsync();
        http.Dispose();
    }

    private static string PatroniOf(string name) => $"http://10.77.0.1{name[^1]}:8008";

    private async Task MakeDatabase(CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection) { Username = "postgres", Database = "postgres" };
        await using var maintenance = await Database.Open(settings.ConnectionString, cancel);
        await maintenance.Scalar("create role comanda login", cancel);
        await maintenance.Scalar("create database comanda owner comanda", cancel);
    }
}

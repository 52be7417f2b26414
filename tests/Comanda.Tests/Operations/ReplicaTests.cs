using Comanda.Data;
using Comanda.Tests.Stock;
using Npgsql;

namespace Comanda.Tests.Operations;

/// <summary>A database that follows the first: what is told of a period is read there.</summary>
public sealed class ReplicaTests
{
    private static async Task<string> Tool(string name, params string[] arguments)
    {
        var path = name.Contains('/') || name == "mktemp" ? name : Path.Combine(PrivateCluster.FindBinaries()!, name);
        var (exit, output) = await ServiceUser.Run(path, arguments, default);
        exit.ShouldBe(0, output);
        return output.Trim();
    }

    [Fact]
    public async Task Reports_of_a_period_are_read_from_the_replica_and_from_the_first_where_that_is_gone()
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(PrivateCluster.FindBinaries()!, "pg_basebackup")), "this PostgreSQL is without pg_basebackup");
        var data = Directory.CreateTempSubdirectory("comanda-replica-").FullName;
        var follower = await Tool("mktemp", "-d");
        try
        {
            await using var first = await PrivateCluster.Start(data, _ => { }, default);
            await Tool("pg_basebackup", "-h", first.SocketFolder, "-U", "comanda", "-D", follower + "/data", "-R", "-c", "fast");
            await Tool(
                "pg_ctl", "-D", follower + "/data", "-w", "-l", follower + "/log", "-o", $"-c unix_socket_directories={follower}", "start");
            try
            {
                await Follow(first, follower);
            }
            finally
            {
                await ServiceUser.Run(
                    Path.Combine(PrivateCluster.FindBinaries()!, "pg_ctl"),
                    ["-D", follower + "/data", "-m", "immediate", "stop"],
                    default);
            }
        }
        finally
        {
            await ServiceUser.Run("rm", ["-rf", follower], default);
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task Follow(PrivateCluster first, string follower)
    {
        var data = Directory.CreateTempSubdirectory("comanda-replica-").FullName;
        await using var server = await ServerProcess.Serve(data, ServerProcess.FreePort(), new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = first.ConnectionString,
            ["COMANDA_DATABASE_REPLICA"] =
                $"Host={follower},{first.SocketFolder};Database=comanda;Username=comanda;Target Session Attributes=prefer-standby",
        });
        var manager = new ComandaClient(new HttpClient { BaseAddress = server.Address });
        await manager.SignIn("manager", "password123");
        await using var replica = NpgsqlDataSource.Create($"Host={follower};Database=comanda;Username=comanda");
        await manager.PlaceOrder(new("takeaway", [new(1)]));
        await Answers.Eventually(async () => (await Orders("sales?group_by=type")) == 1);

        // What it is behind by, nobody at the till notices.
        await replica.Scalar("select pg_wal_replay_pause()::text", default);
        await manager.PlaceOrder(new("takeaway", [new(1)]));
        (await Orders("sales?group_by=type")).ShouldBe(1);
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
        foreach (var path in new[] { "summary", "costs", "products/top", "performance", "inventory", "markdowns", "waits", "accounting" })
            await manager.Works($"GET /api/reports/{path}");
        await replica.Scalar("select pg_wal_replay_resume()::text", default);
        await Answers.Eventually(async () => (await Orders("sales?group_by=type")) == 2);

        await Tool("pg_ctl", "-D", follower + "/data", "-m", "fast", "-w", "stop");
        await manager.PlaceOrder(new("takeaway", [new(1)]));
        await Answers.Eventually(async () => (await Orders("sales?group_by=type")) == 3);

        async Task<decimal> Orders(string path)
        {
            var answer = await manager.Ask($"GET /api/reports/{path}");
            return answer.Status == 200 ? answer.Body.GetProperty("total").Decimal("orders") : 0;
        }
    }
}

using Comanda.Client;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Orders;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// This build beside another one (<c>--other DLL</c>, of the version before), in one run and in turns: each has a database of its own in
/// the same cluster, made by itself. Ratios are this one's to the other's, the median of the rounds' own.
/// </summary>
internal sealed class MeasureVersus(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
{
    private const int Starts = 5;
    private const int MenuClients = 16;
    private const int SignIns = 4;

    /// <summary>Until the runtime has compiled the hot path for good.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(25);

    private sealed record Side(ServerUnderTest Server, NpgsqlDataSource Database, string Token, OrderRequest Order);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        if (options.Other is null)
            throw new BenchException("versus needs --other, the Comanda.dll of another build");
        await new MeasureVersus(cluster, options, cancel).Run();
    }

    private async Task Run()
    {
        await Start();
        foreach (var name in new[] { "this", "other" })
            await AddTills(name); // before a server knows its registers
        await using var mine = await Make("this", options.Server);
        await using var other = await Make("other", options.Other!);
        Side[] sides = [await Enter(mine, "this"), await Enter(other, "other")];
        var table = new MarkdownTable(
            $"This build and the other ({options.Rounds} × {options.Round.TotalSeconds:F0} s each, in turns)",
            "what", "this, a second", "other, a second", "ratio", "of the rounds", "processor, this ms", "other ms");
        foreach (var (what, clients, of) in ((string, int, Func<Side, int, Func<Task>>)[])
            [
                ("orders, one register", options.Clients, (side, _) => Orders(side, DemoCafe.TillToken)),
                ("orders, 8 registers", options.Clients, (side, n) => Orders(side, BenchCluster.TillToken(n % BenchCluster.ExtraTills))),
                ("menu reads", MenuClients, (side, _) => Menu(side)),
                ("sign-ins", SignIns, (side, _) => () => side.Server.NewClient().SignIn("owner", DemoCafe.Password, cancel)),
            ])
        {
            await Case(table, sides, what, clients, of);
        }

        table.Print($"Memory at the end: {sides[0].Server.ResidentMegabytes:F0} MB and {sides[1].Server.ResidentMegabytes:F0} MB.");
        foreach (var side in sides)
            await side.Database.DisposeAsync();
    }

    private async Task Start()
    {
        var (times, idle) = (new[] { new List<double>(), new List<double>() }, new[] { new List<double>(), new List<double>() });
        string[] dlls = [options.Server, options.Other!];
        for (var n = 0; n <= Starts; n++)
        {
            for (var side = 0; side < 2; side++)
            {
                await using var server = await Make(side == 0 ? "this" : "other", dlls[side]);
                await Task.Delay(TimeSpan.FromSeconds(2), cancel);
                if (n == 0)
                    continue; // it made its database
                times[side].Add(server.StartedIn.TotalMilliseconds);
                idle[side].Add(server.ResidentMegabytes);
            }
        }

        new MarkdownTable($"Start and rest (median of {Starts}, in turns)", "what", "this", "other", "ratio")
            .Row("start to the first 200, ms", Of(times[0]), Of(times[1]), $"**{times[0].Median() / times[1].Median():F2}**")
            .Row("memory two seconds later, MB", Of(idle[0]), Of(idle[1]), $"**{idle[0].Median() / idle[1].Median():F2}**")
            .Print();

        static string Of(List<double> figures) => $"{figures.Median():F0}";
    }

    private async Task<ServerUnderTest> Make(string database, string dll)
    {
        await cluster.CreateDatabase(database, cancel);
        return await ServerUnderTest.Start(dll, ["--database", cluster.ConnectionTo(database), "--listen", "127.0.0.1"], cancel);
    }

    private async Task<Side> Enter(ServerUnderTest server, string name)
    {
        var database = await Database.Open(cluster.ConnectionTo(name), cancel);
        var till = server.NewClient(deviceToken: DemoCafe.TillToken);
        var token = (await till.SignIn("owner", DemoCafe.Password, cancel)).AccessToken;
        return new(server, database, token, await MeasureOrders.NewOrder(till, cancel));
    }

    private async Task AddTills(string name)
    {
        await using var database = await Database.Open(cluster.ConnectionTo(name), cancel);
        await BenchCluster.AddTills(database, (long)(await database.Scalar("select min(id) from shops", cancel))!, cancel);
    }

    private Func<Task> Orders(Side side, string till)
    {
        var client = side.Server.NewClient(side.Token, till);
        return () => client.PlaceOrder(side.Order, Guid.NewGuid().ToString(), cancel);
    }

    private Func<Task> Menu(Side side)
    {
        var client = side.Server.NewClient().Http;
        return () => client.GetByteArrayAsync("/api/menu", cancel);
    }

    private async Task Case(MarkdownTable table, Side[] sides, string what, int clients, Func<Side, int, Func<Task>> of)
    {
        var loads = sides.Select(side => Enumerable.Range(0, clients).Select(n => of(side, n)).ToArray()).ToArray();
        foreach (var load in loads)
            await ParallelClients.Run(clients, WarmUp, n => load[n](), cancel);
        var rounds = new List<(double Mine, double Other, double MyCpu, double OtherCpu)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var (rate, cpu) = (new double[2], new double[2]);
            foreach (var side in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                await sides[side].Database.Scalar("checkpoint", cancel);
                var before = CpuTimes.Now(0, sides[side].Server.ProcessId).Servers;
                var done = await ParallelClients.Run(clients, options.Round, n => loads[side][n](), cancel);
                (rate[side], cpu[side]) =
                    (done.PerSecond, (CpuTimes.Now(0, sides[side].Server.ProcessId).Servers - before) / done.Times.Count);
            }

            rounds.Add((rate[0], rate[1], cpu[0], cpu[1]));
            Progress.Say($"{what}: {rate[0]:F0}/s, {rate[1]:F0}/s, ratio {rate[0] / rate[1]:F2}");
        }

        var ratios = rounds.ConvertAll(r => r.Mine / r.Other);
        table.Row(
            what,
            $"{rounds.Select(r => r.Mine).Median():F0}",
            $"{rounds.Select(r => r.Other).Median():F0}",
            $"**{ratios.Median():F2}**",
            $"{ratios.Min():F2} to {ratios.Max():F2}",
            $"{rounds.Select(r => r.MyCpu).Median():F2}",
            $"{rounds.Select(r => r.OtherCpu).Median():F2}");
    }
}

using Comanda.Client;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Orders;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// Orders over HTTP, durable, with payment, journal, events and retry key, beside pgbench that commits the same rows:
/// all through one register, then spread over several.
/// </summary>
internal sealed class MeasureOrders(
    Cafe cafe,
    PgbenchCeiling ceiling,
    ServerUnderTest server,
    int postmaster,
    OrderRequest order,
    BenchOptions options,
    CancellationToken cancel)
{
    private sealed record Round(Load Server, CeilingLoad Ceiling, CpuTimes Cpu, CpuTimes CeilingCpu)
    {
        public double Ratio => Server.PerSecond / Ceiling.PerSecond;
    }

    /// <summary>Until the runtime has compiled the hot path for good, which it does on the same two processors.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    private readonly MarkdownTable rates = new(
        $"Orders over HTTP ({options.Clients} clients, median of {options.Rounds} × {options.Round.TotalSeconds:F0} s each, alternated)",
        "case", "server, orders/s", "pgbench, orders/s", "ratio", "p50 ms", "p95 ms", "p99 ms", "pgbench, mean ms");

    private readonly MarkdownTable work = new(
        "Processor time for one order, in milliseconds",
        "case", "server", "PostgreSQL under it", "load generator", "PostgreSQL under pgbench", "pgbench");

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var twin = await cluster.MakeCafe("ceiling", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var till = server.NewClient(deviceToken: DemoCafe.TillToken);
        var token = (await till.SignIn("owner", DemoCafe.Password, cancel)).AccessToken;
        var order = await NewOrder(till, cancel);
        var parameters = await CaptureParameters.Of(
            WriteOrder.Statement,
            cafe.Database,
            () => till.PlaceOrder(order, Key(), cancel),
            cancel);
        var measure = new MeasureOrders(
            cafe, new(cluster, twin, parameters), server, await CpuTimes.FindPostmaster(cafe.Database, cancel), order, options, cancel);

        const int spread = BenchCluster.ExtraTills;
        var setAside = await measure.Case("one register", 1, _ => server.NewClient(token, DemoCafe.TillToken));
        setAside += await measure.Case(
            $"{spread} registers",
            spread,
            client => server.NewClient(token, BenchCluster.TillToken(client % spread)));
        await measure.Print(till, setAside);
    }

    /// <summary>Two lines, one with modifiers, paid by card.</summary>
    public static async Task<OrderRequest> NewOrder(ComandaClient client, CancellationToken cancel)
    {
        var menu = await client.GetMenu(cancel);
        return new(
            "takeaway",
            [new(Item("Caffè latte"), 1, ["oat-milk", "extra-shot"]), new(Item("Butter croissant"), 2)],
            Payments: [new("card")], CustomerName: "Ann", Notes: "by the window");

        long Item(string name) => menu.Items.Single(i => i.Name == name).Id;
    }

    /// <summary>Measures one case, adds its rows to the tables, and answers how many rounds were set aside.</summary>
    private async Task<int> Case(string name, int tills, Func<int, ComandaClient> newClient)
    {
        var clients = Enumerable.Range(0, options.Clients).Select(newClient).ToArray();
        Progress.Say($"orders, {name}: warming up");
        await Place(WarmUp);
        await ceiling.Run(options.Clients, tills, TimeSpan.FromSeconds(1), cancel);
        var (rounds, setAside) = await CalmRounds.Run(
            options.Rounds,
            Cpu,
            async () =>
            {
                var (load, cpu) = await Counted(cafe, () => Place(options.Round), l => l.Times.Count);
                var (top, topCpu) = await Counted(
                    ceiling.Cafe,
                    () => ceiling.Run(options.Clients, tills, options.Round, cancel),
                    t => t.Transactions);
                return new Round(load, top, cpu, topCpu);
            },
            r => $"orders, {name}: {r.Server.PerSecond:F0}/s, pgbench {r.Ceiling.PerSecond:F0}/s, ratio {r.Ratio:F2}",
            cancel);
        AddRows(name, rounds);
        return setAside;

        Task<Load> Place(TimeSpan time) =>
            ParallelClients.Run(clients.Length, time, c => clients[c].PlaceOrder(order, Key(), cancel), cancel);
    }

    /// <summary>
    /// Runs one side of a round and checks its rows. It begins at a checkpoint: what one side left unwritten is not paid for
    /// by the other.
    /// </summary>
    private async Task<(T Done, CpuTimes Cpu)> Counted<T>(Cafe where, Func<Task<T>> run, Func<T, long> orders)
    {
        await where.Database.Scalar("checkpoint", cancel);
        var (rowsBefore, before) = (await CountRows(where.Database, cancel), Cpu());
        var done = await run();
        var cpu = Cpu() - before;
        var grown = (await CountRows(where.Database, cancel)).Zip(rowsBefore, (after, earlier) => after - earlier).ToArray();
        return grown.All(rows => rows == orders(done))
            ? (done, cpu)
            : throw new BenchException($"{orders(done)} orders were acknowledged in '{where.Name}'; the rows grew by {string.Join(
                ", ",
                grown)}");
    }

    private void AddRows(string name, List<Round> rounds)
    {
        var times = rounds.SelectMany(r => r.Server.Times).ToList();
        rates.Row(
            name, Of(r => r.Server.PerSecond, "F0"), Of(r => r.Ceiling.PerSecond, "F0"), $"**{Of(r => r.Ratio, "F2")}**",
            $"{times.Percentile(50):F1}", $"{times.Percentile(95):F1}", $"{times.Percentile(99):F1}", Of(r => r.Ceiling.Latency, "F1"));
        var committed = rounds.Sum(r => r.Ceiling.Transactions);
        work.Row(
            name, Each(r => r.Cpu.Servers, times.Count), Each(r => r.Cpu.Postgres, times.Count), Each(r => r.Cpu.Here, times.Count),
            Each(r => r.CeilingCpu.Postgres, committed), Each(r => r.CeilingCpu.EndedChildren, committed));

        string Of(Func<Round, double> figure, string format) => rounds.Select(figure).Median().ToString(format);
        string Each(Func<Round, double> figure, long orders) => $"{rounds.Sum(figure) / orders:F2}";
    }

    private async Task Print(ComandaClient till, int setAside)
    {
        rates.Print(
            "Latency is seen by the client: from before the request is made to after its JSON is read. The ratio is the median of the "
                + "rounds' own ratios. "
            + CalmRounds.Note(setAside));
        var journal = await till.VerifyJournal(cancel);
        work.Print(
            $"Rows grew by exactly the acknowledged orders; GET /api/journal/verify: valid {journal.Valid}, {journal.Entries} entries.");
        if (!journal.Valid)
            throw new BenchException($"the journal does not hold: {journal.FirstBroken}");
    }

    private CpuTimes Cpu() => CpuTimes.Now(postmaster, server.ProcessId);

    private static string Key() => Guid.NewGuid().ToString();

    /// <summary>Rows of the tables that an order writes, each in orders: lines and events come in twos.</summary>
    private static async Task<long[]> CountRows(NpgsqlDataSource database, CancellationToken cancel) => (long[])(await database.Scalar(
        """
        select array[
            (select count(*) from orders), (select count(*) / 2 from order_items), (select count(*) from payments),
            (select count(*) from journal), (select count(*) from idempotency_keys), (select count(*) / 2 from events)]
        """,
        cancel))!;
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Client;
using Comanda.Orders;
using Comanda.Demo;

namespace Comanda.Bench;

/// <summary>
/// A cafe at work: 50 orders a minute, each then read, listed and moved on, with the menu and the day's report in
/// between, while 100 devices follow the shop's events.
/// </summary>
internal sealed class MeasureSteady(ComandaClient till, OrderRequest order, CancellationToken cancel)
{
    private const int Devices = 100, OrdersAMinute = 50, OrdersBefore = 400;

    /// <summary>Between a guest's requests: they come apart, and the devices, which parse on this machine too, are at rest again.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(150);

    private readonly Dictionary<string, List<double>> times = new(StringComparer.Ordinal);
    private readonly Dictionary<long, long> sent = [];
    private readonly ConcurrentBag<(long Order, long At)> arrivals = [];

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var till = server.NewClient(deviceToken: DemoCafe.TillToken);
        await till.SignIn("owner", DemoCafe.Password, cancel);
        var order = await MeasureOrders.NewOrder(till, cancel);
        var postmaster = await CpuTimes.FindPostmaster(cafe.Database, cancel);

        Progress.Say($"steady: a morning of {OrdersBefore} orders");
        var morning = new MeasureSteady(till, order, cancel);
        for (var n = 0; n < OrdersBefore; n++)
            await morning.ServeOneGuest((_, once) => once());

        var (runs, setAside) = await CalmRounds.Run(
            1,
            () => CpuTimes.Now(postmaster, server.ProcessId),
            () => new MeasureSteady(till, order, cancel).WithDevices(options.Round * 5),
            run => $"steady: {run.sent.Count} orders, {run.arrivals.Count} events at devices",
            cancel);
        runs[0].Print(setAside);
    }

    private async Task<MeasureSteady> WithDevices(TimeSpan length)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sockets = new List<EventSocket>();
        for (var n = 0; n < Devices; n++)
            sockets.Add(await till.OpenSocket(cancel: cancel));
        var listening = sockets.ConvertAll(s => Listen(s, closing.Token));

        using (var tick = new PeriodicTimer(TimeSpan.FromMinutes(1) / OrdersAMinute))
        {
            for (var time = Stopwatch.StartNew(); time.Elapsed < length && await tick.WaitForNextTickAsync(cancel);)
            {
                var before = Stopwatch.GetTimestamp();
                sent[await ServeOneGuest(Timed)] = before;
            }
        }

        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        await closing.CancelAsync();
        await Task.WhenAll(listening);
        sockets.ForEach(s => s.Dispose());
        return this;
    }

    private async Task<long> ServeOneGuest(Func<string, Func<Task>, Task> run)
    {
        long id = 0;
        await run("place an order", async () => id = (await till.PlaceOrder(order, Guid.NewGuid().ToString(), cancel)).Id);
        await run("read an order", () => till.GetOrder(id, cancel));
        await run("list orders", () => till.GetOrders("limit=20", cancel));
        await run("move an order on", () => till.MoveOrder(id, "preparing", cancel));
        await run("read the menu", () => till.GetMenu(cancel));
        await run("the day's report", () => till.GetDailySales(cancel: cancel));
        return id;
    }

    private async Task Timed(string what, Func<Task> once)
    {
        if (!times.TryGetValue(what, out var list))
            times[what] = list = [];
        list.Add(await ParallelClients.Timed(once));
        await Task.Delay(Between, cancel);
    }

    private async Task Listen(EventSocket socket, CancellationToken closing)
    {
        try
        {
            while (await socket.Read(closing) is { } heard)
            {
                var at = Stopwatch.GetTimestamp();
                if (heard.Event == "order_created")
                    arrivals.Add((heard.Data.GetProperty("id").GetInt64(), at));
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // the measurement is over
        }
    }

    private void Print(int setAside)
    {
        var table = new MarkdownTable(
            $"{OrdersAMinute} orders a minute, {Devices} live devices",
            "what",
            "times",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "worst ms");
        foreach (var (what, list) in times)
            Row(what, list);
        var toDevices = arrivals.Where(a => sent.ContainsKey(a.Order))
            .Select(a => Stopwatch.GetElapsedTime(sent[a.Order], a.At).TotalMilliseconds).ToList();
        Row("order_created, to a device", toDevices);
        table.Print(
            "To a device is from the moment before the POST is sent to the moment at which the device has read the event; "
            + $"{toDevices.Count} of {sent.Count * Devices} arrived. The devices are in the load generator's process. "
            + $"{CalmRounds.Note(setAside)}");
        if (toDevices.Count != sent.Count * Devices)
            throw new BenchException("events were lost on their way to the devices");

        void Row(string what, List<double> figures) => table.Row(
            what, $"{figures.Count}", $"{figures.Percentile(50):F1}",
            $"{figures.Percentile(95):F1}", $"{figures.Percentile(99):F1}", $"{figures.Percentile(100):F1}");
    }
}

using System.Diagnostics;
using Comanda.Client;
using Comanda.Orders;
using Comanda.Demo;

namespace Comanda.Bench;

/// <summary>
/// A drawer that holds a day of orders is closed while others sell at the same register: how long the close takes, and how long
/// the slowest sale waits for it. Beside it a close of an empty drawer: what a close costs without what it adds up.
/// </summary>
internal static class MeasureClose
{
    private const int Sellers = 4;

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var table = new MarkdownTable(
            $"Closing a drawer while {Sellers} clients sell there (median of {options.Rounds})",
            "orders in it",
            "close, ms",
            "close while nobody sells, ms",
            "close of an empty drawer, ms",
            "slowest sale meanwhile, ms",
            "the same without a close, ms");
        foreach (var orders in new[] { 1_000, 10_000 })
        {
            var name = "close" + orders;
            await using var cafe = await cluster.MakeCafe(name, cancel);
            await using var server = await ServerUnderTest.Start(options.Server, ["--database", cluster.ConnectionTo(name)], cancel);
            var till = server.NewClient(deviceToken: DemoCafe.TillToken);
            await till.SignIn("owner", DemoCafe.Password, cancel);
            var order = await MeasureOrders.NewOrder(till, cancel);
            var (closes, alone, empties) = (new List<double>(), new List<double>(), new List<double>());
            var (slow, calm) = (new List<double>(), new List<double>());
            for (var round = 0; round < options.Rounds; round++)
            {
                Progress.Say($"close: {orders} orders, round {round + 1}");
                await ADay();
                alone.Add(await Close(till, cancel));
                await ADay();
                calm.Add((await WhileSelling(till, order, () => Task.FromResult(0.0), cancel)).Slowest);
                var (close, slowest) = await WhileSelling(till, order, () => Close(till, cancel), cancel);
                closes.Add(close);
                slow.Add(slowest);
                await Open(till, cancel);
                empties.Add(await Close(till, cancel));
            }

            table.Row(
                $"{orders:N0}",
                $"{closes.Percentile(50):F0}",
                $"{alone.Percentile(50):F0}",
                $"{empties.Percentile(50):F0}",
                $"{slow.Percentile(50):F0}",
                $"{calm.Percentile(50):F0}");

            async Task ADay()
            {
                await Open(till, cancel);
                await Parallel.ForAsync(
                    0,
                    orders,
                    new ParallelOptions { MaxDegreeOfParallelism = options.Clients, CancellationToken = cancel },
                    async (_, c) => await till.PlaceOrder(order, Guid.NewGuid().ToString(), c));
                // As the shop's database has done by the evening of any day; a bench is over before it comes to it by itself.
                await MeasureReports.Execute(cafe.Database, "vacuum analyze");
            }
        }

        table.Print();
    }

    private static async Task Open(ComandaClient till, CancellationToken cancel)
    {
        using var opened = await till.Send(HttpMethod.Post, "/api/drawers/open", new { @float = 100 }, cancel: cancel);
        if (!opened.IsSuccessStatusCode)
            throw new BenchException("the drawer does not open: " + await opened.Content.ReadAsStringAsync(cancel));
    }

    /// <summary>Closes the open drawer; answers how long that took, in milliseconds.</summary>
    private static async Task<double> Close(ComandaClient till, CancellationToken cancel)
    {
        using var listed = await till.Send(HttpMethod.Get, "/api/drawers?status=open&limit=1", cancel: cancel);
        using var open = System.Text.Json.JsonDocument.Parse(await listed.Content.ReadAsStringAsync(cancel));
        var id = open.RootElement.GetProperty("items")[0].GetProperty("id").GetInt64();
        var watch = Stopwatch.StartNew();
        using var closed = await till.Send(HttpMethod.Post, $"/api/drawers/{id}/close", new { counted = 100 }, cancel: cancel);
        if (!closed.IsSuccessStatusCode)
            throw new BenchException("the drawer does not close: " + await closed.Content.ReadAsStringAsync(cancel));
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>What the work took, and the slowest sale from half a second before it to half a second after.</summary>
    private static async Task<(double Took, double Slowest)> WhileSelling(
        ComandaClient till,
        OrderRequest order,
        Func<Task<double>> work,
        CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sellers = Enumerable.Range(0, Sellers).Select(_ => Task.Run(async () =>
        {
            var slowest = 0.0;
            while (!done.IsCancellationRequested)
            {
                var watch = Stopwatch.StartNew();
                await till.PlaceOrder(order, Guid.NewGuid().ToString(), cancel);
                slowest = Math.Max(slowest, watch.Elapsed.TotalMilliseconds);
            }

            return slowest;
        }, cancel)).ToArray();
        await Task.Delay(500, cancel);
        var took = await work();
        await Task.Delay(500, cancel);
        await done.CancelAsync();
        return (took, (await Task.WhenAll(sellers)).Max());
    }
}

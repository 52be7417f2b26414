using System.Diagnostics;
using System.Text.Json;
using Comanda.Client;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Orders;

namespace Comanda.Bench;

/// <summary>
/// A week of slots in which 10,000 orders have a place, all of them placed over HTTP: how long it takes to answer what is left, and what of
/// that is the database's.
/// </summary>
internal static class MeasureSlots
{
    private const int Orders = 10_000, Days = 7, PerRound = 300;

    private const string Path = "/api/slots?type=pickup&days=7";

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("slots", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--database", cluster.ConnectionTo("slots")], cancel);
        var till = server.NewClient(deviceToken: DemoCafe.TillToken);
        await till.SignIn("owner", DemoCafe.Password, cancel);
        using (var set = await till.Send(
            HttpMethod.Put, "/api/config/slot_pickup_orders", new { value = 1_000 }, cancel: cancel))
        {
            if (!set.IsSuccessStatusCode)
                throw new BenchException("the setting is not taken: " + await set.Content.ReadAsStringAsync(cancel));
        }

        var empty = await Measure(till, options, cancel);
        var slots = await Read(till, cancel);
        var order = await MeasureOrders.NewOrder(till, cancel) with { Type = "online" };
        Progress.Say($"slots: {Orders} orders");
        await Parallel.ForAsync(
            0,
            Orders,
            new ParallelOptions { MaxDegreeOfParallelism = options.Clients, CancellationToken = cancel },
            async (i, c) => await till.PlaceOrder(order with { ScheduledFor = slots[1 + (i % (slots.Count - 1))].StartsAt }, null, c));
        var after = await Read(till, cancel);
        var taken = after.Sum(s => 1_000 - s.Left!.Value);
        if (taken != Orders)
            throw new BenchException($"{Orders} orders were placed, and the slots tell of {taken}");
        var full = await Measure(till, options, cancel);

        var table = new MarkdownTable(
            $"A week of slots ({slots.Count} of them; {options.Rounds} × {PerRound} requests, one at a time)",
            "orders in them", "p50, ms", "p99, ms", "of that the statement, ms");
        table.Row("0", $"{empty.Percentile(50):F2}", $"{empty.Percentile(99):F2}", "");
        table.Row($"{Orders:N0}", $"{full.Percentile(50):F2}", $"{full.Percentile(99):F2}", await Statement(cafe, cancel));
        table.Print();
    }

    private static async Task<List<double>> Measure(ComandaClient till, BenchOptions options, CancellationToken cancel)
    {
        var times = new List<double>();
        for (var i = 0; i < (options.Rounds + 1) * PerRound; i++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await till.Send(HttpMethod.Get, Path, cancel: cancel);
            await answer.Content.ReadAsByteArrayAsync(cancel);
            if (i >= PerRound) // the first round warms up
                times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    private static async Task<List<TimeSlotView>> Read(ComandaClient till, CancellationToken cancel)
    {
        using var answer = await till.Send(HttpMethod.Get, Path, cancel: cancel);
        var page = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        return page.GetProperty("items").Deserialize<List<TimeSlotView>>(ComandaClient.Json)!;
    }

    /// <summary>What PostgreSQL says that it took, the last of several times.</summary>
    private static async Task<string> Statement(Cafe cafe, CancellationToken cancel)
    {
        var lines = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            await using var explain = cafe.Database.Command(
                """
                explain (analyze, summary) select starts_at, pickup, delivery, minutes from slots
                where shop_id = (select min(id) from shops) and starts_at >= now() and starts_at < now() + make_interval(days => $1)
                order by starts_at
                """,
                Days);
            lines = await explain.List(r => r.GetString(0), cancel);
        }

        return lines[^1].Replace("Execution Time: ", "", StringComparison.Ordinal).Replace(" ms", "", StringComparison.Ordinal);
    }
}

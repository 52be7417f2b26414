using System.Diagnostics;
using Comanda.Baking;

namespace Comanda.Bench;

/// <summary>A day of 200 products on six stations, planned backwards from when each has to be on the shelf.</summary>
internal static class MeasurePlan
{
    private const int Products = 200;

    private static readonly BakeStation[] Stations =
        [new("mixer", 2), new("table", 4), new("proofer", 3), new("oven", 3), new("fryer", 1), new("hands", 4)];

    public static Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var midnight = new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero);
        var batches = Enumerable.Range(1, Products).Select(n => new BakeBatch(
            n,
            20 + (n * 7 % 60),
            midnight.AddHours(24 + 5).AddMinutes(n * 13 % 600),
            [
                new("mix", 12, "mixer"),
                new("rest", 40 + (n % 5 * 10)),
                new("shape", 6, "table", 30),
                new("proof", 45, "proofer", 60),
                new("bake", 18 + (n % 4 * 5), n % 9 == 0 ? "fryer" : "oven", 40),
                new("finish", 5, "hands", 30),
            ])).ToList();
        var table = new MarkdownTable(
            $"A day of {Products} products on six stations, planned (median of {options.Rounds} rounds)", "tasks", "late", "ms");
        var (plan, times) = (BakePlan.Of(batches, Stations, midnight), new List<double>());
        for (var round = 0; round < options.Rounds && !cancel.IsCancellationRequested; round++)
        {
            var since = Stopwatch.GetTimestamp();
            plan = BakePlan.Of(batches, Stations, midnight);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        table.Row($"{plan.Tasks.Count:N0}", $"{plan.Batches.Count(b => b.Late > TimeSpan.Zero)}", $"**{times.Median():F1}**");
        table.Print("The aim is 2 s.");
        return Task.CompletedTask;
    }
}

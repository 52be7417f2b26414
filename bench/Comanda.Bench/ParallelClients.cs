using System.Diagnostics;

namespace Comanda.Bench;

/// <summary>What a load did: how often, in how long, and each time in milliseconds.</summary>
internal sealed record Load(List<double> Times, TimeSpan Took)
{
    public double PerSecond => Times.Count / Took.TotalSeconds;
}

/// <summary>A closed loop: each client sends its next request when it has the answer to the last one.</summary>
internal static class ParallelClients
{
    /// <summary>
    /// Runs until the time is over. A request under way is finished and counted, so that what is counted is exactly what
    /// was acknowledged; <paramref name="once"/> gets the client's number.
    /// </summary>
    public static async Task<Load> Run(int clients, TimeSpan time, Func<int, Task> once, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Loop(client), cancel)));
        return new([.. times.SelectMany(t => t)], Stopwatch.GetElapsedTime(since));

        async Task<List<double>> Loop(int client)
        {
            var mine = new List<double>();
            while (Stopwatch.GetElapsedTime(since) < time)
            {
                cancel.ThrowIfCancellationRequested();
                mine.Add(await Timed(() => once(client)));
            }

            return mine;
        }
    }

    /// <summary>How long one thing takes, in milliseconds.</summary>
    public static async Task<double> Timed(Func<Task> once)
    {
        var since = Stopwatch.GetTimestamp();
        await once();
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }
}

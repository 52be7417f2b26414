using System.Diagnostics;

namespace Comanda.Bench;

/// <summary>
/// Rounds in which the machine was ours. On a shared machine a build next door halves a rate, and seldom both sides of a
/// ratio alike. So a round waits for a calm moment, and one in which others took more than a twentieth of the processors is
/// set aside and repeated, to a limit.
/// </summary>
internal static class CalmRounds
{
    private const double MostOfOthers = 0.05;

    private const int LongestWaitInSeconds = 60;

    /// <summary>For the note below a table.</summary>
    public static string Note(int setAside) =>
        $"Rounds in which others took more than {MostOfOthers:P0} of the processors are repeated, to a limit: {setAside} here.";

    /// <summary>Runs a round until as many as asked were calm; answers those, and how many were set aside.</summary>
    public static async Task<(List<T> Rounds, int SetAside)> Run<T>(
        int rounds, Func<CpuTimes> cpu, Func<Task<T>> round, Func<T, string> say, CancellationToken cancel)
    {
        var kept = new List<T>();
        var setAside = 0;
        while (kept.Count < rounds)
        {
            await WaitForCalm();
            T? done = default;
            var others = await OthersDuring(async () => done = await round());
            var counts = others <= MostOfOthers || setAside == rounds * 2;
            Progress.Say($"{say(done!)}; others took {others:P0}{(counts ? "" : ": set aside")}");
            if (counts)
                kept.Add(done!);
            else
                setAside++;
        }

        return (kept, setAside);

        async Task WaitForCalm()
        {
            for (var waited = 0; waited < LongestWaitInSeconds; waited++)
            {
                if (await OthersDuring(() => Task.Delay(TimeSpan.FromSeconds(1), cancel)) <= MostOfOthers)
                    return;
            }
        }

        async Task<double> OthersDuring(Func<Task> what)
        {
            var (before, since) = (cpu(), Stopwatch.GetTimestamp());
            await what();
            return (cpu() - before).Others / (Stopwatch.GetElapsedTime(since).TotalMilliseconds * Environment.ProcessorCount);
        }
    }
}

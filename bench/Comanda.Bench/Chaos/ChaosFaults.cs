using System.Diagnostics;
using Comanda.Bench.Attack;

namespace Comanda.Bench.Chaos;

/// <summary>
/// The faults, each a few seconds long and healed at its end. <paramref name="Weight"/> says how often it is chosen;
/// <paramref name="TakesPair"/>: it needs the pair whole, and so is not made before the last one's replica is back.
/// </summary>
internal sealed record Fault(string Name, int Weight, bool TakesPair, Func<ChaosFaults, Task> Make)
{
    /// <summary>Nothing can be sold while it lasts, so that the time counts from its end.</summary>
    public bool CountsFromItsEnd { get; init; }
}

/// <summary>Makes one fault after the other, and measures how long it takes until everybody sells again.</summary>
internal sealed class ChaosFaults(ChaosWorld world, ChaosSellers sellers, Findings findings, Random chance, CancellationToken cancel)
{
    /// <summary>Longer than this, and it is told.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromMinutes(2);

    public static readonly Fault[] Kinds =
    [
        new("kill-process", 20, false, f => f.KillProcess()),
        new("cut-process", 13, false, f => f.CutFor(f.AnyServer(), 6)),
        new("stop-process", 5, false, f => f.StopFor(f.AnyServer(), 5)),
        new("skew-clock", 12, false, f => f.SkewClock()),
        new("kill-redis", 8, false, f => f.KillRedis()),
        new("hang-redis", 6, false, f => f.StopFor(f.Redis, 4)),
        new("cut-redis", 6, false, f => f.CutFor(f.Redis, 5)),
        new("kill-primary", 10, true, f => f.KillPrimary()),
        new("lose-primary-node", 5, true, f => f.LoseNode()),
        new("switch-over", 8, true, f => f.SwitchOver()),
        new("cut-primary", 6, true, f => f.CutFor(f.Primary, 9)),
        new("cut-replica", 6, true, f => f.CutFor(f.Replica, 6)),
        new("full-disk", 4, true, f => f.FillDisk()) { CountsFromItsEnd = true },
    ];

    private readonly List<(Fault Fault, long At, TimeSpan Recovery)> made = [];

    public int Made => made.Count;

    private ChaosNode Primary { get; set; } = null!;

    private ChaosNode Replica => world.Databases.Single(d => d != Primary);

    /// <summary>So many, spread over the time that there is.</summary>
    public async Task Run(int faults, TimeSpan length, Fault[] kinds)
    {
        var time = Stopwatch.StartNew();
        for (var n = 0; n < faults; n++)
        {
            var due = length * (n + 1.0) / (faults + 1);
            if (due > time.Elapsed)
                await Task.Delay(due - time.Elapsed, cancel);
            if (time.Elapsed > length * 1.2)
            {
                findings.Say($"{n} faults of {faults}: the time is over");
                return;
            }

            await One(await Choose(kinds));
        }
    }

    public void Print()
    {
        var table = new MarkdownTable(
            $"{made.Count} faults",
            "fault", "times", "all sell again, median s", "p95 s", "worst s", "over 10 s", "longest without an order, s");
        var times = sellers.Times.Order().ToArray();
        foreach (var kind in made.GroupBy(m => m.Fault.Name).OrderBy(g => Array.FindIndex(Kinds, k => k.Name == g.Key)))
        {
            var recoveries = kind.Select(k => k.Recovery.TotalSeconds).ToList();
            table.Row(
                kind.Key,
                $"{recoveries.Count}",
                $"{recoveries.Median():F1}",
                $"{recoveries.Percentile(95):F1}",
                $"{recoveries.Max():F1}",
                $"{recoveries.Count(r => r > Promised.TotalSeconds)}",
                $"{kind.Max(k => Silence(times, k.At, k.Recovery)).TotalSeconds:F1}");
        }

        table.Print(
            "From the fault (full-disk: from when there is room again) until each of the "
            + $"{ChaosSellers.All} sellers has an order acknowledged that they sent after it.");
    }

    private async Task One(Fault fault)
    {
        var at = Stopwatch.GetTimestamp();
        var recovery = sellers.Watch();
        var making = Guarded(fault);
        if (fault.CountsFromItsEnd)
        {
            await making;
            recovery = sellers.Watch();
            at = Stopwatch.GetTimestamp();
        }

        var took = Longest;
        try
        {
            took = await recovery.All.WaitAsync(Longest, cancel);
        }
        catch (TimeoutException)
        {
            findings.Fail(fault.Name, "not back after two minutes", $"sellers {recovery.Missing()}");
        }

        await making;
        made.Add((fault, at, took));
        var late = took > Promised ? " LATE" : "";
        Progress.Say($"chaos: {made.Count} {fault.Name}: back after {took.TotalSeconds:F1} s{late}; {sellers.Acknowledged.Count} orders");
    }

    /// <summary>One that cannot be made (its file has just gone, its Patroni is silent) is told, and holds up none after it.</summary>
    private async Task Guarded(Fault fault)
    {
        try
        {
            await fault.Make(this);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or TaskCanceledException
            && !cancel.IsCancellationRequested)
        {
            findings.Count($"faults that could not be made: {fault.Name}");
            Progress.Say($"chaos: {fault.Name}: {failure.Message}");
        }
    }

    /// <summary>One of those that can be made now.</summary>
    private async Task<Fault> Choose(Fault[] kinds)
    {
        while (true)
        {
            var pair = kinds.Any(k => k.TakesPair) ? await world.Whole() : null;
            var possible = kinds.Where(k => !k.TakesPair || pair is not null).ToList();
            if (possible.Count == 0)
            {
                await Task.Delay(500, cancel);
                continue;
            }

            Primary = pair!;
            var ticket = chance.Next(possible.Sum(k => k.Weight));
            foreach (var kind in possible)
            {
                ticket -= kind.Weight;
                if (ticket < 0)
                    return kind;
            }
        }
    }

    private ChaosNode Redis => world.Redis;

    private ChaosNode AnyServer() => world.Servers[chance.Next(world.Servers.Length)];

    private Task Pause(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), cancel);

    private Task KillProcess() => AnyServer().Kill();

    private async Task CutFor(ChaosNode node, double seconds)
    {
        await node.Cut();
        await Pause(seconds);
        await node.Join();
    }

    /// <summary>It lives and does nothing, as a machine that swaps or a virtual one that is moved.</summary>
    private async Task StopFor(ChaosNode node, double seconds)
    {
        await node.Signal("STOP");
        await Pause(seconds);
        await node.Signal("CONT");
    }

    private async Task SkewClock()
    {
        var clock = Path.Combine(world.Folder, world.Skewed.Name + ".clock");
        await File.WriteAllTextAsync(clock, $"{(chance.Next(2) == 0 ? "-" : "+")}{chance.Next(2, 240)}\n", cancel);
        await Pause(6);
        await File.WriteAllTextAsync(clock, "+0\n", cancel);
        await Pause(1.5); // until it has read it
    }

    private async Task KillRedis()
    {
        await world.Redis.KillAndHold();
        await Pause(3);
        world.Redis.LetGo();
    }

    /// <summary>PostgreSQL dies; the Patroni beside it sees that at once.</summary>
    private async Task KillPrimary()
    {
        var folder = Path.Combine(world.Folder, Primary.Name, "data", "main", "postmaster.pid");
        await Shell.Run("kill", "-9", (await File.ReadAllLinesAsync(folder, cancel))[0]);
    }

    /// <summary>The machine is gone, and comes back after the other has taken its place.</summary>
    private async Task LoseNode()
    {
        var lost = Primary;
        await lost.KillAndHold();
        await Pause(9);
        lost.LetGo();
    }

    private Task SwitchOver() => world.SwitchOver(Primary, Replica);

    private async Task FillDisk()
    {
        var folder = Path.Combine(world.Folder, Primary.Name);
        var filler = Path.Combine(folder, "filler");
        await Shell.Run("fallocate", "-l", $"{new DriveInfo(folder).AvailableFreeSpace}", filler);
        await Shell.Run("dd", "if=/dev/zero", $"of={filler}", "bs=64k", "oflag=append", "conv=notrunc"); // the last blocks
        await Pause(6);
        File.Delete(filler);
    }

    /// <summary>The longest time between two orders, of all sellers, from a moment on.</summary>
    private static TimeSpan Silence(long[] times, long from, TimeSpan length)
    {
        var (last, longest) = (from, TimeSpan.Zero);
        foreach (var at in times.Where(t => t >= from))
        {
            if (Stopwatch.GetElapsedTime(last, at) is var gap && gap > longest)
                longest = gap;
            last = at;
            if (Stopwatch.GetElapsedTime(from, at) > length)
                break;
        }

        return longest;
    }
}

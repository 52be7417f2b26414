using System.CommandLine;
using System.Diagnostics;

namespace Comanda.Bench.Attack;

/// <summary>
/// bench/attack: fuzz, random walks, races, floods and kills on the running product, in rounds until the time is over. Exit code 0 only
/// where nothing failed. The same seed sends the same kinds of requests in the same order; what is answered in between may differ.
/// </summary>
internal static class AttackVerb
{
    /// <summary>Of the memory at the end to that after the first round, which warms everything up.</summary>
    private const double MostGrowth = 1.2;

    private static readonly string[] All = ["fuzz", "walks", "races", "floods", "kills", "disk"];

    public static Command Make(Option<string> server)
    {
        var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => 30 };
        var seed = new Option<int>("--seed")
        {
            Description = "Begins the random numbers",
            DefaultValueFactory = _ => Random.Shared.Next(1, 1_000_000),
        };
        var only = new Option<string>("--only")
        {
            Description = "Some of " + string.Join(',', All),
            DefaultValueFactory = _ => string.Join(',', All),
        };
        var verb = new Command("attack", "Attacks the running product: odd requests, random walks, races, floods, kills, a full disk.")
        {
            minutes,
            seed,
            only,
        };
        verb.SetAction(
            (parsed, cancel) =>
                Run(
                    parsed.GetValue(server)!,
                    TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                    parsed.GetValue(seed),
                    parsed.GetValue(only)!.Split(','),
                    cancel
                )
        );
        return verb;
    }

    private static async Task<int> Run(string dll, TimeSpan length, int seed, string[] parts, CancellationToken cancel)
    {
        var findings = new Findings();
        Progress.Say($"attack: seed {seed}, {length.TotalMinutes:F0} minutes: {string.Join(", ", parts)}");
        try
        {
            await using (var arena = await Arena.Start(dll, findings, cancel))
            {
                await Rounds(arena, length, seed, parts, cancel);
                if (parts.Contains("kills"))
                    await Guarded("kills", findings, () => new Kills(arena, cancel).Run(), cancel);
                await Verify(arena, cancel);
                if (parts.Contains("disk"))
                    await Guarded("full disk", findings, () => new FullDisk(arena, cancel).Run(), cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            findings.Fail("attack", "stopped", "before its time");
        }
        catch (BenchException failure)
        {
            findings.Fail("attack", "could not go on", failure.Message);
        }

        findings.Print(seed);
        return findings.Clean ? 0 : 1;
    }

    private static async Task Rounds(Arena arena, TimeSpan length, int seed, string[] parts, CancellationToken cancel)
    {
        var (time, warm, memory) = (Stopwatch.StartNew(), 0.0, new List<double>());
        var api = await ApiSurface.Read(arena.First, cancel);
        var floods = new Floods(arena, cancel);
        for (var round = 1; round == 1 || time.Elapsed < length; round++)
        {
            var left = length - time.Elapsed;
            if (parts.Contains("fuzz"))
                await Guarded(
                    "fuzz",
                    arena.Findings,
                    () => new Fuzz(arena, api, seed + round).Run(TimeSpan.FromSeconds(Math.Clamp(left.TotalSeconds / 2, 20, 120)), cancel),
                    cancel
                );
            if (parts.Contains("walks"))
                await Guarded("walk", arena.Findings, () => RandomWalk.Run(arena, seed + round, cancel), cancel);
            if (parts.Contains("races"))
                await Guarded("races", arena.Findings, () => new Races(arena, cancel).Run(), cancel);
            if (parts.Contains("floods") && (round % 3 == 1))
                await Guarded("floods", arena.Findings, floods.Run, cancel);
            memory.Add(arena.First.ResidentMegabytes);
            warm = memory[0];
            Progress.Say($"round {round}: {time.Elapsed.TotalMinutes:F0} minutes, {memory[^1]:F0} MB");
            arena.Findings.Check(!arena.First.HasExited && !arena.Second.HasExited, "attack", "a server has died", () =>
                "its log says why"
            );
            if (arena.First.HasExited)
                return;
        }

        arena.Findings.Say(
            $"memory by round, MB: {string.Join(", ", memory.Select(m => $"{m:F0}"))}; "
                + $"at the end {memory[^1] / warm:F2} of after the first round"
        );
        arena.Findings.Check(memory[^1] <= warm * MostGrowth, "memory", "it grows", () => string.Join(", ", memory.Select(m => $"{m:F0}")));
    }

    /// <summary>A part that cannot go on is a failure, and the next one has its turn.</summary>
    private static async Task Guarded(string part, Findings findings, Func<Task> run, CancellationToken cancel)
    {
        try
        {
            await run();
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            findings.Fail(part, "could not go on", failure.ToString());
        }
    }

    private static async Task Verify(Arena arena, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", [arena.Dll, "verify", "--database", arena.Connection])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var verify = Process.Start(start)!;
        var said = verify.StandardOutput.ReadToEndAsync(cancel);
        var complained = verify.StandardError.ReadToEndAsync(cancel);
        await verify.WaitForExitAsync(cancel);
        arena.Findings.Check(verify.ExitCode == 0, "comanda verify", $"exit code {verify.ExitCode}", () =>
            (said.Result + complained.Result)[^Math.Min(3000, (said.Result + complained.Result).Length)..]
        );
    }
}

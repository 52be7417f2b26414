using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Comanda.Bench;

/// <summary>GET /api/menu beside a bare Kestrel endpoint that answers the same bytes, under the same load, in turns.</summary>
internal static partial class MeasureMenu
{
    private const string Wrk = "/usr/bin/wrk", Path = "/api/menu";

    private const int Connections = 32, Threads = 2;

    /// <summary>
    /// What one side did in a round; <see cref="Microseconds"/> of processor for a request, of that side's process alone.
    /// </summary>
    private sealed record Side(double PerSecond, double Microseconds);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var bytes = await server.NewClient().Http.GetByteArrayAsync(Path, cancel);
        var body = System.IO.Path.Combine(cluster.Folder, "menu.json");
        await File.WriteAllBytesAsync(body, bytes, cancel);
        await using var bare = await ServerUnderTest.Start(typeof(BareServer).Assembly.Location, ["bare", "--body", body], cancel);

        Progress.Say("menu: warming up");
        foreach (var side in (ServerUnderTest[])[server, bare])
            await Ask(side, TimeSpan.FromSeconds(4), cancel);
        var postmaster = await CpuTimes.FindPostmaster(cafe.Database, cancel);
        var (rounds, setAside) = await CalmRounds.Run(
            options.Rounds,
            () => CpuTimes.Now(postmaster, server.ProcessId, bare.ProcessId),
            async () => (Server: await Measure(server), Bare: await Measure(bare)),
            r => $"menu: {r.Server.PerSecond:F0}/s, bare {r.Bare.PerSecond:F0}/s, ratio {r.Server.PerSecond / r.Bare.PerSecond:F2}",
            cancel);

        new MarkdownTable(
            $"Menu read ({bytes.Length:N0} bytes, {Connections} connections, median of {options.Rounds} × {options.Round.TotalSeconds:F0} "
                + "s each, alternated)",
            "load", "server, requests/s", "bare Kestrel, requests/s", "ratio", "server, µs of processor", "bare Kestrel, µs of processor")
            .Row(
                File.Exists(Wrk) ? "wrk" : "HttpClient",
                Of(r => r.Server.PerSecond, "F0"),
                Of(r => r.Bare.PerSecond, "F0"),
                $"**{Of(r => r.Server.PerSecond / r.Bare.PerSecond, "F2")}**",
                Of(r => r.Server.Microseconds, "F1"),
                Of(r => r.Bare.Microseconds, "F1"))
            .Print("The ratio is the median of the rounds' own ratios. " + CalmRounds.Note(setAside));

        string Of(Func<(Side Server, Side Bare), double> figure, string format) => rounds.Select(figure).Median().ToString(format);

        async Task<Side> Measure(ServerUnderTest side)
        {
            var before = CpuTimes.Now(postmaster, side.ProcessId);
            var (requests, perSecond) = await Ask(side, options.Round, cancel);
            return new(perSecond, (CpuTimes.Now(postmaster, side.ProcessId) - before).Servers * 1000 / requests);
        }
    }

    private static Task<(double Requests, double PerSecond)> Ask(ServerUnderTest side, TimeSpan time, CancellationToken cancel) =>
        Ask(side, Path, time, cancel);

    /// <summary>As many requests for a path as go in this time.</summary>
    internal static async Task<(double Requests, double PerSecond)> Ask(
        ServerUnderTest side,
        string path,
        TimeSpan time,
        CancellationToken cancel)
    {
        var address = new Uri(side.Address, path);
        if (!File.Exists(Wrk))
        {
            var client = side.NewClient().Http;
            var load = await ParallelClients.Run(Connections, time, _ => client.GetByteArrayAsync(address, cancel), cancel);
            return (load.Times.Count, load.PerSecond);
        }

        using var process = Process.Start(new ProcessStartInfo(
            Wrk,
            ["--threads", $"{Threads}", "--connections", $"{Connections}", "--duration", $"{time.TotalSeconds:F0}s", address.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return Answered().Match(said) is { Success: true } answered && !said.Contains("Non-2xx", StringComparison.Ordinal)
            ? (Figure(answered, "requests"), Figure(answered, "rate"))
            : throw new BenchException($"wrk could not read the menu: {said}");

        static double Figure(Match match, string name) => double.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"(?<requests>\d+) requests in.*Requests/sec:\s+(?<rate>[0-9.]+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Answered();
}

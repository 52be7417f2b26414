using System.Diagnostics;
using System.Text.Json;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// Many devices that follow events at one process, a hundred for each shop, while something happens in one shop or another twenty times a
/// second: from the moment before it is written to the moment when a device has it, and what each device costs in memory. Beside them the
/// stock socket.io server of Node with as many clients in rooms of a hundred.
/// </summary>
internal sealed class MeasureLive(BenchOptions options, CancellationToken cancel)
{
    private const int InAShop = 100, EventsASecond = 20;

    private sealed record Side(string Name, double KilobytesEach, double P50, double P99, double Worst, long Missing);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var measure = new MeasureLive(options, cancel);
        await using var cafe = await cluster.MakeCafe("live", cancel);
        var shops = new List<long>();
        var count = Math.Max(1, options.Devices / InAShop);
        for (var n = 0; n < count; n++)
            shops.Add(await DemoCafe.Make(cafe.Database, $"-live{n}", cancel));

        var sides = new List<Side>();
        // Each side has a server of its own: memory that one has grown would be there for the next.
        var tokens = new List<string>();
        foreach (var (name, path, hello) in new (string, Func<int, string>, Func<int, string?>)[]
        {
            ("Comanda, Socket.IO", _ => "/socket.io/?EIO=4&transport=websocket", n => $$"""40{"token":"{{tokens[n]}}"}"""),
            ("Comanda, /ws", n => "/ws?access_token=" + tokens[n], _ => null),
        })
        {
            Progress.Say($"live: {options.Devices} devices, {name}");
            await using var server = await ServerUnderTest.Start(options.Server, ["--database", cluster.ConnectionTo("live")], cancel);
            await FileLimits.Raise(server.ProcessId, options.Devices, cancel);
            tokens.Clear();
            foreach (var n in Enumerable.Range(0, count))
                tokens.Add((await server.NewClient().SignIn($"cashier-live{n}", DemoCafe.Password, cancel)).AccessToken);
            sides.Add(await measure.Of(
                name,
                server.Address,
                server.ProcessId,
                n => (path(n / InAShop), hello(n / InAShop)),
                (shop, t) => Write(cafe.Database, shops[shop], t, cancel)));
        }

        await using (var node = await StockServer.Start(cancel))
        {
            Progress.Say($"live: {options.Devices} devices, the stock server");
            await FileLimits.Raise(node.ProcessId, options.Devices, cancel);
            sides.Add(await measure.Of(
                "socket.io 4.8.4 on Node",
                node.Address,
                node.ProcessId,
                n => ("/socket.io/?EIO=4&transport=websocket", $$"""40{"room":"{{n / InAShop}}"}"""),
                node.Emit));
        }

        var table = new MarkdownTable(
            $"{options.Devices:N0} devices on one process, {EventsASecond} events a second to {InAShop} devices each, "
            + $"{options.Round.TotalSeconds:F0} s",
            "server",
            "kB a device",
            "p50 ms",
            "p99 ms",
            "max ms",
            "not arrived");
        foreach (var side in sides)
        {
            table.Row(
                side.Name,
                side.KilobytesEach.ToString("F1"),
                side.P50.ToString("F1"),
                side.P99.ToString("F1"),
                side.Worst.ToString("F1"),
                side.Missing.ToString());
        }

        table.Print(
            "From before the event is written (into the database, and committed; to Node as a request) to when the device has read it. "
            + "Memory is what the process's resident memory grew by from before the first device, ten seconds after the last one.");
        if (sides.Any(s => s.Missing > 0))
            throw new BenchException("events did not arrive");
    }

    private static async Task Write(NpgsqlDataSource database, long shop, long t, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "insert into events (shop_id, event, at, actor, data) values ($1, 'order_updated', now(), '{}', $2)", cancel, shop, Data(t));
        await connection.Execute("notify comanda_events, 'bench'", cancel);
    }

    /// <summary>About what an order of three lines takes.</summary>
    private static string Data(long t) => $$"""{"t":{{t}},"id":17,"order_number":"T1-17","note":"{{new string('x', 900)}}"}""";

    private async Task<Side> Of(
        string name,
        Uri at,
        int process,
        Func<int, (string Path, string? Hello)> device,
        Func<int, long, Task> happen)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        var before = Resident(process);
        await using var devices = await DeviceProcesses.Connect(at, [.. Enumerable.Range(0, options.Devices).Select(device)], cancel);
        await Task.Delay(TimeSpan.FromSeconds(10), cancel);
        var each = (Resident(process) - before) / options.Devices;
        for (var warm = 0; warm < 20; warm++)
            await happen(warm % Math.Max(1, options.Devices / InAShop), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        await devices.Forget();

        var (begun, events) = (Stopwatch.StartNew(), 0);
        var shops = Math.Max(1, options.Devices / InAShop);
        while (begun.Elapsed < options.Round)
        {
            await happen(Random.Shared.Next(shops), Stopwatch.GetTimestamp());
            events++;
            if (TimeSpan.FromSeconds((double)events / EventsASecond) - begun.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait, cancel);
        }

        var expected = (long)events * Math.Min(InAShop, options.Devices);
        for (var patience = Stopwatch.StartNew(); await devices.Count() < expected && patience.Elapsed < TimeSpan.FromSeconds(10);)
            await Task.Delay(100, cancel);
        var all = await devices.Report();
        return new(name, each, all.Percentile(50), all.Percentile(99), all.DefaultIfEmpty(double.NaN).Max(), expected - all.Count);
    }

    /// <summary>Kilobytes.</summary>
    private static double Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    /// <summary>The stock server, from npm.</summary>
    private sealed class StockServer(Process process, int port) : IAsyncDisposable
    {
        private readonly HttpClient http = new() { BaseAddress = new($"http://127.0.0.1:{port}") };

        public Uri Address => http.BaseAddress!;

        public int ProcessId => process.Id;

        public static async Task<StockServer> Start(CancellationToken cancel)
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Comanda.slnx")))
                folder = folder.Parent;
            var process = Process.Start(new ProcessStartInfo("node", ["socket-io-server.js"])
            {
                WorkingDirectory = Path.Combine(folder!.FullName, "tests", "peers"),
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var said = await process.StandardOutput.ReadLineAsync(cancel) ?? throw new BenchException("the stock server did not start");
            return new(process, JsonElement.Parse(said).GetProperty("port").GetInt32());
        }

        public async Task Emit(int room, long t)
        {
            var envelope = $$"""{"seq":1,"event":"order_updated","shop_id":{{room}},"data":{{Data(t)}}}""";
            using var body = new StringContent($$"""{"room":"{{room}}","event":"order_updated","args":[{{envelope}}]}""");
            using var response = await http.PostAsync("/emit", body);
            response.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            http.Dispose();
        }
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace Comanda.Bench;

/// <summary>
/// Devices in processes of their own, as many as the files that one may open ask for; each process answers to lines: forget, count, report.
/// The clock is the machine's own, the same in all of them.
/// </summary>
internal sealed class DeviceProcesses : IAsyncDisposable
{
    private const int InAProcess = 5_000;

    private readonly List<Process> processes = [];

    /// <summary>The child's side: reads its devices from standard input, connects them, and answers.</summary>
    public static Command Verb()
    {
        var at = new Option<string>("--at") { Required = true };
        var verb = new Command("devices", "Devices that follow a server, for live.") { at };
        verb.Hidden = true;
        verb.SetAction((parsed, cancel) => Serve(new Uri(parsed.GetValue(at)!), cancel));
        return verb;
    }

    public static async Task<DeviceProcesses> Connect(Uri at, List<(string Path, string? Hello)> devices, CancellationToken cancel)
    {
        var all = new DeviceProcesses();
        try
        {
            foreach (var some in devices.Chunk(InAProcess))
            {
                var process = Process.Start(new ProcessStartInfo(
                    "dotnet", [typeof(DeviceProcesses).Assembly.Location, "devices", "--at", at.ToString()])
                {
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                })!;
                all.processes.Add(process);
                await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(some.Select(d => new[] { d.Path, d.Hello })));
                await process.StandardInput.FlushAsync(cancel);
            }

            foreach (var process in all.processes)
            {
                if (await process.StandardOutput.ReadLineAsync(cancel) is not "connected" and var said)
                    throw new BenchException($"devices could not connect: {said}");
            }

            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    /// <summary>What has been measured so far is forgotten.</summary>
    public async Task Forget() => await Ask("forget");

    /// <summary>Events that have arrived since.</summary>
    public async Task<long> Count() => (await Ask("count")).Sum(long.Parse);

    /// <summary>Milliseconds from sent to there, of each.</summary>
    public async Task<List<double>> Report() => [.. (await Ask("report")).SelectMany(l => JsonSerializer.Deserialize<double[]>(l)!)];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // it has ended already
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }

            process.Dispose();
        }

        processes.Clear();
    }

    private async Task<List<string>> Ask(string what)
    {
        var answers = new List<string>();
        foreach (var process in processes)
        {
            await process.StandardInput.WriteLineAsync(what);
            await process.StandardInput.FlushAsync();
            answers.Add(await process.StandardOutput.ReadLineAsync() ?? throw new BenchException("a process of devices has ended"));
        }

        return answers;
    }

    private static async Task<int> Serve(Uri at, CancellationToken cancel)
    {
        var asked = JsonSerializer.Deserialize<string?[][]>((await Console.In.ReadLineAsync(cancel))!)!;
        LiveDevices devices;
        try
        {
            devices = await LiveDevices.Connect(at, asked.Select(d => (d[0]!, d[1])), cancel);
        }
        catch (Exception failure)
        {
            Console.WriteLine(failure.Message.ReplaceLineEndings(" "));
            return 1;
        }

        using var ending = devices;
        Console.WriteLine("connected");
        while (await Console.In.ReadLineAsync(cancel) is { } what)
        {
            if (what == "forget")
                devices.Forget();
            Console.WriteLine(what switch
            {
                "count" => devices.Latencies.Count.ToString(),
                "report" => JsonSerializer.Serialize(devices.Latencies),
                _ => "",
            });
        }

        return 0;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Comanda.Tests;

/// <summary>
/// A real peer from npm (tests/peers) for the length of one test: says {"port":…} first, then a line of JSON for what it hears.
/// </summary>
public sealed class NodePeer : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<JsonElement> said = [];

    private NodePeer(Process process) => this.process = process;

    public int Port { get; private set; }

    public IReadOnlyCollection<JsonElement> Said => said;

    public static async Task<NodePeer> Start(string script, params string[] options)
    {
        var start = new ProcessStartInfo("node", [script, .. options])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "peers"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        var peer = new NodePeer(Process.Start(start)!);
        peer.Port = JsonElement.Parse((await peer.process.StandardOutput.ReadLineAsync())!).GetProperty("port").GetInt32();
        _ = Task.Run(async () =>
        {
            while (await peer.process.StandardOutput.ReadLineAsync() is { } line)
                peer.said.Enqueue(JsonElement.Parse(line));
        });
        return peer;
    }

    /// <summary>Waits for a line of which this is true.</summary>
    public async Task<JsonElement> Hears(Func<JsonElement, bool> which, int seconds = 20)
    {
        await Answers.Eventually(() => Task.FromResult(said.Any(which)), seconds);
        return said.First(which);
    }

    /// <summary>Waits for so many lines that have this member.</summary>
    public async Task<List<JsonElement>> Hears(string member, int count, int seconds = 20)
    {
        var heard = new List<JsonElement>();
        await Answers.Eventually(
            () =>
            {
                heard = [.. said.Where(s => s.TryGetProperty(member, out _))];
                return Task.FromResult(heard.Count >= count);
            },
            seconds);
        return heard;
    }

    /// <summary>Tells it to do something: a line of JSON.</summary>
    public async Task Tell(object what)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(what));
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Ends it early, for those who must do without.</summary>
    public async Task Stop()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        process.Dispose();
    }
}

using System.Diagnostics;

namespace Comanda.Bench.Chaos;

/// <summary>
/// A node of the world: a program in a network namespace of its own. What dies without having been stopped is started again after a
/// second, as systemd or Kubernetes would.
/// </summary>
internal sealed class ChaosNode(string world, string prefix, string name) : IAsyncDisposable
{
    private static readonly TimeSpan BeforeRestart = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource over = new();
    private volatile Process? process;
    private volatile bool isHeld;
    private Task running = Task.CompletedTask;

    public string Name => name;

    /// <summary>How often it was started again because it had ended.</summary>
    public int Restarts { get; private set; }

    private string Space => $"{prefix}-{name}";

    public void Start() => running = Task.Run(Supervise);

    /// <summary>kill -9 of all that runs here, as when the power goes.</summary>
    public async Task Kill()
    {
        var pids = (await Shell.Run("ip", "netns", "pids", Space)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Shell.Run("kill", ["-9", .. pids]);
    }

    /// <summary>The same, and it stays down until it is let go.</summary>
    public Task KillAndHold()
    {
        isHeld = true;
        return Kill();
    }

    public void LetGo() => isHeld = false;

    public Task Signal(string signal) => process is { HasExited: false } it
        ? Shell.Run("kill", $"-{signal}", $"{it.Id}")
        : Task.CompletedTask;

    /// <summary>Nothing comes or goes; nobody is told.</summary>
    public Task Cut() => Shell.Run("ip", "link", "set", "v-" + name, "down");

    public Task Join() => Shell.Run("ip", "link", "set", "v-" + name, "up");

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Signal("TERM");
        for (var patience = Stopwatch.StartNew(); process is { HasExited: false } && patience.Elapsed < TimeSpan.FromSeconds(10);)
            await Task.Delay(100);
        await Kill();
        await running;
        over.Dispose();
    }

    private async Task Supervise()
    {
        while (!over.IsCancellationRequested)
        {
            if (!isHeld)
            {
                process = Process.Start(new ProcessStartInfo(Path.Combine(world, "start-" + name)) { UseShellExecute = false })!;
                await process.WaitForExitAsync();
                Restarts++;
            }

            await Task.Delay(BeforeRestart, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>Programs of the system that do one thing and end.</summary>
internal static class Shell
{
    public static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await complaints;
        return said;
    }
}

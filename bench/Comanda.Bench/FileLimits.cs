using System.Diagnostics;

namespace Comanda.Bench;

/// <summary>A device is a file to the server: more than a process may usually have open.</summary>
internal static class FileLimits
{
    private const int Other = 500;

    /// <summary>Lets a server hold so many devices, where that is ours to say.</summary>
    public static async Task Raise(int process, int devices, CancellationToken cancel)
    {
        var asked = Math.Max(65_536, devices + Other);
        using (var prlimit = Process.Start(new ProcessStartInfo("prlimit", ["--pid", process.ToString(), $"--nofile={asked}:{asked}"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!)
            await prlimit.WaitForExitAsync(cancel);
        var line = (await File.ReadAllLinesAsync($"/proc/{process}/limits", cancel))
            .First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var may = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (may != "unlimited" && int.Parse(may) < devices + Other)
            throw new BenchException(
                $"a process may open {may} files here, and {devices} devices need more: run it as root, or ask for fewer");
    }
}

using System.Runtime.InteropServices;
using Comanda.Data;

namespace Comanda.Bench;

/// <summary>Figures mean little without the machine that they are from.</summary>
internal static class DescribeMachine
{
    public static async Task<string> InWords(BenchCluster cluster, CancellationToken cancel)
    {
        await using var database = await Database.Open(cluster.ConnectionTo("postgres"), cancel);
        var postgres = await database.Scalar("select split_part(version(), ' on ', 1)", cancel);
        var flush = await database.Scalar(
            "select 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')", cancel);
        var system = RuntimeInformation.OSDescription.Split('#')[0].Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return $"{Cpu()}, {Environment.ProcessorCount} cores, {memory:F0} GB; {system}; {postgres} ({flush}); "
            + $"{RuntimeInformation.FrameworkDescription}";
    }

    private static string Cpu() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}

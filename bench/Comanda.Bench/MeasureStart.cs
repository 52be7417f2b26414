namespace Comanda.Bench;

/// <summary>From the start of the process to its first answer on a migrated database, and the memory of a server that rests.</summary>
internal static class MeasureStart
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        var table = new MarkdownTable(
            $"Start (median of {options.Rounds}) and memory after {Rest.TotalSeconds:F0} s at rest",
            "database", "first 200 of /health, ms", "resident memory, MB");
        foreach (var (name, arguments) in new[]
            {
                ("private cluster that runs already (--data)", new[] { "--data", cluster.Folder }),
                ("a PostgreSQL given (--database)", ["--database", cluster.ConnectionTo("comanda")]),
            })
        {
            var starts = new List<double>();
            var memory = new List<double>();
            for (var n = 0; n < options.Rounds; n++)
            {
                await using var server = await ServerUnderTest.Start(options.Server, arguments, cancel);
                starts.Add(server.StartedIn.TotalMilliseconds);
                await Task.Delay(Rest, cancel);
                memory.Add(server.ResidentMegabytes);
                Progress.Say($"start: {starts[n]:F0} ms, {memory[n]:F0} MB");
            }

            table.Row(name, $"{starts.Median():F0}", $"{memory.Median():F0}");
        }

        table.Print("The time includes the runtime's own start. The memory is the server's, without PostgreSQL.");
    }
}

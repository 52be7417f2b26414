using System.CommandLine;

namespace Comanda.Bench.Printing;

/// <summary>
/// bench/run printing: a soak of three printers to which everything happens that happens to printers, how soon an order is at a printer,
/// and what it costs to be asked by 500. Exit code 1 where a ticket is lost or printed twice unmarked.
/// </summary>
internal static class PrintingVerb
{
    private static readonly string[] All = ["latency", "polls", "soak"];

    public static Command Make(Option<string> server)
    {
        var tickets = new Option<int>("--tickets") { Description = "Of the soak", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<int>("--seed") { Description = "Begins the random numbers", DefaultValueFactory = _ => 1 };
        var printers = new Option<int>("--printers") { Description = "That ask every 5 seconds", DefaultValueFactory = _ => 500 };
        var only = new Option<string>("--only")
        {
            Description = "Some of " + string.Join(',', All),
            DefaultValueFactory = _ => string.Join(',', All),
        };
        var verb = new Command("printing", "Tickets through paper-outs, power cuts and kills; time to a printer's socket; 500 that poll.")
        {
            tickets,
            seed,
            printers,
            only,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (dll, parts) = (parsed.GetValue(server)!, parsed.GetValue(only)!.Split(','));
            try
            {
                await using var cluster = await BenchCluster.Start(cancel);
                Console.WriteLine(await DescribeMachine.InWords(cluster, cancel));
                if (parts.Contains("latency"))
                    await MeasureFirstByte.Run(cluster, dll, cancel);
                if (parts.Contains("polls"))
                    await MeasurePolls.Run(cluster, dll, parsed.GetValue(printers), cancel);
                return !parts.Contains("soak")
                    || await PrintSoak.Run(cluster, dll, parsed.GetValue(tickets), parsed.GetValue(seed), cancel) ? 0 : 1;
            }
            catch (BenchException failure)
            {
                await Console.Error.WriteLineAsync("bench: " + failure.Message);
                return 1;
            }
        });
        return verb;
    }
}

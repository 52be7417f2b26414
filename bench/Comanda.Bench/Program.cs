using System.CommandLine;

namespace Comanda.Bench;

/// <summary>
/// bench/run [WHAT]: measures the server beside its ceiling in one run and prints Markdown tables; --help lists what there is.
/// Nothing is asserted about times; what is wrong in substance (a lost order, a broken journal) ends it with exit code 1.
/// </summary>
internal static class Program
{
    /// <summary>In the order in which all of them run: orders come last, since they fill the database.</summary>
    private static readonly (string Verb, string What, Func<BenchCluster, BenchOptions, CancellationToken, Task> Run)[] Measurements =
    [
        ("start", "Process start to the first answer, and idle memory.", MeasureStart.Run),
        ("menu", "GET /api/menu beside a bare Kestrel endpoint that returns the same bytes.", MeasureMenu.Run),
        ("dialects", "The menu, and a page of products, in ours, in document 2's spelling and with UUIDs.", MeasureDialects.Run),
        ("catalogue", "Menus of 60, 5,000 and 50,000 items: import, read, search, change.", MeasureCatalogue.Run),
        ("import", "150,000 real lines of another system, beside COPY of the same rows.", MeasureImport.Run),
        ("signin", "Whether time tells which names exist; sign-ins beside bare bcrypt; what knowing who asks costs.", MeasureSignIn.Run),
        ("steady", "Core endpoints at 50 orders a minute with 100 live devices. Takes five rounds' time.", MeasureSteady.Run),
        ("close", "Closing a drawer that holds a day of 1,000 and 10,000 orders, while others sell.", MeasureClose.Run),
        ("stock", "200 clients whose items share two ingredients, beside 200 whose items share none.", MeasureStock.Run),
        ("slow", "Orders while 200 connections do not read a menu of 26 MB, or a log of 10,000 events.", MeasureSlow.Run),
        ("live", "Devices that follow events, beside the stock socket.io server: how late, how much memory.", MeasureLive.Run),
        ("shops", "Ten thousand shops on one server: start, memory, menus kept, an order.", MeasureShops.Run),
        ("slots", "A week of slots in which 10,000 orders have a place.", MeasureSlots.Run),
        ("statements", "A million calls of 500 statements, some refused: each answer belongs to its question.", MeasureStatements.Run),
        ("reports", "Every report over a year of one shop among fifty, beside one sum; how far roll-ups are behind.", MeasureReports.Run),
        ("lots", "A flour lot traced through a year of 1,000,000 sales, and a receipt back to its flour.", MeasureLots.Run),
        ("plan", "A day of 200 products on six stations, planned backwards.", MeasurePlan.Run),
        ("taxes", "Ten lines with three taxes each, priced, in every way of rounding.", MeasureTaxes.Run),
        ("promotions", "Ten lines priced against no promotion and against twenty.", MeasurePromotions.Run),
        ("orders", "Orders over HTTP beside pgbench that commits the same rows.", MeasureOrders.Run),
    ];

    /// <summary>Asked for by name alone, since it needs another build.</summary>
    private static readonly (string Verb, string What, Func<BenchCluster, BenchOptions, CancellationToken, Task> Run) Versus =
        ("versus", "This build beside another (--other DLL): start, rest, orders, menu reads, sign-ins.", MeasureVersus.Run);

    public static async Task<int> Main(string[] args)
    {
        var seconds = new Option<int>("--seconds") { Description = "Length of a round", DefaultValueFactory = _ => 5, Recursive = true };
        var clients = new Option<int>("--clients")
        {
            Description = "Parallel clients that place orders",
            DefaultValueFactory = _ => 16,
            Recursive = true
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Rounds of each side, alternated",
            DefaultValueFactory = _ => 5,
            Recursive = true
        };
        var server = new Option<string>("--server")
        {
            Description = "The Comanda.dll to measure",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Comanda.dll"),
            Recursive = true,
        };
        var devices = new Option<int>("--devices")
        {
            Description = "Live devices on one process",
            DefaultValueFactory = _ => 2_000,
            Recursive = true
        };
        var other = new Option<string?>("--other") { Description = "The Comanda.dll of another build, for versus", Recursive = true };
        var root = new RootCommand("Measures Comanda beside its ceilings.") { seconds, clients, rounds, devices, server, other };
        root.SetAction((parsed, cancel) => Measure(Measurements, parsed, cancel));
        foreach (var measurement in Measurements.Append(Versus))
        {
            var verb = new Command(measurement.Verb, measurement.What);
            verb.SetAction((parsed, cancel) => Measure([measurement], parsed, cancel));
            root.Subcommands.Add(verb);
        }

        root.Subcommands.Add(Attack.AttackVerb.Make(server));
        root.Subcommands.Add(Printing.PrintingVerb.Make(server));
        root.Subcommands.Add(Chaos.ChaosVerb.Make(server));
        root.Subcommands.Add(BareServer.Verb());
        root.Subcommands.Add(DeviceProcesses.Verb());
        // Ctrl-C cancels the measurement; then there is a PostgreSQL to stop and a folder to remove.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });

        async Task<int> Measure(
            (string Verb, string What, Func<BenchCluster, BenchOptions, CancellationToken, Task> Run)[] chosen,
            ParseResult parsed,
            CancellationToken cancel)
        {
            var options = new BenchOptions(
                parsed.GetValue(server)!,
                AtLeastOne(clients),
                AtLeastOne(rounds),
                TimeSpan.FromSeconds(AtLeastOne(seconds)),
                AtLeastOne(devices),
                parsed.GetValue(other));
            try
            {
                await using var cluster = await BenchCluster.Start(cancel);
                Console.WriteLine(await DescribeMachine.InWords(cluster, cancel));
                foreach (var measurement in chosen)
                    await measurement.Run(cluster, options, cancel);
                return 0;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("stopped");
                return 130;
            }
            catch (BenchException failure)
            {
                await Console.Error.WriteLineAsync("bench: " + failure.Message);
                return 1;
            }

            int AtLeastOne(Option<int> option) => Math.Max(1, parsed.GetValue(option));
        }
    }
}

/// <summary>
/// How much is measured. <see cref="Server"/> is the Comanda.dll that is run, <see cref="Other"/> one that it is compared with;
/// <see cref="Round"/> the length of one round.
/// </summary>
internal sealed record BenchOptions(string Server, int Clients, int Rounds, TimeSpan Round, int Devices, string? Other);

/// <summary>The run means nothing: something could not start, or the server lost something.</summary>
internal sealed class BenchException(string message) : Exception(message);

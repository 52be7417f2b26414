using System.CommandLine;
using Comanda.Bench.Attack;

namespace Comanda.Bench.Chaos;

/// <summary>What bench/chaos runs inside the world that it has laid out; by itself it cannot run.</summary>
internal static class ChaosVerb
{
    public static Command Make(Option<string> server)
    {
        var faults = new Option<int>("--faults") { Description = "How many faults", DefaultValueFactory = _ => 200 };
        var minutes = new Option<double>("--minutes") { Description = "Over how long", DefaultValueFactory = _ => 40 };
        var rate = new Option<double>("--rate") { Description = "Orders a second that are tried", DefaultValueFactory = _ => 120 };
        var seed = new Option<int>("--seed")
        {
            Description = "Begins the random numbers",
            DefaultValueFactory = _ => Random.Shared.Next(1, 1_000_000),
        };
        var only = new Option<string>("--only")
        {
            Description = "Some of " + string.Join(',', ChaosFaults.Kinds.Select(k => k.Name)),
            DefaultValueFactory = _ => string.Join(',', ChaosFaults.Kinds.Select(k => k.Name)),
        };
        var world = new Option<string>("--world") { Description = "The folder that bench/chaos has laid out", Required = true };
        var prefix = new Option<string>("--prefix") { Description = "Of the names of its namespaces", Required = true };
        var verb = new Command("chaos", "Faults in a world of three processes, a pair of databases, Redis and nginx (run bench/chaos).")
        {
            faults,
            minutes,
            rate,
            seed,
            only,
            world,
            prefix,
        };
        verb.SetAction(
            (parsed, cancel) => new Plan(
                parsed.GetValue(server)!,
                parsed.GetValue(faults),
                TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                parsed.GetValue(rate),
                parsed.GetValue(seed),
                ChaosFaults.Kinds.Where(k => parsed.GetValue(only)!.Split(',').Contains(k.Name)).ToArray())
            .Run(new(parsed.GetValue(world)!, parsed.GetValue(prefix)!), cancel));
        return verb;
    }

    private sealed record Plan(string Dll, int Faults, TimeSpan Length, double Rate, int Seed, Fault[] Kinds)
    {
        private const string Part = "chaos";

        public async Task<int> Run(ChaosWorld world, CancellationToken cancel)
        {
            var findings = new Findings();
            Progress.Say($"chaos: seed {Seed}, {Faults} faults in {Length.TotalMinutes:F0} minutes, {Rate:F0} orders a second");
            try
            {
                await using (world)
                    await Run(world, findings, cancel);
            }
            catch (Exception failure) when (failure is BenchException or TimeoutException || cancel.IsCancellationRequested)
            {
                findings.Fail(Part, "could not go on", failure.ToString());
            }

            findings.Print(Seed);
            return findings.Clean ? 0 : 1;
        }

        private async Task Run(ChaosWorld world, Findings findings, CancellationToken cancel)
        {
            var (shop, printing) = await world.Start(cancel);
            using var sellers = new ChaosSellers(shop, findings, cancel);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var follower = new ChaosFollower(sellers, findings, over.Token);
            var printer = new ChaosPrinter(sellers, printing, findings, over.Token);
            await sellers.Start(Rate);
            var beside = Task.WhenAll(follower.Run(), printer.Run());
            await Task.Delay(TimeSpan.FromSeconds(10), cancel);
            var faults = new ChaosFaults(world, sellers, findings, new(Seed), cancel);
            await faults.Run(Faults, Length, Kinds);
            await ChaosWorld.Until("the pair is whole", TimeSpan.FromMinutes(2), async () => await world.Whole() is not null, cancel);
            await sellers.Stop();
            await Task.Delay(TimeSpan.FromSeconds(15), cancel); // the printer has the rest
            await new ChaosBooks(world, sellers, follower, shop, findings, cancel).Check(Dll);
            await over.CancelAsync();
            await beside.WaitAsync(TimeSpan.FromMinutes(1), cancel);
            await printer.Check(world.Connection, cancel);
            faults.Print();
            foreach (var node in world.Servers)
                findings.Say($"{node.Name} was started again {node.Restarts} times");
        }
    }
}

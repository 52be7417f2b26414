using System.CommandLine;
using System.Globalization;
using Comanda.Events;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda consumers: who follows the event log, how far behind it is, and what it fails on. With --retry NAME what it gave up is tried
/// again by the servers that are running. Exit code 2 where something was given up.
/// </summary>
public static class ConsumersVerb
{
    private const int MostShown = 50, LongestError = 200;

    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var retry = new Option<string?>("--retry") { Description = "The consumer whose given-up events are tried again" };
        var verb = new Command("consumers", "Who follows the event log, how far it is, and what it fails on.") { retry };
        verb.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed, (database, _) => Run(database, parsed.GetValue(retry), Console.WriteLine, cancel), cancel)));
        return verb;
    }

    internal static async Task<int> Run(NpgsqlDataSource database, string? retry, Action<string> say, CancellationToken cancel)
    {
        void Say(FormattableString line) => say(line.ToString(CultureInfo.InvariantCulture));
        var known = await ConsumerStates.All(database, cancel);
        if (retry is not null)
        {
            if (!known.Exists(c => c.Name == retry))
            {
                Say($"There is no consumer {retry}; there are: {string.Join(", ", known.Select(c => c.Name))}");
                return 1;
            }

            Say($"{await ConsumerStates.Retry(database, retry, cancel)} event(s) of {retry} are tried again.");
            return 0;
        }

        foreach (var c in known)
            Say($"{c.Name,-24} at {c.Position}, {c.Behind} behind, {c.Waiting} tried again, {c.GaveUp} given up");
        foreach (var f in await ConsumerStates.Failures(database, MostShown, cancel))
        {
            var end = f.GaveUp ? "given up" : "tried again";
            Say($"  {f.Consumer}: event {f.Seq} ({f.Event}) of shop {f.Shop}, {f.Attempts} tries, {end}: {Short(f.Error)}");
        }

        return known.Exists(c => c.GaveUp > 0) ? 2 : 0;
    }

    private static string Short(string error) =>
        error.Length <= LongestError ? error.ReplaceLineEndings(" ") : error[..LongestError].ReplaceLineEndings(" ") + "…";
}

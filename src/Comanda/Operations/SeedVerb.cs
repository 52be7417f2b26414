using System.CommandLine;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda seed test|production: a cafe to try things out with, or the beginning of a real one. Said again, it changes nothing.
/// </summary>
public static class SeedVerb
{
    private const string Test = "test", Production = "production";

    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var what = new Argument<string>("what") { Description = $"{Test}: the demo cafe; {Production}: a shop with the starter menu" };
        what.AcceptOnlyFromAmong(Test, Production);
        var name = new Option<string>("--name")
        {
            Description = "Of the real shop, as receipts print it",
            DefaultValueFactory = _ => "My cafe"
        };
        var owner = new Option<string>("--owner")
        {
            Description = "Username of the real shop's owner",
            DefaultValueFactory = _ => "owner"
        };
        var verb = new Command("seed", "Fills an empty database: menu, stock with recipes, people.") { what, name, owner };
        verb.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed,
            (database, _) => Run(database, parsed.GetValue(what)!, parsed.GetValue(name)!, parsed.GetValue(owner)!, cancel),
            cancel)));
        return verb;
    }

    private static async Task<int> Run(NpgsqlDataSource database, string what, string name, string owner, CancellationToken cancel)
    {
        if (!await DemoCafe.IsWanted(database, cancel))
        {
            Console.WriteLine("There is a shop already; nothing was changed.");
            return 0;
        }

        if (what == Production)
            return await OpenShopVerb.OpenStarter(database, name, owner, cancel);
        await DemoCafe.Make(database, "", cancel, withStock: true);
        Console.WriteLine($"Made the demo cafe. Sign in as {string.Join(", ", DemoCafe.Staff.Select(s => s.Username))}; "
            + $"password {DemoCafe.Password}.");
        return 0;
    }
}

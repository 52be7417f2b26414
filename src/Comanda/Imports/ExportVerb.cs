using System.CommandLine;
using Comanda.Data;
using Npgsql;

namespace Comanda.Imports;

/// <summary>comanda export DIR: everything that a shop has, as CSV files in a folder.</summary>
public static class ExportVerb
{
    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "Where the files go; made where it is not there" };
        var shop = new Option<string?>("--shop") { Description = "Id or name of the shop; the first one where left out" };
        var verb = new Command("export", "Writes everything that a shop has as CSV, which import takes into an empty shop.") { folder,
            shop };
        verb.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed, (database, _) => Run(database, parsed.GetValue(folder)!, parsed.GetValue(shop), cancel), cancel)));
        return verb;
    }

    internal static async Task<int> Run(NpgsqlDataSource database, DirectoryInfo folder, string? shop, CancellationToken cancel)
    {
        var id = await ImportVerb.ShopOf(database, shop, cancel);
        try
        {
            folder.Create();
            await new ExportShop(database).Write(
                id,
                name =>
                {
                    Console.WriteLine(Path.Combine(folder.FullName, name));
                    return File.Create(Path.Combine(folder.FullName, name));
                },
                cancel);
        }
        catch (IOException full)
        {
            throw new StartupException(full.Message);
        }

        return 0;
    }
}

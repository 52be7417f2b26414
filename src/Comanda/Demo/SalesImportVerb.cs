using System.CommandLine;
using Npgsql;

namespace Comanda.Demo;

/// <summary>comanda import sales.</summary>
public static class SalesImportVerb
{
    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase, Func<Func<Task<int>>, Task<int>> guarded)
    {
        var import = new Command("import", "Takes over data from other systems.");
        return import;
    }
}

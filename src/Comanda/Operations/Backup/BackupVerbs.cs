using System.CommandLine;
using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda backup DIR: a backup of the running installation. comanda restore DIR: the newest of them, or one of them, into an empty
/// database; with --check into a scratch cluster, where journal and figures are verified, and of which nothing stays.
/// </summary>
internal static class BackupVerbs
{
    /// <summary>Opens the database that the command line names, without bringing its schema up to date.</summary>
    public delegate Task<int> WithDatabase(
        ParseResult parsed,
        Func<NpgsqlDataSource, string, Task<int>> work,
        CancellationToken cancel);

    public static IEnumerable<Command> Make(
        WithDatabase withDatabase,
        Func<ParseResult, string> dataFolder,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var to = new Argument<string>("dir") { Description = "The folder of backups; each is a folder in it" };
        var backup = new Command("backup", "Saves the database and the pictures, while everybody goes on working.") { to };
        backup.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed,
            (database, connection) => Save(database, connection, parsed.GetValue(to)!, Uploads(dataFolder(parsed)), cancel),
            cancel)));
        yield return backup;

        var from = new Argument<string>("dir") { Description = "A backup, or a folder of them, of which the newest is taken" };
        var check = new Option<bool>("--check") { Description = "Restores into a scratch cluster, verifies it, and leaves nothing" };
        var restore = new Command("restore", "Brings a backup back into an empty database.") { from, check };
        restore.SetAction((parsed, cancel) => guarded(() => parsed.GetValue(check)
            ? Check(parsed.GetValue(from)!, Options(), Console.WriteLine, cancel)
            : withDatabase(
                parsed,
                (database, connection) => Restore(database, connection, parsed.GetValue(from)!, Uploads(dataFolder(parsed)), cancel),
                cancel)));
        yield return restore;
    }

    /// <summary>Into a cluster of its own, which is taken away again. 0 where everything holds, 2 where something does not.</summary>
    internal static async Task<int> Check(string from, BackupOptions options, Action<string> say, CancellationToken cancel)
    {
        // Whoever PostgreSQL runs as has to get in.
        var scratch = Path.Combine(Path.GetTempPath(), "comanda-check-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(scratch, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            await using var cluster = await PrivateCluster.Start(scratch, _ => { }, cancel, connections: 20);
            await using var database = await Database.Open(cluster.ConnectionString + ";Maximum Pool Size=5", cancel);
            await new RestoreBackup(options, say).Run(from, database, cluster.ConnectionString, null, cancel);
            return await VerifyVerb.Run(database, say, cancel);
        }
        finally
        {
            var elsewhere = new DirectoryInfo(Path.Combine(scratch, "postgres")).LinkTarget;
            Directory.Delete(scratch, recursive: true);
            if (elsewhere is not null && Directory.Exists(elsewhere))
                Directory.Delete(elsewhere, recursive: true);
        }
    }

    private static BackupOptions Options() => BackupOptions.FromEnvironment(EnvironmentNames.Variable);

    private static string Uploads(string dataFolder) =>
        Path.GetFullPath(EnvironmentNames.Variable("COMANDA_UPLOADS") ?? Path.Combine(dataFolder, "uploads"));

    private static async Task<int> Save(
        NpgsqlDataSource database,
        string connection,
        string to,
        string uploads,
        CancellationToken cancel)
    {
        var options = Options();
        var folder = new BackupFolder(Path.GetFullPath(to));
        var made = await new TakeBackup(database, connection, uploads, TimeProvider.System).Run(folder, options, Console.WriteLine, cancel);
        Console.WriteLine($"saved to {made}{(options.Key is null ? ", NOT encrypted: COMANDA_BACKUP_KEY is not set" : ", encrypted")}");
        if (folder.Thin(options.KeepDays, options.KeepWeeks) is > 0 and var gone)
            Console.WriteLine($"took away {gone} older one(s): {options.KeepDays} days and {options.KeepWeeks} weeks are kept");
        return 0;
    }

    private static async Task<int> Restore(
        NpgsqlDataSource database,
        string connection,
        string from,
        string uploads,
        CancellationToken cancel)
    {
        await new RestoreBackup(Options(), Console.WriteLine).Run(from, database, connection, uploads, cancel);
        await Migrations.Run(database, cancel);
        return await VerifyVerb.Run(database, Console.WriteLine, cancel);
    }
}

using Comanda.Data;
using Cronos;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// Makes a backup when it is time for one, and shows that it can be restored, where the operator said where to put it. Of several
/// processes one does it: who holds the lock in the database.
/// </summary>
internal sealed class BackUpInTime(
    BackupOptions options,
    ServeOptions server,
    DirectDatabase database,
    TimeProvider clock,
    ILogger<BackUpInTime> log) : BackgroundService
{
    /// <summary>Any number that nobody else locks.</summary>
    private const long Lock = 0x636f6d616e646162;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly BackupFolder folder = new(options.To!);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var cron = CronExpression.Parse(options.At);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.Zone);
        try
        {
            while (cron.GetNextOccurrence(clock.GetUtcNow(), zone) is { } next)
            {
                // An hour at most at a time: a clock that is set meanwhile is noticed.
                while (next - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait < Longest ? wait : Longest, clock, stoppingToken);
                await Run(next, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping
        }
    }

    /// <summary>The one that was due at a time; none where another process has made it, or makes it.</summary>
    internal async Task<bool> Run(DateTimeOffset due, CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync(cancel);
            if (await connection.Scalar("select pg_try_advisory_lock($1)", cancel, Lock) is not true)
                return false;
            try
            {
                if (folder.All is [var newest, ..] && newest.At >= due)
                    return false;
                await Make(cancel);
                return true;
            }
            finally
            {
                await connection.Execute("select pg_advisory_unlock($1)", CancellationToken.None, Lock);
            }
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            log.LogError(failure, "the backup failed");
            return false;
        }
    }

    private async Task Make(CancellationToken cancel)
    {
        // The pool's own string has no password any more.
        var connection = (server.DirectDatabase ?? server.Database) is { } yours
            ? Database.Read(yours).ConnectionString
            : database.Source.ConnectionString;
        var made = await new TakeBackup(database.Source, connection, server.UploadFolder, clock)
            .Run(folder, options, _ => { }, cancel);
        var gone = folder.Thin(options.KeepDays, options.KeepWeeks);
        var said = new List<string>();
        var holds = !options.Check || await BackupVerbs.Check(made, options, said.Add, cancel) == 0;
        if (holds)
        {
            log.LogWarning(
                "backup {Name} is made{Checked}; {Gone} older taken away",
                Path.GetFileName(made),
                options.Check ? " and restores" : "",
                gone);
        }
        else
        {
            log.LogError("backup {Name} does NOT restore to what it was: {Said}", Path.GetFileName(made), string.Join("; ", said));
        }
    }
}

using Npgsql;

namespace Comanda.Data;

/// <summary>
/// The database itself, where requests go through a pooler that lends each transaction another session (PgBouncer in transaction mode,
/// <c>COMANDA_DATABASE_DIRECT</c>); else the same as theirs. For what needs a session of its own: hearing of events (LISTEN), locks that
/// outlast a transaction, migrations, backups.
/// </summary>
public sealed record DirectDatabase(NpgsqlDataSource Source)
{
    /// <summary>Opens both, the pool's and the direct one.</summary>
    /// <exception cref="StartupException">One of them is not there, or they are not the same database.</exception>
    internal static async Task<(NpgsqlDataSource Shared, NpgsqlDataSource Direct)> Open(
        string shared,
        string direct,
        CancellationToken cancel)
    {
        var own = await Database.Open(Few(direct), cancel);
        NpgsqlDataSource? lent = null;
        try
        {
            await KeepSettings(own, cancel);
            lent = await Database.Open(shared, cancel, isShared: true);
            // When it was started, to the microsecond, tells two servers apart.
            const string which = "select current_database() || ' ' || pg_postmaster_start_time()::text";
            if (!Equals(await lent.Scalar(which, cancel), await own.Scalar(which, cancel)))
                throw new StartupException("COMANDA_DATABASE_DIRECT leads to another database than COMANDA_DATABASE");
            return (lent, own);
        }
        catch
        {
            await own.DisposeAsync();
            if (lent is not null)
                await lent.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// What a session is set to as it begins cannot be said through a pooler. So it is kept with the role, for this database: each
    /// session that the pooler opens has it.
    /// </summary>
    private static async Task KeepSettings(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Processes that start together take turns: two who change one role at once are one too many for PostgreSQL.
        await connection.Execute("select pg_advisory_xact_lock(hashtextextended('settings of the role', 0))", cancel);
        var kept = await connection.Scalar(
            """
            select coalesce(array_to_string(setconfig, ' '), '') from pg_db_role_setting
            where setrole = (select oid from pg_roles where rolname = current_user)
              and setdatabase = (select oid from pg_database where datname = current_database())
            """,
            cancel) as string ?? "";
        // What the operator has set stays.
        foreach (var (name, value) in Database.Session.Where(s => !kept.Contains(s.Name + "=", StringComparison.Ordinal)))
        {
            await connection.Execute(
                $"""
                do $$ begin
                    execute format('alter role current_user in database %I set {name} = %L', current_database(), '{value}');
                end $$
                """,
                cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Beside the pool's sessions there is need of two or three.</summary>
    private static string Few(string direct)
    {
        var settings = Database.Read(direct);
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, 5);
        return settings.ConnectionString;
    }
}

using System.Reflection;
using System.Security.Cryptography;
using Npgsql;

namespace Comanda.Data;

/// <summary>
/// Brings the schema up to date: the numbered SQL files beside this one, each in a transaction of its own, once.
/// Processes that start together take turns on an advisory lock. A file that was changed after it ran is an error:
/// what a database already has is history, and history gets a new file.
/// </summary>
public static class Migrations
{
    private const long LockId = 0x636f6d616e6461; // "comanda"

    public static IReadOnlyList<(string Name, string Sql)> All { get; } = Read();

    /// <summary>Runs what has not run yet; answers how many that were.</summary>
    public static async Task<int> Run(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await Execute(connection, $"select pg_advisory_lock({LockId})", cancel);
        try
        {
            await Execute(
                connection,
                "create table if not exists migrations (name text primary key, sha256 text not null, ran_at timestamptz not null default "
                    + "now())",
                cancel);
            var ran = await Ran(connection, cancel);
            var count = 0;
            foreach (var (name, sql) in All)
            {
                var hash = HashOf(sql);
                if (ran.TryGetValue(name, out var before))
                {
                    if (before != hash)
                        throw new StartupException($"migration {name} was changed after it ran on this database; add a new one instead");
                    continue;
                }

                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await Execute(connection, sql, cancel);
                await using var note = new NpgsqlCommand("insert into migrations (name, sha256) values ($1, $2)", connection);
                note.Parameters.AddWithValue(name);
                note.Parameters.AddWithValue(hash);
                await note.ExecuteNonQueryAsync(cancel);
                await transaction.CommitAsync(cancel);
                count++;
            }

            return count;
        }
        finally
        {
            await Execute(connection, $"select pg_advisory_unlock({LockId})", CancellationToken.None);
        }
    }

    /// <summary>True where every migration of this program has run.</summary>
    public static async Task<bool> AreDone(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return (await Ran(connection, cancel)).Count >= All.Count;
    }

    private static async Task<Dictionary<string, string>> Ran(NpgsqlConnection connection, CancellationToken cancel)
    {
        var ran = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("select name, sha256 from migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            ran[reader.GetString(0)] = reader.GetString(1);
        return ran;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string HashOf(string sql) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(sql)));

    private static List<(string Name, string Sql)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var found = new List<(string, string)>();
        foreach (var resource in assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            found.Add((resource, reader.ReadToEnd()));
        }

        return found;
    }
}

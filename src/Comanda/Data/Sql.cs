using System.Data;
using Npgsql;

namespace Comanda.Data;

/// <summary>
/// SQL with positional parameters (<c>$1</c>, <c>$2</c> …), for the slices that write their own. Null is NULL. What repeats is
/// prepared (<see cref="PrepareStatements"/>).
/// </summary>
public static class Sql
{
    /// <summary>A statement on a connection of its own, which <c>Read</c> and <c>List</c> open and give back.</summary>
    public static NpgsqlCommand Command(this NpgsqlDataSource database, string sql, params ReadOnlySpan<object?> values) =>
        With(new NpgsqlCommand(sql, database.CreateConnection()), values);

    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        With(new NpgsqlCommand(sql, connection), values);

    /// <summary>Runs a statement; answers how many rows it wrote.</summary>
    public static async Task<int> Execute(this NpgsqlConnection connection, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = connection.Command(sql, values);
        await PrepareStatements.Here.Before(command);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The first column of the first row, or null where there is none.</summary>
    public static async Task<object?> Scalar(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken cancel,
        params object?[] values)
    {
        await using var command = connection.Command(sql, values);
        await PrepareStatements.Here.Before(command);
        return await command.ExecuteScalarAsync(cancel) is var found && found is DBNull ? null : found;
    }

    /// <inheritdoc cref="Scalar(NpgsqlConnection, string, CancellationToken, object?[])"/>
    public static async Task<object?> Scalar(this NpgsqlDataSource database, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.Scalar(sql, cancel, values);
    }

    /// <summary>Runs a statement, whose rows the caller reads. A connection of the statement's own goes back with the reader.</summary>
    public static async Task<NpgsqlDataReader> Read(
        this NpgsqlCommand command,
        CancellationToken cancel,
        CommandBehavior behavior = CommandBehavior.Default)
    {
        var connection = command.Connection!;
        var own = connection.State == ConnectionState.Closed;
        if (own)
            await connection.OpenAsync(cancel);
        try
        {
            await PrepareStatements.Here.Before(command);
            return await command.ExecuteReaderAsync(own ? behavior | CommandBehavior.CloseConnection : behavior, cancel);
        }
        catch when (own)
        {
            await connection.CloseAsync();
            throw;
        }
    }

    /// <summary>A row mapped one by one into a list.</summary>
    public static async Task<List<T>> List<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken cancel)
    {
        var rows = new List<T>();
        await using var reader = await command.Read(cancel);
        while (await reader.ReadAsync(cancel))
            rows.Add(row(reader));
        return rows;
    }

    public static T? ValueOrNull<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlCommand With(NpgsqlCommand command, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        return command;
    }
}

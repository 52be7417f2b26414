using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Comanda.Data;

/// <summary>
/// A statement that several rooms write together: each gives its part with the values that belong to it, and the statement numbers
/// them, so that nobody counts <c>$n</c>. It is composed once and filled in for each <typeparamref name="T"/>: its text stays the same,
/// and so it stays prepared.
/// </summary>
/// <typeparam name="T">What the values are read from.</typeparam>
public sealed class Statement<T> : IStatementValues<T>
{
    private readonly List<(string Name, Func<T, NpgsqlParameter> Read)> values = [];

    private Statement()
    {
    }

    /// <summary>The SQL, with <c>$1</c> … in the order in which the parts asked for them.</summary>
    public string Text { get; private set; } = "";

    public static Statement<T> Compose(Func<Statement<T>, string> write)
    {
        var statement = new Statement<T>();
        statement.Text = write(statement);
        return statement;
    }

    /// <summary>The numbers of the values by their names, for who fills the statement in by other means.</summary>
    public IReadOnlyDictionary<string, int> Numbers() =>
        values.Select((v, i) => (v.Name, Number: i + 1)).ToDictionary(v => v.Name, v => v.Number, StringComparer.Ordinal);

    /// <summary>A command with the values of <paramref name="from"/>, on no connection yet.</summary>
    public NpgsqlCommand Command(T from) => Fill(new NpgsqlCommand(Text), from);

    /// <summary>The same on a connection of its own, which <see cref="Sql.Read"/> opens and gives back.</summary>
    public NpgsqlCommand Command(T from, NpgsqlDataSource database) => Fill(database.Command(Text), from);

    /// <summary>One of a batch of commands, with the values of <paramref name="from"/>.</summary>
    public NpgsqlBatchCommand BatchCommand(T from)
    {
        var command = new NpgsqlBatchCommand(Text);
        foreach (var (_, read) in values)
            command.Parameters.Add(read(from));
        return command;
    }

    /// <inheritdoc/>
    public string Value(string name, Func<T, long> read) => Typed(name, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, int> read) => Typed(name, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, bool> read) => Typed(name, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, DateOnly> read) => Typed(name, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, DateTimeOffset> read) => Typed(name, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, long?> read) => Of(name, NpgsqlDbType.Bigint, t => read(t));

    /// <inheritdoc/>
    public string Value(string name, Func<T, string?> read) => Of(name, NpgsqlDbType.Text, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, byte[]?> read) => Of(name, NpgsqlDbType.Bytea, read);

    /// <inheritdoc/>
    public string Value(string name, Func<T, DateTimeOffset?> read) => Of(name, NpgsqlDbType.TimestampTz, t => read(t));

    /// <summary>One value for each of some rows, as an array.</summary>
    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, long> read) =>
        Array(name, NpgsqlDbType.Bigint, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, long?> read) =>
        Array(name, NpgsqlDbType.Bigint, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, int> read) =>
        Array(name, NpgsqlDbType.Integer, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, bool> read) =>
        Array(name, NpgsqlDbType.Boolean, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, string?> read) =>
        Array(name, NpgsqlDbType.Text, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, DateOnly> read) =>
        Array(name, NpgsqlDbType.Date, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, DateTimeOffset> read) =>
        Array(name, NpgsqlDbType.TimestampTz, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, DateTimeOffset?> read) =>
        Array(name, NpgsqlDbType.TimestampTz, rows, read);

    public string Each<TRow>(string name, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, byte[]?> read) =>
        Array(name, NpgsqlDbType.Bytea, rows, read);

    /// <summary>Some rows side by side, which the statement reads as a table called <paramref name="alias"/>.</summary>
    public StatementRows<T, TRow> Rows<TRow>(string alias, Func<T, IReadOnlyList<TRow>> rows) => new(this, alias, rows);

    private NpgsqlCommand Fill(NpgsqlCommand command, T from)
    {
        foreach (var (_, read) in values)
            command.Parameters.Add(read(from));
        return command;
    }

    private string Typed<TValue>(string name, Func<T, TValue> read) =>
        Add(name, from => new NpgsqlParameter<TValue> { TypedValue = read(from) });

    private string Of(string name, NpgsqlDbType type, Func<T, object?> read) =>
        Add(name, from => new NpgsqlParameter { NpgsqlDbType = type, Value = read(from) ?? DBNull.Value });

    private string Array<TRow, TValue>(string name, NpgsqlDbType type, Func<T, IReadOnlyList<TRow>> rows, Func<TRow, TValue> read) =>
        Of(name, NpgsqlDbType.Array | type, from =>
        {
            var of = rows(from);
            var array = new TValue[of.Count];
            for (var i = 0; i < array.Length; i++)
                array[i] = read(of[i]);
            return array;
        });

    private string Add(string name, Func<T, NpgsqlParameter> read)
    {
        values.Add((name, read));
        return "$" + values.Count.ToString(CultureInfo.InvariantCulture);
    }
}

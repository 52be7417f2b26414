namespace Comanda.Data;

/// <summary>Rows that a statement is given as arrays side by side, a column each: <c>unnest($1::bigint[], …) as l(id, …)</c>.</summary>
public sealed class StatementRows<T, TRow>(Statement<T> statement, string alias, Func<T, IReadOnlyList<TRow>> rows)
    : IStatementValues<TRow>
{
    private readonly List<(string Name, string Array)> columns = [];

    /// <summary>The table; asked for when every column has been named.</summary>
    public string Table => $"unnest({Arrays})\n    as {alias}({Names})";

    /// <summary>The same in the order of the rows, for an insert that answers the new rows' ids in it.</summary>
    public string TableInOrder => $"unnest({Arrays})\n    with ordinality as {alias}({Names}, place) order by {alias}.place";

    private string Arrays => string.Join(", ", columns.Select(c => c.Array));

    private string Names => string.Join(", ", columns.Select(c => c.Name));

    /// <summary>A column of it; answers how the SQL names it.</summary>
    public string Column(string name, Func<TRow, long> read) => Add(name, statement.Each(Full(name), rows, read), "bigint");

    public string Column(string name, Func<TRow, long?> read) => Add(name, statement.Each(Full(name), rows, read), "bigint");

    public string Column(string name, Func<TRow, int> read) => Add(name, statement.Each(Full(name), rows, read), "int");

    public string Column(string name, Func<TRow, bool> read) => Add(name, statement.Each(Full(name), rows, read), "boolean");

    public string Column(string name, Func<TRow, string?> read) => Add(name, statement.Each(Full(name), rows, read), "text");

    public string Column(string name, Func<TRow, DateOnly> read) => Add(name, statement.Each(Full(name), rows, read), "date");

    public string Column(string name, Func<TRow, DateTimeOffset> read) =>
        Add(name, statement.Each(Full(name), rows, read), "timestamptz");

    public string Column(string name, Func<TRow, DateTimeOffset?> read) =>
        Add(name, statement.Each(Full(name), rows, read), "timestamptz");

    public string Column(string name, Func<TRow, byte[]?> read) => Add(name, statement.Each(Full(name), rows, read), "bytea");

    /// <summary>The same rows, seen as what is read from each.</summary>
    public IStatementValues<TInner> As<TInner>(Func<TRow, TInner> inner) => new Inside<TInner>(this, inner);

    string IStatementValues<TRow>.Value(string name, Func<TRow, long> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, int> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, bool> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, DateOnly> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, DateTimeOffset> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, long?> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, string?> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, byte[]?> read) => Column(name, read);

    string IStatementValues<TRow>.Value(string name, Func<TRow, DateTimeOffset?> read) => Column(name, read);

    private string Full(string name) => $"{alias}.{name}";

    private string Add(string name, string value, string type)
    {
        columns.Add((name, $"{value}::{type}[]"));
        return Full(name);
    }

    private sealed class Inside<TInner>(StatementRows<T, TRow> rows, Func<TRow, TInner> inner) : IStatementValues<TInner>
    {
        public string Value(string name, Func<TInner, long> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, int> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, bool> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, DateOnly> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, DateTimeOffset> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, long?> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, string?> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, byte[]?> read) => rows.Column(name, r => read(inner(r)));

        public string Value(string name, Func<TInner, DateTimeOffset?> read) => rows.Column(name, r => read(inner(r)));
    }
}

/// <summary>An insert whose columns stand beside what is written into them.</summary>
public static class Insert
{
    /// <summary>The insert, without a semicolon.</summary>
    /// <param name="table">Where to.</param>
    /// <param name="columns">Names, and what is written there, in SQL.</param>
    /// <param name="from">What the rows are selected from.</param>
    public static string Into(string table, IReadOnlyList<(string Name, string Value)> columns, string from) =>
        $"""
        insert into {table} (
            {string.Join(",\n    ", columns.Select(c => c.Name).Chunk(9).Select(c => string.Join(", ", c)))})
        select
            {string.Join(",\n    ", columns.Select(c => c.Value).Chunk(9).Select(c => string.Join(", ", c)))}
        from {from}
        """;
}

namespace Comanda.Reports;

/// <summary>A column of a facet: how rows are put together in it, and what it has where a part of the facet says nothing.</summary>
internal sealed record FacetColumn(string Name, string Together, string None)
{
    public static FacetColumn Key(string name) => new(name, "", "");

    public static FacetColumn Sum(string name) => new(name, "sum({0})::bigint", "0::bigint");

    public static FacetColumn Number(string name) => new(name, "trim_scale(sum({0}))", "0::numeric");

    public static FacetColumn Any(string name) => new(name, "bool_or({0})", "false");

    public static FacetColumn Last(string name) => new(name, "max({0})", "null::text");

    public bool IsKey => Together.Length == 0;

    /// <summary>What it is once rows are put together.</summary>
    public string Whole => IsKey ? Name : $"{Together.Replace("{0}", Name, StringComparison.Ordinal)} as {Name}";
}

/// <summary>Rows that a facet is counted from: what they say of its columns, and where they are.</summary>
internal sealed record FacetPart(string From, params IReadOnlyList<(string Column, string Value)> Values);

/// <summary>
/// One side from which the books are looked at, by business day: a table of roll-ups, and how it is counted from the orders themselves.
/// Both are one definition, so that they cannot tell different things. In the SQL of a part, $1 is the shop and $2 the days, $3 and $4 are
/// the shop's clock (<see cref="LocalTime"/>).
/// </summary>
internal sealed record Facet(string Table, IReadOnlyList<FacetColumn> Columns, IReadOnlyList<FacetPart> Parts)
{
    /// <summary>Columns but for the shop's.</summary>
    public string Names => string.Join(", ", Columns.Select(c => c.Name));

    private string Keys => string.Join(", ", Columns.Where(c => c.IsKey).Select(c => c.Name));

    /// <summary>Counted from the orders, of the days in $2.</summary>
    public string Counted =>
        $"select {string.Join(", ", Columns.Select(c => c.Whole))}"
        + $"\nfrom (\n{string.Join("\nunion all\n", Parts.Select(Select))}\n) parts group by {Keys}";

    /// <summary>From the roll-ups of the days from $5 to $6 but for those in $2, and counted of those: each day once.</summary>
    public string Source =>
        $"(select {Names} from {Table} where shop_id = $1 and day between $5 and $6 and day <> all($2)\nunion all\n{Counted})";

    private string Select(FacetPart part)
    {
        var given = part.Values.ToDictionary(v => v.Column, v => v.Value, StringComparer.Ordinal);
        return "select " + string.Join(", ", Columns.Select(c => $"{given.GetValueOrDefault(c.Name, c.None)} as {c.Name}"))
            + "\nfrom " + part.From;
    }
}

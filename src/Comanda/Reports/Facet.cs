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

/// <summary>SQL that says whence a row is: what it is, the order it belongs to (null where there is none), and its own id.</summary>
internal sealed record FacetOrigin(string Kind, string Order, string Id)
{
    public const string SaleOrCancellation = "case when sign = 1 then 'sale' else 'cancellation' end";

    public static FacetOrigin Sale { get; } = new(SaleOrCancellation, "order_id", "order_id");

    public static FacetOrigin Line { get; } = new(
        $"case when movement_id is not null then 'gift_card' else {SaleOrCancellation} end", "order_id", "coalesce(movement_id, order_id)");

    public static FacetOrigin Card { get; } = new("'gift_card'", "order_id", "id");

    public static FacetOrigin Refund { get; } = new("'refund'", "r.order_id", "r.id");

    public static FacetOrigin MoneyBack { get; } = new("'money_back'", "r.order_id", "r.id");

    public static FacetOrigin Void { get; } = new("'cancellation'", "id", "id");
}

/// <summary>Rows that a facet is counted from: what they say of its columns, where they are, and whence each is.</summary>
internal sealed record FacetPart(string From, FacetOrigin Origin, params IReadOnlyList<(string Column, string Value)> Values)
{
    /// <summary>The same rows apart by where they are from, if they are not yet so in <see cref="From"/>.</summary>
    public string? Apart { get; init; }

    public string? this[string column] =>
        Values.Where(v => v.Column == column).Select(v => v.Value).FirstOrDefault();
}

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

    /// <summary>
    /// Counted of the same days, each by itself: of a day or two it is read by an index, and of none nothing is. Of all in $2 together
    /// PostgreSQL reads whole tables, since it does not know how few they are; that is for many.
    /// </summary>
    public string CountedOneByOne =>
        $"select {string.Join(", ", Columns.Select(c => "c." + c.Name))} from unnest($2::date[]) as one(day) cross join lateral (\n"
        + Counted.Replace("= any($2)", "= one.day", StringComparison.Ordinal) + "\n) c";

    /// <summary>From the roll-ups of the days from $5 to $6 but for those in $2, and counted of those: each day once.</summary>
    public string Source =>
        $"(select {Names} from {Table} where shop_id = $1 and day between $5 and $6 and day <> all($2)\nunion all\n{CountedOneByOne})";

    /// <summary>Counted of all days in a parameter: for what has no roll-ups.</summary>
    public string CountedOf(string days) => Counted.Replace("any($2)", $"any({days})", StringComparison.Ordinal);

    /// <summary>A column's rows of the days in $2, each with its keys and whence it is: what adds up to what is counted.</summary>
    public string Traced(string column)
    {
        var keys = Columns.Where(c => c.IsKey).ToList();
        return string.Join("\nunion all\n", Parts.Where(p => p[column] is not null).Select(p =>
            $"select {string.Join(", ", keys.Select(k => $"{p[k.Name] ?? k.None} as {k.Name}"))}, {p[column]} as value,\n"
            + $"{p.Origin.Kind} as kind, {p.Origin.Order} as order_id, {p.Origin.Id} as origin_id\nfrom {p.Apart ?? p.From}"));
    }

    private string Select(FacetPart part) =>
        "select " + string.Join(", ", Columns.Select(c => $"{part[c.Name] ?? c.None} as {c.Name}")) + "\nfrom " + part.From;
}

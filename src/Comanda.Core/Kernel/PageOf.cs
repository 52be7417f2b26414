namespace Comanda.Kernel;

/// <summary>A page of a list. <see cref="NextCursor"/> goes into <c>?cursor=</c> for the next one; null at the end.</summary>
public sealed record PageOf<T>(IReadOnlyList<T> Items, string? NextCursor) : IPage;

/// <summary>A page of anything.</summary>
public interface IPage
{
    string? NextCursor { get; }
}

/// <summary>
/// The page of a newest-first list that a caller asked for: rows with an id below <see cref="Before"/>. The query reads
/// <see cref="ToRead"/> rows, one more than the page holds, which tells whether there is a next one.
/// </summary>
public readonly record struct AskedPage(int Limit, long Before, int Skip = 0)
{
    /// <summary>Rows that may be passed over; further on goes the cursor that the page before answered.</summary>
    public const int MostSkipped = 10_000;

    private const string Over = "skip:";

    /// <summary>Rows to read, those that are passed over among them.</summary>
    public int ToRead => Skip + Limit + 1;

    /// <summary>The cursor of a page that begins after so many rows: what a page by its number comes to.</summary>
    public static string Skipping(long rows) => Over + rows;

    /// <summary>The rows that such a cursor passes over; null where it is none.</summary>
    public static int? SkippedBy(string? cursor) =>
        cursor is not null && cursor.StartsWith(Over, StringComparison.Ordinal) && int.TryParse(cursor.AsSpan(Over.Length), out var rows)
        && rows is >= 0 and <= MostSkipped
            ? rows
            : null;

    /// <summary>Whoever lists all and names no limit gets so many, and is told how to go on.</summary>
    public const int WithoutLimit = 1000;

    /// <summary>From <c>?limit=</c> (1 to 200, 1,000 where left out) and <c>?cursor=</c>.</summary>
    public static AskedPage Read(int? limit, string? cursor, FieldErrors errors)
    {
        errors.CheckLimit(limit);
        if (SkippedBy(cursor) is { } rows)
            return new(limit ?? 50, long.MaxValue, rows);
        var before = long.MaxValue;
        errors.Check(cursor is null || long.TryParse(cursor, out before), "cursor", "must be a next_cursor that was answered before");
        return new(limit ?? WithoutLimit, before);
    }

    /// <summary>The page, from what was read.</summary>
    public PageOf<T> Of<T>(IReadOnlyList<T> read, Func<T, long> id) =>
        read.Count > Skip + Limit ? new([.. read.Skip(Skip).Take(Limit)], id(read[Skip + Limit - 1]).ToString())
        : Skip == 0 ? new(read, null)
        : new([.. read.Skip(Skip)], null);
}

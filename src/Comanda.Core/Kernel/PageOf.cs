namespace Comanda.Kernel;

/// <summary>A page of a list. <see cref="NextCursor"/> goes into <c>?cursor=</c> for the next one; null at the end.</summary>
public sealed record PageOf<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// The page of a newest-first list that a caller asked for: rows with an id below <see cref="Before"/>. The query reads
/// <see cref="ToRead"/> rows, one more than the page holds, which tells whether there is a next one.
/// </summary>
public readonly record struct AskedPage(int Limit, long Before)
{
    public int ToRead => Limit + 1;

    /// <summary>Whoever lists all and names no limit gets so many, and is told how to go on.</summary>
    public const int WithoutLimit = 1000;

    /// <summary>From <c>?limit=</c> (1 to 200, 1,000 where left out) and <c>?cursor=</c>.</summary>
    public static AskedPage Read(int? limit, string? cursor, FieldErrors errors)
    {
        errors.CheckLimit(limit);
        var before = long.MaxValue;
        errors.Check(cursor is null || long.TryParse(cursor, out before), "cursor", "must be a next_cursor that was answered before");
        return new(limit ?? WithoutLimit, before);
    }

    /// <summary>The page, from what was read.</summary>
    public PageOf<T> Of<T>(IReadOnlyList<T> read, Func<T, long> id) =>
        read.Count > Limit ? new([.. read.Take(Limit)], id(read[Limit - 1]).ToString()) : new(read, null);
}

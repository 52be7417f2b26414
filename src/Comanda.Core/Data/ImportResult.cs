namespace Comanda.Data;

/// <summary>A cell that cannot be taken over. <see cref="Line"/> of the file, from 1; 0 for the file as a whole.</summary>
public sealed record ImportError(int Line, string Field, string Message);

/// <summary>What an import did, or would do.</summary>
public sealed record ImportResult(int Created, int Updated, int Unchanged, IReadOnlyList<ImportError> Errors)
{
    /// <summary>Of rows as they are, null where there is none yet, and as they are to be.</summary>
    public static ImportResult Of<T>(IReadOnlyList<(T? Before, T After)> rows)
        where T : class, IEquatable<T> => new(
            rows.Count(r => r.Before is null),
            rows.Count(r => r.Before is { } before && !before.Equals(r.After)),
            rows.Count(r => r.After.Equals(r.Before)),
            []);
}

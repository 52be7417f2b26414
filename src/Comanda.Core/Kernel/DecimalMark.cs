using System.Text.RegularExpressions;

namespace Comanda.Kernel;

/// <summary>
/// Which mark a file writes before decimals, as its own cells tell. <c>1.250</c> is a bit more than one beside <c>3.50</c>, and more than
/// a thousand beside <c>3,50</c>; where no cell tells, nobody can know.
/// </summary>
public static partial class DecimalMark
{
    /// <summary>The mark; null where no cell tells, or cells contradict one another.</summary>
    public static char? Of(IEnumerable<string> cells)
    {
        var told = cells.Select(Told).OfType<char>().Distinct().Take(2).ToList();
        return told is [var one] ? one : null;
    }

    /// <summary>Whether it could be two numbers.</summary>
    public static bool IsAmbiguous(string cell) => Ambiguous().IsMatch(Bare(cell));

    /// <summary>An ambiguous cell as the number that it is with this mark.</summary>
    public static string Read(string cell, char mark) =>
        Bare(cell) is var bare && bare.Contains(mark, StringComparison.Ordinal)
            ? bare.Replace(mark, '.')
            : bare.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);

    /// <summary>What one cell tells: its only mark, the last of two kinds, or the other one than that which stands there twice.</summary>
    private static char? Told(string cell)
    {
        var bare = Bare(cell);
        var last = bare.LastIndexOfAny(['.', ',']);
        if (last < 0 || IsAmbiguous(bare))
            return null;
        return bare.AsSpan(0, last).Contains(bare[last]) ? (bare[last] == '.' ? ',' : '.') : bare[last];
    }

    private static string Bare(string cell) => NoNumber().Replace(cell, "");

    [GeneratedRegex(@"[^\d.,-]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NoNumber();

    [GeneratedRegex(@"^-?[1-9]\d{0,2}[.,]\d{3}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ambiguous();
}

using System.Globalization;
using System.Text;
using AnyAscii;

namespace Comanda.Imports;

/// <summary>A row of an export below its headings: where it stands in its file, and its cells.</summary>
public readonly record struct ExportRow(int Line, string[] Cells)
{
    /// <summary>The cell without blanks at its ends; empty where there is no such column.</summary>
    public string this[int column] => Cells is not null && column >= 0 && column < Cells.Length ? Cells[column].Trim() : "";
}

/// <summary>
/// A table of an export: a CSV file, or a sheet of a workbook. Columns are found by their headings in whatever language, never by their
/// place: the same shop's file has other columns from one week to the next.
/// </summary>
public sealed class ExportTable
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>Headings without what stands in brackets behind them, <c>Net Sales (USD)</c>; -1 where several would be one.</summary>
    private readonly Dictionary<string, int> bare = new(StringComparer.Ordinal);

    public ExportTable(string file, string? sheet, string[] headings, IReadOnlyCollection<ExportRow> rows)
    {
        (File, Sheet, Headings, Rows) = (file, sheet, headings, rows);
        foreach (var (place, heading) in headings.Index())
        {
            // The first of two columns of one name is the one that is meant; the other is there for whoever asks for its place.
            if (Fold(heading) is not { Length: > 0 } name)
                continue;
            places.TryAdd(name, place);
            if (Bare(name) is { Length: > 0 } without && !bare.TryAdd(without, place))
                bare[without] = -1;
        }
    }

    public string File { get; }

    /// <summary>Of a workbook.</summary>
    public string? Sheet { get; }

    public string[] Headings { get; }

    public IReadOnlyCollection<ExportRow> Rows { get; }

    /// <summary>
    /// Where the column with one of these headings is, in whatever language, with whatever stands in brackets behind it; -1 where there is
    /// none.
    /// </summary>
    public int Find(params ReadOnlySpan<string> names)
    {
        foreach (var headings in (ReadOnlySpan<Dictionary<string, int>>)[places, bare])
        {
            foreach (var name in names)
            {
                if (headings.TryGetValue(Fold(name), out var place) && place >= 0)
                    return place;
            }

            foreach (var name in names)
            {
                foreach (var other in HeadingWords.Of(Fold(name)))
                {
                    if (headings.TryGetValue(other, out var place) && place >= 0)
                        return place;
                }
            }
        }

        return -1;
    }

    public bool Has(params ReadOnlySpan<string> names) => Find(names) >= 0;

    /// <summary>The columns whose headings begin so, with what follows in them: the store in <c>Price [Main]</c>.</summary>
    public IEnumerable<(int Place, string Behind)> Beginning(params string[] starts)
    {
        foreach (var (place, heading) in Headings.Index())
        {
            var text = heading.Trim();
            foreach (var start in starts)
            {
                if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                {
                    yield return (place, text[start.Length..].Trim());
                    break;
                }
            }
        }
    }

    /// <summary>The columns that there are once for each store: <c>Price [Main]</c>.</summary>
    public IEnumerable<(int Place, string Store)> OfStores(string name)
    {
        string[] names = [Fold(name), .. HeadingWords.Of(Fold(name))];
        foreach (var (place, heading) in Headings.Index())
        {
            var text = heading.Trim();
            var open = text.IndexOf('[', StringComparison.Ordinal);
            if (open > 0 && text.EndsWith(']') && names.Contains(Fold(text[..open]), StringComparer.Ordinal))
                yield return (place, text[(open + 1)..^1].Trim());
        }
    }

    private static string Bare(string folded)
    {
        var open = folded.LastIndexOf(" (", StringComparison.Ordinal);
        return open > 0 && folded.EndsWith(')') && !folded.Contains('%', StringComparison.Ordinal) ? folded[..open].TrimEnd()
            : folded.TrimEnd('*', ':', '?') is var name && name.Length < folded.Length ? name.TrimEnd() : "";
    }

    /// <summary>
    /// A heading as it is compared: without capitals, accents, doubled blanks, and the notes that systems put behind it ("(locked)").
    /// </summary>
    public static string Fold(string heading)
    {
        var plain = new StringBuilder(heading.Length);
        foreach (var c in heading)
        {
            // Accents go by their letters; those that stand behind one, as a Mac writes them, by themselves.
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue;
            if (!char.IsAscii(c) && char.IsLetter(c))
            {
                plain.Append(c.ToString().Transliterate().ToLowerInvariant());
                continue;
            }

            if (char.IsWhiteSpace(c) || c is '\ufeff' or '"')
            {
                if (plain.Length > 0 && plain[^1] != ' ')
                    plain.Append(' ');
            }
            else
            {
                plain.Append(char.ToLowerInvariant(c));
            }
        }

        var folded = plain.ToString().Trim();
        return folded.EndsWith(" (locked)", StringComparison.Ordinal) ? folded[..^9] : folded;
    }
}

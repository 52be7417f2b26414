using System.Text;
using CsvHelper;

namespace Comanda.Data;

/// <summary>A row of a CSV file: its line number and its cells by column name; <see cref="Width"/> cells has the header.</summary>
public sealed record CsvRow(int Line, string[] Cells, IReadOnlyDictionary<string, int> Columns, CsvReader Reader, int Width)
{
    /// <summary>As it stands in the file; only until the next row is read.</summary>
    public string Raw => Encoding.UTF8.GetString(Reader.RawRecord);

    /// <summary>Whether it has a character that no text may have; only until the next row is read.</summary>
    public bool HasNull => Reader.RawRecord.Contains((byte)0);

    /// <summary>The trimmed cell; empty where the column is not in the mapping.</summary>
    public string this[string? column] =>
        column is not null && Columns.TryGetValue(column, out var at) && at < Cells.Length ? Cells[at].Trim() : "";

    /// <summary>The cell as it stands, spaces and all.</summary>
    public string Untrimmed(string column) => Columns.TryGetValue(column, out var at) && at < Cells.Length ? Cells[at] : "";
}

/// <summary>
/// Reads CSV as other systems write it: UTF-8 with and without a byte order mark, any line ends, and a header row that
/// was quoted as a whole, which some exports have.
/// </summary>
public static class CsvRows
{
    /// <summary>
    /// The rows below the header, one by one. A column that is needed or <paramref name="known"/> stands there once at most.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read, or a column that the mapping names is not in it.</exception>
    public static IEnumerable<CsvRow> Read(
        Stream stream,
        string name,
        char delimiter,
        IEnumerable<string?> needed,
        IReadOnlyCollection<string>? known = null)
    {
        using var reader = CsvReader.Create(stream, OptionsFor(delimiter), true);
        if (!reader.Read())
            throw new StartupException($"{name} is empty");
        var header = Unwrap(CellsOf(reader), delimiter);
        var columns = header.Select(h => h.Trim()).Index().DistinctBy(h => h.Item, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(h => h.Item, h => h.Index, StringComparer.OrdinalIgnoreCase);
        var missing = needed.Where(n => n is not null && !columns.ContainsKey(n)).Distinct(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            throw new StartupException($"{name} has no column {string.Join(", ", missing)}; it has {string.Join(", ", header)}");

        if (header.Select(h => h.Trim())
            .Where(h => h.Length > 0
                && (needed.Contains(h, StringComparer.OrdinalIgnoreCase) || known?.Contains(h, StringComparer.OrdinalIgnoreCase) == true))
            .GroupBy(h => h, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new StartupException($"{name} has the column {twice.Key} twice");

        while (reader.Read())
            yield return new((int)reader.LineNumber, CellsOf(reader), columns, reader, header.Length);
    }

    private static CsvReaderOptions OptionsFor(char delimiter) =>
        new() { HasHeader = false, Separator = delimiter, TrackLineNumbers = true, PoolStrings = true, DetectSeparatorHint = false };

    private static string[] CellsOf(CsvReader reader)
    {
        var cells = new string[reader.FieldCount];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = reader.GetString(i);
        return cells;
    }

    private static string[] Unwrap(string[] header, char delimiter)
    {
        if (header.Length != 1 || !header[0].Contains(delimiter, StringComparison.Ordinal))
            return header;
        using var inner = CsvReader.FromText(header[0], OptionsFor(delimiter));
        return inner.Read() ? CellsOf(inner) : header;
    }
}

namespace Comanda.Kernel;

/// <summary>Cells of the CSV files that Comanda writes, and takes back.</summary>
public static class CsvText
{
    /// <summary>
    /// Quoted where it must be. A cell that a spreadsheet would run as a formula is made plain text by a leading
    /// apostrophe; so is one that has such apostrophes already, so that <see cref="Read"/> takes off what was put on.
    /// </summary>
    public static string Cell(string text)
    {
        var inert = IsFormula(text) ? "'" + text : text;
        return inert.AsSpan().IndexOfAny(",\"\r\n") >= 0 || inert.AsSpan().Trim().Length < inert.Length ? $"\"{inert.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : inert;
    }

    /// <summary>The text of a cell that <see cref="Cell"/> wrote, once its quotes are off.</summary>
    public static string Read(string cell) => cell.StartsWith('\'') && IsFormula(cell) ? cell[1..] : cell;

    private static bool IsFormula(string text)
    {
        var start = text.AsSpan().TrimStart('\'');
        return start.Length > 0 && "=+-@\t\r".Contains(start[0], StringComparison.Ordinal);
    }
}

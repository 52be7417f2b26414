namespace Comanda.Kernel;

/// <summary>Cells of the CSV files that Comanda writes.</summary>
public static class CsvText
{
    /// <summary>
    /// Quoted where it must be. A cell that a spreadsheet would run as a formula is made plain text by a leading
    /// apostrophe.
    /// </summary>
    public static string Cell(string text)
    {
        var inert = text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return inert.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{inert.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : inert;
    }
}

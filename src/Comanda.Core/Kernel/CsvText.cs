using System.Globalization;

namespace Comanda.Kernel;

/// <summary>Cells of the CSV files that Comanda writes, and takes back.</summary>
public static class CsvText
{
    /// <summary>What begins a formula, in spreadsheets of the far east also in its full width.</summary>
    private const string FormulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20";

    /// <summary>
    /// Quoted where it must be, without control characters. A cell that a spreadsheet would run as a formula is made plain text by a
    /// leading apostrophe; so is one that has such apostrophes already, so that <see cref="Read"/> takes off what was put on.
    /// </summary>
    public static string Cell(string text)
    {
        var plain = PlainText.Lines(text);
        var inert = IsFormula(plain) ? "'" + plain : plain;
        var quoted = inert.AsSpan().IndexOfAny(",\"\r\n") >= 0 || inert.AsSpan().Trim().Length < inert.Length;
        return quoted ? $"\"{inert.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : inert;
    }

    /// <summary>The text of a cell that <see cref="Cell"/> wrote, once its quotes are off.</summary>
    public static string Read(string cell) => cell.StartsWith('\'') && IsFormula(cell) ? cell[1..] : cell;

    /// <summary>
    /// Behind apostrophes, blanks and what is not seen, in any order, a sign that begins a formula; or a tab or a line end among them,
    /// behind which some programs begin a cell of its own. One more apostrophe in front changes nothing about it.
    /// </summary>
    private static bool IsFormula(string text)
    {
        foreach (var c in text)
        {
            if (c is '\t' or '\r' or '\n' || FormulaSigns.Contains(c, StringComparison.Ordinal))
                return true;
            if (c != '\'' && !char.IsWhiteSpace(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format)
                return false;
        }

        return false;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using Comanda.Data;
using CsvHelper;
using MiniExcelLibs;

namespace Comanda.Imports;

/// <summary>A file that somebody brought: its name, with the folders it came in, and its bytes.</summary>
public sealed record BroughtFile(string Name, byte[] Content);

/// <summary>
/// A file as tables, without knowing whose it is: encoding and separator are decided by the whole file. Line numbers are the file's own.
/// </summary>
public static class ReadTables
{
    /// <summary>Headings stand within so many rows: some exports begin with titles, filters and sums.</summary>
    private const int HeadingsWithin = 40;

    /// <summary>The tables of a file: one of a CSV, one for each sheet of a workbook.</summary>
    /// <exception cref="UnreadableFileException">It is no table, or none that can be read.</exception>
    public static IReadOnlyList<RawTable> Of(BroughtFile file)
    {
        if (file.Content.Length == 0)
            throw new UnreadableFileException("is empty");
        try
        {
            return file.Content.AsSpan().StartsWith("PK\u0003\u0004"u8) ? Workbook(file) : [Csv(file)];
        }
        catch (Exception broken) when (broken is CsvFormatException or CsvValidationException or InvalidDataException or FormatException
            or System.Xml.XmlException or KeyNotFoundException or NotSupportedException)
        {
            throw new UnreadableFileException("cannot be read: " + broken.Message);
        }
    }

    private static RawTable Csv(BroughtFile file)
    {
        var utf8 = ToUtf8(file.Content);
        var separator = Separator(utf8);
        var rows = new List<ExportRow>();
        using var stream = new MemoryStream(utf8);
        using var reader = CsvReader.Create(
            stream,
            new() { HasHeader = false, Separator = separator, TrackLineNumbers = true, PoolStrings = true, DetectSeparatorHint = false },
            true);
        while (reader.Read())
        {
            var cells = new string[reader.FieldCount];
            for (var i = 0; i < cells.Length; i++)
                cells[i] = reader.GetString(i);
            rows.Add(new((int)reader.LineNumber, cells));
        }

        return new(file.Name, null, rows);
    }

    private static List<RawTable> Workbook(BroughtFile file)
    {
        var tables = new List<RawTable>();
        using var stream = new MemoryStream(file.Content);
        foreach (var sheet in stream.GetSheetNames())
        {
            var rows = new List<ExportRow>();
            var line = 0;
            foreach (IDictionary<string, object?> row in stream.Query(useHeaderRow: false, sheetName: sheet))
                rows.Add(new(++line, [.. row.Values.Select(Text)]));
            tables.Add(new(file.Name, sheet, rows));
        }

        return tables;
    }

    /// <summary>A cell of a workbook as a person would have typed it into a CSV.</summary>
    private static string Text(object? value) => value switch
    {
        null => "",
        DateTime at => at.ToString(
            at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture),
        double number => ((decimal)number).ToString("0.############", CultureInfo.InvariantCulture),
        bool yes => yes ? "Yes" : "No",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>UTF-8 and UTF-16 by their marks, UTF-8 where all bytes are; what is neither was written by an old spreadsheet.</summary>
    private static byte[] ToUtf8(byte[] content)
    {
        var span = content.AsSpan();
        if (span.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]))
            return Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(span[2..]));
        if (span.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
            return Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(span[2..]));
        if (span.StartsWith(Encoding.UTF8.Preamble))
            content = content[3..];
        if (WithoutMark(content) is { } wide)
            return Encoding.UTF8.GetBytes(wide.GetString(content));
        if (System.Text.Unicode.Utf8.IsValid(content) || IsMostlyUtf8(content))
            return content;
        // Bytes that no text of Windows has are those of a Mac, or of both mixed: they stay visible as what cannot be read.
        return Encoding.UTF8.GetBytes(string.Create(content.Length, content, static (text, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
                text[i] = bytes[i] is >= 0x80 and < 0xa0 ? Windows[bytes[i] - 0x80] : (char)bytes[i];
        }));
    }

    /// <summary>UTF-16 that does not say so: every other byte of its beginning is none.</summary>
    private static Encoding? WithoutMark(byte[] content)
    {
        var (even, odd, pairs) = (0, 0, Math.Min(content.Length, 2000) / 2);
        for (var i = 0; i < pairs * 2; i += 2)
        {
            even += content[i] == 0 ? 1 : 0;
            odd += content[i + 1] == 0 ? 1 : 0;
        }

        return odd > pairs * 3 / 4 ? Encoding.Unicode : even > pairs * 3 / 4 ? Encoding.BigEndianUnicode : null;
    }

    /// <summary>One cut letter makes no other encoding of a file: where most of what is beyond ASCII is UTF-8, all of it was.</summary>
    private static bool IsMostlyUtf8(byte[] content)
    {
        var (good, bad) = (0, 0);
        for (ReadOnlySpan<byte> rest = content; rest.Length > 0;)
        {
            var ascii = rest.IndexOfAnyExceptInRange((byte)0, (byte)0x7f);
            if (ascii < 0)
                break;
            rest = rest[ascii..];
            if (Rune.DecodeFromUtf8(rest, out _, out var length) == OperationStatus.Done)
                good++;
            else
                bad++;
            rest = rest[length..];
        }

        return good > bad * 10;
    }

    /// <summary>Windows-1252 from 80 to 9F; the rest is Latin-1.</summary>
    private const string Windows =
        "\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd"
        + "\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178";

    /// <summary>That of , ; tab | which divides the most of the first lines into equally many cells.</summary>
    private static char Separator(byte[] utf8)
    {
        var lines = new List<Dictionary<char, int>> { new() };
        var quoted = false;
        foreach (var b in utf8.AsSpan(0, Math.Min(utf8.Length, 256 * 1024)))
        {
            if (b == '"')
                quoted = !quoted;
            else if (!quoted && b is (byte)'\n' or (byte)'\r')
                lines.Add([]);
            else if (!quoted && b is (byte)',' or (byte)';' or (byte)'\t' or (byte)'|')
                lines[^1][(char)b] = lines[^1].GetValueOrDefault((char)b) + 1;
            if (lines.Count > 200)
                break;
        }

        return ((char[])[',', ';', '\t', '|']).MaxBy(c =>
        {
            var counts = lines.Select(l => l.GetValueOrDefault(c)).Where(n => n > 0).CountBy(n => n).ToList();
            // As many cells in as many lines as can be; more cells where that is equal.
            return counts.Count == 0 ? 0 : counts.Max(n => (n.Value * 1000) + Math.Min(n.Key, 999));
        });
    }

    /// <summary>The table with its headings in this row.</summary>
    internal static ExportTable At(RawTable raw, int row) => new(
        raw.File,
        raw.Sheet,
        Whole(raw.Rows[row].Cells),
        new Below(raw.Rows, row));

    /// <summary>Rows in which headings may stand.</summary>
    internal static IEnumerable<int> HeadingRows(RawTable raw) => Enumerable.Range(0, Math.Min(HeadingsWithin, raw.Rows.Count));

    /// <summary>A heading row that was quoted as a whole is taken apart.</summary>
    private static string[] Whole(string[] cells) =>
        cells is [var one] && one.Contains(',', StringComparison.Ordinal) ? one.Split(',') : cells;

    /// <summary>The rows below the headings, without a copy: not blank ones, not sums, and not the headings again.</summary>
    private sealed class Below(List<ExportRow> rows, int headings) : IReadOnlyCollection<ExportRow>
    {
        private int? count;

        public int Count => count ??= Enumerable.Range(headings + 1, rows.Count - headings - 1).Count(i => IsRow(rows[i].Cells));

        public IEnumerator<ExportRow> GetEnumerator()
        {
            for (var i = headings + 1; i < rows.Count; i++)
            {
                if (IsRow(rows[i].Cells))
                    yield return rows[i];
            }
        }

        private bool IsRow(string[] cells)
        {
            var first = Array.FindIndex(cells, c => !string.IsNullOrWhiteSpace(c));
            if (first < 0 || SumOf.IsSum(cells, first))
                return false;
            var again = rows[headings].Cells;
            return first >= again.Length || cells[first] != again[first] || !cells.AsSpan().SequenceEqual(again);
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>Rows that sum up the others: they begin with the word, and nothing but amounts follows.</summary>
internal static class SumOf
{
    private static readonly string[] Names =
    [
        "total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "suma", "total general",
        "totale", "totaal", "totalt", "i alt", "sammanlagt", "yhteensa", "total geral", "somme",
    ];

    public static bool IsSum(string[] cells, int first)
    {
        var said = cells[first];
        if (said.Length > 60 || !char.IsLetter(said.TrimStart()[0]))
            return false;
        var name = ExportTable.Fold(said).TrimEnd(':', '.');
        if (!Names.Contains(name) && !name.StartsWith("total (", StringComparison.Ordinal))
            return false;
        for (var i = first + 1; i < cells.Length; i++)
        {
            var cell = cells[i].AsSpan().Trim();
            if (cell.Length > 0 && cell is not "-" && (cell.Length > 24 || !cell.ContainsAnyInRange('0', '9') || Letters(cell) > 3))
                return false;
        }

        return true;
    }

    private static int Letters(ReadOnlySpan<char> cell)
    {
        var letters = 0;
        foreach (var c in cell)
            letters += char.IsLetter(c) ? 1 : 0;
        return letters;
    }
}

/// <summary>A table whose headings were not found yet.</summary>
public sealed record RawTable(string File, string? Sheet, List<ExportRow> Rows);

/// <summary>A file that is no table that can be read; the message says why.</summary>
public sealed class UnreadableFileException(string message) : Exception(message);

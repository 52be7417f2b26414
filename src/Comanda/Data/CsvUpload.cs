using System.Text;
using CsvHelper;

namespace Comanda.Data;

/// <summary>A CSV file that somebody sends: as the body itself or in a form. Whatever is wrong with it is told with its line.</summary>
public static class CsvUpload
{
    /// <summary>Bytes of a file, lines of it, and errors that are told.</summary>
    public const int LargestFile = 20 * 1024 * 1024, MostLines = 100_000, MostErrors = 100;

    private static Refusal IsEmpty => Refusal.OfField("file", "is empty");

    /// <summary>The file from a form (its field <c>file</c>) or as the body itself.</summary>
    public static async Task<Outcome<(byte[] File, IFormCollection? Form)>> ReadBody(
        RawBody body,
        string what,
        CancellationToken cancel)
    {
        if (await body.Form(cancel) is { } form)
        {
            if (form.Files.GetFile("file") is not { } upload)
                return Refusal.OfField("file", "is required: the CSV file");
            using var file = new MemoryStream();
            await upload.CopyToAsync(file, cancel);
            return file.Length == 0 ? IsEmpty : (file.ToArray(), form);
        }

        if (body.Type?.Contains("json", StringComparison.OrdinalIgnoreCase) == true)
            return new Refusal(415, "unsupported_media_type", $"Send {what} as text/csv, or as multipart/form-data in the field 'file'.");
        var sent = await body.Read(cancel);
        return sent.Length == 0 ? IsEmpty : (sent, null);
    }

    /// <summary>
    /// The lines below the header; a column that is <paramref name="needed"/> or <paramref name="known"/> stands there once at most.
    /// </summary>
    public static List<CsvRow> Read(
        byte[] file,
        IReadOnlyCollection<string> needed,
        IReadOnlyCollection<string>? known,
        List<ImportError> errors)
    {
        var rows = new List<CsvRow>();
        if ((NotUtf8(file) ?? OpenQuote(file)) is { } wrong)
        {
            errors.Add(wrong);
            return rows;
        }

        var (start, delimiter) = Header(file);
        var line = 1;
        try
        {
            using var stream = new MemoryStream(file, start, file.Length - start);
            foreach (var row in CsvRows.Read(stream, "the file", delimiter, needed, known))
            {
                line = row.Line;
                if (row.Cells.All(string.IsNullOrWhiteSpace))
                    continue;
                if (line > 1 && row.Cells.Skip(row.Width).FirstOrDefault(c => c.Trim().Length > 0) is { } extra)
                {
                    errors.Add(new(line, "file", $"has {row.Cells.Length} cells where the header has {row.Width} ('{(extra.Length > 30
                        ? extra[..30]
                        : extra)}' is one too many); put a cell that contains '{delimiter}' in quotes"));
                    continue;
                }

                if (rows.Count == MostLines)
                {
                    errors.Add(new(line, "file", $"must have at most {MostLines} lines"));
                    break;
                }

                rows.Add(row);
            }
        }
        catch (StartupException unreadable)
        {
            errors.Add(new(line, "file", unreadable.Message));
        }
        catch (Exception broken) when (broken is CsvFormatException or CsvValidationException)
        {
            errors.Add(new(line, "file", "is no CSV from here on: " + broken.Message));
        }

        if (errors.Count == 0 && rows.Count == 0)
            errors.Add(new(1, "file", "has no lines below its header"));
        return rows;
    }

    /// <summary>The answer where cells are wrong: nothing was changed.</summary>
    public static Refusal Refused(List<ImportError> errors) =>
        new(400, "invalid_request", "Some cells are not as they must be; nothing was changed.")
        {
            Also = new Dictionary<string, object?>
            {
                ["created"] = 0,
                ["updated"] = 0,
                ["unchanged"] = 0,
                ["errors"] = errors.Take(MostErrors).ToList(),
            },
        };

    /// <summary>The place of the first byte that is no UTF-8; files of old spreadsheets come in other encodings.</summary>
    private static ImportError? NotUtf8(byte[] file)
    {
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
            return new(1, "file", "is UTF-16; save it as UTF-8");
        var line = 1;
        for (var rest = file.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return new(line, "file", "is not UTF-8 here (Windows-1252, perhaps); save it as UTF-8");
            if (rune.Value == 0)
                return new(line, "file", "must not contain the character U+0000");
            if (rune.Value == '\n')
                line++;
            rest = rest[length..];
        }

        return null;
    }

    /// <summary>A quote that opens a cell and is never closed would swallow the rest of the file: the line where it opens.</summary>
    private static ImportError? OpenQuote(byte[] file)
    {
        var (start, delimiter) = Header(file);
        var (line, opened, quoted, begins) = (1, 1, false, true);
        for (var i = start; i < file.Length; i++)
        {
            var c = file[i];
            if (c == '"' && (quoted || begins))
            {
                if (quoted && i + 1 < file.Length && file[i + 1] == '"')
                    i++; // a quote within the cell
                else
                    (quoted, opened) = (!quoted, quoted ? opened : line);
                begins = false;
            }
            else if (!quoted)
            {
                begins = c == delimiter || c is (byte)'\n' or (byte)'\r';
            }

            if (c == '\n')
                line++;
        }

        return quoted ? new(opened, "file", "has a quote that is never closed") : null;
    }

    /// <summary>Where the text begins (behind a byte order mark), and which of , ; tab stands most often in its first line.</summary>
    private static (int Start, char Delimiter) Header(byte[] file)
    {
        var start = file.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        var end = Array.IndexOf(file, (byte)'\n', start);
        var first = Encoding.UTF8.GetString(file, start, (end < 0 ? file.Length : end) - start);
        return (start, ((char[])[',', ';', '\t']).MaxBy(d => first.Count(c => c == d)));
    }
}

using System.Text;

namespace Comanda.Orders;

/// <summary>
/// Paper in ESC/POS. What initialises the printer stands apart: after it nothing may initialise it again, which would end its automatic
/// status. Source: Epson's ESC/POS command reference; clones as escpos-printer-db has them.
/// </summary>
internal static class EscPosBytes
{
    private const byte Esc = 0x1b, Gs = 0x1d, Fs = 0x1c;

    /// <summary>Rows of a picture that are sent at once: some take no more.</summary>
    private const int Band = 256;

    /// <summary>
    /// Initialise; out of the mode in which clones wake up and take two bytes for one Chinese character; the characters of the USA in
    /// ASCII's places; the first code page.
    /// </summary>
    public static byte[] Beginning(PrinterMake make) =>
        [Esc, (byte)'@', Fs, (byte)'.', Esc, (byte)'R', 0, Esc, (byte)'t', CodePages.OfModel(make.Model)[0].Number];

    /// <summary>All that goes to a printer, for whoever carries it there; the drawer's pulse first, where that is wanted.</summary>
    public static byte[] WithBeginning(IEnumerable<PaperRow> rows, PrinterMake make, bool kicks)
    {
        var beginning = Beginning(make);
        return [.. beginning[..2], .. kicks ? Pulse(1) : [], .. beginning[2..], .. Write(rows, make, feed: 3)];
    }

    /// <summary>A drawer's pulse: 50 ms on, 500 ms off, at the plug's pin 2 or at pin 5.</summary>
    public static byte[] Pulse(int drawer) => [Esc, (byte)'p', (byte)(drawer == 2 ? 1 : 0), 25, 250];

    /// <summary>Two short beeps; the command of Epson's is no clone's.</summary>
    public static byte[] Buzz(PrinterMake make) => make.BuzzesAsEpson
        ? [Esc, (byte)'(', (byte)'A', 4, 0, 0x30, 1, 2, 2]
        : [Esc, (byte)'B', 2, 2];

    /// <summary>The rows, and the cut: past the knife, and so many dots further.</summary>
    public static byte[] Write(IEnumerable<PaperRow> rows, PrinterMake make, byte feed = 0)
    {
        using var bytes = new MemoryStream();
        var pages = CodePages.OfModel(make.Model);
        Encoding[] encodings = [.. pages.Select(p => p.Page)];
        var page = 0;
        foreach (var row in rows.Select(r => CodePages.Spell(r, encodings)))
        {
            if (row.Picture)
            {
                if (row.Dots is { } dots)
                    Picture(bytes, dots.Centred(make.Dots));
                continue;
            }

            if (row.Qr)
            {
                if (make.DrawsQr)
                    WriteQr(bytes, row.Left, make.Dots);
                else
                    Picture(bytes, DrawPaper.DrawQr(row.Left, make.Dots));
                continue;
            }

            bytes.Write([Esc, (byte)'E', (byte)(row.Bold ? 1 : 0), Gs, (byte)'!', (byte)(row.Big ? 0x11 : 0)]);
            foreach (var line in row.Lines(make.Columns))
            {
                if (Encode(line, pages, ref page) is { } encoded)
                    bytes.Write([.. encoded, (byte)'\n']);
                else
                    Picture(bytes, DrawPaper.DrawLine(row, line, make.Columns, make.Dots));
            }
        }

        bytes.Write([Esc, (byte)'E', 0, Gs, (byte)'!', 0, (byte)'\n', Gs, (byte)'V', 66, feed]);
        return bytes.ToArray();
    }

    /// <summary>A line in the printer's pages, with the changes between them; null where none has one of its letters.</summary>
    private static byte[]? Encode(string line, IReadOnlyList<(byte Number, Encoding Page)> pages, ref int page)
    {
        using var bytes = new MemoryStream();
        var now = page;
        foreach (var rune in line.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
                continue; // the commands here are ours alone
            if (rune.IsAscii)
            {
                bytes.WriteByte((byte)rune.Value);
                continue;
            }

            var text = rune.ToString();
            if (!CodePages.Has(pages[now].Page, text))
            {
                var other = Enumerable.Range(0, pages.Count).FirstOrDefault(p => CodePages.Has(pages[p].Page, text), -1);
                if (other < 0)
                    return null;
                bytes.Write([Esc, (byte)'t', pages[now = other].Number]);
            }

            bytes.Write(pages[now].Page.GetBytes(text));
        }

        page = now;
        return bytes.ToArray();
    }

    /// <summary>
    /// The printer draws the code itself: model 2, modules as large as the paper takes, error correction M, the text, and print
    /// (GS ( k, functions 165, 167, 169, 180 and 181 of symbol type 49). Centred, as ESC a says.
    /// </summary>
    private static void WriteQr(MemoryStream bytes, string text, int dots)
    {
        var data = Encoding.ASCII.GetBytes(text);
        // A dot is 1/8 mm on most printers, so a module of 6 is 0.75 mm: any phone reads it.
        var module = Math.Clamp(dots / QrCode.Of(text).Side, 2, DrawPaper.LargestModule);
        bytes.Write([Esc, (byte)'a', 1]);
        bytes.Write([Gs, (byte)'(', (byte)'k', 4, 0, 49, 65, 50, 0]);
        bytes.Write([Gs, (byte)'(', (byte)'k', 3, 0, 49, 67, (byte)module]);
        bytes.Write([Gs, (byte)'(', (byte)'k', 3, 0, 49, 69, 49]);
        bytes.Write([Gs, (byte)'(', (byte)'k', (byte)((data.Length + 3) % 256), (byte)((data.Length + 3) / 256), 49, 80, 48]);
        bytes.Write(data);
        bytes.Write([Gs, (byte)'(', (byte)'k', 3, 0, 49, 81, 48]);
        bytes.Write([(byte)'\n', Esc, (byte)'a', 0]);
    }

    /// <summary>In bands, by the command that clones know best; without what printers obey inside a picture.</summary>
    private static void Picture(MemoryStream bytes, Dots drawn)
    {
        var picture = drawn.WithoutCommands();
        for (var from = 0; from < picture.Height; from += Band)
        {
            var rows = Math.Min(Band, picture.Height - from);
            bytes.Write(
            [
                Gs, (byte)'v', (byte)'0', 0, (byte)picture.Stride, (byte)(picture.Stride >> 8), (byte)rows, (byte)(rows >> 8),
            ]);
            bytes.Write(picture.Rows(from, rows));
        }
    }
}

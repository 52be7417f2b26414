using System.Text;

namespace Comanda.Printing;

/// <summary>
/// Paper in ESC/POS for a printer at TCP 9100. What initialises the printer stands apart: after it nothing may initialise it again, which
/// would end its automatic status. Source: Epson's ESC/POS command reference; clones as escpos-printer-db has them.
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
    public static byte[] Beginning(Printer printer) =>
        [Esc, (byte)'@', Fs, (byte)'.', Esc, (byte)'R', 0, Esc, (byte)'t', CodePages.OfModel(printer.Model)[0].Number];

    /// <summary>The paper, and the cut; or the drawer's pulse: 50 ms at the first drawer.</summary>
    public static byte[] Write(Paper paper, Printer printer)
    {
        if (paper.Pulse)
            return [Esc, (byte)'p', 0, 25, 250];
        using var bytes = new MemoryStream();
        var pages = CodePages.OfModel(printer.Model);
        Encoding[] encodings = [.. pages.Select(p => p.Page)];
        var page = 0;
        foreach (var row in paper.Rows.Select(r => CodePages.Spell(r, encodings)))
        {
            if (row.Qr)
            {
                WriteQr(bytes, row.Left, printer);
                continue;
            }

            bytes.Write([Esc, (byte)'E', (byte)(row.Bold ? 1 : 0), Gs, (byte)'!', (byte)(row.Big ? 0x11 : 0)]);
            foreach (var line in row.Lines(printer.PaperColumns))
            {
                if (Encode(line, pages, ref page) is { } encoded)
                    bytes.Write([.. encoded, (byte)'\n']);
                else
                    Picture(bytes, DrawPaper.DrawLine(row, line, printer.PaperColumns, printer.Dots));
            }
        }

        bytes.Write([Esc, (byte)'E', 0, Gs, (byte)'!', 0, (byte)'\n', Gs, (byte)'V', 66, 0]); // feeds past the knife, and cuts
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

    /// <summary>By the printer itself where it is Epson's own; else as a picture: many clones print the command's digits.</summary>
    private static void WriteQr(MemoryStream bytes, string text, Printer printer)
    {
        if (EscPosProfile.Of(printer).DrawsQr)
            Orders.EscPos.WriteQr(bytes, text, printer.Dots);
        else
            Picture(bytes, DrawPaper.DrawQr(text, printer.Dots));
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

using System.Text;

namespace Comanda.Printing;

/// <summary>
/// Paper in StarPRNT's commands, which are not ESC/POS: lines in Windows-1252, and as pictures where they have other letters. Source:
/// StarPRNT command specifications, as ReceiptPrinterEncoder@33546a9 and receiptline@a563d1a speak it.
/// </summary>
internal static class StarPrntBytes
{
    private const byte Esc = 0x1b, Gs = 0x1d;

    /// <summary>Rows of a picture that are sent at once.</summary>
    private const int Band = 256;

    private static readonly Encoding Western = CodePages.Of(1252);

    public static byte[] Write(Paper paper, Printer printer)
    {
        using var bytes = new MemoryStream();
        bytes.Write([Esc, (byte)'@']);
        if (paper.Pulse)
        {
            bytes.WriteByte(0x07); // the drawer at once
            return bytes.ToArray();
        }

        bytes.Write([Esc, Gs, (byte)'t', 32]);
        foreach (var row in paper.Rows.Select(r => CodePages.Spell(r, [Western])))
        {
            if (row.Qr)
            {
                Picture(bytes, DrawPaper.DrawQr(row.Left, printer.Dots));
                continue;
            }

            bytes.Write([Esc, row.Bold ? (byte)'E' : (byte)'F', Esc, (byte)'i', (byte)(row.Big ? 1 : 0), (byte)(row.Big ? 1 : 0)]);
            foreach (var line in row.Lines(printer.PaperColumns))
            {
                if (CodePages.Has(Western, line))
                    bytes.Write([.. Western.GetBytes(line), (byte)'\n']);
                else
                    Picture(bytes, DrawPaper.DrawLine(row, line, printer.PaperColumns, printer.Dots));
            }
        }

        bytes.Write([Esc, (byte)'d', 3]); // feeds past the knife and cuts, but for a point
        return bytes.ToArray();
    }

    private static void Picture(MemoryStream bytes, Dots picture)
    {
        for (var from = 0; from < picture.Height; from += Band)
        {
            var rows = Math.Min(Band, picture.Height - from);
            bytes.Write(
            [
                Esc, Gs, (byte)'S', 1, (byte)picture.Stride, (byte)(picture.Stride >> 8), (byte)rows, (byte)(rows >> 8), 0,
            ]);
            bytes.Write(picture.Rows(from, rows));
        }
    }
}

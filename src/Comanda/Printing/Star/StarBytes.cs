using System.Text;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>
/// Paper in Star's commands, which are not ESC/POS: lines in Windows-1252, and as pictures where they have other letters. StarPRNT and the
/// older line mode differ in how a picture is sent. Source: Star's command specifications, as ReceiptPrinterEncoder@33546a9 and
/// receiptline@a563d1a speak them.
/// </summary>
internal static class StarBytes
{
    private const byte Esc = 0x1b, Gs = 0x1d;

    /// <summary>Rows of a picture that are sent at once.</summary>
    private const int Band = 256, LineBand = 24;

    private static readonly Encoding Western = CodePages.Of(1252);

    public static byte[] Write(Paper paper, Printer printer, bool isLineMode)
    {
        using var bytes = new MemoryStream();
        bytes.Write([Esc, (byte)'@']);
        if (paper.Pulse)
        {
            bytes.WriteByte((byte)(paper.Drawer == 2 ? 0x1a : 0x07)); // SUB or BEL: its second or first device, at once
            return bytes.ToArray();
        }

        bytes.Write([Esc, Gs, (byte)'t', 32]);
        foreach (var row in paper.Rows.Select(r => CodePages.Spell(r, [Western])))
        {
            if (row.Dots is { } dots)
                Picture(bytes, dots.Centred(printer.Dots), isLineMode);
            if (row.Qr)
            {
                Picture(bytes, DrawPaper.DrawQr(row.Left, printer.Dots), isLineMode);
                continue;
            }

            bytes.Write([Esc, row.Bold ? (byte)'E' : (byte)'F', Esc, (byte)'i', (byte)(row.Big ? 1 : 0), (byte)(row.Big ? 1 : 0)]);
            foreach (var line in row.Lines(printer.PaperColumns))
            {
                if (CodePages.Has(Western, line))
                    bytes.Write([.. Western.GetBytes(line), (byte)'\n']);
                else
                    Picture(bytes, DrawPaper.DrawLine(row, line, printer.PaperColumns, printer.Dots), isLineMode);
            }
        }

        bytes.Write([Esc, (byte)'d', 3]); // feeds past the knife and cuts, but for a point
        return bytes.ToArray();
    }

    private static void Picture(MemoryStream bytes, Dots picture, bool isLineMode)
    {
        if (isLineMode)
        {
            LinesOfDots(bytes, picture);
            return;
        }

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

    /// <summary>Of the line mode: 24 rows of dots at a time, and no space between them.</summary>
    private static void LinesOfDots(MemoryStream bytes, Dots picture)
    {
        bytes.Write([Esc, (byte)'0']);
        for (var from = 0; from < picture.Height; from += LineBand)
        {
            var rows = Math.Min(LineBand, picture.Height - from);
            bytes.Write([Esc, (byte)'k', (byte)picture.Stride, (byte)(picture.Stride >> 8)]);
            bytes.Write(picture.Rows(from, rows));
            bytes.Write(new byte[(LineBand - rows) * picture.Stride]);
            bytes.WriteByte((byte)'\n');
        }

        bytes.Write([Esc, (byte)'z', 1]);
    }
}

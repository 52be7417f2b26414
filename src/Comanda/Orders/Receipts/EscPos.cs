using System.Globalization;
using System.Text;

namespace Comanda.Orders;

/// <summary>
/// A receipt as the bytes that receipt printers take (Epson's ESC/POS, which the others copied): initialise, text in the printer's
/// code pages, bold titles, a QR code, feed and cut, and the pulse that opens the drawer. Source: Epson's ESC/POS command reference,
/// the commands ESC @, ESC t, ESC E, ESC a, GS ( k, GS V and ESC p.
/// </summary>
internal static class EscPos
{
    private const byte Esc = 0x1b, Gs = 0x1d;

    /// <summary>
    /// Dots that a column is wide (font A). A dot is 1/8 mm on most printers, so a module of 6 is 0.75 mm: any phone reads it.
    /// </summary>
    private const int DotsPerColumn = 12, LargestModule = 6;

    /// <summary>The printer's number of a code page and .NET's: Western with euro, Central European, Greek, Cyrillic, Turkish.</summary>
    private static readonly (byte Number, Encoding Page)[] Pages = Array.ConvertAll<(byte, int), (byte, Encoding)>(
        [(19, 858), (18, 852), (14, 737), (17, 866), (13, 857)],
        p => (p.Item1, CodePagesEncodingProvider.Instance.GetEncoding(
            p.Item2,
            EncoderFallback.ReplacementFallback,
            DecoderFallback.ReplacementFallback)!));

    public static byte[] Write(IEnumerable<ReceiptRow> rows, int columns, bool kick)
    {
        using var bytes = new MemoryStream();
        bytes.Write([Esc, (byte)'@']);
        if (kick)
            bytes.Write([Esc, (byte)'p', 0, 25, 250]); // drawer 1: 50 ms on, 500 ms off
        var page = -1;
        foreach (var row in rows)
        {
            if (row.IsQr)
            {
                WriteQr(bytes, row.Left, columns * DotsPerColumn);
                continue;
            }

            bytes.Write([Esc, (byte)'E', (byte)(row.Bold ? 1 : 0)]);
            foreach (var rune in row.With(Printable).ToText(columns).EnumerateRunes())
            {
                if (Rune.IsControl(rune) && rune.Value != '\n')
                    continue; // the commands here are ours alone
                var text = rune.ToString();
                if (rune.IsAscii)
                {
                    bytes.WriteByte((byte)rune.Value);
                    continue;
                }

                // The page in use where it has the character, else the first that has.
                var found = page >= 0 && Has(Pages[page].Page, text) ? page : Array.FindIndex(Pages, p => Has(p.Page, text));
                if (found >= 0 && found != page)
                    bytes.Write([Esc, (byte)'t', Pages[page = found].Number]);
                bytes.Write(Pages[found].Page.GetBytes(text));
            }
        }

        bytes.Write([Esc, (byte)'E', 0, Gs, (byte)'V', 66, 3]); // feed past the knife, and cut
        return bytes.ToArray();
    }

    /// <summary>
    /// The printer draws the code itself: model 2, modules as large as the paper takes, error correction M, the text, and print
    /// (GS ( k, functions 165, 167, 169, 180 and 181 of symbol type 49). Centred, as ESC a says.
    /// </summary>
    internal static void WriteQr(MemoryStream bytes, string text, int dots)
    {
        var data = Encoding.ASCII.GetBytes(text);
        var module = Math.Clamp(dots / QrCode.Of(text).Side, 2, LargestModule);
        bytes.Write([Esc, (byte)'a', 1]);
        bytes.Write([Gs, (byte)'(', (byte)'k', 4, 0, 49, 65, 50, 0]);
        bytes.Write([Gs, (byte)'(', (byte)'k', 3, 0, 49, 67, (byte)module]);
        bytes.Write([Gs, (byte)'(', (byte)'k', 3, 0, 49, 69, 49]);
        bytes.Write([Gs, (byte)'(', (byte)'k', (byte)((data.Length + 3) % 256), (byte)((data.Length + 3) / 256), 49, 80, 48]);
        bytes.Write(data);
        bytes.Write([Gs, (byte)'(', (byte)'k', 3, 0, 49, 81, 48]);
        bytes.Write([(byte)'\n', Esc, (byte)'a', 0]);
    }

    /// <summary>A character that no page has is a question mark, and takes the one column of it.</summary>
    private static string Printable(string text) => Ascii.IsValid(text) ? text : string.Concat(text.EnumerateRunes()
        .Select(r => r.ToString())
        .Select(c => Array.Exists(Pages, p => Has(p.Page, c)) ? c
            : CharUnicodeInfo.GetUnicodeCategory(c, 0) is UnicodeCategory.NonSpacingMark ? ""
            : "?"));

    private static bool Has(Encoding page, string text) => page.GetString(page.GetBytes(text)) == text;
}

using System.Text;

namespace Comanda.Orders;

/// <summary>
/// A receipt as the bytes that receipt printers take (Epson's ESC/POS, which the others copied): initialise, text in the printer's
/// code pages, bold titles, feed and cut, and the pulse that opens the drawer. Source: Epson's ESC/POS command reference, the
/// commands ESC @, ESC t, ESC E, GS ! , GS V and ESC p.
/// </summary>
internal static class EscPos
{
    private const byte Esc = 0x1b, Gs = 0x1d;

    /// <summary>The printer's number of a code page and .NET's: Western with euro, Central European, Greek, Cyrillic, Turkish.</summary>
    private static readonly (byte Number, Encoding Page)[] Pages = Array.ConvertAll<(byte, int), (byte, Encoding)>(
        [(19, 858), (18, 852), (14, 737), (17, 866), (13, 857)],
        p => (p.Item1, CodePagesEncodingProvider.Instance.GetEncoding(p.Item2, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback)!));

    public static byte[] Write(IEnumerable<ReceiptRow> rows, int columns, bool kick)
    {
        using var bytes = new MemoryStream();
        bytes.Write([Esc, (byte)'@']);
        if (kick)
            bytes.Write([Esc, (byte)'p', 0, 25, 250]); // drawer 1: 50 ms on, 500 ms off
        var page = -1;
        foreach (var row in rows)
        {
            bytes.Write([Esc, (byte)'E', (byte)(row.Bold ? 1 : 0)]);
            foreach (var rune in row.ToText(columns).EnumerateRunes())
            {
                var text = rune.ToString();
                if (rune.IsAscii)
                {
                    bytes.WriteByte((byte)rune.Value);
                    continue;
                }

                // The page in use where it has the character, else the first that has; a character that none has is a question mark.
                var found = page >= 0 && Has(Pages[page].Page, text) ? page : Array.FindIndex(Pages, p => Has(p.Page, text));
                if (found >= 0 && found != page)
                    bytes.Write([Esc, (byte)'t', Pages[page = found].Number]);
                bytes.Write(found < 0 ? "?"u8 : Pages[found].Page.GetBytes(text));
            }
        }

        bytes.Write([Esc, (byte)'E', 0, Gs, (byte)'V', 66, 3]); // feed past the knife, and cut
        return bytes.ToArray();
    }

    private static bool Has(Encoding page, string text) => page.GetString(page.GetBytes(text)) == text;
}

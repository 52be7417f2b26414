using System.Globalization;
using System.Text;
using Comanda.Kernel;

namespace Comanda.Orders;

/// <summary>
/// A receipt as a PDF of one page, as wide as the paper of a receipt printer: text in the typewriter face that every reader of PDF
/// has (Courier, ISO 32000-1, 9.6.2.2), so that no font file is needed on the machine or in the document. Its letters are those of
/// Western Europe; others become question marks (docs/adr/0012).
/// </summary>
internal static class ReceiptPdf
{
    private const int Columns = 42;
    /// <summary>How large a square of a QR code is, in points: 0.85 mm.</summary>
    private const double Module = 2.4;
    private const double Size = 9, Leading = 11.5, Margin = 17, Width = (Columns * Size * 0.6) + (2 * Margin);

    private static readonly Encoding Western = CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback)!;

    public static byte[] Write(string title, IReadOnlyList<ReceiptRow> rows)
    {
        // From the top down, in points: each line of text, and a QR code as a drawing of its own.
        var height = (2 * Margin) + rows.Sum(r => r.IsQr ? SideOf(r) : LinesOf(r).Length * Leading);
        var (y, page, links) = (height - Margin, new StringBuilder(), "");
        foreach (var row in rows)
        {
            if (row.IsQr)
            {
                links += Draw(row, y, page);
                y -= SideOf(row);
                continue;
            }

            foreach (var line in LinesOf(row))
            {
                y -= Leading;
                page.Append(CultureInfo.InvariantCulture, $"BT /{(row.Bold ? "B" : "R")} {Size:0.##} Tf {Margin:0.##} {y:0.##} Td ({Escaped(line)}) Tj ET\n");
            }
        }

        var content = Western.GetBytes(page.ToString());

        using var pdf = new MemoryStream();
        var places = new List<long>();
        void Raw(string text) => pdf.Write(Western.GetBytes(text));
        void Begin(string text)
        {
            places.Add(pdf.Position);
            Raw($"{places.Count} 0 obj\n{text}");
        }

        Raw("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
        Begin("<< /Type /Catalog /Pages 2 0 R /Lang (en) >>\nendobj\n");
        Begin("<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
        Begin(string.Create(CultureInfo.InvariantCulture, $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {Width:0.##} {height:0.##}] /Resources << /Font << /R 4 0 R /B 5 0 R >> >> {(links.Length > 0 ? $"/Annots [{links}] " : "")}/Contents 6 0 R >>\nendobj\n"));
        Begin("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>\nendobj\n");
        Begin("<< /Type /Font /Subtype /Type1 /BaseFont /Courier-Bold /Encoding /WinAnsiEncoding >>\nendobj\n");
        Begin($"<< /Length {content.Length} >>\nstream\n");
        pdf.Write(content);
        Raw("\nendstream\nendobj\n");
        Begin($"<< /Title ({Escaped(title)}) /Producer (Comanda) >>\nendobj\n");
        var index = pdf.Position;
        Raw($"xref\n0 {places.Count + 1}\n0000000000 65535 f \n" + string.Concat(places.Select(p => $"{p:0000000000} 00000 n \n")));
        Raw($"trailer\n<< /Size {places.Count + 1} /Root 1 0 R /Info 7 0 R >>\nstartxref\n{index}\n%%EOF\n");
        return pdf.ToArray();
    }

    private static string[] LinesOf(ReceiptRow row) => row.ToText(Columns).TrimEnd('\n').Split('\n');

    private static double SideOf(ReceiptRow row) => QrCode.Of(row.Left).Side * Module;

    /// <summary>Fills the dark squares of the code, in the middle of the page below y; answers the link that lies over them.</summary>
    private static string Draw(ReceiptRow row, double y, StringBuilder page)
    {
        var code = QrCode.Of(row.Left);
        var (x, side) = ((Width - (code.Side * Module)) / 2, code.Side * Module);
        foreach (var run in code.Runs())
            page.Append(CultureInfo.InvariantCulture, $"{x + (run.X * Module):0.##} {y - ((run.Y + 1) * Module):0.##} {run.Width * Module:0.##} {Module:0.##} re\n");
        page.Append("f\n"); // one fill of one path: no hairlines between the rows
        return string.Create(CultureInfo.InvariantCulture, $"<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [{x:0.##} {y - side:0.##} {x + side:0.##} {y:0.##}] /A << /S /URI /URI ({Escaped(row.Left)}) >> >>");
    }

    private static string Escaped(string text) => PlainText.Line(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("(", "\\(", StringComparison.Ordinal)
        .Replace(")", "\\)", StringComparison.Ordinal);
}

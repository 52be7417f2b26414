using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Comanda.Orders;

/// <summary>
/// A receipt as a PDF of one page, as wide as the paper of a receipt printer. The typewriter face is in the program (DejaVu Sans Mono:
/// Latin, Greek, Cyrillic), and of it the letters that are used go into the document: it looks the same wherever it is read.
/// </summary>
internal static class ReceiptPdf
{
    private const int Columns = 42;

    /// <summary>How large a square of a QR code is, in points: 0.85 mm.</summary>
    private const double Module = 2.4;

    /// <summary>In points; a letter of this face is 0.602 of its size wide.</summary>
    private const double Size = 9, Leading = 11.5, Margin = 17, Width = (Columns * Size * 0.602) + (2 * Margin);

    static ReceiptPdf() => GlobalFontSettings.FontResolver = new Typewriter();

    public static byte[] Write(string title, IReadOnlyList<ReceiptRow> rows)
    {
        using var document = new PdfDocument();
        document.Info.Title = Kernel.PlainText.Line(title);
        document.Info.Creator = "Comanda";
        document.Language = "en";
        var page = document.AddPage();
        page.Width = XUnit.FromPoint(Width);
        page.Height = XUnit.FromPoint((2 * Margin) + rows.Sum(r => r.IsQr ? SideOf(r) : LinesOf(r).Length * Leading));
        using (var paper = XGraphics.FromPdfPage(page))
            Print(rows, paper, page);
        using var pdf = new MemoryStream();
        document.Save(pdf);
        return pdf.ToArray();
    }

    private static void Print(IReadOnlyList<ReceiptRow> rows, XGraphics paper, PdfPage page)
    {
        var (regular, bold) = (Face(XFontStyleEx.Regular), Face(XFontStyleEx.Bold));
        var y = Margin;
        foreach (var row in rows)
        {
            if (row.IsQr)
            {
                Draw(row, y, paper, page);
                y += SideOf(row);
                continue;
            }

            foreach (var line in LinesOf(row))
            {
                y += Leading;
                if (line.Length > 0)
                    paper.DrawString(line, row.Bold ? bold : regular, XBrushes.Black, Margin, y);
            }
        }
    }

    private static XFont Face(XFontStyleEx style) => new(Typewriter.Family, Size, style, new XPdfFontOptions(PdfFontEncoding.Unicode));

    private static string[] LinesOf(ReceiptRow row) => row.ToText(Columns).TrimEnd('\n').Split('\n');

    private static double SideOf(ReceiptRow row) => QrCode.Of(row.Left).Side * Module;

    /// <summary>Fills the dark squares of the code, in the middle of the page below y, and lays the link over them.</summary>
    private static void Draw(ReceiptRow row, double y, XGraphics paper, PdfPage page)
    {
        var code = QrCode.Of(row.Left);
        var (x, side) = ((Width - (code.Side * Module)) / 2, code.Side * Module);
        var squares = new XGraphicsPath { FillMode = XFillMode.Winding };
        foreach (var run in code.Runs())
            squares.AddRectangle(x + (run.X * Module), y + (run.Y * Module), run.Width * Module, Module);
        paper.DrawPath(XBrushes.Black, squares); // one fill of one path: no hairlines between the rows
        page.AddWebLink(new PdfRectangle(paper.Transformer.WorldToDefaultPage(new XRect(x, y, side, side))), row.Left);
    }

    /// <summary>The two faces that are in the program. No font of the machine is asked for: it may have none.</summary>
    private sealed class Typewriter : IFontResolver
    {
        public const string Family = "DejaVu Sans Mono";

        public FontResolverInfo ResolveTypeface(string familyName, bool bold, bool italic) =>
            new(bold ? "DejaVuSansMono-Bold.ttf" : "DejaVuSansMono.ttf");

        public byte[] GetFont(string faceName)
        {
            using var file = typeof(Typewriter).Assembly.GetManifestResourceStream(faceName)!;
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
    }
}

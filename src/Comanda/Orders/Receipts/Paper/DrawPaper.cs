using System.Text;
using SkiaSharp;

namespace Comanda.Orders;

/// <summary>
/// Paper as a picture, dot for dot: any letter that a font here has, whatever code pages the printer knows. The typewriter face is in the
/// program (DejaVu Sans Mono: Latin, Greek, Cyrillic); Chinese, Japanese and Korean come from a font of the machine where Debian's are
/// installed. A column is as wide as the printer's own.
/// </summary>
internal static class DrawPaper
{
    /// <summary>Of the size of a letter, how wide it is, and how much higher than a column is wide a line is.</summary>
    private const float WidthOfSize = 0.602f, HeightOfColumn = 2.1f;

    /// <summary>Dots of a QR code's module at most.</summary>
    public const int LargestModule = 6;

    /// <summary>Where Debian's packages put fonts that have what ours has not.</summary>
    private static readonly string[] OfTheMachine =
    [
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
        "/usr/share/fonts/truetype/unifont/unifont.ttf",
        "/usr/share/fonts/opentype/unifont/unifont.otf",
    ];

    private static readonly Lazy<SKTypeface> Regular = new(() => Carried("DejaVuSansMono.ttf"));

    private static readonly Lazy<SKTypeface> Bold = new(() => Carried("DejaVuSansMono-Bold.ttf"));

    private static readonly Lazy<SKTypeface[]> Others =
        new(() => [.. OfTheMachine.Where(File.Exists).Select(f => SKTypeface.FromFile(f)).OfType<SKTypeface>()]);

    /// <summary>How many rows of dots the paper would have, about.</summary>
    public static int RowsOf(IEnumerable<PaperRow> paper, int columns)
    {
        var line = LineHeight(12);
        return paper.Sum(r => r.Picture ? ReceiptLogos.MostRows
            : r.Qr ? 30 * LargestModule
            : r.Lines(columns).Count * (r.Big ? 2 * line : line));
    }

    /// <summary>Whether a font here has every letter of a text.</summary>
    public static bool Has(string text) => text.EnumerateRunes().All(r => r.Value <= ' ' || FaceOf(r, bold: false) is not null);

    public static Dots Draw(IEnumerable<PaperRow> paper, int columns, int dots)
    {
        var column = dots / columns;
        var rows = paper.Select(r => (Row: r, Lines: r.Qr ? [] : r.Lines(columns))).ToList();
        var height = rows.Sum(r => HeightOf(r.Row, r.Lines.Count, column, dots));
        using var sheet = new SKBitmap(dots, Math.Max(8, height), SKColorType.Gray8, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        var y = 0;
        foreach (var (row, lines) in rows)
        {
            if (row.Dots is { } picture)
                DrawDots(canvas, ink, picture.Centred(dots), y);
            else if (row.Qr)
                DrawQr(canvas, ink, row.Left, y, dots);
            else if (row.Rule)
                canvas.DrawRect(0, y + (LineHeight(column) / 2), column * columns, 2, ink);
            else
                DrawLines(canvas, ink, row, lines, y, column);
            y += HeightOf(row, lines.Count, column, dots);
        }

        canvas.Flush();
        return Reduce(sheet);
    }

    /// <summary>One line of text alone, for a printer whose code pages lack a letter of it.</summary>
    public static Dots DrawLine(PaperRow row, string line, int columns, int dots)
    {
        var column = dots / columns;
        using var sheet = new SKBitmap(dots, LineHeight(column) * (row.Big ? 2 : 1), SKColorType.Gray8, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        DrawLines(canvas, ink, row, [line], 0, column);
        canvas.Flush();
        return Reduce(sheet);
    }

    /// <summary>A QR code as large as the paper takes, in its middle, with the quiet zone that readers need.</summary>
    public static Dots DrawQr(string text, int dots)
    {
        var code = QrCode.Of(text);
        var module = ModuleOf(code, dots);
        var (left, picture) = ((dots - (code.Side * module)) / 2, new Dots(dots, code.Side * module));
        foreach (var (x, y, width) in code.Runs())
        {
            for (var dy = 0; dy < module; dy++)
            {
                for (var dx = 0; dx < width * module; dx++)
                    picture.Blacken(left + (x * module) + dx, (y * module) + dy);
            }
        }

        return picture;
    }

    private static void DrawDots(SKCanvas canvas, SKPaint ink, Dots picture, int top)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            for (int x = 0, width; x < picture.Width; x += width)
            {
                var isBlack = picture.IsBlack(x, y);
                for (width = 1; x + width < picture.Width && picture.IsBlack(x + width, y) == isBlack; width++)
                {
                }

                if (isBlack)
                    canvas.DrawRect(x, top + y, width, 1, ink);
            }
        }
    }

    private static void DrawQr(SKCanvas canvas, SKPaint ink, string text, int top, int dots)
    {
        var code = QrCode.Of(text);
        var module = ModuleOf(code, dots);
        var left = (dots - (code.Side * module)) / 2;
        foreach (var (x, y, width) in code.Runs())
            canvas.DrawRect(left + (x * module), top + (y * module), width * module, module, ink);
    }

    private static int ModuleOf(QrCode code, int dots) => Math.Clamp(dots / code.Side, 1, LargestModule);

    /// <summary>Letter by letter, each in its columns: what is wider than it should be moves nobody.</summary>
    private static void DrawLines(SKCanvas canvas, SKPaint ink, PaperRow row, IReadOnlyList<string> lines, int top, int column)
    {
        var (scale, height) = row.Big ? (2, 2 * LineHeight(column)) : (1, LineHeight(column));
        var size = column * scale / WidthOfSize;
        foreach (var (n, line) in lines.Index())
        {
            var (x, baseline) = (0, top + (n * height) + (height * 0.76f));
            foreach (var letter in Letters(line))
            {
                var width = DisplayColumns.Of(letter) * column * scale;
                if (FaceOf(letter.EnumerateRunes().First(), row.Bold) is not { } face)
                {
                    DrawMissing(canvas, x, baseline, width, size);
                }
                else if (letter != " ")
                {
                    using var font = new SKFont(face, size) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.Full };
                    canvas.DrawText(letter, x, baseline, SKTextAlign.Left, font, ink);
                }

                x += width;
            }
        }
    }

    /// <summary>No font here has the letter: a box says that there is one, where nothing would say nothing.</summary>
    private static void DrawMissing(SKCanvas canvas, float x, float baseline, int width, float size)
    {
        using var frame = new SKPaint { Color = SKColors.Black, IsStroke = true, StrokeWidth = 2 };
        canvas.DrawRect(x + 2, baseline - (size * 0.72f), Math.Max(2, width - 4), size * 0.72f, frame);
    }

    private static IEnumerable<string> Letters(string line)
    {
        for (var all = System.Globalization.StringInfo.GetTextElementEnumerator(line); all.MoveNext();)
            yield return all.GetTextElement();
    }

    private static SKTypeface? FaceOf(Rune letter, bool bold)
    {
        var own = bold ? Bold.Value : Regular.Value;
        return own.ContainsGlyph(letter.Value) ? own : Array.Find(Others.Value, f => f.ContainsGlyph(letter.Value));
    }

    private static int LineHeight(int column) => (int)MathF.Ceiling(column * HeightOfColumn);

    private static int HeightOf(PaperRow row, int lines, int column, int dots) => row.Picture
        ? row.Dots?.Height ?? 0
        : row.Qr
        ? QrCode.Of(row.Left) is var code ? code.Side * ModuleOf(code, dots) : 0
        : lines * LineHeight(column) * (row.Big ? 2 : 1);

    private static Dots Reduce(SKBitmap sheet)
    {
        var picture = new Dots(sheet.Width, sheet.Height);
        var grey = sheet.GetPixelSpan();
        for (var y = 0; y < sheet.Height; y++)
        {
            var row = grey.Slice(y * sheet.RowBytes, sheet.Width);
            for (var x = 0; x < row.Length; x++)
            {
                if (row[x] < 150)
                    picture.Blacken(x, y);
            }
        }

        return picture;
    }

    private static SKTypeface Carried(string name)
    {
        using var file = typeof(DrawPaper).Assembly.GetManifestResourceStream(name)!;
        return SKTypeface.FromStream(file);
    }
}

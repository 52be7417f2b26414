using System.Text;

namespace Comanda.Printing;

/// <summary>
/// In which forms a job may go to a CloudPRNT printer: what it said it takes, of those that we draw. Never ESC/POS, which none of them
/// takes. Source: Protocol Guide 2.4.0, content media types.
/// </summary>
internal static class StarMedia
{
    public const string StarPrnt = "application/vnd.star.starprnt", Png = "image/png", Text = "text/plain";

    /// <summary>Rows of dots that a picture may have: longer ones are too much for a printer's memory, however small the file is.</summary>
    private const int MostRows = 2000;

    private static readonly string[] Known = [Png, StarPrnt, Text];

    private static readonly string[] BeforeItIsKnown = [Png, Text];

    /// <summary>What is offered, what it has refused left out. Lists and pictures that are too long come as text alone.</summary>
    public static string[] For(Printer printer, PrintJob job)
    {
        var takes = printer.Media is { } media ? Array.FindAll(Known, k => media.Contains(k, StringComparer.OrdinalIgnoreCase)) : [];
        var mayBe = Array.FindAll(takes.Length > 0 ? takes : BeforeItIsKnown, t => !job.RefusedMedia.Contains(t, StringComparer.Ordinal));
        return mayBe.Length > 1 && DrawPaper.RowsOf(Paper.Thaw(job.Document), printer.PaperColumns) > MostRows
            ? Array.FindAll(mayBe, t => t != Png)
            : mayBe;
    }

    /// <summary>A type without its parameters.</summary>
    public static string Bare(string type) => type.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The paper in a form, with the headers that text and pictures need to be cut.</summary>
    public static DoorAnswer Draw(Paper paper, Printer printer, string type)
    {
        if (type == StarPrnt)
            return new(StatusCodes.Status200OK, StarPrntBytes.Write(paper, printer), type);
        var headers = paper.Pulse
            ? new[] { ("X-Star-Cut", "none; feed=false"), ("X-Star-CashDrawer", "start") }
            : [("X-Star-Cut", "partial; feed=true"), ("X-Star-ImageDitherPattern", "none")];
        byte[] body = type == Png
            ? PngFile.Write(DrawPaper.Draw(paper, printer.PaperColumns, printer.Dots))
            : Encoding.UTF8.GetBytes(paper.Pulse ? "\n" : TextOf(paper, printer.PaperColumns));
        return new(StatusCodes.Status200OK, body, type) { Headers = headers };
    }

    private static string TextOf(Paper paper, int columns) =>
        string.Concat(paper.Rows.SelectMany(r => (r with { Big = false }).Lines(columns)).Select(l => l + "\n"));
}

using System.Text;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>
/// In which forms a job may go to a CloudPRNT printer: what it said it takes, of those that we draw. Never ESC/POS, which none of them
/// takes. Source: Protocol Guide 2.4.0, content media types.
/// </summary>
internal static class StarMedia
{
    public const string StarPrnt = "application/vnd.star.starprnt", Line = "application/vnd.star.line";

    public const string Png = "image/png", Text = "text/plain";

    /// <summary>Rows of dots that a picture may have: longer ones are too much for a printer's memory, however small the file is.</summary>
    private const int MostRows = 2000;

    private static readonly string[] Known = [Png, StarPrnt, Line, Text];

    private static readonly string[] BeforeItIsKnown = [Png, Text];

    /// <summary>What is offered, what it has refused left out. Lists and pictures that are too long come as text alone.</summary>
    public static string[] For(Printer printer, PrintJob job)
    {
        // Headers open the first drawer alone: the second takes a command.
        if (job.Kind == PrintKind.Drawer && Paper.Thaw(job.Document).Drawer == 2)
            return Array.FindAll((string[])[StarPrnt, Line], t => !job.RefusedMedia.Contains(t, StringComparer.Ordinal));
        var mayBe = Array.FindAll(TakenBy(printer), t => !job.RefusedMedia.Contains(t, StringComparer.Ordinal));
        return mayBe.Length > 1 && DrawPaper.RowsOf(Paper.Thaw(job.Document).Rows, printer.PaperColumns) > MostRows
            ? Array.FindAll(mayBe, t => t != Png)
            : mayBe;
    }

    /// <summary>What we draw of what it takes, as far as is known.</summary>
    public static string[] TakenBy(Printer printer)
    {
        var takes = Array.FindAll(Known, k => printer.Media?.Contains(k, StringComparer.OrdinalIgnoreCase) == true);
        return takes.Length > 0 ? takes : BeforeItIsKnown;
    }

    /// <summary>A type without its parameters.</summary>
    public static string Bare(string type) => type.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The paper in a form, with the headers that text and pictures need to be cut.</summary>
    public static DoorAnswer Draw(Paper paper, PrintKind kind, Printer printer, string type)
    {
        if (type is StarPrnt or Line)
            return new(StatusCodes.Status200OK, StarBytes.Write(paper, printer, isLineMode: type == Line), type);
        List<(string, string)> headers = paper.Pulse
            ? [("X-Star-Cut", "none; feed=false"), ("X-Star-CashDrawer", "start")]
            : [("X-Star-Cut", "partial; feed=true"), ("X-Star-ImageDitherPattern", "none")];
        if (kind == PrintKind.Kitchen && printer.Buzzer)
            headers.Add(("X-Star-Buzzerstartpattern", "1"));
        byte[] body = type == Png
            ? PngFile.Write(DrawPaper.Draw(paper.Rows, printer.PaperColumns, printer.Dots))
            : Encoding.UTF8.GetBytes(paper.Pulse ? "\n" : paper.Text(printer.PaperColumns));
        return new(StatusCodes.Status200OK, body, type) { Headers = headers };
    }
}

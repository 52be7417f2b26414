using System.Globalization;
using System.Security;
using System.Text;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>
/// Paper as ePOS-Print XML in the envelope of Server Direct Print, which is never SOAP: that one a printer drops without a word. Source:
/// Epson Server Direct Print manual M00062909 Rev. J, and the ePOS-Print XML reference.
/// </summary>
internal static class EposXml
{
    /// <summary>Milliseconds in which a printer is to print a job: with less, long receipts time out for ever.</summary>
    public const int TimeoutMilliseconds = 60_000;

    private const string Namespace = "http://www.epson-pos.com/schemas/2011/03/epos-print";

    /// <summary>Rows of a picture that stand in one element.</summary>
    private const int Band = 512;

    private static readonly Encoding Western = CodePages.Of(1252);

    /// <summary>The answer to a printer that asks.</summary>
    /// <param name="paper">What is printed.</param>
    /// <param name="kind">What that is.</param>
    /// <param name="printer">By whom.</param>
    /// <param name="token">What the printer calls the job; null for one that knows no ids (1.00).</param>
    public static byte[] Request(Paper paper, PrintKind kind, Printer printer, string? token)
    {
        var xml = new StringBuilder();
        var version = token is null ? "1.00" : "2.00";
        xml.Append(CultureInfo.InvariantCulture, $"<PrintRequestInfo Version=\"{version}\"><ePOSPrint><Parameter>");
        xml.Append(CultureInfo.InvariantCulture, $"<devid>local_printer</devid><timeout>{TimeoutMilliseconds}</timeout>");
        if (token is not null)
            xml.Append(CultureInfo.InvariantCulture, $"<printjobid>{token}</printjobid>");
        xml.Append(CultureInfo.InvariantCulture, $"</Parameter><PrintData><epos-print xmlns=\"{Namespace}\">");
        if (kind == PrintKind.Kitchen && printer.Buzzer)
            xml.Append("<sound pattern=\"pattern_a\" repeat=\"1\"/>");
        Write(xml, paper, printer);
        return Encoding.UTF8.GetBytes(xml.Append("</epos-print></PrintData></ePOSPrint></PrintRequestInfo>").ToString());
    }

    private static void Write(StringBuilder xml, Paper paper, Printer printer)
    {
        if (paper.Pulse)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<pulse drawer=\"drawer_{paper.Drawer}\" time=\"pulse_100\"/>");
            return;
        }

        foreach (var row in paper.Rows.Select(r => CodePages.Spell(r, [Western])))
        {
            if (row.Dots is { } dots)
                Picture(xml, dots.Centred(printer.Dots));
            if (row.Qr)
            {
                // Its own symbols are left out without an error where they do not fit, and are not of UTF-8.
                Picture(xml, DrawPaper.DrawQr(row.Left, printer.Dots));
                continue;
            }

            foreach (var line in row.Lines(printer.PaperColumns))
            {
                if (CodePages.Has(Western, line))
                    Text(xml, row, line);
                else
                    Picture(xml, DrawPaper.DrawLine(row, line, printer.PaperColumns, printer.Dots));
            }
        }

        xml.Append("<cut type=\"feed\"/>");
    }

    /// <summary>Attributes hold for what follows too: each line says all of them.</summary>
    private static void Text(StringBuilder xml, PaperRow row, string line)
    {
        var (bold, big) = (row.Bold ? "true" : "false", row.Big ? "true" : "false");
        xml.Append(
            CultureInfo.InvariantCulture,
            $"<text lang=\"en\" em=\"{bold}\" dw=\"{big}\" dh=\"{big}\">{SecurityElement.Escape(Clean(line))}&#10;</text>");
    }

    private static void Picture(StringBuilder xml, Dots picture)
    {
        for (var from = 0; from < picture.Height; from += Band)
        {
            var rows = Math.Min(Band, picture.Height - from);
            xml.Append(
                CultureInfo.InvariantCulture,
                $"<image width=\"{picture.Stride * 8}\" height=\"{rows}\" color=\"color_1\" mode=\"mono\">"
                    + $"{Convert.ToBase64String(picture.Rows(from, rows))}</image>");
        }
    }

    private static string Clean(string text) => string.Concat(text.Where(c => !char.IsControl(c)));
}

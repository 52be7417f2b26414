using System.Globalization;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>A page to test a printer by: what it is set to, a ruler of its columns, and letters that many get wrong.</summary>
internal static class TestPage
{
    private const string Hard = "\u20ac \u00e4 \u00e9 \u00f8 \u00df \u0142 \u0416 \u03a9 \u015f";

    public static Paper Of(Printer printer, DateTimeOffset now) => new(
    [
        PaperRow.Title(printer.Name),
        new("Printed", now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
        new("Kind", printer.Kind.ToWire()),
        new("Model", printer.Model ?? "not said"),
        new("Columns", printer.PaperColumns.ToString(CultureInfo.InvariantCulture)),
        PaperRow.Line,
        new(Ruler(printer.PaperColumns)),
        new(Hard, "1.234,50 \u20ac"),
        new(Hard, "1.234,50 \u20ac", Bold: true),
        new("\u62ff\u94c1 K\u00e4sekuchen", "3,50 \u20ac"),
        PaperRow.Line,
    ]);

    private static string Ruler(int columns) =>
        string.Concat(Enumerable.Range(1, columns).Select(c => (char)('0' + (c % 10))));
}

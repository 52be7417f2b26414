using System.Text.Json;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>
/// What a job prints, frozen when it was made and drawn for whatever its printer takes. <see cref="Pulse"/> opens the drawer and prints
/// nothing.
/// </summary>
internal sealed record Paper(IReadOnlyList<PaperRow> Rows, bool Pulse = false)
{
    /// <summary>Of a pulse, which of the two drawers that a printer may have opens: at pin 2 of its plug, or at pin 5.</summary>
    public int Drawer { get; init; } = 1;

    public static Paper DrawerPulse(int drawer) => new([], Pulse: true) { Drawer = drawer };

    /// <summary>As letters alone, of one size.</summary>
    public string Text(int columns) =>
        string.Concat(Rows.SelectMany(r => (r with { Big = false }).Lines(columns)).Select(l => l + "\n"));

    public string Freeze() => Json.Write(this);

    public static Paper Thaw(string document) => JsonSerializer.Deserialize<Paper>(document, Json.Options)!;

    /// <summary>With the mark of a second paper before all else.</summary>
    /// <param name="mark">Which.</param>
    /// <param name="first">When the first one went to the printer, by the shop's clock; null where it never did.</param>
    public Paper Marked(PrintMark? mark, DateTimeOffset? first)
    {
        if (mark is null || Pulse)
            return this;
        var when = first?.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        PaperRow[] rows = mark == PrintMark.Copy
            ? [PaperRow.Title("COPY")]
            : [PaperRow.Title("2ND PRINT \u2013 CHECK"), .. when is null ? [] : new[] { new PaperRow("First sent", when, Bold: true) }];
        return this with { Rows = [.. rows, .. Rows] };
    }
}

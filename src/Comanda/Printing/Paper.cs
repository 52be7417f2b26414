using System.Text.Json;

namespace Comanda.Printing;

/// <summary>
/// A row of what is printed: text on the left and an amount on the right, or one text in the middle; a rule; a QR code. A big row is
/// twice as wide and twice as high.
/// </summary>
internal sealed record PaperRow(
    string Left,
    string Right = "",
    bool Bold = false,
    bool Centred = false,
    bool Big = false,
    bool Rule = false,
    bool Qr = false)
{
    public static PaperRow Line { get; } = new("", Rule: true);

    public static PaperRow Title(string text) => new(text, Bold: true, Centred: true, Big: true);

    public static PaperRow From(Orders.ReceiptRow row) =>
        new(row.Left, row.Right, row.Bold, row.IsCentred, Rule: row.IsRule, Qr: row.IsQr);

    /// <summary>As lines of so many columns, without their ends. The amount is whole, and beside what it is for.</summary>
    public IReadOnlyList<string> Lines(int columns)
    {
        var row = new Orders.ReceiptRow(Left, Right, Bold, Centred, Rule, Qr);
        return row.ToText(Big ? columns / 2 : columns).TrimEnd('\n').Split('\n');
    }
}

/// <summary>
/// What a job prints, frozen when it was made and drawn for whatever its printer takes. <see cref="Pulse"/> opens the drawer and prints
/// nothing.
/// </summary>
internal sealed record Paper(IReadOnlyList<PaperRow> Rows, bool Pulse = false)
{
    public static Paper DrawerPulse { get; } = new([], Pulse: true);

    /// <summary>A job's paper as it goes out now, with its mark.</summary>
    public static async Task<Paper> Of(PrintJob job, Shops.ShopDirectory shops, CancellationToken cancel)
    {
        var first = job.FirstSentAt;
        if (job.Marked is not null && first is { } at && await shops.Find(job.ShopId, cancel) is { } shop)
            first = TimeZoneInfo.ConvertTime(at, shop.Settings.BusinessDay.Zone);
        return Thaw(job.Document).Marked(job.Marked, first);
    }

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

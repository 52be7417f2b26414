using System.Text.Json.Serialization;

namespace Comanda.Orders;

/// <summary>
/// A row of what is printed: text on the left and an amount on the right, or one text in the middle; a rule; a QR code; a picture, whose
/// file's name is on the left (<see cref="ReceiptLogos"/>). A big row is twice as wide and twice as high.
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
    public bool Picture { get; init; }

    /// <summary>The picture in dots, once it has been looked for.</summary>
    [JsonIgnore]
    public Dots? Dots { get; init; }

    public static PaperRow Line { get; } = new("", Rule: true);

    public static PaperRow Title(string text) => new(text, Bold: true, Centred: true, Big: true);

    public static PaperRow From(ReceiptRow row) =>
        new(row.Left, row.Right, row.Bold, row.IsCentred, Rule: row.IsRule, Qr: row.IsQr);

    /// <summary>A receipt as it goes to paper: below the shop's logo, where it has one.</summary>
    public static List<PaperRow> Sheet(Shops.Shop shop, IEnumerable<ReceiptRow> rows) =>
        [.. shop.Settings.ReceiptLogo is { Length: > 0 } logo ? [new PaperRow(logo) { Picture = true }] : Array.Empty<PaperRow>(),
            .. rows.Select(From)];

    /// <summary>As lines of so many columns, without their ends. The amount is whole, and beside what it is for.</summary>
    public IReadOnlyList<string> Lines(int columns)
    {
        if (Picture)
            return [];
        var row = new ReceiptRow(Left, Right, Bold, Centred, Rule, Qr);
        return row.ToText(Big ? columns / 2 : columns).TrimEnd('\n').Split('\n');
    }
}

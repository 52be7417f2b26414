using System.Net;

namespace Comanda.Orders;

/// <summary>One row of the receipt, whatever it is printed on. Its texts have no control characters, which printers obey.</summary>
internal sealed record ReceiptRow(
    string Left,
    string Right,
    bool Bold = false,
    bool IsCentred = false,
    bool IsRule = false,
    bool IsQr = false)
{
    public string Left { get; private init; } = DisplayColumns.Compose(PlainText.Line(Left));

    public string Right { get; private init; } = DisplayColumns.Compose(PlainText.Line(Right));

    public static readonly ReceiptRow Rule = new("", "", IsRule: true);

    public static ReceiptRow Centred(string text) => new(text, "", IsCentred: true);

    public static ReceiptRow Title(string text) => new(text, "", Bold: true, IsCentred: true);

    /// <summary>An address as a QR code; as the address itself where there are only letters.</summary>
    public static ReceiptRow Qr(string url) => new(url, "", IsCentred: true, IsQr: true);

    /// <summary>The same with other characters.</summary>
    public ReceiptRow With(Func<string, string> spell) => this with { Left = spell(Left), Right = spell(Right) };

    /// <summary>As lines of so many columns, each with its line end.</summary>
    public string ToText(int columns)
    {
        if (IsRule)
            return new string('-', columns) + "\n";
        // The part that nobody can guess begins a line of its own: it is what somebody has to type.
        if (IsQr && Left.Length > columns)
            return string.Concat(new[] { Left[..(Left.LastIndexOf('/') + 1)], Left[(Left.LastIndexOf('/') + 1)..] }
                .SelectMany(p => DisplayColumns.Wrap(p, columns))
                .Select(l => l + "\n"));
        if (IsCentred)
            return string.Concat(
                DisplayColumns.Wrap(Left, columns).Select(l => new string(' ', (columns - DisplayColumns.Of(l)) / 2) + l + "\n"));
        // A long name on the right gets lines of its own; an amount always stands beside what it is for.
        var right = DisplayColumns.Of(Right);
        if (right > columns / 2 && DisplayColumns.Of(Left) + 1 + right > columns)
        {
            return string.Concat(DisplayColumns.Wrap(Left, columns).Select(l => l + "\n"))
                + string.Concat(DisplayColumns.Wrap(Right, columns - 2).Select(l => "  " + l + "\n"));
        }

        var indent = new string(' ', Math.Min(Left.Length - Left.TrimStart(' ').Length, columns / 4));
        var parts = DisplayColumns.Wrap(Left[indent.Length..], columns - right - (right > 0 ? 1 : 0) - indent.Length)
            .ConvertAll(p => indent + p);
        var first = right == 0 ? parts[0] : parts[0] + new string(' ', columns - right - DisplayColumns.Of(parts[0])) + Right;
        return string.Concat(parts.Skip(1).Prepend(first).Select(l => l + "\n"));
    }

    public string ToHtml()
    {
        if (IsRule)
            return "<tr class=\"rule\"><td colspan=\"2\"></td></tr>";
        if (IsQr)
            return $"<tr><td class=\"c\" colspan=\"2\"><a href=\"{WebUtility.HtmlEncode(Left)}\">{QrCode.Of(Left)
                .ToSvg("Where this receipt stands in the journal")}</a></td></tr>";
        var left = WebUtility.HtmlEncode(Left);
        return IsCentred
            ? $"<tr{(Bold ? " class=\"t\"" : "")}><td class=\"c\" colspan=\"2\">{left}</td></tr>"
            : $"<tr{(Bold ? " class=\"b\"" : "")}><td>{left}</td><td>{WebUtility.HtmlEncode(Right)}</td></tr>";
    }
}

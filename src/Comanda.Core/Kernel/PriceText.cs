using System.Globalization;
using System.Text.RegularExpressions;

namespace Comanda.Kernel;

/// <summary>Prices as people and other systems write them: <c>18.00</c>, <c>$18.00 </c>, <c>1,50 €</c>, <c>1.234,50</c>.</summary>
public static partial class PriceText
{
    /// <summary>
    /// The number in the text, currency signs and spaces aside. Where both '.' and ',' occur the last is the decimal point;
    /// the other one groups thousands. A single ',' before exactly three digits ("1,234") may be either and is refused.
    /// </summary>
    public static bool TryRead(string? text, out decimal value)
    {
        value = 0;
        if (IsPlain(text))
            return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
        var bare = new string((text ?? "")
            .Where(c => !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.CurrencySymbol)
            .ToArray());
        if (bare.Length > 24 || Shape().Match(bare) is not { Success: true } shape || AmbiguousComma().IsMatch(bare))
            return false;
        var whole = shape.Groups["whole"].Value.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        return decimal.TryParse(
            $"{whole}.{shape.Groups["part"].Value}0",
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out value);
    }

    /// <summary>Digits with a point between, as nearly all cells of a large file are.</summary>
    private static bool IsPlain(string? text)
    {
        if (text is not { Length: > 0 and <= 24 } || !char.IsAsciiDigit(text[0]))
            return false;
        var points = 0;
        foreach (var c in text)
        {
            if (c == '.')
                points++;
            else if (!char.IsAsciiDigit(c))
                return false;
        }

        return points < 2;
    }

    [GeneratedRegex(
        @"^(?<whole>-?(\d+|\d{1,3}(\.\d{3})+(?=$|,)|\d{1,3}(,\d{3})+(?=$|\.)))([.,](?<part>\d*))?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex Shape();

    [GeneratedRegex(@"^-?\d{1,3},\d{3}$", RegexOptions.None, 1000)]
    private static partial Regex AmbiguousComma();
}

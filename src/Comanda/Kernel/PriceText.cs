using System.Globalization;

namespace Comanda.Kernel;

/// <summary>Prices as people and other systems write them: <c>18.00</c>, <c>$18.00 </c>, <c>1,50 €</c>, <c>1.234,50</c>.</summary>
public static class PriceText
{
    /// <summary>
    /// The number in the text, currency signs and spaces aside. The last of '.' and ',' is the decimal point, unless it
    /// stands alone before exactly three digits with more digits before it and the other sign nowhere ("1,234"): that is
    /// ambiguous and refused.
    /// </summary>
    public static bool TryRead(string? text, out decimal value)
    {
        value = 0;
        var bare = new string((text ?? "").Where(c => !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.CurrencySymbol).ToArray());
        if (bare.Length is 0 or > 24 || bare.Any(c => !char.IsAsciiDigit(c) && c is not ('.' or ',' or '-')))
            return false;
        var (dots, commas) = (bare.Count(c => c == '.'), bare.Count(c => c == ','));
        if (dots + commas == 1 && bare.Length - bare.IndexOfAny(['.', ',']) == 4 && bare.Contains(',', StringComparison.Ordinal))
            return false;
        var point = bare.LastIndexOfAny(['.', ',']);
        if (point >= 0)
        {
            var isDecimal = bare[point] == '.' ? dots == 1 : commas == 1;
            var whole = bare[..point].Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
            bare = isDecimal ? whole + "." + bare[(point + 1)..] : whole + bare[(point + 1)..];
        }

        return decimal.TryParse(bare, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }
}

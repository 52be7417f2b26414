using System.Globalization;
using System.Text;

namespace Comanda.Kernel;

/// <summary>
/// Figures and amounts as a language writes them, with the digits that the currency has (<see cref="Currency"/>), never those that a
/// browser would show.
/// </summary>
public static class WrittenFigures
{
    private static readonly Dictionary<string, string> Signs = new(StringComparer.Ordinal)
    {
        ["EUR"] = "€",
        ["USD"] = "$",
        ["GBP"] = "£",
        ["JPY"] = "¥",
        ["BRL"] = "R$",
        ["INR"] = "₹",
        ["KRW"] = "₩",
    };

    /// <summary>An amount with its currency: €1,234.50, or 1.234,50 €.</summary>
    public static string Money(decimal amount, Currency currency, string language)
    {
        var sign = Signs.GetValueOrDefault(currency.Code, currency.Code);
        var (minus, figure) = (amount < 0 ? "−" : "", Figure(Math.Abs(amount), currency.Digits, language));
        return !IsEnglish(language) ? $"{minus}{figure}\u00a0{sign}"
            : sign.Length == 1 ? $"{minus}{sign}{figure}"
            : $"{minus}{sign}\u00a0{figure}";
    }

    /// <summary>A figure with so many digits after the point: 1,234.50, or 1.234,50.</summary>
    public static string Figure(decimal amount, int digits, string language)
    {
        var text = decimal.Round(amount, digits).ToString("F" + digits, CultureInfo.InvariantCulture);
        var (whole, part) = text.Split('.') is [var w, var p] ? (w, p) : (text, "");
        var grouped = new StringBuilder(whole);
        for (var at = whole.Length - 3; at > 0; at -= 3)
            grouped.Insert(at, IsEnglish(language) ? ',' : '.');
        return part.Length == 0 ? grouped.ToString() : $"{grouped}{(IsEnglish(language) ? '.' : ',')}{part}";
    }

    /// <summary>A figure without zeros at its end, of at most so many digits after the point: 5.5, or 5,5.</summary>
    public static string Short(decimal figure, int digits, string language)
    {
        var text = figure.ToString("0." + new string('#', digits), CultureInfo.InvariantCulture);
        return IsEnglish(language) ? text : text.Replace('.', ',');
    }

    private static bool IsEnglish(string language) => language == "en";
}

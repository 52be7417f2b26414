using System.Text.RegularExpressions;
using Comanda.Menu;

namespace Comanda.Guests;

/// <summary>
/// The words by which customers are found: any part of a phone from three digits on, the beginning of any word of a name or an
/// e-mail address. Each has the shop's id before it, so that one index finds a shop's own among all.
/// </summary>
internal static partial class CustomerWords
{
    private const int ShortestPhonePart = 3, MostAsked = 8;

    /// <summary>What is kept of a customer: goes into array_to_tsvector.</summary>
    public static string[] Of(long shop, string name, string? email, string? phone) =>
        [.. Words(name)
            .Concat(Words(email ?? ""))
            .Concat(Endings(phone ?? ""))
            .Distinct(StringComparer.Ordinal)
            .Select(word => $"{shop}:{word}")];

    /// <summary>What is asked for, as a tsquery; null where nothing is.</summary>
    public static string? Asked(long shop, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var digits = PhoneFiller().Replace(text, "");
        // Kept with their country's code, phones have neither its 00 nor the 0 that is dialled before them at home.
        var words = digits.Length > 0 && digits.All(char.IsAsciiDigit)
            ? [digits.TrimStart('0') is { Length: > 0 } number ? number : digits]
            : Words(text);
        // Words are letters and digits only (SearchText.Fold), so nothing in them needs to be quoted.
        var asked = words.Where(w => w.Length > 0).Take(MostAsked).Select(word => $"'{shop}:{word}':*").ToList();
        return asked.Count == 0 ? $"'{shop}: '" : string.Join(" & ", asked); // no word at all is nobody's
    }

    private static string[] Words(string text) => SearchText.Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Endings(string phone)
    {
        var digits = phone.TrimStart('+');
        for (var from = 0; from == 0 || from <= digits.Length - ShortestPhonePart; from++)
        {
            if (digits.Length > 0)
                yield return digits[from..];
        }
    }

    [GeneratedRegex(@"[ .\-/()+]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PhoneFiller();
}

using System.Globalization;
using System.Text;
using AnyAscii;

namespace Comanda.Menu;

/// <summary>
/// Text as searches compare it: lower case letters and digits of ASCII, words with one space between. Accents go, and letters of other
/// scripts become those they sound like, by the tables of AnyAscii: who types "kava" finds "Кава".
/// </summary>
public static class SearchText
{
    /// <summary>"Café au lait (180 ml)" → "cafe au lait 180 ml".</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // First the letters and marks are told from what parts words, then the marks vanish and the letters become plain.
            if (rune.IsAscii ? Rune.IsLetterOrDigit(rune) : IsPartOfAWord(Rune.GetUnicodeCategory(rune)))
                AppendPlain(folded, rune);
            else if (folded.Length > 0 && folded[^1] != ' ')
                folded.Append(' ');
        }

        return folded.ToString().TrimEnd();
    }

    private static void AppendPlain(StringBuilder folded, Rune rune)
    {
        if (rune.IsAscii)
        {
            folded.Append(char.ToLowerInvariant((char)rune.Value));
            return;
        }

        // A letter may become several, with signs between (the soft sign of Russian is an apostrophe): filtered after, it stays one word.
        foreach (var c in rune.ToString().Transliterate())
        {
            if (char.IsAsciiLetterOrDigit(c))
                folded.Append(char.ToLowerInvariant(c));
        }
    }

    private static bool IsPartOfAWord(UnicodeCategory category) => category is
        UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.EnclosingMark;
}

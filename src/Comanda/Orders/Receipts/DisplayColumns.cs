using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Wcwidth;

namespace Comanda.Orders;

/// <summary>
/// Texts by the columns that they take on paper, not by their characters: 拿铁 takes four, and an é that was typed as e and an accent
/// takes one. What a reader takes for one letter is never cut in two.
/// </summary>
internal static class DisplayColumns
{
    /// <summary>
    /// A base letter, an accent and the character that both are, a line each: Unicode's canonical compositions of the basic plane. The
    /// process runs without ICU (InvariantGlobalization), where <c>string.Normalize</c> leaves all but ASCII as it is.
    /// </summary>
    private static readonly Lazy<FrozenDictionary<(char Base, char Accent), char>> Pairs = new(() =>
    {
        using var lines = new StreamReader(typeof(DisplayColumns).Assembly.GetManifestResourceStream("Receipts/CanonicalPairs.txt")!);
        return lines.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenDictionary(l => (l[0], l[1]), l => l[2]);
    });

    /// <summary>Letters and their accents as one character, where there is one: fonts and code pages have those.</summary>
    public static string Compose(string text)
    {
        if (Ascii.IsValid(text) || !text.Any(IsAccent))
            return text;
        var composed = new StringBuilder(text.Length);
        foreach (var next in text)
        {
            if (composed.Length > 0 && IsAccent(next) && Pairs.Value.TryGetValue((composed[^1], next), out var one))
                composed[^1] = one;
            else
                composed.Append(next);
        }

        return composed.ToString();
    }

    public static int Of(string text) => Ascii.IsValid(text) ? text.Length : Letters(text).Sum(OfLetter);

    /// <summary>
    /// Cuts between words, and at the width where a word is longer than half a line: a printer must never lose an amount to a long name.
    /// What a text begins with by way of spaces stays. At least one line.
    /// </summary>
    public static List<string> Wrap(string text, int width)
    {
        var (lines, line, taken) = (new List<string>(), new StringBuilder(), 0);
        foreach (var letter in Letters(text))
        {
            var columns = OfLetter(letter);
            if (taken + columns > Math.Max(2, width))
            {
                var (whole, rest) = (line.ToString(), "");
                if (letter != " " && whole.LastIndexOf(' ') is var space && space > whole.Length / 2)
                    (whole, rest) = (whole[..space], whole[(space + 1)..]);
                lines.Add(whole.TrimEnd());
                line.Clear().Append(rest);
                taken = Of(rest);
                if (letter == " ")
                    continue; // it stands at the end of that line
            }

            line.Append(letter);
            taken += columns;
        }

        if (line.Length > 0 || lines.Count == 0)
            lines.Add(line.ToString());
        return lines;
    }

    private static bool IsAccent(char c) => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;

    private static IEnumerable<string> Letters(string text)
    {
        for (var all = StringInfo.GetTextElementEnumerator(text); all.MoveNext();)
            yield return all.GetTextElement();
    }

    /// <summary>As its widest part: what is joined to it or stands above it takes no more.</summary>
    private static int OfLetter(string letter) => letter.EnumerateRunes().Max(r => Math.Max(0, UnicodeCalculator.GetWidth(r)));
}

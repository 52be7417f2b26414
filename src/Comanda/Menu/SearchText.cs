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

/// <summary>The fourteen allergens that EU law (1169/2011, annex II) asks to be named, and the words people use for them.</summary>
public static class Allergens
{
    public static IReadOnlyList<string> All { get; } =
        [
            "gluten",
            "crustaceans",
            "eggs",
            "fish",
            "peanuts",
            "soya",
            "milk",
            "tree_nuts",
            "celery",
            "mustard",
            "sesame",
            "sulphites",
            "lupin",
            "molluscs"
        ];

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["wheat"] = "gluten",
        ["cereals"] = "gluten",
        ["gluten cereals"] = "gluten",
        ["rye"] = "gluten",
        ["barley"] = "gluten",
        ["oats"] = "gluten",
        ["spelt"] = "gluten",
        ["shellfish"] = "crustaceans",
        ["crustacean"] = "crustaceans",
        ["egg"] = "eggs",
        ["peanut"] = "peanuts",
        ["soy"] = "soya",
        ["soybeans"] = "soya",
        ["soybean"] = "soya",
        ["dairy"] = "milk",
        ["lactose"] = "milk",
        ["nuts"] = "tree_nuts",
        ["nut"] = "tree_nuts",
        ["tree nuts"] = "tree_nuts",
        ["tree nut"] = "tree_nuts",
        ["almonds"] = "tree_nuts",
        ["hazelnuts"] = "tree_nuts",
        ["walnuts"] = "tree_nuts",
        ["cashews"] = "tree_nuts",
        ["pistachios"] = "tree_nuts",
        ["sesame seeds"] = "sesame",
        ["sulfites"] = "sulphites",
        ["sulphur dioxide"] = "sulphites",
        ["sulfur dioxide"] = "sulphites",
        ["mollusc"] = "molluscs",
        ["mollusks"] = "molluscs",
        };

    public static string Rule { get; } = "must be of " + string.Join(", ", All);

    /// <summary>The allergen that a word means, or null where it means none.</summary>
    public static string? Read(string? word)
    {
        var folded = SearchText.Fold(word ?? "");
        var name = folded.Replace(' ', '_');
        return All.Contains(name) ? name : Words.GetValueOrDefault(folded);
    }

    /// <summary>What is in an item with these options: an option may take one away (oat milk the milk) and add another.</summary>
    public static string[] With(IEnumerable<string> ofItem, IEnumerable<(string[] Adds, string[] Removes)> options)
    {
        var left = ofItem.ToHashSet(StringComparer.Ordinal);
        var chosen = options.ToList();
        foreach (var (_, removes) in chosen)
            left.ExceptWith(removes);
        foreach (var (adds, _) in chosen)
            left.UnionWith(adds);
        return [.. All.Where(left.Contains)];
    }
}

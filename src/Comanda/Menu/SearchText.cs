using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Comanda.Menu;

/// <summary>
/// Text as searches compare it: lower case, without accents, words with one space between. The process runs without the
/// culture data that .NET would take accents off by (InvariantGlobalization), so the letters of Europe stand here.
/// </summary>
public static class SearchText
{
    private static readonly FrozenDictionary<char, string> Plain = new[]
    {
        ("a", "àáâãäåāăąǎ"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęěệễề"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"),
        ("l", "ĺļľŀł"), ("n", "ñńņňŉ"), ("o", "òóôõöøōŏőơồ"), ("oe", "œ"), ("r", "ŕŗř"), ("s", "śŝşšș"), ("ss", "ß"), ("t", "ţťŧț"), ("th", "þ"), ("u", "ùúûüũūŭůűųư"),
        ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
    }.SelectMany(p => p.Item2, (p, letter) => (Letter: letter, Plain: p.Item1)).ToFrozenDictionary(p => p.Letter, p => p.Plain);

    /// <summary>The block of letters with two accents, in the order of Unicode.</summary>
    private static char? Vietnamese(char letter) => letter switch
    {
        < '\u1ea0' or > '\u1ef9' => null,
        <= '\u1eb7' => 'a',
        <= '\u1ec7' => 'e',
        <= '\u1ecb' => 'i',
        <= '\u1ee3' => 'o',
        <= '\u1ef1' => 'u',
        _ => 'y',
    };

    /// <summary>"Café au lait (180 ml)" → "cafe au lait 180 ml".</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var lower = char.ToLowerInvariant(c);
            if (char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue; // an accent that stands behind its letter
            if (Vietnamese(lower) is { } letter)
                folded.Append(letter);
            else if (Plain.TryGetValue(lower, out var plain))
                folded.Append(plain);
            else if (char.IsLetterOrDigit(c))
                folded.Append(lower);
            else if (folded.Length > 0 && folded[^1] != ' ')
                folded.Append(' ');
        }

        return folded.ToString().TrimEnd();
    }
}

/// <summary>The fourteen allergens that EU law (1169/2011, annex II) asks to be named, and the words people use for them.</summary>
public static class Allergens
{
    public static IReadOnlyList<string> All { get; } =
        ["gluten", "crustaceans", "eggs", "fish", "peanuts", "soya", "milk", "tree_nuts", "celery", "mustard", "sesame", "sulphites", "lupin", "molluscs"];

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["wheat"] = "gluten", ["cereals"] = "gluten", ["gluten cereals"] = "gluten", ["rye"] = "gluten", ["barley"] = "gluten", ["oats"] = "gluten", ["spelt"] = "gluten",
        ["shellfish"] = "crustaceans", ["crustacean"] = "crustaceans", ["egg"] = "eggs", ["peanut"] = "peanuts", ["soy"] = "soya", ["soybeans"] = "soya", ["soybean"] = "soya",
        ["dairy"] = "milk", ["lactose"] = "milk", ["nuts"] = "tree_nuts", ["nut"] = "tree_nuts", ["tree nuts"] = "tree_nuts", ["tree nut"] = "tree_nuts", ["almonds"] = "tree_nuts",
        ["hazelnuts"] = "tree_nuts", ["walnuts"] = "tree_nuts", ["cashews"] = "tree_nuts", ["pistachios"] = "tree_nuts", ["sesame seeds"] = "sesame", ["sulfites"] = "sulphites",
        ["sulphur dioxide"] = "sulphites", ["sulfur dioxide"] = "sulphites", ["mollusc"] = "molluscs", ["mollusks"] = "molluscs",
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

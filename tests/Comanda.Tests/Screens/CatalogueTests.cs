using System.Text.Json;
using System.Text.RegularExpressions;

namespace Comanda.Tests.Screens;

/// <summary>The words of the screens, and the colours that they are written in.</summary>
public sealed partial class CatalogueTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Comanda.Screens");

    private static Dictionary<string, Dictionary<string, string>> Catalogues { get; } =
        Directory.EnumerateFiles(Path.Combine(Folder, "Words"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .GroupBy(f => Path.GetFileNameWithoutExtension(f))
            .ToDictionary(
                f => f.Key,
                f => f.SelectMany(part => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(part))!)
                    .ToDictionary(w => w.Key, w => w.Value));

    [Fact]
    public void Every_language_says_the_same_things()
    {
        Catalogues.Keys.ShouldBe(["en", "de", "pt"], ignoreOrder: true);
        var english = Catalogues["en"];
        english.Count.ShouldBeGreaterThan(100);
        foreach (var (language, words) in Catalogues)
        {
            words.Keys.ShouldBe(english.Keys, language);
            foreach (var (key, text) in words)
            {
                text.ShouldNotBeNullOrWhiteSpace($"{language}: {key}");
                Places(text).ShouldBe(Places(english[key]), $"{language}: {key}");
            }
        }
    }

    [Fact]
    public void Every_word_that_a_screen_says_is_in_the_catalogues_and_none_is_there_for_nothing()
    {
        var sources = Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .ToList();
        var said = sources.SelectMany(s => Said().Matches(s)).Select(m => m.Groups["key"].Value).ToHashSet(StringComparer.Ordinal);
        said.Count.ShouldBeGreaterThan(80);
        // Of some only the beginning stands there: which it is depends on a word of the API.
        var beginnings = said.Where(key => key.EndsWith('.')).Append("error.").ToList();
        said.Where(key => !key.EndsWith('.') && !Catalogues["en"].ContainsKey(key) && !IsBeginning(key)).ShouldBeEmpty();
        bool IsBeginning(string key) => sources.Exists(s => s.Contains($"\"{key}\" +", StringComparison.Ordinal));
        var all = string.Join('\n', sources);
        Catalogues["en"].Keys
            .Where(key => !beginnings.Exists(b => key.StartsWith(b, StringComparison.Ordinal)))
            .Where(key => !all.Contains($"\"{key}\"", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    /// <summary>WCAG 2.2, 1.4.3: 4.5 to 1 for text; 1.4.11: 3 to 1 for what shows where a field is.</summary>
    [Theory]
    [InlineData("ink", "ground", 4.5)]
    [InlineData("ink", "surface", 4.5)]
    [InlineData("ink", "surface-2", 4.5)]
    [InlineData("ink-2", "ground", 4.5)]
    [InlineData("ink-2", "surface", 4.5)]
    [InlineData("ink-2", "surface-2", 4.5)]
    [InlineData("ink", "raised", 4.5)]
    [InlineData("ink", "act-soft", 4.5)]
    [InlineData("ink", "good-soft", 4.5)]
    [InlineData("ink", "soon-soft", 4.5)]
    [InlineData("ink", "bad-soft", 4.5)]
    [InlineData("act", "ground", 4.5)]
    [InlineData("act-ink", "act", 4.5)]
    [InlineData("act-ink", "act-over", 4.5)]
    [InlineData("good-ink", "good", 4.5)]
    [InlineData("good", "surface", 4.5)]
    [InlineData("good", "good-soft", 4.5)]
    [InlineData("bad-ink", "bad", 4.5)]
    [InlineData("bad", "surface", 4.5)]
    [InlineData("edge-strong", "surface", 3)]
    [InlineData("soon", "surface", 3)]
    public void Colours_stand_out_in_light_and_in_dark(string colour, string ground, double least)
    {
        var css = File.ReadAllText(Path.Combine(Folder, "wwwroot", "screens", "tokens.css"));
        foreach (var half in css.Split("@media (prefers-color-scheme: dark)"))
        {
            var colours = Colour().Matches(half).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["hex"].Value);
            var (one, other) = (Luminance(colours[colour]), Luminance(colours[ground]));
            ((Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05)).ShouldBeGreaterThanOrEqualTo(least, $"{colour} on {ground}");
        }
    }

    private static double Luminance(string hex)
    {
        double Part(int at)
        {
            var value = Convert.ToInt32(hex.Substring(at, 2), 16) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Part(0)) + (0.7152 * Part(2)) + (0.0722 * Part(4));
    }

    private static string[] Places(string text) => [.. Place().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"[Ss]ay(\[|\.With\()\s*""(?<key>[a-z]+\.[a-z]*|[a-z]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Said();

    [GeneratedRegex(@"--(?<name>[a-z0-9-]+): #(?<hex>[0-9a-f]{6});", RegexOptions.None, 1000)]
    private static partial Regex Colour();
}

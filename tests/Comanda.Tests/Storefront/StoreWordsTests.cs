using System.Text.RegularExpressions;
using Comanda.Storefront;

namespace Comanda.Tests.Storefront;

/// <summary>What the storefront says, in every language.</summary>
public sealed partial class StoreWordsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Comanda", "Storefront");

    /// <summary>Keys that are put together from a word of the API's.</summary>
    private static readonly string[] Composed = ["allergen.", "note.", "paid.", "pay.later.", "refused.", "state.", "way."];

    [Fact]
    public void Every_language_says_the_same_things()
    {
        var english = StoreWords.Read("en");
        english.Count.ShouldBeGreaterThan(150);
        foreach (var (language, _) in StoreWords.Languages)
        {
            var words = StoreWords.Read(language);
            words.Keys.ShouldBe(english.Keys, language);
            foreach (var (key, text) in words)
            {
                text.ShouldNotBeNullOrWhiteSpace($"{language}: {key}");
                Places(text).ShouldBe(Places(english[key]), $"{language}: {key}");
            }

            words["time.weekdays"].Split(' ').Length.ShouldBe(7, language);
            words["time.months"].Split(' ').Length.ShouldBe(12, language);
        }
    }

    [Fact]
    public void Every_word_that_a_page_says_is_in_the_catalogues_and_none_is_there_for_nothing()
    {
        var english = StoreWords.Read("en");
        var sources = string.Join('\n', Repository.Sources("src/Comanda/Storefront").Select(File.ReadAllText));
        var said = Said().Matches(sources).Select(m => m.Groups["key"].Value).ToHashSet(StringComparer.Ordinal);
        said.Count.ShouldBeGreaterThan(100);
        said.Where(k => !Composed.Contains(k) && !english.ContainsKey(k)).ShouldBeEmpty();
        english.Keys
            .Where(k => !Composed.Any(c => k.StartsWith(c, StringComparison.Ordinal)))
            .Where(k => !sources.Contains($"\"{k}\"", StringComparison.Ordinal))
            .ShouldBeEmpty();
        foreach (var allergen in Allergens.All)
            english.ShouldContainKey("allergen." + allergen);
        foreach (var status in WireName<OrderStatus>.All)
            english.ShouldContainKey("state." + status);
    }

    [Theory]
    [InlineData("en", "€1,234.50", "Tue 1 Dec, 14:30")]
    [InlineData("de", "1.234,50\u00a0€", "Di, 1. Dez., 14:30")]
    [InlineData("pt", "1.234,50\u00a0€", "Ter 1 dez, 14:30")]
    public void Amounts_and_times_are_said_as_the_language_says_them(string language, string amount, string time)
    {
        var say = StoreWords.In(language)!;
        say.Money(1234.5m, Currency.Of("EUR")).ShouldBe(amount);
        say.Money(1234m, Currency.Of("JPY")).ShouldNotContain("00");
        say.Moment(new DateTimeOffset(2026, 12, 1, 14, 30, 0, TimeSpan.Zero), TimeZoneInfo.Utc).ShouldBe(time);
    }

    [Theory]
    [InlineData("", "en")]
    [InlineData("fr", "en")]
    [InlineData("fr, pt-BR;q=0.8, de;q=0.4", "pt")]
    [InlineData("de;q=0, en;q=0.1", "en")]
    public void The_most_wanted_language_is_spoken(string accepted, string language) =>
        StoreWords.Accepted(accepted).Language.ShouldBe(language);

    private static string[] Places(string text) => [.. Place().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 1000)]
    private static partial Regex Place();

    [GeneratedRegex("""[Ss]ay(\[|\.With\()\s*"(?<key>[a-z0-9._]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Said();
}

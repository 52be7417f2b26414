using System.Globalization;
using System.Text.Json;

namespace Comanda.BrowserTests;

/// <summary>What the screens call things in a language, from its catalogue: for walks that are the same in each.</summary>
public sealed class Wording
{
    private readonly string language;
    private readonly Dictionary<string, string> words;

    private Wording(string language, Dictionary<string, string> words) => (this.language, this.words) = (language, words);

    public string this[string key] => words[key];

    public static Wording Of(string language) => new(
        language,
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(Screens.Root, "src", "Comanda.Screens", "Words", language + ".json")))!);

    public string With(string key, params object[] parts) => string.Format(CultureInfo.InvariantCulture, this[key], parts);

    /// <summary>An amount in euros, its space an ordinary one.</summary>
    public string Money(decimal amount) => WrittenFigures.Money(amount, Currency.Of("EUR"), language).Replace('\u00a0', ' ');
}

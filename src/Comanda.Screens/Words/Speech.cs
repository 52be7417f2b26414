using System.Text.Json;
using Comanda.Client;
using Comanda.Screens.Front;

namespace Comanda.Screens.Words;

/// <summary>
/// What the screens say, in the person's language: catalogues of the same keys, one file for each language and part of the house. Amounts
/// are written by <see cref="WrittenFigures"/>.
/// </summary>
public sealed class Speech(Browser browser)
{
    /// <summary>The languages that there are catalogues of, as they call themselves.</summary>
    public static readonly IReadOnlyList<(string Code, string Name)> Languages =
        [("en", "English"), ("de", "Deutsch"), ("pt", "Português")];

    private readonly Dictionary<string, string> english = Read("en");
    private Dictionary<string, string> words = Read("en");

    /// <summary>Another language was chosen.</summary>
    public event Action? Changed;

    /// <summary>The language's code.</summary>
    public string Language { get; private set; } = "en";

    /// <summary>The words under a key.</summary>
    public string this[string key] => words.GetValueOrDefault(key) ?? english.GetValueOrDefault(key) ?? key;

    /// <summary>The words under a key, with what belongs into them: <c>{0}</c>.</summary>
    public string With(string key, params object[] parts) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, this[key], parts);

    /// <summary>Speaks the language that was chosen here before, else the first of the person's that there is a catalogue of.</summary>
    public async Task Begin()
    {
        var wanted = (await browser.Languages()).Select(l => l.Split('-')[0].ToLowerInvariant());
        if (await browser.Kept("language") is { } chosen)
            wanted = wanted.Prepend(chosen);
        await Use(wanted.FirstOrDefault(w => Languages.Any(l => l.Code == w)) ?? "en");
    }

    /// <summary>Speaks it from now on, here.</summary>
    public async Task Choose(string language)
    {
        await browser.Keep("language", language);
        await Use(language);
    }

    /// <summary>An amount with its currency: €1,234.50, 1.234,50 €.</summary>
    public string Money(decimal amount, Currency currency) => WrittenFigures.Money(amount, currency, Language);

    /// <summary>What comes off: 10 %, €2.00.</summary>
    public string Off(Orders.DiscountRequest off, Currency currency) =>
        off.Type == "percentage" ? Quantity(off.Value ?? 0) + " %" : Money(off.Value ?? 0, currency);

    /// <summary>What a way to pay is called.</summary>
    public string Tender(string? method) => method switch
    {
        "card" => this["pay.card"],
        "mobile" => this["pay.mobile"],
        "gift_card" => this["pay.giftcard"],
        "points" => this["pay.points"],
        _ => this["pay.cash"],
    };

    /// <summary>A quantity without zeros at its end.</summary>
    public string Quantity(decimal quantity) => WrittenFigures.Short(quantity, 3, Language);

    /// <summary>How long ago something was, roughly: 5 minutes ago.</summary>
    public string Ago(TimeSpan ago) => ago switch
    {
        { TotalMinutes: < 1 } => this["ago.now"],
        { TotalMinutes: < 90 } => With("ago.minutes", (int)ago.TotalMinutes),
        { TotalHours: < 36 } => With("ago.hours", (int)Math.Round(ago.TotalHours)),
        _ => With("ago.days", (int)Math.Round(ago.TotalDays)),
    };

    /// <summary>Why the server did not do it: our words for what is common, else its own.</summary>
    public string Why(Exception failure) => failure switch
    {
        ComandaException { Code: { } code } when words.ContainsKey("error." + code) => this["error." + code],
        ComandaException { Problem.Errors: { Count: > 0 } errors } =>
            string.Join(' ', errors.SelectMany(e => e.Value.Select(w => $"{e.Key} {w}."))),
        ComandaException { Problem.Detail: { Length: > 0 } detail } => detail,
        HttpRequestException => this["error.offline"],
        Till.NoRoomException => this["away.full"],
        _ => this["error.unknown"],
    };

    /// <summary>The catalogues of a language: a file of its own for each part of the house.</summary>
    public static Dictionary<string, string> Read(string language)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in typeof(Speech).Assembly.GetManifestResourceNames())
        {
            if (!name.EndsWith($"/{language}.json", StringComparison.Ordinal))
                continue;
            using var file = typeof(Speech).Assembly.GetManifestResourceStream(name)!;
            foreach (var (key, words) in JsonSerializer.Deserialize<Dictionary<string, string>>(file)!)
                all.Add(key, words);
        }

        return all;
    }

    private async Task Use(string language)
    {
        (Language, words) = (language, Read(language));
        await browser.Speak(language, this["direction"]);
        Changed?.Invoke();
    }

    /// <summary>A figure with so many digits after the point: 1,234.50.</summary>
    public string Figure(decimal amount, int digits) => WrittenFigures.Figure(amount, digits, Language);
}

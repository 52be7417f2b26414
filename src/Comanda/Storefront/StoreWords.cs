using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Comanda.Storefront;

/// <summary>
/// What the storefront says, in one language: catalogues of the same keys. Amounts have the digits of the currency; times are the shop's.
/// </summary>
public sealed class StoreWords
{
    public const string Cookie = "comanda_language";

    /// <summary>The languages, as they call themselves.</summary>
    public static readonly IReadOnlyList<(string Code, string Name)> Languages =
        [("en", "English"), ("de", "Deutsch"), ("pt", "Português")];

    private static readonly FrozenDictionary<string, StoreWords> All =
        Languages.ToFrozenDictionary(l => l.Code, l => new StoreWords(l.Code, Read(l.Code)), StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, string> words;
    private readonly string[] weekdays, months;

    private StoreWords(string language, Dictionary<string, string> catalogue)
    {
        (Language, words) = (language, catalogue.ToFrozenDictionary(StringComparer.Ordinal));
        (weekdays, months) = (words["time.weekdays"].Split(' '), words["time.months"].Split(' '));
    }

    public string Language { get; }

    public string this[string key] => words.GetValueOrDefault(key, key);

    public bool Knows(string key) => words.ContainsKey(key);

    public string With(string key, params object[] parts) => string.Format(CultureInfo.InvariantCulture, this[key], parts);

    /// <summary>The words of a language; null where there are none.</summary>
    public static StoreWords? In(string? language) => language is null ? null : All.GetValueOrDefault(language);

    /// <summary>The most wanted language that there are words of (RFC 9110, 12.5.4); English else.</summary>
    public static StoreWords Accepted(string acceptLanguage) => AcceptedLanguage.Find(acceptLanguage, In) ?? All["en"];

    /// <summary>€1,234.50 or 1.234,50 €.</summary>
    public string Money(decimal amount, Currency currency) => WrittenFigures.Money(amount, currency, Language);

    public string Money(Money amount, Currency currency) => Money(amount.In(currency), currency);

    /// <summary>4.6, or 4,6.</summary>
    public string Rating(decimal average) => WrittenFigures.Figure(average, 1, Language);

    /// <summary>A rate of tax: 5.5, or 5,5.</summary>
    public string Rate(decimal percent) => WrittenFigures.Short(percent, 4, Language);

    /// <summary>Tue 1 Dec, 14:30, by the clock of a zone.</summary>
    public string Moment(DateTimeOffset at, TimeZoneInfo zone) => $"{Day(At(at, zone))}, {Time(at, zone)}";

    public static string Time(DateTimeOffset at, TimeZoneInfo zone) => At(at, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    public string Day(DateTime day) => Day(DateOnly.FromDateTime(day));

    public string Day(DateOnly day) => Language == "de"
        ? $"{weekdays[(int)day.DayOfWeek]}, {day.Day}. {months[day.Month - 1]}"
        : $"{weekdays[(int)day.DayOfWeek]} {day.Day} {months[day.Month - 1]}";

    /// <summary>Our words for a refusal that is common, else what the rest of the house says.</summary>
    public string Why(Refusal refusal) =>
        Knows("refused." + refusal.Code) ? this["refused." + refusal.Code]
        : refusal.Errors is { Count: > 0 } errors ? string.Join(' ', errors.SelectMany(e => e.Value).Distinct())
        : refusal.Detail;

    /// <summary>The catalogue of a language.</summary>
    internal static Dictionary<string, string> Read(string language)
    {
        using var file = typeof(StoreWords).Assembly.GetManifestResourceStream($"Storefront/Words/{language}.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
    }

    private static DateTime At(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).DateTime;
}

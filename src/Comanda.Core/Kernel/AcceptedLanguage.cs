using System.Globalization;

namespace Comanda.Kernel;

/// <summary>Which of our languages whoever asks wants most, by the header Accept-Language (RFC 9110, 12.5.4).</summary>
public static class AcceptedLanguage
{
    /// <summary>Of the languages that the header names, what is found for the most wanted that there is something for.</summary>
    /// <param name="header">As it came.</param>
    /// <param name="find">By a language's two letters; null where there is nothing.</param>
    public static T? Find<T>(string header, Func<string, T?> find)
        where T : class => header.Split(',')
        .Select(a => a.Split(';', StringSplitOptions.TrimEntries))
        .Select(a => (Found: find(a[0].Split('-')[0].Trim()), Weight: WeightOf(a)))
        .Where(a => a.Found is not null && a.Weight > 0)
        .OrderByDescending(a => a.Weight)
        .Select(a => a.Found)
        .FirstOrDefault();

    private static double WeightOf(string[] accepted)
    {
        if (Array.Find(accepted, p => p.StartsWith("q=", StringComparison.Ordinal)) is not { } said)
            return 1;
        return double.TryParse(said.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) ? weight : 0;
    }
}

using System.Globalization;
using System.Text.Json;

namespace Comanda.Shops;

/// <summary>The setting <c>opening_hours</c>: one text for every day, or an object of days with their times.</summary>
public static class OpeningHours
{
    private const int MostInADay = 6;

    /// <summary>The JSON to store, in its one form, or null where it is none of both.</summary>
    public static string? Read(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => Span(value) is { } span ? JsonSerializer.Serialize(span) : null,
                JsonValueKind.Object => Week(value) is { } week ? JsonSerializer.Serialize(week) : null,
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair is no text
        }
    }

    /// <summary>One span that begins and ends at different times, or nothing; null where it is neither.</summary>
    public static string? ReadSpanOrNone(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { } text)
            return null;
        return text.Trim().Length == 0 ? ""
            : Span(value) is { } span && !span.EndsWith("24:00", StringComparison.Ordinal) && span[..5] != span[6..] ? span
            : null;
    }

    private static Dictionary<string, string[]>? Week(JsonElement value)
    {
        var week = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var day in value.EnumerateObject().Take(OpeningWeek.Days.Count + 1))
        {
            if (!OpeningWeek.Days.Contains(day.Name)
                || day.Value.ValueKind != JsonValueKind.Array
                || day.Value.GetArrayLength() > MostInADay)
                return null;
            var spans = day.Value.EnumerateArray().Select(Span).ToArray();
            if (spans.Contains(null) || !week.TryAdd(day.Name, spans!))
                return null;
        }

        return week;
    }

    /// <summary>07:00-18:00; 18:00-02:00 goes on into the next day.</summary>
    private static string? Span(JsonElement span) =>
        span.ValueKind == JsonValueKind.String
            && span.GetString() is { Length: <= 40 } text
            && text.Split('-', StringSplitOptions.TrimEntries) is [var from, var to]
            && IsTime(from)
            && (IsTime(to) || to == "24:00") ? $"{from}-{to}" : null;

    private static bool IsTime(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

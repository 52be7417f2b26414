using System.Globalization;
using System.Text.Json;
using Comanda.Kernel;

namespace Comanda.Shops;

/// <summary>The setting <c>opening_hours</c>: one text for every day, or an object of days with their times.</summary>
public static class OpeningHours
{
    private const int MostInADay = 6;

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The JSON to store, or null where it is none of both.</summary>
    public static string? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when IsSpan(value) => JsonSerializer.Serialize(value.GetString()),
        JsonValueKind.Object when value.EnumerateObject().Take(8).Count() <= 7 && value.EnumerateObject().All(IsDay) =>
            JsonSerializer.Serialize(value.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.EnumerateArray().Select(s => s.GetString()).ToArray())),
        _ => null,
    };

    private static bool IsDay(JsonProperty day) =>
        Days.Contains(day.Name) && day.Value.ValueKind == JsonValueKind.Array && day.Value.GetArrayLength() <= MostInADay && day.Value.EnumerateArray().All(IsSpan);

    /// <summary>07:00-18:00; 18:00-02:00 goes on into the next day.</summary>
    private static bool IsSpan(JsonElement span) =>
        span.ValueKind == JsonValueKind.String && span.GetString()!.Split('-') is [var from, var to] && IsTime(from) && (IsTime(to) || to.Trim() == "24:00");

    private static bool IsTime(string text) => TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

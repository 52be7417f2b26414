using System.Text.Json;

namespace Comanda.Screens.Parts;

/// <summary>Opening hours while somebody works at them: each day's spans, as a clock shows them (07:00).</summary>
public sealed class WeekHours
{
    /// <summary>As the setting names them, in the order of a working week.</summary>
    public static readonly IReadOnlyList<string> Names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>A span of a day; until midnight it is 24:00 on the wire and 00:00 in a field.</summary>
    public sealed class Span
    {
        public string From { get; set; } = "08:00";

        public string Until { get; set; } = "18:00";
    }

    public Dictionary<string, List<Span>> Days { get; } = Names.ToDictionary(n => n, _ => new List<Span>());

    /// <summary>What a shop that says nothing yet is offered.</summary>
    public static WeekHours Usual()
    {
        var week = new WeekHours();
        foreach (var day in Names.SkipLast(1))
            week.Days[day].Add(new());
        return week;
    }

    /// <summary>From the setting <c>opening_hours</c>: one text for every day, or an object of days.</summary>
    public static WeekHours Read(JsonElement setting)
    {
        var week = new WeekHours();
        foreach (var day in Names)
        {
            var spans = setting.ValueKind == JsonValueKind.String ? [setting.GetString()!]
                : setting.ValueKind == JsonValueKind.Object && setting.TryGetProperty(day, out var named)
                ? named.EnumerateArray().Select(s => s.GetString()!)
                : Enumerable.Empty<string>();
            week.Days[day].AddRange(spans.Select(s => s.Split('-')).Select(s => new Span
            {
                From = s[0],
                Until = s[1] == "24:00" ? "00:00" : s[1],
            }));
        }

        return week;
    }

    /// <summary>As the setting takes it.</summary>
    public Dictionary<string, string[]> ToWire() => Days.ToDictionary(
        d => d.Key,
        d => d.Value.Select(s => $"{s.From}-{(s.Until == "00:00" ? "24:00" : s.Until)}").ToArray());

    /// <summary>Whether it says anything: a week without a span says nothing.</summary>
    public bool IsEmpty => Days.Values.All(d => d.Count == 0);
}

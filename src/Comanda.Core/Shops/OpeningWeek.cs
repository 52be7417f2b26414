using System.Globalization;
using System.Text.Json;

namespace Comanda.Shops;

/// <summary>
/// When a shop is open, by its own clock: spans of each day of the week, of which one may go on into the next day. Days that are not named
/// are closed where others have spans; where none has (<c>{"sun": []}</c>, or nothing at all), they are open.
/// </summary>
public sealed class OpeningWeek
{
    /// <summary>As the setting names them, from Sunday as <see cref="DayOfWeek"/> does.</summary>
    public static IReadOnlyList<string> Days { get; } = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly (TimeOnly From, TimeOnly Until)[][] week;

    private OpeningWeek((TimeOnly From, TimeOnly Until)[][] week) => this.week = week;

    /// <summary>Days on which it does not open, whatever the week says; what began the evening before goes on to its end.</summary>
    public IReadOnlySet<DateOnly> ClosingDays { get; init; } = new HashSet<DateOnly>();

    /// <summary>From the settings <c>opening_hours</c> and <c>closing_days</c> as they are stored.</summary>
    public static OpeningWeek Read(string hours, string closingDays) => new(Read(hours).week)
    {
        ClosingDays = JsonSerializer.Deserialize<string[]>(closingDays)!
            .Select(day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture))
            .ToHashSet(),
    };

    /// <summary>From the setting <c>opening_hours</c> as it is stored: one span for every day, or an object of days.</summary>
    public static OpeningWeek Read(string setting)
    {
        using var json = JsonDocument.Parse(setting);
        var root = json.RootElement;
        if (root.ValueKind == JsonValueKind.String)
            return new([.. Days.Select(_ => new[] { Span(root) })]);
        var named = root.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.EnumerateArray().Select(Span).ToArray());
        (TimeOnly From, TimeOnly Until)[] unnamed = named.Values.Any(d => d.Length > 0) ? [] : [(TimeOnly.MinValue, TimeOnly.MinValue)];
        return new([.. Days.Select(d => named.GetValueOrDefault(d, unnamed))]);
    }

    public bool IsOpen(DateTimeOffset at, TimeZoneInfo zone) => Around(at, zone, 1).Any(s => s.From <= at && at < s.Until);

    /// <summary>When it opens next; null where it never does.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset at, TimeZoneInfo zone) =>
        // Every day that it is closed out of turn may put the next opening off by one.
        Around(at, zone, Days.Count + 1 + ClosingDays.Count).Where(s => s.From > at).Select(s => (DateTimeOffset?)s.From).Min();

    /// <summary>Its spans that have a part between two instants.</summary>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Between(DateTimeOffset from, DateTimeOffset until, TimeZoneInfo zone) =>
        Around(from, zone, (int)(until - from).TotalDays + 2).Where(s => s.Until > from && s.From < until);

    /// <summary>Its spans as instants, from the day before to so many days after.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Around(DateTimeOffset at, TimeZoneInfo zone, int days)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        for (var n = -1; n <= days; n++)
        {
            var day = today.AddDays(n);
            foreach (var (from, until) in ClosingDays.Contains(day) ? [] : week[(int)day.DayOfWeek])
            {
                var last = until > from ? day : day.AddDays(1);
                yield return (new BusinessDay(zone, from).StartOf(day), new BusinessDay(zone, until).StartOf(last));
            }
        }
    }

    private static (TimeOnly From, TimeOnly Until) Span(JsonElement span)
    {
        var parts = span.GetString()!.Split('-');
        return (Time(parts[0]), parts[1] == "24:00" ? TimeOnly.MinValue : Time(parts[1]));
    }

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}

using System.Text.Json;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>A shop's opening hours as guests read them.</summary>
public static class StoreHours
{
    /// <summary>Monday first, as weeks are read.</summary>
    private static readonly DayOfWeek[] Week =
    [
        DayOfWeek.Monday,
        DayOfWeek.Tuesday,
        DayOfWeek.Wednesday,
        DayOfWeek.Thursday,
        DayOfWeek.Friday,
        DayOfWeek.Saturday,
        DayOfWeek.Sunday,
    ];

    /// <summary>Each day with its spans (07:00-18:00); nothing where the shop says nothing of its hours.</summary>
    public static IReadOnlyList<(DayOfWeek Day, string[] Spans)> Of(Shop shop)
    {
        if (!shop.StoredSettings.TryGetValue("opening_hours", out var stored))
            return [];
        using var json = JsonDocument.Parse(stored);
        var root = json.RootElement;
        if (root.ValueKind == JsonValueKind.String)
            return [.. Week.Select(d => (d, new[] { root.GetString()! }))];
        var named = root.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.EnumerateArray().Select(s => s.GetString()!).ToArray());
        return named.Values.All(d => d.Length == 0)
            ? []
            : [.. Week.Select(d => (d, named.GetValueOrDefault(OpeningWeek.Days[(int)d], [])))];
    }

    /// <summary>"Open until 18:00", "Closed; opens Wed 2 Dec, 08:00"; null where the shop says nothing of its hours.</summary>
    public static string? Now(StoreDesk desk)
    {
        if (Of(desk.Shop).Count == 0)
            return null;
        var (opening, now) = (desk.Shop.Settings.Opening, desk.Now);
        foreach (var (from, until) in opening.Between(now, now.AddDays(1), desk.Zone))
        {
            if (from <= now && now < until)
                return desk.Say.With("hours.open", StoreWords.Time(until, desk.Zone));
        }

        return opening.NextAfter(now, desk.Zone) is { } next
            ? desk.Say.With("hours.closed", desk.Say.Moment(next, desk.Zone))
            : desk.Say["hours.shut"];
    }
}

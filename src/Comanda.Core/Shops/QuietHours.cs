using System.Globalization;

namespace Comanda.Shops;

/// <summary>Hours of the shop's clock, often over midnight, in which nobody is sent what can wait.</summary>
public sealed record QuietHours(TimeOnly From, TimeOnly Until)
{
    /// <summary>From the setting, such as 22:00-07:00; null where it is empty.</summary>
    public static QuietHours? Read(string setting) => setting.Split('-') is [var from, var until]
        ? new(Time(from), Time(until))
        : null;

    /// <summary>When they end, where they are on at this time; null where they are not.</summary>
    public DateTimeOffset? EndsAfter(DateTimeOffset at, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        foreach (var day in (DateOnly[])[today.AddDays(-1), today])
        {
            var end = new BusinessDay(zone, Until).StartOf(Until > From ? day : day.AddDays(1));
            if (at >= new BusinessDay(zone, From).StartOf(day) && at < end)
                return end;
        }

        return null;
    }

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Comanda.Baking;

/// <summary>Times by the shop's clock, as they are given and shown.</summary>
internal static class LocalClock
{
    private const string Form = "HH:mm";

    public static string? Text(TimeOnly? time) => time?.ToString(Form, CultureInfo.InvariantCulture);

    public static string Text(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(Form, CultureInfo.InvariantCulture);

    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>A time such as 06:30; null where none is given.</summary>
    public static TimeOnly? Read(string? given, string field, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(given))
            return null;
        var read = TimeOnly.TryParseExact(given.Trim(), Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        errors.Check(read, field, "must be a time such as 06:30");
        return read ? time : null;
    }

    /// <summary>The instant in a business day at which the clock shows this; before the day's start it is of the next morning.</summary>
    public static DateTimeOffset InDay(this BusinessDay businessDay, DateOnly day, TimeOnly time) =>
        new BusinessDay(businessDay.Zone, time).StartOf(time < businessDay.StartsAt ? day.AddDays(1) : day);
}

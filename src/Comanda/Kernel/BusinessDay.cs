namespace Comanda.Kernel;

/// <summary>The business days of a shop, for rooms that know no shops; Shops answers.</summary>
public interface IBusinessDays
{
    ValueTask<BusinessDay> Of(long shopId, CancellationToken cancel);
}

/// <summary>
/// The day a sale belongs to: it begins at the shop's day-start hour in the shop's own time zone and ends where the next
/// one begins, so days with a clock change have 23 or 25 hours and no instant is in two days or in none.
/// Where the day's start falls in an hour that the clock skips, the day starts that much later; where the hour comes
/// twice, at its first coming.
/// </summary>
public sealed class BusinessDay(TimeZoneInfo zone, TimeOnly startsAt)
{
    public TimeZoneInfo Zone => zone;

    public TimeOnly StartsAt => startsAt;

    /// <summary>The first instant of a business day, in UTC.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var local = day.ToDateTime(startsAt, DateTimeKind.Unspecified);
        TimeSpan offset;
        if (zone.IsInvalidTime(local))
            offset = zone.GetUtcOffset(local.AddDays(-1));
        else if (zone.IsAmbiguousTime(local))
            offset = zone.GetAmbiguousTimeOffsets(local).Max();
        else
            offset = zone.GetUtcOffset(local);
        return new DateTimeOffset(local, TimeSpan.Zero) - offset;
    }

    /// <summary>The instant after the last of a business day: where the next one starts.</summary>
    public DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));

    /// <summary>The business day that an instant belongs to.</summary>
    public DateOnly Of(DateTimeOffset instant)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
        while (instant < StartOf(day))
            day = day.AddDays(-1);
        while (instant >= EndOf(day))
            day = day.AddDays(1);
        return day;
    }
}

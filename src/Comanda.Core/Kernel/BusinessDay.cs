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
    /// <summary>
    /// The days that there are: around them are no others to reckon with. What somebody asks of the year 1 or 9999 is taken as the nearest.
    /// </summary>
    private static readonly DateOnly First = new(2, 1, 1), Last = new(9998, 12, 31);

    public TimeZoneInfo Zone => zone;

    public TimeOnly StartsAt => startsAt;

    /// <summary>The first instant of a business day, in UTC.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        day = day < First ? First : day > Last ? Last : day;
        var local = new DateTimeOffset(day.ToDateTime(startsAt, DateTimeKind.Unspecified), TimeSpan.Zero);
        // By what the clock shows at instants alone: what TimeZoneInfo says of local times (IsAmbiguousTime) is off by an hour
        // where clocks are put back for a season, as in Morocco.
        var (before, after) = (zone.GetUtcOffset(local.AddDays(-1)), zone.GetUtcOffset(local.AddDays(1)));
        var (first, second) = before >= after ? (before, after) : (after, before);
        return Shows(local - first, first) ? local - first
            : Shows(local - second, second) ? local - second
            : local - before;
    }

    /// <summary>
    /// How far the shop's clock is from UTC, in seconds, and since when: for sums by local hours in the database, whose own zone data
    /// may be another. The first holds for all the time before; between two clock changes there is at least a day.
    /// </summary>
    public (DateTimeOffset[] Since, int[] Seconds) OffsetsBetween(DateOnly first, DateOnly last)
    {
        // A sale may lie beside its day, where the shop moved to another zone since. Days that no shop has sold on are asked for, too.
        var (earliest, latest) = (new DateOnly(1902, 1, 1), new DateOnly(9990, 1, 1));
        var at = StartOf(first < earliest ? earliest : first > latest ? latest : first).AddDays(-400);
        var end = StartOf(last < earliest ? earliest : last > latest ? latest : last).AddDays(400);
        List<DateTimeOffset> since = [DateTimeOffset.UnixEpoch.AddYears(-170)];
        var now = Seconds(at);
        List<int> seconds = [now];
        for (; at < end; at = at.AddDays(1))
        {
            var (before, after) = (now, Seconds(at.AddDays(1)));
            now = after;
            if (before == after)
                continue;
            var (low, high) = (0, 86_400);
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                (low, high) = Seconds(at.AddSeconds(middle)) == before ? (middle, high) : (low, middle);
            }

            since.Add(at.AddSeconds(high));
            seconds.Add(after);
        }

        return ([.. since], [.. seconds]);
    }

    private int Seconds(DateTimeOffset at) => (int)zone.GetUtcOffset(at).TotalSeconds;

    private bool Shows(DateTimeOffset at, TimeSpan offset) => zone.GetUtcOffset(at) == offset;

    /// <summary>The instant after the last of a business day: where the next one starts.</summary>
    public DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));

    /// <summary>The business day that an instant belongs to.</summary>
    public DateOnly Of(DateTimeOffset instant)
    {
        if (instant.Year < First.Year || instant.Year > Last.Year)
            return instant.Year < First.Year ? First : Last;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
        while (instant < StartOf(day))
            day = day.AddDays(-1);
        while (instant >= EndOf(day))
            day = day.AddDays(1);
        return day;
    }
}

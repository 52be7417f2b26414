using FsCheck.Xunit;
using NodaTime;
using NodaTime.TimeZones;

namespace Comanda.Tests.Kernel;

public sealed class BusinessDayTests
{
    private static readonly string[] Zones =
    [
        "Pacific/Pago_Pago",
        "America/New_York",
        "America/St_Johns",
        "America/Sao_Paulo",
        "UTC",
        "Europe/Lisbon",
        "Europe/Berlin",
        "Africa/Cairo",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        ];

    [Property]
    public bool Trap19_every_instant_is_in_exactly_one_day_in_every_zone(uint seconds, int zone, int start)
    {
        var days = new BusinessDay(
            TimeZoneInfo.FindSystemTimeZoneById(Zones[Math.Abs(zone % Zones.Length)]),
            new TimeOnly(Math.Abs(start % 13), Math.Abs(start % 60)));
        var instant = DateTimeOffset.UnixEpoch.AddSeconds(seconds % 2_500_000_000);
        var day = days.Of(instant);
        return days.StartOf(day) <= instant && instant < days.EndOf(day) && days.EndOf(day) == days.StartOf(day.AddDays(1));
    }

    [Theory]
    [InlineData("2026-03-29", 23)] // Berlin's clocks go forward
    [InlineData("2026-10-25", 25)] // and back
    [InlineData("2026-06-01", 24)]
    public void Trap19_days_with_a_clock_change_have_23_and_25_hours(string date, int hours)
    {
        var days = In("Europe/Berlin", "00:00");
        var day = DateOnly.Parse(date);
        (days.EndOf(day) - days.StartOf(day)).TotalHours.ShouldBe(hours);
    }

    [Fact]
    public void A_start_that_the_clock_skips_comes_that_much_later()
    {
        // 02:30 does not exist on 29 March in Berlin; the clock shows 03:30 when it would have.
        In("Europe/Berlin", "02:30").StartOf(new(2026, 3, 29)).ShouldBe(new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_start_that_comes_twice_counts_at_its_first_coming()
    {
        var days = In("Europe/Berlin", "02:30");
        days.StartOf(new(2026, 10, 25)).ShouldBe(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero));
        // Half an hour later the wall clock shows 02:00 again, before the day's start, and it is still the new day.
        days.Of(new DateTimeOffset(2026, 10, 25, 1, 5, 0, TimeSpan.Zero)).ShouldBe(new DateOnly(2026, 10, 25));
    }

    [Theory]
    [InlineData("Pacific/Pago_Pago", "04:00", "2026-07-02T14:59:00Z", "2026-07-01")] // 03:59 on the wall at -11
    [InlineData("Pacific/Pago_Pago", "04:00", "2026-07-02T15:00:00Z", "2026-07-02")]
    [InlineData("Pacific/Kiritimati", "04:00", "2026-07-01T13:59:00Z", "2026-07-01")] // 03:59 on 2 July at +14
    [InlineData("Pacific/Kiritimati", "04:00", "2026-07-01T14:00:00Z", "2026-07-02")]
    [InlineData("America/New_York", "00:00", "2026-07-02T03:30:00Z", "2026-07-01")] // 23:30 in the evening
    [InlineData("Asia/Tokyo", "00:00", "2026-07-01T15:10:00Z", "2026-07-02")]
    public void Trap19_evening_sales_are_on_the_shops_own_day(string zone, string start, string instant, string day) =>
        In(zone, start).Of(DateTimeOffset.Parse(instant)).ShouldBe(DateOnly.Parse(day));

    [Theory]
    [InlineData("Africa/Casablanca")]
    [InlineData("Africa/El_Aaiun")]
    [InlineData("Europe/Dublin")]
    [InlineData("Europe/Lisbon")]
    [InlineData("America/New_York")]
    [InlineData("America/Havana")]
    [InlineData("America/Santiago")]
    [InlineData("America/St_Johns")]
    [InlineData("Asia/Gaza")]
    [InlineData("Asia/Tehran")]
    [InlineData("Africa/Cairo")]
    [InlineData("Atlantic/Azores")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    [InlineData("Pacific/Norfolk")]
    [InlineData("Europe/Istanbul")]
    public void Days_start_where_nodatime_says_that_they_do(string zone)
    {
        // Where a time is skipped the later one, where it comes twice the first: our rule, by another library's clock. Its zone data is
        // newer or older than the machine's, so years that both have long known are compared.
        var other = DateTimeZoneProviders.Tzdb[zone];
        var lenient = Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);
        foreach (var start in new[] { "00:00", "01:00", "02:00", "02:30", "03:00", "04:00" })
        {
            var days = In(zone, start);
            var (hour, minute) = (days.StartsAt.Hour, days.StartsAt.Minute);
            for (var day = new DateOnly(2008, 1, 1); day.Year < 2025; day = day.AddDays(1))
            {
                var local = new LocalDateTime(day.Year, day.Month, day.Day, hour, minute);
                var theirs = other.ResolveLocal(local, lenient).ToInstant().ToDateTimeOffset();
                if (days.StartOf(day) != theirs)
                    days.StartOf(day).ShouldBe(theirs, $"{zone} {day:yyyy-MM-dd} {start}");
            }
        }
    }

    [Theory]
    [InlineData("Africa/Casablanca")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Apia")]
    [InlineData("UTC")]
    public void The_offsets_for_the_database_are_the_clocks_own(string zone)
    {
        var days = In(zone, "00:00");
        var (since, seconds) = days.OffsetsBetween(new(2011, 1, 1), new(2012, 12, 31));
        since.ShouldBe(since.Order());
        for (var at = new DateTimeOffset(2011, 1, 1, 0, 0, 0, TimeSpan.Zero); at.Year < 2013; at = at.AddMinutes(30))
        {
            var found = seconds[Array.FindLastIndex(since, s => s <= at)];
            if (found != (int)days.Zone.GetUtcOffset(at).TotalSeconds)
                found.ShouldBe((int)days.Zone.GetUtcOffset(at).TotalSeconds, $"{zone} {at:O}");
        }
    }

    [Fact]
    public void Days_that_no_shop_ever_sold_on_have_offsets_too()
    {
        foreach (var day in new[] { DateOnly.MinValue, DateOnly.MaxValue })
            In("Africa/Casablanca", "02:00").OffsetsBetween(day, day).Seconds.ShouldNotBeEmpty();
    }

    private static BusinessDay In(string zone, string start) => new(TimeZoneInfo.FindSystemTimeZoneById(zone), TimeOnly.Parse(start));
}

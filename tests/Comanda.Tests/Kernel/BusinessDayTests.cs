using FsCheck;
using FsCheck.Fluent;

namespace Comanda.Tests.Kernel;

public sealed class BusinessDayTests
{
    private static readonly string[] Zones =
    [
        "Pacific/Pago_Pago", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "UTC", "Europe/Lisbon", "Europe/Berlin", "Africa/Cairo",
        "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia", "Pacific/Kiritimati",
    ];

    [Fact]
    public void Trap19_every_instant_is_in_exactly_one_day_in_every_zone() => Check.QuickThrowOnFailure(Prop.ForAll<uint, int, int>((seconds, zone, start) =>
    {
        var days = new BusinessDay(TimeZoneInfo.FindSystemTimeZoneById(Zones[Math.Abs(zone % Zones.Length)]), new TimeOnly(Math.Abs(start % 13), Math.Abs(start % 60)));
        var instant = DateTimeOffset.UnixEpoch.AddSeconds(seconds % 2_500_000_000);
        var day = days.Of(instant);
        return days.StartOf(day) <= instant && instant < days.EndOf(day) && days.EndOf(day) == days.StartOf(day.AddDays(1));
    }));

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

    private static BusinessDay In(string zone, string start) => new(TimeZoneInfo.FindSystemTimeZoneById(zone), TimeOnly.Parse(start));
}

using Comanda.Shops;

namespace Comanda.Tests.Shops;

public sealed class OpeningWeekTests
{
    private static readonly TimeZoneInfo Lisbon = TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon");

    [Theory]
    [InlineData("\"07:00-18:00\"", "2026-11-30T06:59Z", false, "2026-11-30T07:00Z")]
    [InlineData("\"07:00-18:00\"", "2026-11-30T07:00Z", true, "2026-12-01T07:00Z")]
    [InlineData("\"07:00-18:00\"", "2026-07-30T17:00Z", false, "2026-07-31T06:00Z")] // an hour earlier by UTC in summer
    [InlineData("\"18:00-02:00\"", "2026-12-01T01:59Z", true, "2026-12-01T18:00Z")]
    [InlineData("\"18:00-02:00\"", "2026-12-01T02:00Z", false, "2026-12-01T18:00Z")]
    [InlineData("\"08:00-24:00\"", "2026-12-01T23:59Z", true, "2026-12-02T08:00Z")]
    [InlineData("{\"mon\":[\"07:00-12:00\",\"13:00-18:00\"],\"sun\":[]}", "2026-11-30T12:30Z", false, "2026-11-30T13:00Z")]
    [InlineData("{\"mon\":[\"07:00-12:00\"]}", "2026-11-30T12:30Z", false, "2026-12-07T07:00Z")]
    [InlineData("{\"sun\":[\"22:00-03:00\"]}", "2026-11-30T02:30Z", true, "2026-12-06T22:00Z")] // Sunday's night, on Monday
    [InlineData("{\"sun\":[]}", "2026-11-29T12:00Z", false, "2026-11-30T00:00Z")]
    [InlineData("{\"sun\":[]}", "2026-11-28T12:00Z", true, "2026-11-30T00:00Z")]
    [InlineData("{\"mon\":[],\"tue\":[],\"wed\":[],\"thu\":[],\"fri\":[],\"sat\":[],\"sun\":[]}", "2026-11-28T12:00Z", false, null)]
    [InlineData("{}", "2026-11-28T03:00Z", true, "2026-11-29T00:00Z")]
    public void It_is_open_by_the_shops_clock_and_knows_when_it_opens_next(string setting, string at, bool open, string? next)
    {
        var (week, when) = (OpeningWeek.Read(setting), DateTimeOffset.Parse(at, null));
        week.IsOpen(when, Lisbon).ShouldBe(open);
        week.NextAfter(when, Lisbon).ShouldBe(next is null ? null : DateTimeOffset.Parse(next, null));
    }

    [Fact]
    public void A_night_with_a_clock_change_is_as_long_as_it_is()
    {
        var week = OpeningWeek.Read("\"22:00-04:00\"");
        week.IsOpen(DateTimeOffset.Parse("2026-10-25T03:59Z", null), Lisbon).ShouldBeTrue(); // the clock was put back at 01:00Z
        week.IsOpen(DateTimeOffset.Parse("2026-10-25T04:00Z", null), Lisbon).ShouldBeFalse();
        week.IsOpen(DateTimeOffset.Parse("2027-03-28T02:59Z", null), Lisbon).ShouldBeTrue(); // 03:59 by the clock
        week.IsOpen(DateTimeOffset.Parse("2027-03-28T03:00Z", null), Lisbon).ShouldBeFalse();
    }
}

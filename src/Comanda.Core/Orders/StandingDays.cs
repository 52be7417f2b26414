using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>On which days a standing order is: pure, by the shop's calendar.</summary>
public sealed record StandingDays(
    IReadOnlySet<DayOfWeek> Weekdays, DateOnly Begins, DateOnly? Ends, IReadOnlyList<StandingPause> Pauses)
{
    /// <summary>The days of a span, both included, those that are paused among them.</summary>
    public IEnumerable<(DateOnly Day, bool IsPaused)> Between(DateOnly from, DateOnly to)
    {
        var last = Ends < to ? Ends.Value : to;
        for (var day = Begins > from ? Begins : from; day <= last; day = day.AddDays(1))
        {
            if (Weekdays.Contains(day.DayOfWeek))
                yield return (day, Pauses.Any(p => day >= p.From && day <= p.To));
        }
    }

    /// <summary>The days of the week out of their words; what is none of them is told.</summary>
    public static HashSet<DayOfWeek> WeekdaysOf(IReadOnlyList<string?> words, string field, FieldErrors errors)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var (i, word) in words.Take(OpeningWeek.Days.Count).Index())
        {
            var at = OpeningWeek.Days.ToList().IndexOf(word ?? "");
            errors.Check(at >= 0, $"{field}[{i}]", "must be " + string.Join(", ", OpeningWeek.Days));
            if (at >= 0)
                days.Add((DayOfWeek)at);
        }

        return days;
    }
}

namespace Comanda.Screens.Office.Books;

/// <summary>The business days of a report, and the days that they are compared with.</summary>
public sealed record Period(DateOnly From, DateOnly To, DateOnly? BeforeFrom = null, DateOnly? BeforeTo = null)
{
    /// <summary>How many days.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>As the API is asked for it.</summary>
    public string Query => $"from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}";

    /// <summary>The period that it is compared with; null where it is with none.</summary>
    public Period? Before => BeforeFrom is { } from && BeforeTo is { } to ? new(from, to) : null;

    /// <summary>
    /// What an address asks for: its days (today where it names none), compared with those before, a week or a year ago, or with none.
    /// </summary>
    public static Period Of(PageAddress at, DateOnly today)
    {
        var from = at.Day("from") ?? at.Day("to") ?? today;
        var to = at.Day("to") ?? (from > today ? from : today);
        if (from > to)
            (from, to) = (to, from);
        var days = to.DayNumber - from.DayNumber + 1;
        return at["compare"] switch
        {
            "before" => new(from, to, from.AddDays(-days), from.AddDays(-1)),
            "week" => new(from, to, from.AddDays(-7), to.AddDays(-7)),
            "year" => new(from, to, from.AddDays(-364), to.AddDays(-364)), // the same weekdays
            _ => new(from, to),
        };
    }

    /// <summary>The periods that people ask for most, by their keys.</summary>
    public static IEnumerable<(string Key, DateOnly From, DateOnly To)> Usual(DateOnly today)
    {
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var first = new DateOnly(today.Year, today.Month, 1);
        yield return ("period.today", today, today);
        yield return ("period.yesterday", today.AddDays(-1), today.AddDays(-1));
        yield return ("period.week", monday, today);
        yield return ("period.lastweek", monday.AddDays(-7), monday.AddDays(-1));
        yield return ("period.month", first, today);
        yield return ("period.lastmonth", first.AddMonths(-1), first.AddDays(-1));
        yield return ("period.year", new(today.Year, 1, 1), today);
    }
}

using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Reports;

/// <summary>
/// The period that a report is asked for, in business days: today where nothing is given, until today where only its start is, one day
/// where only its end is.
/// </summary>
public record AskedPeriod
{
    /// <summary>A period that is longer is a mistake: ten years.</summary>
    private const int Longest = 3660;

    [FromQuery(Name = "from")]
    public DateOnly? From { get; init; }

    [FromQuery(Name = "to")]
    public DateOnly? To { get; init; }

    internal (DateOnly Start, DateOnly End) Read(DateOnly today, FieldErrors errors)
    {
        var start = From ?? To ?? today;
        var end = To ?? (From > today ? From.Value : today);
        errors.Check(start <= end, "from", "must not be after to");
        errors.Check(end.DayNumber - start.DayNumber <= Longest, "to", $"must be at most {Longest} days after from");
        return (start, end);
    }
}

/// <summary>A period of a report whose rows also come as CSV or as a workbook.</summary>
public sealed record AskedTable : AskedPeriod
{
    [FromQuery(Name = "format")]
    [Words("json", "csv", "xlsx")]
    public string? Format { get; init; }

    internal string ReadFormat(FieldErrors errors) => errors.OneOf("format", Format, "json", "csv", "xlsx") ?? "json";
}

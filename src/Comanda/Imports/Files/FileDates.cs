using System.Globalization;
using System.Text.RegularExpressions;

namespace Comanda.Imports;

/// <summary>
/// Dates and times as a file writes them. Whether <c>08/09/2026</c> is in August or in September is decided once for the file: by a row
/// whose day is above 12, by what is known of the system, or it is asked.
/// </summary>
public sealed partial class FileDates
{
    private readonly bool monthFirst;
    private readonly TimeZoneInfo zone;

    private FileDates(bool monthFirst, TimeZoneInfo zone) => (this.monthFirst, this.zone) = (monthFirst, zone);

    /// <summary>Zones as American systems shorten them.</summary>
    private static readonly Dictionary<string, double> Short = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UTC"] = 0,
        ["GMT"] = 0,
        ["Z"] = 0,
        ["EST"] = -5,
        ["EDT"] = -4,
        ["CST"] = -6,
        ["CDT"] = -5,
        ["MST"] = -7,
        ["MDT"] = -6,
        ["PST"] = -8,
        ["PDT"] = -7,
        ["AKST"] = -9,
        ["AKDT"] = -8,
        ["HST"] = -10,
        ["BST"] = 1,
        ["IST"] = 1,
        ["CET"] = 1,
        ["CEST"] = 2,
        ["WET"] = 0,
        ["WEST"] = 1,
        ["EET"] = 2,
        ["EEST"] = 3,
    };

    /// <summary>Decides; <paramref name="system"/> is what is known of who wrote it, where anything is.</summary>
    public static FileDates Of(ExportTable table, int column, Takeover into, bool? system)
    {
        var (above, below, either) = (false, false, "");
        foreach (var row in table.Rows)
        {
            if (Numeric().Match(row[column]) is not { Success: true } date)
                continue;
            var (first, second) = (Int(date.Groups["a"]), Int(date.Groups["b"]));
            above |= first > 12;
            below |= second > 12;
            if (first <= 12 && second <= 12 && first != second && date.Groups["mark"].Value != ".")
                either = row[column];
        }

        // Dates with points have the day first everywhere.
        var months = into.Options.DateOrder is { } said ? said == DateOrder.MonthFirst : below && !above ? true : above ? false : system;
        if (into.Options.DateOrder is null && above && below)
            into.Ask(ImportQuestions.DateOrder, table.File, "has dates with the day first and dates with the month first");
        else if (months is null && either.Length > 0)
            into.Ask(ImportQuestions.DateOrder, table.File, $"has the date {either}, and no row tells which is the day");
        return new(months ?? false, into.Zone);
    }

    /// <summary>
    /// The instant: by the offset or zone that stands behind it, else by <paramref name="clock"/>, else by the shop's own clock.
    /// </summary>
    public DateTimeOffset? At(string text, string time = "", TimeZoneInfo? clock = null)
    {
        if (Local(text, time) is not { } read)
            return null;
        if (read.Offset is { } offset)
            return new DateTimeOffset(read.At, offset).ToUniversalTime();
        var by = clock ?? zone;
        // A time that the clock skipped never was: the export's clock ran on.
        var at = by.IsInvalidTime(read.At) ? by.GetUtcOffset(read.At.AddDays(-1)) : by.GetUtcOffset(read.At);
        return new DateTimeOffset(read.At, at).ToUniversalTime();
    }

    /// <summary>The date as the file has it.</summary>
    public DateOnly? Day(string text) => Local(text, "") is { } read ? DateOnly.FromDateTime(read.At) : null;

    private (DateTime At, TimeSpan? Offset)? Local(string text, string time)
    {
        if (Iso().Match(text) is { Success: true } iso)
            return Made(Int(iso.Groups["y"]), Int(iso.Groups["m"]), Int(iso.Groups["d"]), iso.Groups["rest"].Value, time);
        if (Numeric().Match(text) is { Success: true } numeric)
        {
            var (first, second) = (Int(numeric.Groups["a"]), Int(numeric.Groups["b"]));
            var points = numeric.Groups["mark"].Value == ".";
            var (day, month) = monthFirst && !points ? (second, first) : (first, second);
            return Made(Year(numeric.Groups["y"]), month, day, numeric.Groups["rest"].Value, time);
        }

        if (Serial().IsMatch(text))
        {
            // A spreadsheet's own: days since the end of 1899, the time behind the point.
            var days = double.Parse(text, CultureInfo.InvariantCulture);
            var on = DateTime.FromOADate(Math.Round(days * 86400) / 86400);
            return Made(on.Year, on.Month, on.Day, days % 1 == 0 ? "" : on.ToString("HH:mm:ss", CultureInfo.InvariantCulture), time);
        }

        if (Named().Match(text) is not { Success: true } named)
            return null;
        var said = ExportTable.Fold(named.Groups["m"].Value);
        var at = Array.FindIndex(Months, m => m.Any(b => said.StartsWith(b, StringComparison.Ordinal)));
        return at < 0 ? null : Made(Year(named.Groups["y"]), at + 1, Int(named.Groups["d"]), named.Groups["rest"].Value, time);
    }

    /// <summary>How their names begin, in the languages of Western Europe.</summary>
    private static readonly string[][] Months =
    [
        ["jan", "ene", "gen"], ["feb", "fev"], ["mar", "mrt", "maa"], ["apr", "abr", "avr"], ["may", "mai", "maj", "mag", "mei"],
        ["jun", "juin", "giu"], ["jul", "juil", "lug"], ["aug", "ago", "aou"], ["sep", "set"], ["oct", "okt", "ott", "out"], ["nov"],
        ["dec", "dez", "dic", "des"],
    ];

    private static (DateTime At, TimeSpan? Offset)? Made(int year, int month, int day, string rest, string time)
    {
        if (year is < 1990 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;
        var date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        var clock = Clock().Match(time.Length > 0 ? time : rest);
        if (!clock.Success)
            return rest.Trim(' ', ',', 'T').Length == 0 && time.Length == 0 ? (date, null) : null;
        var hour = Int(clock.Groups["h"]);
        if (clock.Groups["ap"] is { Success: true } half)
        {
            if (hour is < 1 or > 12)
                return null;
            hour = (hour % 12) + (half.Value[0] is 'p' or 'P' ? 12 : 0);
        }

        var (minute, second) = (Int(clock.Groups["i"]), clock.Groups["s"].Success ? Int(clock.Groups["s"]) : 0);
        if (hour > 23 || minute > 59 || second > 60)
            return null;
        var at = date.AddHours(hour).AddMinutes(minute).AddSeconds(second);
        var said = clock.Groups["zone"].Value;
        if (said.Length == 0)
            return (at, null);
        if (Short.TryGetValue(said, out var hours))
            return (at, TimeSpan.FromHours(hours));
        var offset = Offset().Match(said);
        if (!offset.Success)
            return null;
        var span = new TimeSpan(Int(offset.Groups["h"]), offset.Groups["i"].Success ? Int(offset.Groups["i"]) : 0, 0);
        return span > TimeSpan.FromHours(14) ? null : (at, offset.Groups["sign"].Value == "-" ? -span : span);
    }

    private static int Int(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    private static int Year(Group digits) => Int(digits) is var year && year < 100 ? 2000 + year : year;

    [GeneratedRegex(@"^'?(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})(?<rest>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Iso();

    [GeneratedRegex(
        @"^'?(?<a>\d{1,2})(?<mark>[/.\-])(?<b>\d{1,2})\k<mark>(?<y>\d{4}|\d{2})(?<rest>\D.*)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numeric();

    [GeneratedRegex(
        @"^(\p{L}+\.?,? )?((?<d>\d{1,2})\.?[ \-/](de )?(?<m>\p{L}{3,10})\.?([ \-/,]+|\s+de\s+)(?<y>\d{4}|\d{2})"
            + @"|(?<m>\p{L}{3,10})\.? (?<d>\d{1,2}),? (?<y>\d{4}))(?<rest>\D.*)?$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^[234567]\d{4}(\.\d+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Serial();

    [GeneratedRegex(
        @"^[ ,T]*(a las |um |at |à |kl\.? )?(?<h>\d{1,2})[:.h](?<i>\d{2})([:.](?<s>\d{2})([.,]\d+)?)?\s*(Uhr)?"
            + @"(?<ap>[AaPp])?(?(ap)\.?\s?[Mm]\.?)\s*(?<zone>Z|[A-Za-z]{3,4}|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^(?<sign>[+-])(?<h>\d{2}):?(?<i>\d{2})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Offset();
}

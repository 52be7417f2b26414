using System.Globalization;

namespace Comanda.Screens.Office.Books;

/// <summary>What people type.</summary>
public static class Typed
{
    /// <summary>A day as the API and fields for days have it; null where it is none.</summary>
    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A number with a point or a comma; null where it is none.</summary>
    public static decimal? Number(string? text) => decimal.TryParse(
        text?.Trim().Replace(',', '.'),
        NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
        CultureInfo.InvariantCulture,
        out var number) ? number : null;
}

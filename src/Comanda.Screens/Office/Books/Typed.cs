using System.Globalization;

namespace Comanda.Screens.Office.Books;

/// <summary>What people type.</summary>
public static class Typed
{
    /// <summary>A number with a point or a comma; null where it is none.</summary>
    public static decimal? Number(string? text) => decimal.TryParse(
        text?.Trim().Replace(',', '.'),
        NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
        CultureInfo.InvariantCulture,
        out var number) ? number : null;
}

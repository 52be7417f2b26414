using System.Globalization;

namespace Comanda.Storefront;

/// <summary>
/// A shop's colour as the storefront uses it. Whatever was chosen, what is written in it or on it can be read: WCAG 2.2, 1.4.3, 4.5 to 1.
/// </summary>
public static class StoreColours
{
    private const double Least = 4.5;

    /// <summary>The grounds of the pages in light and in dark (store.css), the ones that are hardest to read on.</summary>
    private const string Light = "#f4efe7", Dark = "#2b2621";

    /// <summary>The style sheet that says the colour: as a ground, what is written on it, and as ink, in light and in dark.</summary>
    public static string Sheet(string colour) =>
        $$"""
        :root { --brand: {{colour}}; --on-brand: {{On(colour)}}; --brand-ink: {{Toward(colour, Light, 0)}}; }
        @media (prefers-color-scheme: dark) { :root { --brand-ink: {{Toward(colour, Dark, 255)}}; } }

        """;

    /// <summary>Black or white, whichever can be read better: one of them always has 4.5 to 1.</summary>
    public static string On(string ground) => Contrast("#ffffff", ground) >= Contrast("#000000", ground) ? "#ffffff" : "#000000";

    /// <summary>How much two colours differ in lightness, 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>The colour, as far mixed with black (0) or white (255) as it takes to be read on a ground.</summary>
    public static string Toward(string colour, string ground, int end)
    {
        for (var part = 0; part <= 100; part += 4)
        {
            var mixed = "#" + string.Concat(Enumerable.Range(0, 3).Select(i =>
                (Part(colour, i) + ((end - Part(colour, i)) * part / 100)).ToString("x2", CultureInfo.InvariantCulture)));
            if (Contrast(mixed, ground) >= Least)
                return mixed;
        }

        return end == 0 ? "#000000" : "#ffffff";
    }

    private static int Part(string colour, int at) => Convert.ToInt32(colour.Substring(1 + (2 * at), 2), 16);

    private static double Luminance(string colour)
    {
        double Linear(int at)
        {
            var value = Part(colour, at) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Linear(0)) + (0.7152 * Linear(1)) + (0.0722 * Linear(2));
    }
}

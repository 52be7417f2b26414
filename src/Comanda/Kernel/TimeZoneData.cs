namespace Comanda.Kernel;

/// <summary>
/// Which release of the time zone database the machine has, such as 2026f. Countries change their clocks at a few weeks' notice: with
/// old data a shop there books its evening on another day.
/// </summary>
public static class TimeZoneData
{
    /// <summary>Said where no release is written.</summary>
    public const string Unknown = "unknown";

    /// <summary>As the files that .NET reads say it; "unknown" where they do not.</summary>
    public static string Version { get; } = In(Environment.GetEnvironmentVariable("TZDIR") ?? "/usr/share/zoneinfo");

    internal static string In(string folder)
    {
        const string mark = "# version ";
        try
        {
            var line = File.ReadLines(Path.Combine(folder, "tzdata.zi")).FirstOrDefault() ?? "";
            return line.StartsWith(mark, StringComparison.Ordinal) ? line[mark.Length..].Trim() : Unknown;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return Unknown;
        }
    }
}

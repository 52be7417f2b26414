using System.Text.Json;

namespace Comanda.Shops;

/// <summary>
/// Settings of a shop's own, which mean nothing to us: kept as <c>custom.NAME</c>, and read back under the name they were put under.
/// </summary>
internal static class CustomSettings
{
    private const string Prefix = "custom.";

    private const int LongestName = 60, LongestValue = 10_000;

    /// <summary>More than a shop's screens need; a hostile owner fills no disk.</summary>
    public const int Most = 300;

    public static bool IsCustom(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) && IsName(key[Prefix.Length..]);

    /// <summary>The setting of this name, or of this <c>custom.</c> name; null where it can be none.</summary>
    public static SettingKey? Named(string name) =>
        IsCustom(name) ? Of(name, name)
        : IsName(name) && !name.StartsWith(Prefix, StringComparison.Ordinal) ? Of(Prefix + name, name)
        : null;

    /// <summary>As it is stored: with the name that it was put under.</summary>
    public static SettingKey Stored(string key, string stored)
    {
        using var kept = JsonDocument.Parse(stored);
        return Of(key, kept.RootElement.GetProperty("as").GetString()!);
    }

    private static SettingKey Of(string key, string saidAs) => new(
        key,
        "{\"as\":\"\",\"is\":null}",
        "any JSON",
        "A setting of the shop's own, for its screens and apps.",
        $"JSON of at most {LongestValue} characters",
        (v, _) => v.GetRawText().Length <= LongestValue ? Json.Write(new Dictionary<string, object> { ["as"] = saidAs, ["is"] = v }) : null,
        IsText: false)
    {
        SaidAs = saidAs,
    };

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':');
}

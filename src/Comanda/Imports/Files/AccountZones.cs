namespace Comanda.Imports;

/// <summary>
/// Zones as accounts of other systems name them: <c>Eastern Time (US &amp; Canada)</c>. It is the account's zone, or the browser's that
/// exported, and not always the shop's.
/// </summary>
internal static class AccountZones
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Eastern Time (US & Canada)"] = "America/New_York",
        ["Central Time (US & Canada)"] = "America/Chicago",
        ["Mountain Time (US & Canada)"] = "America/Denver",
        ["Pacific Time (US & Canada)"] = "America/Los_Angeles",
        ["Arizona"] = "America/Phoenix",
        ["Alaska"] = "America/Anchorage",
        ["Hawaii"] = "Pacific/Honolulu",
        ["Indiana (East)"] = "America/Indiana/Indianapolis",
        ["Atlantic Time (Canada)"] = "America/Halifax",
        ["Newfoundland"] = "America/St_Johns",
        ["Saskatchewan"] = "America/Regina",
        ["London"] = "Europe/London",
        ["Edinburgh"] = "Europe/London",
        ["Dublin"] = "Europe/Dublin",
        ["Lisbon"] = "Europe/Lisbon",
        ["Madrid"] = "Europe/Madrid",
        ["Paris"] = "Europe/Paris",
        ["Berlin"] = "Europe/Berlin",
        ["Rome"] = "Europe/Rome",
        ["Amsterdam"] = "Europe/Amsterdam",
        ["Tokyo"] = "Asia/Tokyo",
        ["Osaka"] = "Asia/Tokyo",
        ["Sydney"] = "Australia/Sydney",
        ["Melbourne"] = "Australia/Melbourne",
        ["Brisbane"] = "Australia/Brisbane",
        ["Perth"] = "Australia/Perth",
        ["Adelaide"] = "Australia/Adelaide",
        ["Hobart"] = "Australia/Hobart",
        ["Darwin"] = "Australia/Darwin",
        ["Asia/Calcutta"] = "Asia/Kolkata",
    };

    /// <summary>The zone; null where nobody knows it by that name.</summary>
    public static TimeZoneInfo? Find(string label) =>
        label.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(Known.GetValueOrDefault(label, label), out var zone) ? zone : null;
}

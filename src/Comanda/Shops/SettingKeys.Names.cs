using System.Text.Json;

namespace Comanda.Shops;

/// <summary>How keys are found: by their own names, by what the documents call them, and those of a shop's own.</summary>
public static partial class SettingKeys
{
    private static SettingKey PinSignIn => new(
        "pin_sign_in",
        "device",
        "device or anywhere",
        "Where a PIN signs somebody in: at enrolled devices of the shop alone, or anywhere together with the username.",
        "device or anywhere",
        (v, _) => Text(v) is "device" or "anywhere" ? Text(v) : null);

    /// <summary>What one of the documents calls a key.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal) { [OperationalHours] = "opening_hours" };

    private const string OperationalHours = "operational_hours";

    /// <summary>What else a key is called.</summary>
    internal static IEnumerable<string> AlsoCalled(string key) => OtherNames.Where(n => n.Value == key).Select(n => n.Key);

    /// <summary>The key with this name; every <c>feature.NAME</c> and <c>custom.NAME</c> is one.</summary>
    public static SettingKey? Find(string key) =>
        All.FirstOrDefault(k => k.Key == OtherNames.GetValueOrDefault(key, key))
        ?? (IsFeature(key) ? Feature(key) : CustomSettings.IsCustom(key) ? CustomSettings.Named(key) : null);

    /// <summary>The key with this name, in any spelling; else one of the shop's own. Null where it can be none.</summary>
    public static SettingKey? FindOrOwn(string name) =>
        Find(name) ?? Find(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)) ?? CustomSettings.Named(name);

    /// <summary>Every key, the features that a shop has switched, and what it keeps of its own.</summary>
    public static IEnumerable<SettingKey> Of(IReadOnlyDictionary<string, string> stored) =>
        All.Concat(stored.Keys.Where(IsFeature).Order(StringComparer.Ordinal).Select(Feature))
            .Concat(stored.Where(s => CustomSettings.IsCustom(s.Key))
                .OrderBy(s => s.Key, StringComparer.Ordinal)
                .Select(s => CustomSettings.Stored(s.Key, s.Value)));
}

using System.Text.RegularExpressions;

namespace Comanda.Shops;

/// <summary>How a shop looks to its guests at the storefront, besides its name: the settings.</summary>
internal static partial class StorefrontSettings
{
    public static IReadOnlyList<SettingKey> Keys { get; } =
    [
        new(
            "storefront_colour",
            "#9a3412",
            "colour",
            "The shop's colour at its storefront. Where it could not be read as text, it is taken darker or lighter.",
            "a colour such as #9a3412",
            (v, _) => SettingKeys.Text(v) is { } t && Colour().IsMatch(t) ? t.ToLowerInvariant() : null),
        new(
            "storefront_picture",
            "",
            "address",
            "The picture above the menu at the storefront, wide rather than high. Empty: none.",
            "the address of a picture, https://… or a path such as /uploads/…, or nothing",
            (v, _) => SettingKeys.Text(v) is { Length: <= 500 } t && (t.Length == 0 || Address().IsMatch(t)) ? t : null),
        new(
            "storefront_about",
            "",
            "up to 300 characters",
            "A sentence below the shop's name at the storefront.",
            "up to 300 characters",
            (v, _) => SettingKeys.Text(v) is { Length: <= 300 } t ? t : null),
    ];

    public static StorefrontLook Look(Func<string, string> value) =>
        new(value("storefront_colour"), value("storefront_picture"), value("storefront_about"));

    [GeneratedRegex(@"^#[0-9A-Fa-f]{6}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Colour();

    [GeneratedRegex(@"^(https://[^\s/]+/[^\s]*|/[^\s/][^\s]*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}

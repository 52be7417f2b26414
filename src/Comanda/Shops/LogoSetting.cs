using System.Text.RegularExpressions;

namespace Comanda.Shops;

/// <summary>The logo above printed receipts: a picture that was uploaded before.</summary>
internal static partial class LogoSetting
{
    public static SettingKey Key { get; } = new(
        "receipt_logo",
        "",
        "address of a picture",
        "The logo above printed receipts, in black and white dots: the url that POST /api/upload/image answered.",
        "the url that POST /api/upload/image answered, or empty",
        (v, _) => SettingKeys.Text(v) is { } t && (t.Length == 0 || Uploaded().IsMatch(t)) ? t : null);

    [GeneratedRegex(@"^/uploads/[0-9a-f]{32}\.(jpg|png|gif|webp)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Uploaded();
}

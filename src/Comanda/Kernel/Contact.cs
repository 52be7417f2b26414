using System.Text.RegularExpressions;

namespace Comanda.Kernel;

/// <summary>E-mail addresses and phone numbers as people write them, and in the one form in which they are kept.</summary>
public static partial class Contact
{
    public const string EmailRule = "must be an e-mail address such as ana@example.com";

    public const string PhoneRule = "must be a phone number of 5 to 15 digits, such as +351 912 345 678";

    /// <summary>
    /// A plain address, at most 254 characters (RFC 5321), without spaces and control characters: nothing that could
    /// end a mail's header line. Whether somebody reads it, only a mail can tell.
    /// </summary>
    public static string? Email(string? text)
    {
        var trimmed = text?.Trim();
        return trimmed is { Length: >= 3 and <= 254 } && EmailShape().IsMatch(trimmed) ? trimmed : null;
    }

    /// <summary>Digits with a leading + where there was one (or 00): spaces, dots, dashes, slashes and brackets are for the eye.</summary>
    public static string? Phone(string? text)
    {
        if (text is not { Length: <= 40 })
            return null;
        var bare = PhoneFiller().Replace(text, "");
        if (bare.StartsWith("00", StringComparison.Ordinal))
            bare = "+" + bare[2..];
        return PhoneShape().IsMatch(bare) ? bare : null;
    }

    /// <summary>The digits that tell one phone from another, however its country was spelt: 0351…, 00351… and +351… are one for a limit.</summary>
    public static string PhoneDigits(string phone) => phone.TrimStart('+', '0');

    [GeneratedRegex(@"^[^\s@<>()\[\],;:""\\\p{C}]{1,64}@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmailShape();

    [GeneratedRegex(@"[ .\-/()]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PhoneFiller();

    [GeneratedRegex(@"^\+?[0-9]{5,15}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PhoneShape();
}

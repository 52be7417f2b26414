using System.Text.RegularExpressions;
using PhoneNumbers;

namespace Comanda.Kernel;

/// <summary>E-mail addresses and phone numbers as people write them, and in the one form in which they are kept.</summary>
public static partial class Contact
{
    public const string EmailRule = "must be an e-mail address such as ana@example.com";

    public const string PhoneRule = "must be a phone number such as +351 912 345 678, or one of the shop's own country without its code";

    /// <summary>
    /// A plain address, at most 254 characters (RFC 5321), without spaces and control characters: nothing that could
    /// end a mail's header line. Whether somebody reads it, only a mail can tell.
    /// </summary>
    public static string? Email(string? text)
    {
        var trimmed = text?.Trim();
        return trimmed is { Length: >= 3 and <= 254 } && EmailShape().IsMatch(trimmed) ? trimmed : null;
    }

    /// <summary>
    /// A number in the one form in which it is kept: E.164, such as +351912345678. Spaces, dots, dashes, slashes and brackets are for the
    /// eye, 00 is a +. Without a country's code it is one of the shop's country; where that is not known, its digits are kept as they are.
    /// Null where no such number can be: too short, too long, a code of no country.
    /// </summary>
    /// <param name="text">As somebody wrote it.</param>
    /// <param name="country">The shop's, by ISO 3166-1 (PT); null where it is not known.</param>
    public static string? Phone(string? text, string? country)
    {
        if (text is not { Length: <= 40 })
            return null;
        var bare = LeadingZeros().Replace(PhoneFiller().Replace(text, ""), "+");
        if (!PhoneShape().IsMatch(bare))
            return null;
        var code = country is null ? 0 : PhoneNumberUtil.GetInstance().GetCountryCodeForRegion(country);
        if (code == 0 && bare[0] != '+')
            return bare;
        // 0351… is what somebody makes of +351…, and no number of the country itself.
        return E164(bare, code == 0 ? null : country)
            ?? (code > 0 && bare.StartsWith($"0{code}", StringComparison.Ordinal) ? E164("+" + bare[1..], country) : null);
    }

    /// <summary>
    /// As <see cref="Phone"/>, for those that are only to be called: what is no such number ("ext. 12") stays as it is. Null where there is
    /// nothing.
    /// </summary>
    public static string? PhoneOrText(string? text, string? country) =>
        Phone(text, country) ?? (text?.Trim() is { Length: > 0 } given ? given : null);

    /// <summary>Whether a country by ISO 3166-1 has phones.</summary>
    public static bool IsCountry(string code) => PhoneNumberUtil.GetInstance().GetCountryCodeForRegion(code) != 0;

    private static string? E164(string number, string? country)
    {
        var phones = PhoneNumberUtil.GetInstance();
        try
        {
            var parsed = phones.Parse(number, country);
            // Possible to dial from anywhere: whether it is in use only its country knows, and new ranges come before new lists.
            return phones.IsPossibleNumberWithReason(parsed) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE
                ? phones.Format(parsed, PhoneNumberFormat.E164)
                : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>
    /// The digits that tell one phone from another, however its country was spelt: 0351…, 00351… and +351… are one for a limit.
    /// </summary>
    public static string PhoneDigits(string phone) => phone.TrimStart('+', '0');

    [GeneratedRegex(
        @"^[^\s@<>()\[\],;:""\\\p{C}]{1,64}@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex EmailShape();

    [GeneratedRegex(@"[ .\-/()]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PhoneFiller();

    /// <summary>The prefix of calls abroad, and a + that a zero was left behind.</summary>
    [GeneratedRegex(@"^(00+|\+0+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeadingZeros();

    [GeneratedRegex(@"^\+?[0-9]{5,15}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PhoneShape();
}

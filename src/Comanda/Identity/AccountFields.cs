using System.Globalization;
using System.Text;

namespace Comanda.Identity;

/// <summary>What the fields of an account take, the same wherever one is added or changed.</summary>
public static class AccountFields
{
    public const string UsernameRule =
        "must have 1 to 50 plain characters without spaces, and no @ unless it is the account's own e-mail address";

    public const string NameRule = "must not be empty";

    /// <summary>
    /// Characters that are seen and stand for themselves: no invisible ones, no other widths of a letter, which would make
    /// two names look like one. Somebody else's e-mail address is no username: its owner could not have it any more.
    /// </summary>
    public static bool IsUsername(string username, string? email) =>
        username.Length is >= 1 and <= 50
        && IsPlain(username)
        && (!username.Contains('@', StringComparison.Ordinal) || string.Equals(username, email, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Other widths and the like as the letters they stand for. The process runs without the culture data that .NET would
    /// normalize by (InvariantGlobalization), so the one block that imitates ASCII is folded here.
    /// </summary>
    private static string Plain(string text) => new([.. text.Select(c => c is >= '\uff01' and <= '\uff5e' ? (char)(c - 0xfee0) : c)]);

    private static bool IsPlain(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar
                || Rune.IsWhiteSpace(rune)
                || Rune.IsControl(rune)
                || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
                return false;
        }

        return text == Plain(text);
    }

    /// <summary>Who signs in by their e-mail address signs in by the new one when it changes.</summary>
    public static string UsernameAfter(string username, string? emailNow, string? emailNext) =>
        emailNext is not null && string.Equals(username, emailNow, StringComparison.OrdinalIgnoreCase) ? emailNext : username;

    /// <summary>A field as it will be: what is given, checked; what is left out stays; an empty text takes it away.</summary>
    public static string? Email(string? given, string? now, FieldErrors errors) =>
        Next(given, now, Contact.Email, "email", Contact.EmailRule, errors);

    /// <summary>As <see cref="Email"/>; without a country's code it is of the shop's <paramref name="country"/>.</summary>
    public static string? Phone(string? given, string? now, string? country, FieldErrors errors) =>
        Next(given, now, phone => Contact.Phone(phone, country), "phone", Contact.PhoneRule, errors);

    /// <summary>A name as it will be; it cannot be taken away.</summary>
    public static string Name(string? given, string now, FieldErrors errors)
    {
        errors.Check(given is null || !string.IsNullOrWhiteSpace(given), "name", NameRule);
        return string.IsNullOrWhiteSpace(given) ? now : given.Trim();
    }

    private static string? Next(string? given, string? now, Func<string?, string?> read, string field, string rule, FieldErrors errors)
    {
        if (given is null)
            return now;
        if (given.Length == 0)
            return null;
        var value = read(given);
        errors.Check(value is not null, field, rule);
        return value;
    }
}

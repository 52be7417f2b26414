using Comanda.Kernel;

namespace Comanda.Identity;

/// <summary>What the fields of an account take, the same wherever one is added or changed.</summary>
public static class AccountFields
{
    public const string UsernameRule = "must have 1 to 50 characters without spaces";

    public static bool IsUsername(string username) => username.Length is >= 1 and <= 50 && !username.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>A field as it will be: what is given, checked; what is left out stays; an empty text takes it away.</summary>
    public static string? Email(string? given, string? now, FieldErrors errors) => Next(given, now, Contact.Email, "email", Contact.EmailRule, errors);

    /// <inheritdoc cref="Email"/>
    public static string? Phone(string? given, string? now, FieldErrors errors) => Next(given, now, Contact.Phone, "phone", Contact.PhoneRule, errors);

    /// <summary>A name as it will be; it cannot be taken away.</summary>
    public static string Name(string? given, string now, FieldErrors errors)
    {
        errors.Check(given is null || !string.IsNullOrWhiteSpace(given), "name", "must not be empty");
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

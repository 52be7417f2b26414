namespace Comanda.Kernel;

/// <summary>
/// How the fields of requests are read: each word reads one, notes what is wrong with it, and answers its value (or one that is
/// harmless, since nothing is done then). A field that was left out is null.
/// </summary>
public static class Inputs
{
    /// <summary>An amount of money that is more than nothing.</summary>
    public static Money Money(this FieldErrors errors, string field, decimal? given, Currency currency)
    {
        var money = Kernel.Money.Zero;
        errors.Check(
            given is null || (Kernel.Money.TryFrom(given.Value, currency, out money) && money > Kernel.Money.Zero),
            field,
            $"must be more than 0, with at most {currency.Digits} decimals ({currency.Code})");
        return money;
    }

    /// <summary>An amount of money that may be nothing.</summary>
    public static Money MoneyOrNone(this FieldErrors errors, string field, decimal? given, Currency currency)
    {
        var money = Kernel.Money.Zero;
        errors.Check(
            given is null || (given >= 0 && Kernel.Money.TryFrom(given.Value, currency, out money)),
            field,
            $"must be 0 or more, with at most {currency.Digits} decimals ({currency.Code})");
        return money;
    }

    /// <summary>A word of a closed list; <paramref name="otherwise"/> where it was left out.</summary>
    public static T OneOf<T>(this FieldErrors errors, string field, string? given, T otherwise)
        where T : struct, Enum
    {
        var value = otherwise;
        errors.Check(given is null || WireName<T>.TryParse(given, out value), field, RuleOf<T>());
        return value;
    }

    /// <summary>A word of a closed list, which must be there.</summary>
    public static T OneOf<T>(this FieldErrors errors, string field, string? given)
        where T : struct, Enum
    {
        errors.Check(WireName<T>.TryParse(given, out var value), field, RuleOf<T>());
        return value;
    }

    /// <summary>One of these words.</summary>
    public static string? OneOf(this FieldErrors errors, string field, string? given, params string[] words)
    {
        var list = words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
        errors.Check(given is null || words.Contains(given, StringComparer.Ordinal), field, "must be " + list);
        return given;
    }

    /// <summary>An instant of this age and the next, to the microsecond.</summary>
    public static DateTimeOffset? Instant(this FieldErrors errors, string field, DateTimeOffset? given)
    {
        errors.Check(given is null or { Year: >= 2000 and <= 2200 }, field, "must be between the years 2000 and 2200");
        return given is { } at ? Clock.Cut(at) : null;
    }

    /// <summary>A text that must be there, without the spaces around it.</summary>
    public static string Text(this FieldErrors errors, string field, string? given, int atMost)
    {
        errors.Check(!string.IsNullOrWhiteSpace(given), field, $"is required, at most {atMost} characters");
        return given?.Trim() ?? "";
    }

    /// <summary>A number within bounds.</summary>
    public static int? Between(this FieldErrors errors, string field, int? given, int least, int most)
    {
        errors.Check(given is null || (given >= least && given <= most), field, $"must be between {least} and {most}");
        return given;
    }

    private static string RuleOf<T>()
        where T : struct, Enum => "must be " + string.Join(", ", WireName<T>.All);
}

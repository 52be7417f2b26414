using System.Security.Cryptography;

namespace Comanda.GiftCards;

/// <summary>
/// The code of a gift card. Whoever has it has the money, so it is random, and what others get to read (receipts, the journal, events,
/// orders) shows only its end. Compared without spaces, hyphens and case.
/// </summary>
public static class GiftCardCode
{
    /// <summary>What a code must look like, as an input error says it.</summary>
    public const string Rule = "must have 8 to 32 letters and digits; spaces and hyphens do not count";

    private const int Shown = 4, Group = 4, Length = 16;

    /// <summary>32 signs that nobody takes for one another on paper: no I, O, 0, 1. Sixteen of them are 80 bits.</summary>
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>A new one that nobody can guess.</summary>
    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>As codes are kept and compared; null where it is none.</summary>
    public static string? Read(string? code)
    {
        if (code is null or { Length: > 100 })
            return null;
        var plain = string.Concat(code.Where(c => c is not ('-' or ' '))).ToUpperInvariant();
        return plain.Length is >= 8 and <= 32 && plain.All(char.IsAsciiLetterOrDigit) ? plain : null;
    }

    /// <summary>For people: in groups of four.</summary>
    public static string ToText(string code) => string.Join('-', code.Chunk(Group).Select(group => new string(group)));

    /// <summary>For people who are not to pay with it: only the last four can be read.</summary>
    public static string Mask(string code) => ToText(new string('*', code.Length - Shown) + code[^Shown..]);
}

namespace Comanda.Kernel;

/// <summary>
/// The codes on articles. A GTIN has 8, 12, 13 or 14 digits, the last of which checks the others; with or without zeros before it, it
/// names the same article, and scanners differ in whether they send them. All else is a code of the shop's own, the same only letter by
/// letter; so is a number whose check digit is wrong, since no scanner reads it as a GTIN. Source: GS1 General Specifications, 3.3 and 7.9.
/// </summary>
public static class Gtin
{
    private const int Longest = 14;

    private static readonly int[] Lengths = [8, 12, 13, Longest];

    public static bool Is(string code) => Lengths.Contains(code.Length) && Checks(code);

    /// <summary>The same for every spelling of a code.</summary>
    public static string KeyOf(string code) => Is(code) ? code.PadLeft(Longest, '0') : code;

    /// <summary>All that name the same article.</summary>
    public static string[] Spellings(string code)
    {
        if (!Is(code))
            return [code];
        var bare = code.TrimStart('0');
        return [.. Lengths.Where(l => l >= bare.Length).Select(l => bare.PadLeft(l, '0'))];
    }

    /// <summary>Whether the last of these digits checks the others: every other one counts three times, from the right.</summary>
    internal static bool Checks(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiDigit(digits[i]))
                return false;
            sum += (digits[i] - '0') * ((digits.Length - i) % 2 == 0 ? 3 : 1);
        }

        return sum % 10 == 0;
    }
}

using System.Security.Cryptography;

namespace Comanda.Printing;

/// <summary>
/// What printers call jobs: a ULID, 26 characters of Crockford's Base32, in the order of time. It fits Epson's 30, a URL and Star's token.
/// </summary>
internal static class PrintTokens
{
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New()
    {
        Span<char> token = stackalloc char[26];
        var milliseconds = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(); // they are in order, and nothing else hangs on it
        for (var i = 9; i >= 0; i--, milliseconds >>= 5)
            token[i] = Letters[(int)(milliseconds & 31)];
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        for (var i = 0; i < 16; i++)
            token[10 + i] = Letters[random[i] & 31];
        return new(token);
    }
}

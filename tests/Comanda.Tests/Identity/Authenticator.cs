using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Comanda.Tests.Identity;

/// <summary>An authenticator app, written after RFC 6238 alone: what it shows is what a phone would show.</summary>
internal sealed class Authenticator(string secret)
{
    /// <summary>The app, and the recovery codes that its owner wrote down.</summary>
    public sealed record SetUp(Authenticator App, string[] RecoveryCodes);

    /// <summary>The code of this moment, or of so many steps of 30 seconds from it.</summary>
    public string Code(int steps = 0, DateTimeOffset? at = null)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, ((at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds() / 30) + steps);
        // RFC 4226, 5.3: truncated where the last half byte says.
        var hash = HMACSHA1.HashData(FromBase32(secret), counter);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>A code that is none of those that would be right about now.</summary>
    public string WrongCode() =>
        Enumerable.Range(0, 10).Select(i => $"00000{i}").First(c => Enumerable.Range(-3, 7).All(s => Code(s) != c));

    /// <summary>Sets one up for whoever is signed in, and confirms it.</summary>
    public static async Task<SetUp> For(ComandaClient client, string password = "password123")
    {
        var offer = await client.Ask("POST /api/auth/second-factor", new { current_password = password });
        offer.Status.ShouldBe(200, offer.ToString());
        var app = new Authenticator(offer.Text("secret")!);
        (await client.Ask("POST /api/auth/second-factor/confirm", new { code = app.Code() })).Status.ShouldBe(204);
        return new(app, [.. offer.Body.GetProperty("recovery_codes").EnumerateArray().Select(c => c.GetString()!)]);
    }

    public static string SecretOf(string otpauthUrl) => Regex.Match(otpauthUrl, "[?&]secret=([A-Z2-7]+)").Groups[1].Value;

    private static byte[] FromBase32(string text)
    {
        var (bytes, buffer, bits) = (new List<byte>(), 0, 0);
        foreach (var letter in text.TrimEnd('='))
        {
            (buffer, bits) = ((buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter), bits + 5);
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}

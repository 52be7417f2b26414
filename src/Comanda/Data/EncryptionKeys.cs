using System.Security.Cryptography;

namespace Comanda.Data;

/// <summary>
/// The operator's keys for what is sealed in the database: 32 bytes each, as base64, with commas between. The first one seals, every one
/// opens, so that a new key is put before the old one until <c>comanda rotate-keys</c> has sealed everything anew.
/// </summary>
public sealed record EncryptionKeys(IReadOnlyList<byte[]> Keys)
{
    public const string Variable = "COMANDA_ENCRYPTION_KEY";

    private const int KeyBytes = 32;

    /// <summary>Nothing is sealed.</summary>
    public static readonly EncryptionKeys None = new([]);

    /// <summary>As the variable has them; none where it is not set.</summary>
    /// <exception cref="StartupException">A key is no 32 bytes of base64, or stands there twice.</exception>
    public static EncryptionKeys FromEnvironment(Func<string, string?> variable)
    {
        var keys = (variable(Variable) ?? "").Split([',', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(Read).ToList();
        return keys.Select(Sealing.NameOf).Distinct(StringComparer.Ordinal).Count() == keys.Count
            ? new(keys)
            : throw new StartupException($"{Variable} has a key twice");
    }

    /// <summary>A new key, as the variable takes it.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>The message does not repeat what was given: it may be a key with a letter missing.</summary>
    private static byte[] Read(string text)
    {
        var key = new byte[KeyBytes + 3];
        return Convert.TryFromBase64String(text, key, out var length) && length == KeyBytes
            ? key[..KeyBytes]
            : throw new StartupException(
                $"{Variable} must be 32 random bytes as base64, or several such with commas between: openssl rand -base64 32");
    }
}

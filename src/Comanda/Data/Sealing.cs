using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Comanda.Data;

/// <summary>
/// Seals values before they go into the database, where the operator gave keys for it (<see cref="EncryptionKeys"/>): AES-256-GCM with a
/// random nonce, bound to what the value is, so that none can be put in another's place. What was kept before there was a key is read as
/// it is, until <c>comanda rotate-keys</c> seals it.
/// </summary>
public sealed class Sealing
{
    /// <summary>No text that comes in may begin with it (PlainText), so nobody can write what looks sealed.</summary>
    private const char Mark = '\u0001';

    private const int NonceBytes = 12, TagBytes = 16;

    /// <summary>Of bytes that are kept as they are: a signing key.</summary>
    private const int LongestPlain = 32;

    private readonly Dictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    private readonly string? newest;

    public Sealing(EncryptionKeys given)
    {
        foreach (var key in given.Keys)
        {
            newest ??= NameOf(key);
            keys.Add(NameOf(key), key);
        }
    }

    /// <summary>True where the operator gave a key.</summary>
    public bool IsOn => newest is not null;

    /// <summary>A key's name, which tells nothing of it.</summary>
    public static string NameOf(byte[] key) =>
        Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 4, info: "comanda key name"u8.ToArray()));

    /// <summary>The text as it is kept.</summary>
    /// <param name="text">Null stays null.</param>
    /// <param name="what">What it is: the table and the column.</param>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public string? Seal(string? text, string what)
    {
        if (text is null || newest is null)
            return text;
        var plain = Encoding.UTF8.GetBytes(text);
        var kept = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(kept.AsSpan(0, NonceBytes));
        using var gcm = new AesGcm(keys[newest], TagBytes);
        gcm.Encrypt(
            kept.AsSpan(0, NonceBytes),
            plain,
            kept.AsSpan(NonceBytes, plain.Length),
            kept.AsSpan(NonceBytes + plain.Length),
            Encoding.UTF8.GetBytes(what));
        return $"{Mark}{newest}.{Base64Url.EncodeToString(kept)}";
    }

    /// <summary>The text that was sealed, or as it was kept before there was a key.</summary>
    /// <exception cref="StartupException">It was sealed by a key that is not there, or is not what was sealed.</exception>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(kept))]
    public string? Open(string? kept, string what)
    {
        if (!IsSealed(kept))
            return kept;
        var dot = kept.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? "" : kept[1..dot];
        if (!keys.TryGetValue(name, out var key))
            throw new StartupException($"{what} was sealed with a key that is not in {EncryptionKeys.Variable} (key {name})");
        try
        {
            var bytes = Base64Url.DecodeFromChars(kept.AsSpan(dot + 1));
            var plain = new byte[bytes.Length - NonceBytes - TagBytes];
            using var gcm = new AesGcm(key, TagBytes);
            gcm.Decrypt(
                bytes.AsSpan(0, NonceBytes),
                bytes.AsSpan(NonceBytes, plain.Length),
                bytes.AsSpan(NonceBytes + plain.Length),
                plain,
                Encoding.UTF8.GetBytes(what));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception wrong) when (wrong is CryptographicException or FormatException or ArgumentException or OverflowException)
        {
            throw new StartupException($"{what} is not what was sealed there: {wrong.Message}");
        }
    }

    /// <summary>Bytes as they are kept.</summary>
    public byte[] Seal(byte[] bytes, string what) =>
        newest is null ? bytes : Encoding.ASCII.GetBytes(Seal(Convert.ToBase64String(bytes), what));

    /// <summary>The bytes that were sealed, or as they were kept before there was a key.</summary>
    public byte[] OpenBytes(byte[] kept, string what) =>
        IsSealed(kept) ? Convert.FromBase64String(Open(Encoding.ASCII.GetString(kept), what)) : kept;

    /// <summary>Whether it is sealed with the newest key; where there is none, whether it is not sealed.</summary>
    public bool IsCurrent(string kept) =>
        newest is null ? !IsSealed(kept) : kept.StartsWith($"{Mark}{newest}.", StringComparison.Ordinal);

    /// <inheritdoc cref="IsCurrent(string)"/>
    public bool IsCurrent(byte[] kept) => IsSealed(kept) ? IsCurrent(Encoding.ASCII.GetString(kept)) : newest is null;

    private static bool IsSealed([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? kept) => kept is [Mark, ..];

    /// <summary>The mark, eight letters of a key's name, and a dot; longer than any key that is kept as it is.</summary>
    private static bool IsSealed(byte[] kept) => kept.Length > NonceBytes + TagBytes + LongestPlain && kept[0] == Mark && kept[9] == '.';
}

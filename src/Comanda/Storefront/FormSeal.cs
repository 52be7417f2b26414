using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Comanda.Storefront;

/// <summary>
/// What a form must bring along to be taken: made of the visit's secret, which no other site can read. It looks different on every page,
/// so that the size of a compressed page tells nothing of it.
/// </summary>
public static class FormSeal
{
    /// <summary>The field's name.</summary>
    public const string Field = "seal";

    private static readonly byte[] Purpose = "storefront form"u8.ToArray();

    public static string Of(string secret)
    {
        var proof = Proof(secret);
        var mask = RandomNumberGenerator.GetBytes(proof.Length);
        return Base64Url.EncodeToString([.. mask, .. proof.Zip(mask, (p, m) => (byte)(p ^ m))]);
    }

    public static bool IsOf(string secret, string? sent)
    {
        var proof = Proof(secret);
        if (sent is null || sent.Length > 100 || !Base64Url.IsValid(sent) || Base64Url.DecodeFromChars(sent) is not { } bytes)
            return false;
        if (bytes.Length != 2 * proof.Length)
            return false;
        var bare = bytes[proof.Length..].Zip(bytes[..proof.Length], (p, m) => (byte)(p ^ m)).ToArray();
        return CryptographicOperations.FixedTimeEquals(bare, proof);
    }

    private static byte[] Proof(string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Purpose);
}

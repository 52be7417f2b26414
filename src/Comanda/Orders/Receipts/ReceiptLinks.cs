using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Comanda.Identity;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Where a receipt stands: the entry's number in the journal of its register, and how that entry's hash began when it was printed.
/// </summary>
internal sealed record ReceiptPlace(long RegisterId, long Number, byte[] Printed);

/// <summary>
/// The address that a receipt's QR code holds: <c>/r/register-entry-secret</c>. The secret is 24 bytes in base64url: the first 12 of
/// the entry's hash, so that the paper itself tells whether the journal was written anew, and 12 of an HMAC-SHA256 over all that,
/// so that nobody finds another receipt from this one. Why both: docs/adr/0013.
/// </summary>
public sealed class ReceiptLinks(LastingKeys keys, IdentityOptions options)
{
    public const string Path = "/r/";

    private const string Purpose = "comanda receipt link 1";

    private const int HashBytes = 12, MacBytes = 12, SecretLetters = 32;

    /// <summary>
    /// What a QR code of version 10 holds in bytes at error correction M is 213; a larger one is too fine for narrow paper.
    /// </summary>
    private const int LongestLink = 200;

    /// <summary>The address for an entry; null where there is none that a phone could open.</summary>
    /// <param name="registerId">The register in whose journal the entry stands.</param>
    /// <param name="number">The entry's number there.</param>
    /// <param name="hash">The entry's hash, 32 bytes.</param>
    /// <param name="caller">Scheme and host by which the caller came: they stand in for COMANDA_PUBLIC_URL where that is not
    /// set. Null takes only that.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="on">The caller's connection, where that is in a transaction.</param>
    internal async Task<string?> Of(
        long registerId, long number, byte[] hash, string? caller, CancellationToken cancel, NpgsqlConnection? on = null)
    {
        var origin = options.HasPublicUrl ? AsciiOf(options.PublicUrl) : caller;
        if (origin is null)
            return null;
        var printed = hash[..HashBytes];
        var secret = (byte[])[.. printed, .. MacOf((await keys.For(Purpose, cancel, on))[0], registerId, number, printed)];
        var link = string.Create(CultureInfo.InvariantCulture, $"{origin}{Path}{registerId}-{number}-{Base64Url.EncodeToString(secret)}");
        return link.Length <= LongestLink && Ascii.IsValid(link) ? link : null;
    }

    /// <summary>The place that a token names, or null where we did not make it. Nothing of the journal is read.</summary>
    internal async ValueTask<ReceiptPlace?> Read(string token, CancellationToken cancel)
    {
        var parts = token.Split('-', 3);
        var secret = new byte[HashBytes + MacBytes];
        if (parts.Length != 3
            || !IsNumber(parts[0], out var register)
            || !IsNumber(parts[1], out var number)
            || parts[2].Length != SecretLetters
            || !Base64Url.TryDecodeFromChars(parts[2], secret, out var length)
            || length != secret.Length)
            return null;
        var printed = secret[..HashBytes];
        foreach (var key in await keys.For(Purpose, cancel))
        {
            if (CryptographicOperations.FixedTimeEquals(MacOf(key, register, number, printed), secret.AsSpan(HashBytes)))
                return new(register, number, printed);
        }

        return null;
    }

    private static bool IsNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    private static byte[] MacOf(byte[] key, long registerId, long number, byte[] printed) =>
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{registerId}\n{number}\n{Convert.ToHexStringLower(printed)}")))[..MacBytes];

    private static string AsciiOf(Uri url) =>
        new UriBuilder(url) { Host = url.IdnHost, Query = "", Fragment = "" }.Uri.AbsoluteUri.TrimEnd('/');
}

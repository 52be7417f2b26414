using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Npgsql;
using OtpNet;

namespace Comanda.Identity;

/// <summary>
/// A code that was right: which factor's, and by which time step or recovery code. It counts once it is used up, in the transaction of
/// what it is for.
/// </summary>
public sealed record CheckedFactor(long FactorId, long? Step, byte[]? RecoveryHash)
{
    /// <summary>False where it was used in the meantime, or the factor is no longer there.</summary>
    public async Task<bool> UseUp(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancel) => await (Step is { } step
        ? connection.Execute(
            "update second_factors set last_step = $2 where id = $1 and last_step < $2 and confirmed_at is not null",
            cancel,
            FactorId,
            step)
        : connection.Execute(
            "update recovery_codes set used_at = $3 where second_factor_id = $1 and hash = $2 and used_at is null",
            cancel,
            FactorId,
            RecoveryHash,
            now)) == 1;
}

/// <summary>
/// Codes of authenticator apps (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds, which is what every app can) and recovery codes. A clock may
/// be one step off either way.
/// </summary>
public sealed class SecondFactors(NpgsqlDataSource database, Sealing sealing, TimeProvider clock)
{
    private const string What = "second_factors.secret", Issuer = "Comanda";

    private const int SecretBytes = 20, Digits = 6, RecoveryCodes = 10, RecoveryLetters = 24;

    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly VerificationWindow OneStep = new(previous: 1, future: 1);

    /// <summary>A secret and recovery codes to be kept by the person; what the database keeps of them opens nothing.</summary>
    public sealed record Fresh(SecondFactorOffer Offer, string Kept, byte[][] Hashes);

    /// <summary>A new secret, and codes for the day that the phone is gone.</summary>
    /// <param name="name">What the app calls the account.</param>
    public Fresh Make(string name)
    {
        var secret = Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(SecretBytes));
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => NewRecoveryCode()).ToArray();
        return new(
            new(secret, new OtpUri(OtpType.Totp, secret, name, Issuer).ToString(), codes),
            sealing.Seal(secret, What),
            Array.ConvertAll(codes, HashOf));
    }

    /// <summary>The code as it is used up, where it is right for the person's confirmed factor; null where it is not.</summary>
    public Task<CheckedFactor?> Check(long userId, string code, CancellationToken cancel) =>
        Check("confirmed_at is not null", userId, code, cancel);

    /// <summary>The same for the one that was offered last; a recovery code confirms nothing.</summary>
    public async Task<CheckedFactor?> CheckOffered(long userId, string code, CancellationToken cancel) =>
        await Check("confirmed_at is null", userId, code, cancel) is { Step: not null } right ? right : null;

    private async Task<CheckedFactor?> Check(string which, long userId, string given, CancellationToken cancel)
    {
        var code = Plain(given);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = connection.Command(
            $"select id, secret, last_step from second_factors where user_id = $1 and {which}",
            userId);
        if (await command.List(r => (Id: r.GetInt64(0), Secret: r.GetString(1), LastStep: r.GetInt64(2)), cancel) is not [var factor])
            return null;
        if (code.Length == RecoveryLetters)
        {
            var hash = HashOf(code);
            return await connection.Scalar(
                "select true from recovery_codes where second_factor_id = $1 and hash = $2 and used_at is null",
                cancel,
                factor.Id,
                hash) is true ? new(factor.Id, null, hash) : null;
        }

        var totp = new Totp(Base32Encoding.ToBytes(sealing.Open(factor.Secret, What)), totpSize: Digits);
        return code.Length == Digits
            && totp.VerifyTotp(clock.GetUtcNow().UtcDateTime, code, out var step, OneStep)
            && step > factor.LastStep
            ? new(factor.Id, step, null)
            : null;
    }

    /// <summary>As people type them: with blanks, hyphens and capitals.</summary>
    private static string Plain(string code) =>
        string.Concat(code.Where(c => c is not (' ' or '-')).Select(char.ToLowerInvariant));

    /// <summary>120 random bits, so that a plain hash keeps it (ASVS 6.5.2); in fours, to be read off paper.</summary>
    private static string NewRecoveryCode() =>
        string.Join('-', RandomNumberGenerator.GetString(Letters, RecoveryLetters).Chunk(6).Select(part => new string(part)));

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.ASCII.GetBytes(Plain(code)));
}

using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Keys for what outlives every sign-in, such as the address on a printed receipt. Each is made from a signing key of the
/// installation for one purpose (HKDF with SHA-256, RFC 5869), so that nothing made with it is ever an access token. A signing key
/// that is retired (its row stays) signs nobody in any more, but what was made with it still counts here.
/// </summary>
public sealed class LastingKeys(NpgsqlDataSource database, Sealing sealing, TimeProvider clock)
{
    /// <summary>What a signing key is sealed as.</summary>
    internal const string What = "signing_keys.secret";

    /// <summary>
    /// How long a process goes without noticing another's new key; also all that a flood of requests can make of queries.
    /// </summary>
    private static readonly TimeSpan ReloadAtMost = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim loading = new(1, 1);
    private (DateTimeOffset At, List<byte[]> Secrets) known = (DateTimeOffset.MinValue, []);

    /// <summary>The keys for a purpose, 32 bytes each: the first is the one to make things with, any of them may have made one.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="on">The connection of a caller who has one in a transaction; null takes one of the pool's.</param>
    public async ValueTask<List<byte[]>> For(string purpose, CancellationToken cancel, NpgsqlConnection? on = null) =>
        (await Secrets(on, cancel)).ConvertAll(secret => Derive(secret, purpose));

    /// <summary>
    /// A key that stays the same for good, whatever becomes of those that sign: a row of its own, made when it is first asked for and
    /// retired from the start, so that it never signs.
    /// </summary>
    /// <param name="kid">The row.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<byte[]> OfItsOwn(string kid, CancellationToken cancel)
    {
        await database.Scalar(
            "insert into signing_keys (kid, secret, retired_at) values ($1, $2, $3) on conflict (kid) do nothing returning kid",
            cancel,
            kid,
            sealing.Seal(RandomNumberGenerator.GetBytes(32), What),
            clock.GetUtcNow());
        await using var command = database.Command("select secret from signing_keys where kid = $1", kid);
        return Derive(sealing.OpenBytes((await command.List(r => r.GetFieldValue<byte[]>(0), cancel)).Single(), What), kid);
    }

    private static byte[] Derive(byte[] secret, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        secret,
        32,
        info: Encoding.ASCII.GetBytes(purpose));

    private async ValueTask<List<byte[]>> Secrets(NpgsqlConnection? on, CancellationToken cancel)
    {
        await loading.WaitAsync(cancel);
        try
        {
            var now = clock.GetUtcNow();
            if (now - known.At > ReloadAtMost)
            {
                const string all = "select secret from signing_keys order by retired_at is not null, created_at desc, kid desc";
                await using var command = on?.Command(all) ?? database.Command(all);
                known = (now, await command.List(r => sealing.OpenBytes(r.GetFieldValue<byte[]>(0), What), cancel));
            }

            return known.Secrets;
        }
        finally
        {
            loading.Release();
        }
    }
}

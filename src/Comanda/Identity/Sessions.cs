using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Sessions and their refresh tokens. A refresh token is random, kept only as its hash, and works once; a used one
/// presented again means that two hold it, and ends the whole session.
/// </summary>
public sealed class Sessions(NpgsqlDataSource database, Tokens tokens, TimeProvider clock)
{
    /// <summary>How long a refresh token, and a session that is not refreshed, lives: 7 days.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public sealed record Pair(long UserId, string AccessToken, string RefreshToken);

    public async Task<Pair> Begin(long userId, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        var session = (long)(await connection.Scalar("insert into sessions (user_id, created_at, expires_at) values ($1, $2, $3) returning id", cancel, userId, now, now + Lifetime))!;
        var refresh = await AddRefreshToken(connection, session, now, cancel);
        await transaction.CommitAsync(cancel);
        return new(userId, tokens.Issue(userId, session), refresh);
    }

    /// <summary>Trades a refresh token for a new pair.</summary>
    public async Task<Outcome<Pair>> Refresh(string refreshToken, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        var hash = HashOf(refreshToken);
        if (await connection.Scalar("update refresh_tokens set used_at = $2 where hash = $1 and used_at is null and expires_at > $2 returning session_id",
            cancel, hash, now) is not long session)
        {
            var refusal = await WhyNot(connection, hash, now, cancel);
            await transaction.CommitAsync(cancel);
            return refusal;
        }

        var user = await connection.Scalar("""
            update sessions s set expires_at = $2 from users u
            where s.id = $1 and s.ended_at is null and u.id = s.user_id and u.active returning u.id
            """,
            cancel, session, now + Lifetime);
        if (user is not long userId)
            return Ended;
        var refresh = await AddRefreshToken(connection, session, now, cancel);
        await transaction.CommitAsync(cancel);
        return new Pair(userId, tokens.Issue(userId, session), refresh);
    }

    public async Task End(long session, string because, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await End(connection, session, because, clock.GetUtcNow(), cancel);
    }

    /// <summary>The session that a refresh token, used or not, belongs to.</summary>
    public async Task<long?> SessionOf(string refreshToken, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.Scalar("select session_id from refresh_tokens where hash = $1", cancel, HashOf(refreshToken)) as long?;
    }

    private static readonly Refusal Ended = new(401, "session_ended", "This session has ended; sign in again.");

    private static async Task<Refusal> WhyNot(NpgsqlConnection connection, byte[] hash, DateTimeOffset now, CancellationToken cancel)
    {
        if (await connection.Scalar("select session_id from refresh_tokens where hash = $1 and used_at is not null", cancel, hash) is not long session)
            return Ended;
        await End(connection, session, "refresh_reused", now, cancel);
        return new(401, "refresh_reused", "This refresh token was used before. In case somebody else holds it, the session has been ended; sign in again.");
    }

    private static Task End(NpgsqlConnection connection, long session, string because, DateTimeOffset now, CancellationToken cancel) =>
        connection.Execute("update sessions set ended_at = $2, ended_because = $3 where id = $1 and ended_at is null", cancel, session, now, because);

    private static async Task<string> AddRefreshToken(NpgsqlConnection connection, long session, DateTimeOffset now, CancellationToken cancel)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await connection.Scalar("insert into refresh_tokens (hash, session_id, issued_at, expires_at) values ($1, $2, $3, $4)",
            cancel, HashOf(token), session, now, now + Lifetime);
        return token;
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

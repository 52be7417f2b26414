using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Sessions and their refresh tokens. A refresh token is random, kept only as its hash, and works once; a used one
/// presented again means that two hold it, and ends the whole session. Every beginning and end is in the audit log, and
/// of staff an event (<c>user_activity</c>), by which the connections of an ended session close on every process.
/// </summary>
public sealed class Sessions(NpgsqlDataSource database, Tokens tokens, EventBell bell, TimeProvider clock)
{
    /// <summary>How long a refresh token, and a session that is not refreshed, lives: 7 days.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>How long a session lives that is refreshed again and again: 90 days.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(90);

    public sealed record Pair(long UserId, long ShopId, SignInMethod Method, string AccessToken, string RefreshToken);

    /// <summary>
    /// Begins a session of somebody who has proved who they are; null where what they proved it by (the password, the PIN)
    /// or their place in the shop is no longer what it was when it was read: a sign-in under way ends with the old password.
    /// </summary>
    public async Task<Pair?> Begin(Person person, Entrance entrance, Here here, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Begin(connection, person, entrance, here, cancel) is not { } pair)
            return null;
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return pair;
    }

    /// <summary>The same in the caller's transaction; the caller rings the bell after it.</summary>
    public async Task<Pair?> Begin(NpgsqlConnection connection, Person person, Entrance entrance, Here here, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!await StillHolds(connection, person, entrance, now, cancel))
            return null;
        var session = (long)(await connection.Scalar(
            """
            insert into sessions (user_id, shop_id, created_at, last_seen_at, expires_at, method, device_id, address, user_agent)
            values ($1, $2, $3, $3, $4, $5, $6::bigint, $7, $8::text) returning id
            """,
            cancel,
            person.Id,
            person.ShopId,
            now,
            now + Lifetime,
            entrance.Method.ToWire(),
            entrance.Device?.Id,
            here.Address,
            Cut(entrance.UserAgent, 300)))!;
        var refresh = await AddRefreshToken(connection, session, now, now + Lifetime, cancel);
        if (entrance.Device is { } device)
            await connection.Execute("update devices set last_seen_at = $2 where id = $1", cancel, device.Id, now);

        var who = here.As(person.SignedIn(session, entrance));
        await new AuditEntry(AuditActions.Login, "user", person.Id, After: new { method = entrance.Method.ToWire() }).Write(
            connection,
            who,
            now,
            cancel);
        if (!person.IsCustomer)
        {
            await ShopEvent.Of(who, EventNames.UserActivity, now, new
            {
                action = "signed_in",
                user_id = person.Id,
                name = person.Name,
                role = person.Role,
                method = entrance.Method.ToWire(),
                device = entrance.Device is null ? null : new { id = entrance.Device.Id, name = entrance.Device.Name },
            }).Write(connection, cancel);
        }

        return new(person.Id, person.ShopId, entrance.Method, tokens.Issue(person.Id, session), refresh);
    }

    /// <summary>Trades a refresh token for a new pair.</summary>
    public async Task<Outcome<Pair>> Refresh(string refreshToken, Here here, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        var hash = HashOf(refreshToken);
        if (await connection.Scalar(
            "update refresh_tokens set used_at = $2 where hash = $1 and used_at is null and expires_at > $2 returning session_id",
            cancel,
            hash,
            now) is not long session)
        {
            var refusal = await WhyNot(connection, hash, here, cancel);
            await transaction.CommitAsync(cancel);
            bell.Ring();
            return refusal;
        }

        await using var renew = connection.Command(
            """
            update sessions s set expires_at = least($2::timestamptz, s.created_at + $3), last_seen_at = $4 from users u, shop_members m
            where s.id = $1 and s.ended_at is null and u.id = s.user_id and u.active and m.user_id = u.id and m.shop_id = s.shop_id
                and m.active
                and s.created_at + $3 > $4
            returning u.id, s.shop_id, s.expires_at, s.method
            """,
            session, now + Lifetime, LongestLifetime, now);
        var renewed = await renew.List(r => (
            UserId: r.GetInt64(0),
            ShopId: r.GetInt64(1),
            Expires: r.GetFieldValue<DateTimeOffset>(2),
            Method: WireName<SignInMethod>.Parse(r.GetString(3))), cancel);
        if (renewed.Count == 0)
            return Ended;
        var refresh = await AddRefreshToken(connection, session, now, renewed[0].Expires, cancel);
        await transaction.CommitAsync(cancel);
        return new Pair(renewed[0].UserId, renewed[0].ShopId, renewed[0].Method, tokens.Issue(renewed[0].UserId, session), refresh);
    }

    /// <summary>Ends one session, if it lives.</summary>
    public async Task EndOne(long session, string because, Here here, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await EndOne(connection, session, because, here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
    }

    /// <summary>Ends every session of a person, in the caller's transaction.</summary>
    public Task EndAllOf(NpgsqlConnection connection, long userId, string because, Here here, CancellationToken cancel) =>
        End(connection, "s.user_id = $3", userId, because, here, cancel);

    /// <summary>Ends every session of a person but the one that asks for it, in the caller's transaction.</summary>
    public Task EndOthersOf(NpgsqlConnection connection, long userId, string because, Here here, CancellationToken cancel) =>
        End(connection, $"s.user_id = $3 and s.id <> {here.Caller.SessionId}", userId, because, here, cancel);

    /// <summary>Ends a person's sessions in one shop, in the caller's transaction; those in other shops are those shops' matter.</summary>
    public Task EndAllIn(NpgsqlConnection connection, long userId, long shopId, string because, Here here, CancellationToken cancel) =>
        End(connection, $"s.user_id = $3 and s.shop_id = {shopId}", userId, because, here, cancel);

    /// <summary>Ends the sessions that a person's PIN began in a shop, in the caller's transaction.</summary>
    public Task EndPinSessions(NpgsqlConnection connection, long userId, long shopId, Here here, CancellationToken cancel) =>
        End(connection, $"s.user_id = $3 and s.method = 'pin' and s.shop_id = {shopId}", userId, "pin_changed", here, cancel);

    /// <summary>
    /// Whether the caller still is who the gate found, asked and held in the transaction of what they do: a request that was
    /// under way when its person was deactivated does nothing any more.
    /// </summary>
    public static async Task<bool> StillMay(NpgsqlConnection connection, Here here, CancellationToken cancel) => await connection.Scalar(
        """
        select true from sessions s join users u on u.id = s.user_id join shop_members m on m.user_id = u.id and m.shop_id = $2
        where s.id = $1 and s.ended_at is null and u.active and m.active and m.role = $3 for share of s, u, m
        """,
        cancel, here.Caller.SessionId, here.Caller.ShopId, here.Caller.Role) is true;

    /// <summary>Ends every session that began on a device, in the caller's transaction.</summary>
    public Task EndAllOn(NpgsqlConnection connection, long deviceId, string because, Here here, CancellationToken cancel) =>
        End(connection, "s.device_id = $3", deviceId, because, here, cancel);

    /// <summary>The session that a refresh token, used or not, belongs to.</summary>
    public async Task<long?> SessionOf(string refreshToken, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.Scalar("select session_id from refresh_tokens where hash = $1", cancel, HashOf(refreshToken)) as long?;
    }

    /// <summary>A random secret of 256 bits, as text for a URL or a header.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    internal static readonly Refusal Ended = new(401, "session_ended", "This session has ended; sign in again.");

    private async Task<Refusal> WhyNot(NpgsqlConnection connection, byte[] hash, Here here, CancellationToken cancel)
    {
        if (await connection.Scalar(
            "select session_id from refresh_tokens where hash = $1 and used_at is not null",
            cancel,
            hash) is not long session)
            return Ended;
        await EndOne(connection, session, "refresh_reused", here, cancel);
        return new(
            401,
            "refresh_reused",
            "This refresh token was used before. In case somebody else holds it, the session has been ended; sign in again.");
    }

    /// <summary>The users' row first and then the member's, as everybody who changes them locks them.</summary>
    private static async Task<bool> StillHolds(
        NpgsqlConnection connection,
        Person person,
        Entrance entrance,
        DateTimeOffset now,
        CancellationToken cancel) =>
        await connection.Scalar(
            "select true from users where id = $1 and active and ($2::text is null or password_hash = $2) for share", cancel,
            person.Id, entrance.Method == SignInMethod.Password ? person.PasswordHash ?? "" : null) is true
        && await entrance.HasGivenFactor(connection, person, now, cancel)
        && await connection.Execute(
            "update shop_members set last_seen_at = $3 where user_id = $1 and shop_id = $2 and active and ($4::text is null or pin_hash = "
                + "$4)",
            cancel,
            person.Id,
            person.ShopId,
            now,
            entrance.Method == SignInMethod.Pin ? person.PinHash ?? "" : null) == 1;

    /// <summary>The beginning of a text, never half a character.</summary>
    private static string? Cut(string? text, int length) =>
        text is null ? null
        : PlainText.Line(text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]);

    private Task EndOne(NpgsqlConnection connection, long session, string because, Here here, CancellationToken cancel) =>
        End(connection, "s.id = $3", session, because, here, cancel);

    private async Task End(NpgsqlConnection connection, string which, long id, string because, Here here, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var end = connection.Command(
            $"""
            update sessions s set ended_at = $1, ended_because = $2
            from users u join shop_members m on m.user_id = u.id
            where u.id = s.user_id and m.shop_id = s.shop_id and s.ended_at is null and {which}
            returning s.id, s.shop_id, u.id, u.name, m.role, u.is_customer, s.device_id
            """,
            now, because, id);
        var ended = await end.List(
            r => (
                Session: r.GetInt64(0),
                ShopId: r.GetInt64(1),
                UserId: r.GetInt64(2),
                Name: r.GetString(3),
                Role: r.GetString(4),
                IsCustomer: r.GetBoolean(5),
                DeviceId: r.ValueOrNull<long>(6)),
            cancel);
        foreach (var theirs in ended.GroupBy(e => (e.ShopId, e.UserId, e.Name, e.Role, e.IsCustomer)))
        {
            var (shopId, userId, name, role, isCustomer) = theirs.Key;
            var there = here.Visitor is not { } visitor
                ? here.As(new Caller
                {
                    UserId = userId,
                    SessionId = theirs.First().Session,
                    Username = name,
                    Name = name,
                    Role = role,
                    ShopId = shopId,
                    Permissions = Permissions.Of(role),
                })
                : visitor.ShopId == shopId
                ? here
                : here.As(visitor with { ShopId = shopId, Role = $"{visitor.Role} of shop {visitor.ShopId}" });
            var action = because == "logout" ? AuditActions.Logout : AuditActions.SessionEnded;
            await new AuditEntry(action, "user", userId, After: new { because, sessions = theirs.Count() }).Write(
                connection,
                there,
                now,
                cancel);
            await ShopEvent.Of(there, EventNames.UserActivity, now, new
            {
                action = "signed_out",
                user_id = userId,
                name,
                role,
                because,
                ended_sessions = theirs.Select(e => e.Session).ToArray(),
                device_ids = theirs.Where(e => e.DeviceId is not null).Select(e => e.DeviceId!.Value).Distinct().ToArray(),
            }, isCustomer ? userId : null).Write(connection, cancel);
        }
    }

    private static async Task<string> AddRefreshToken(
        NpgsqlConnection connection,
        long session,
        DateTimeOffset now,
        DateTimeOffset expires,
        CancellationToken cancel)
    {
        var token = NewSecret();
        await connection.Execute(
            "insert into refresh_tokens (hash, session_id, issued_at, expires_at) values ($1, $2, $3, $4)",
            cancel,
            HashOf(token),
            session,
            now,
            expires);
        return token;
    }
}

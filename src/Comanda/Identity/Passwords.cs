using Comanda.Audit;
using Comanda.Data;
using Comanda.Notifications;
using Npgsql;

namespace Comanda.Identity;

/// <summary>An account whose secrets change: whose, of which shop, and where it is told.</summary>
public sealed record Account(long Id, long ShopId, string? Email);

/// <summary>Checks and changes passwords; changes PINs.</summary>
public sealed class Passwords(Sessions sessions, Senders senders, TimeProvider clock)
{
    /// <summary>Mails of changes that one address gets in an hour.</summary>
    private const long MostAnHour = 10;

    /// <summary>A hash of nothing anybody knows, to spend the time of a check on names that do not exist.</summary>
    private readonly Lazy<Task<string>> standIn = new(() => Bcrypt.Hash(Sessions.NewSecret(), CancellationToken.None));

    private long checks;

    /// <summary>How many hashes were computed to check something. A name that does not exist costs as many as one that does.</summary>
    public long Checks => Interlocked.Read(ref checks);

    /// <summary>
    /// Whether it is the person's password. Somebody unknown, or without a password, costs the same quarter of a second as
    /// a wrong one: time tells nobody which names exist.
    /// </summary>
    public async Task<bool> IsRight(Person? person, string password, CancellationToken cancel)
    {
        Interlocked.Increment(ref checks);
        var right = await Bcrypt.Verify(password, person?.PasswordHash ?? await standIn.Value, cancel);
        return right && person?.PasswordHash is not null;
    }

    /// <summary>
    /// Gives somebody a new password, in the caller's transaction: ends every session of theirs, opens the account if it was
    /// locked, voids the links that were mailed, writes it down, and tells them by mail where they have an address.
    /// </summary>
    public async Task Change(
        NpgsqlConnection connection,
        Account account,
        string hash,
        string because,
        Here here,
        CancellationToken cancel)
    {
        await connection.Execute("update users set password_hash = $2, version = version + 1 where id = $1", cancel, account.Id, hash);
        await VoidLinks(connection, account.Id, cancel);
        await sessions.EndAllOf(connection, account.Id, because, here, cancel);
        await SignInLimits.Open(connection, account.Id, cancel);
        var there = here.Visitor is null ? here.Stranger(account.ShopId) : here;
        await new AuditEntry(AuditActions.PasswordChanged, "user", account.Id, After: new { because }).Write(
            connection,
            there,
            clock.GetUtcNow(),
            cancel);
        await Tell(
            connection,
            account,
            "Your password was changed",
            "Your password was changed just now. If that was not you, ask the shop's owner at once.",
            cancel);
    }

    /// <summary>
    /// Gives somebody another PIN in the shop, or takes theirs away (null), in the caller's transaction; ends what the one so far began.
    /// </summary>
    public async Task ChangePin(NpgsqlConnection connection, long userId, string? hash, Here here, CancellationToken cancel)
    {
        await connection.Execute(
            "update shop_members set pin_hash = $3::text where shop_id = $1 and user_id = $2",
            cancel,
            here.ShopId,
            userId,
            hash);
        await sessions.EndPinSessions(connection, userId, here.ShopId, here, cancel);
        await new AuditEntry(AuditActions.PinChanged, "user", userId).Write(connection, here, clock.GetUtcNow(), cancel);
    }

    /// <summary>After a change of somebody's address: links that went to the one so far open nothing any more, and it is told.</summary>
    public async Task EmailChanged(NpgsqlConnection connection, Account soFar, CancellationToken cancel)
    {
        await VoidLinks(connection, soFar.Id, cancel);
        await Tell(
            connection,
            soFar,
            "Your e-mail address was changed",
            "The e-mail address of your account was changed just now. If that was not you, ask the shop's owner at once.",
            cancel);
    }

    /// <summary>Tells somebody by mail that their second factor is there, or no longer.</summary>
    public Task SecondFactorChanged(NpgsqlConnection connection, Account account, bool isThere, CancellationToken cancel) => Tell(
        connection,
        account,
        isThere ? "Your second factor was set up" : "Your second factor was removed",
        (isThere ? "From now on your password asks for a code of your app too" : "From now on your password alone signs you in")
            + ". If that was not you, ask the shop's owner at once.",
        cancel);

    private Task VoidLinks(NpgsqlConnection connection, long userId, CancellationToken cancel) =>
        connection.Execute(
            "update password_resets set used_at = $2 where user_id = $1 and used_at is null",
            cancel,
            userId,
            clock.GetUtcNow());

    /// <summary>No names in it: whoever writes a name must not write the mail. And no more than a few an hour.</summary>
    private async Task Tell(NpgsqlConnection connection, Account account, string subject, string body, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (account.Email is { } email && await connection.Scalar(
            "select count(*) from messages where recipient = $1 and created_at > $2",
            cancel,
            email,
            now - TimeSpan.FromHours(1)) is < MostAnHour)
            await new Message(MessageChannel.Email, email, subject, $"Hello,\n\n{body}\n").Write(
                senders,
                connection,
                account.ShopId,
                now,
                cancel);
    }
}

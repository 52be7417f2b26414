using Comanda.Audit;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Notifications;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Checks and changes passwords.</summary>
public sealed class Passwords(Sessions sessions, Senders senders, TimeProvider clock)
{
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
    /// Gives the person a new password, in the caller's transaction: ends every session of theirs, opens the account if it
    /// was locked, writes it down, and tells them by mail where they have an address.
    /// </summary>
    public async Task Change(NpgsqlConnection connection, Person person, string hash, string because, Here here, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await connection.Execute("update users set password_hash = $2, version = version + 1 where id = $1", cancel, person.Id, hash);
        await connection.Execute("update password_resets set used_at = $2 where user_id = $1 and used_at is null", cancel, person.Id, now);
        await sessions.EndAllOf(connection, person.Id, because, here, cancel);
        await SignInLimits.Open(connection, person.Id, cancel);
        var there = here.Visitor is null ? here.Stranger(person.ShopId) : here;
        await new AuditEntry(AuditActions.PasswordChanged, "user", person.Id, After: new { because }).Write(connection, there, now, cancel);
        await Tell(connection, person, person.Email, "Your password was changed", "Your password was changed just now. If that was not you, ask the shop's owner at once.", cancel);
    }

    /// <summary>Tells somebody of a change to how they sign in, at the address given.</summary>
    public async Task Tell(NpgsqlConnection connection, Person person, string? email, string subject, string body, CancellationToken cancel)
    {
        if (email is not null)
            await new Message(MessageChannel.Email, email, subject, $"Hello {person.Name},\n\n{body}\n").Write(senders, connection, person.ShopId, clock.GetUtcNow(), cancel);
    }
}

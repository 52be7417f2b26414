using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Notifications;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// A new password by mail: a link with 256 random bits, good for an hour, once. Whether an address is known, the answer
/// does not tell, and neither does its time.
/// </summary>
public sealed class ResetPassword(
    People people,
    Passwords passwords,
    Attempts attempts,
    SignInLimits limits,
    Senders senders,
    IdentityOptions options,
    NpgsqlDataSource database,
    EventBell bell,
    Here here,
    TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Mails that one address is sent in an hour; more are asked for in vain, and nobody is told.</summary>
    private const int MailsPerAddress = 3;

    /// <summary>Mails that may be asked for from one place in an hour.</summary>
    private const int AskedFromOnePlace = 60;

    /// <summary>No answer comes sooner: what a known address costs more is lost in it.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(120);

    private static readonly Refusal BadToken = Refusal.OfField("token", "is not one of ours, was used, or has run out; ask for a new one");

    public async Task<Answer> Ask(ResetRequest request, CancellationToken cancel)
    {
        if (Contact.Email(request.Email) is not { } email)
            return Refusal.OfField("email", Contact.EmailRule);
        if (await attempts.Use($"resets:address:{here.Address}", AskedFromOnePlace, TimeSpan.FromHours(1), cancel) is { } wait)
            return Refusal.TooMany("Too many resets were asked for from here; wait, and try again.", wait);
        var pace = Task.Delay(Pace, cancel);
        var person = await people.ByEmail(email, here.ShopId, bySecret: false, cancel);
        await Mail(email, person, cancel);
        await pace;
        return Answer.Later;
    }

    private async Task Mail(string email, Person? person, CancellationToken cancel)
    {
        var tooOften = await attempts.Use(
            person is null ? $"reset:{email.ToLowerInvariant()}" : $"reset:user:{person.Id}",
            MailsPerAddress,
            TimeSpan.FromHours(1),
            cancel) is not null;
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (person is not null && !tooOften)
        {
            var token = Sessions.NewSecret();
            await connection.Execute(
                "insert into password_resets (hash, user_id, expires_at) values ($1, $2, $3)",
                cancel,
                Sessions.HashOf(token),
                person.Id,
                now + Lifetime);
            await new Message(
                MessageChannel.Email, person.Email!, "A new password for Comanda",
                $"""
                Hello,

                somebody, we hope you, asked for a new password. Choose one here within the hour:

                {options.PublicUrl.ToString().TrimEnd('/')}/reset-password?token={token}

                If it was not you, do nothing: your password stays as it is.
                """) { Expires = now + Lifetime, About = person.Id }.Write(senders, connection, person.ShopId, now, cancel);
        }

        // The shop that was asked learns nothing of who is known in another.
        if (person is null || person.ShopId != here.ShopId)
            await new AuditEntry(AuditActions.PasswordResetAsked, "sign_in").Write(connection, here.Stranger(here.ShopId), now, cancel);
        if (person is not null)
            await new AuditEntry(AuditActions.PasswordResetAsked, "user", person.Id).Write(
                connection,
                here.Stranger(person.ShopId),
                now,
                cancel);
        await transaction.CommitAsync(cancel);
    }

    public async Task<Answer> Confirm(ResetConfirm request, CancellationToken cancel) =>
        await Change(request.Token, request.NewPassword, cancel) is { } refusal ? refusal : Answer.Done;

    /// <summary>Gives the new password that a link allows; null where it did.</summary>
    public async Task<Refusal?> Change(string? token, string? newPassword, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token))
            return Refusal.OfField("token", "is required");
        var attempt = SignInLimits.BySecret(here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;

        if (await database.Scalar(
            "select r.user_id from password_resets r where r.hash = $1 and r.used_at is null and r.expires_at > $2",
            cancel,
            Sessions.HashOf(token),
            clock.GetUtcNow()) is not long userId
            || await people.ById(userId, cancel) is not { } person)
            return await limits.Failed(attempt, AuditActions.LoginFailed, new { method = "reset_link" }, BadToken, here, cancel);

        if (PasswordRules.Check(newPassword, person.Username, person.Name, person.Email) is { } weak)
            return Refusal.OfField("new_password", weak);
        var hash = await Bcrypt.Hash(newPassword!, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Execute(
            "update password_resets set used_at = $2 where hash = $1 and used_at is null",
            cancel,
            Sessions.HashOf(token),
            clock.GetUtcNow()) == 0)
            return BadToken;
        await passwords.Change(connection, person.Id, person.ShopId, person.Email, hash, "password_reset", here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return null;
    }
}

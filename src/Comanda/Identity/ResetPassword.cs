using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Identity;

public sealed record ResetRequest([property: AtMost(254)] string? Email);

public sealed record ResetConfirm([property: AtMost(200)] string? Token, [property: AtMost(1000)] string? NewPassword);

/// <summary>
/// A new password by mail: a link with 256 random bits, good for an hour, once. Whether an address is known, the answer
/// does not tell, and neither does its time: both ways are one short transaction that writes to the audit log.
/// </summary>
public sealed class ResetPassword(
    People people, Passwords passwords, Attempts attempts, SignInLimits limits, Senders senders, IdentityOptions options, NpgsqlDataSource database, EventBell bell,
    Here here, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Mails that one address is sent in an hour; more are asked for in vain, and nobody is told.</summary>
    private const int MailsPerAddress = 3;

    private static readonly Refusal BadToken = Refusal.OfField("token", "is not one of ours, was used, or has run out; ask for a new one");

    public async Task<Results<Accepted, ProblemHttpResult>> Ask(ResetRequest request, CancellationToken cancel)
    {
        if (Contact.Email(request.Email) is not { } email)
            return Refusal.OfField("email", Contact.EmailRule).ToProblem();
        var tooOften = await attempts.Use($"reset:{email.ToLowerInvariant()}", MailsPerAddress, TimeSpan.FromHours(1), cancel) is not null;
        var person = await people.ByEmail(email, here.ShopId, cancel);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (person is not null && !tooOften)
        {
            var token = Sessions.NewSecret();
            await connection.Execute("insert into password_resets (hash, user_id, expires_at) values ($1, $2, $3)", cancel, Sessions.HashOf(token), person.Id, now + Lifetime);
            await new Message(
                MessageChannel.Email, person.Email!, "A new password for Comanda",
                $"""
                Hello {person.Name},

                somebody, we hope you, asked for a new password. Choose one here within the hour:

                {new Uri(options.PublicUrl, $"/reset-password?token={token}")}

                If it was not you, do nothing: your password stays as it is.
                """) { Expires = now + Lifetime }.Write(senders, connection, person.ShopId, now, cancel);
        }

        await new AuditEntry(AuditActions.PasswordResetAsked, person is null ? "sign_in" : "user", person?.Id).Write(connection, here.Stranger(person?.ShopId ?? here.ShopId), now, cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.Accepted((string?)null);
    }

    public async Task<Results<NoContent, ProblemHttpResult>> Confirm(ResetConfirm request, CancellationToken cancel) =>
        await Change(request.Token, request.NewPassword, cancel) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    /// <summary>Gives the new password that a link allows; null where it did.</summary>
    public async Task<Refusal?> Change(string? token, string? newPassword, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token))
            return Refusal.OfField("token", "is required");
        var attempt = SignInLimits.BySecret(here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;

        if (await database.Scalar(
            "select r.user_id from password_resets r where r.hash = $1 and r.used_at is null and r.expires_at > $2", cancel, Sessions.HashOf(token), clock.GetUtcNow()) is not long userId
            || await people.ById(userId, cancel) is not { } person)
        {
            await limits.Failed(attempt, AuditActions.LoginFailed, new { method = "reset_link" }, here, cancel);
            return BadToken;
        }

        if (PasswordRules.Check(newPassword, person.Username, person.Name, person.Email) is { } weak)
            return Refusal.OfField("new_password", weak);
        var hash = await Bcrypt.Hash(newPassword!, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Execute("update password_resets set used_at = $2 where hash = $1 and used_at is null", cancel, Sessions.HashOf(token), clock.GetUtcNow()) == 0)
            return BadToken;
        await passwords.Change(connection, person, hash, "password_reset", here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return null;
    }
}

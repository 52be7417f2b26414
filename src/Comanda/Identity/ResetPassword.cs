using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Gives the new password that a mailed link allows (<see cref="AskPasswordReset"/>).</summary>
public sealed class ResetPassword(
    People people,
    Passwords passwords,
    SignInLimits limits,
    NpgsqlDataSource database,
    EventBell bell,
    Moment moment)
{
    private static readonly Refusal BadToken = Refusal.OfField("token", "is not one of ours, was used, or has run out; ask for a new one");

    public async Task<Answer> Confirm(ResetConfirm request, CancellationToken cancel) =>
        await Change(request.Token, request.NewPassword, cancel) is { } refusal ? refusal : Answer.Done;

    /// <summary>Gives the new password that a link allows; null where it did.</summary>
    public async Task<Refusal?> Change(string? token, string? newPassword, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token))
            return Refusal.OfField("token", "is required");
        var attempt = SignInLimits.BySecret(moment.Here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;

        if (await database.Scalar(
            "select r.user_id from password_resets r where r.hash = $1 and r.used_at is null and r.expires_at > $2",
            cancel,
            Sessions.HashOf(token),
            moment.Now) is not long userId
            || await people.ById(userId, cancel) is not { } person)
            return await limits.Failed(attempt, AuditActions.LoginFailed, new { method = "reset_link" }, BadToken, moment.Here, cancel);

        if (PasswordRules.Check(newPassword, person.Username, person.Name, person.Email) is { } weak)
            return Refusal.OfField("new_password", weak);
        var hash = await Bcrypt.Hash(newPassword!, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Execute(
            "update password_resets set used_at = $2 where hash = $1 and used_at is null",
            cancel,
            Sessions.HashOf(token),
            moment.Now) == 0)
            return BadToken;
        await passwords.Change(connection, new(person.Id, person.ShopId, person.Email), hash, "password_reset", moment.Here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return null;
    }
}

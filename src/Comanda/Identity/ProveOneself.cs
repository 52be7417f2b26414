using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>What was right of what somebody was asked for, to be used up with the change; null where it was not asked for.</summary>
/// <param name="Code">The code that went to a new phone.</param>
/// <param name="Factor">The second factor's.</param>
public sealed record Proof(CheckedCode? Code, CheckedFactor? Factor);

/// <summary>
/// What a change of how somebody signs in asks of them: the current password, unless they have just signed in by it; where a second factor
/// is and the session was begun without it, its code; and the code that went to a new phone.
/// </summary>
public sealed class ProveOneself(
    Passwords passwords,
    SignInLimits limits,
    OneTimeCodes codes,
    SecondFactors factors,
    NpgsqlDataSource database,
    Moment moment)
{
    /// <summary>How long after a sign-in its person needs not be asked again (ASVS 7.5.1).</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    public async Task<Outcome<Proof>> Of(Person person, Person next, ProfileChange change, CancellationToken cancel)
    {
        CheckedFactor? factor = null;
        if (await NeedsPassword(person, next, change, cancel))
        {
            var proved = await ByPassword(person, change.CurrentPassword, change.Code, cancel);
            if (proved.Refusal is { } refused)
                return refused;
            factor = proved.Value;
        }

        if (!IsByPhone(person, next))
            return new Proof(null, factor);
        return await codes.Check(next.Phone!, change.Otp!, moment.Here.ShopId, cancel) is { } code
            ? new Proof(code, factor)
            : Refusal.OfField("otp", "is not right, or no longer good");
    }

    /// <summary>A guest signs in by their phone: whoever gives a new one shows that they have it.</summary>
    public static bool IsByPhone(Person person, Person next) =>
        person.IsCustomer && next.Phone != person.Phone && next.Phone is not null;

    /// <summary>
    /// The current password; and in a session that a PIN began, of somebody who has a second factor, a code of that too: whoever looked
    /// over a shoulder at the till has the other two. Answers that code, where it was asked for.
    /// </summary>
    public async Task<Outcome<CheckedFactor?>> ByPassword(Person person, string? password, string? code, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(password))
            return Refusal.OfField("current_password", "is required for this change");
        var needsCode = person.HasSecondFactor && moment.Caller.Method == SignInMethod.Pin;
        if (needsCode && string.IsNullOrWhiteSpace(code))
            return Refusal.OfField("code", "is required in a session that a PIN began: what your authenticator app shows");
        var attempt = limits.ByOwnPassword(person, moment.Caller, moment.Here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (!await passwords.IsRight(person, password, cancel))
            return await Failed(attempt, "current_password", cancel);
        var factor = needsCode ? await factors.Check(person.Id, code!, cancel) : null;
        if (needsCode && factor is null)
            return await Failed(attempt, "code", cancel);
        return await limits.Succeeded(attempt, cancel) is { } tooLate ? tooLate : factor;
    }

    private Task<Refusal> Failed(SignInLimits.Try attempt, string field, CancellationToken cancel) => limits.Failed(
        attempt,
        AuditActions.LoginFailed,
        new { method = field == "code" ? "second_factor" : field },
        Refusal.OfField(field, "is not right"),
        moment.Here,
        cancel);

    private async Task<bool> NeedsPassword(Person person, Person next, ProfileChange change, CancellationToken cancel)
    {
        // A guest who has no password yet proves who they are by the session that a code began.
        if (change.Password is not null && person.PasswordHash is not null)
            return true;
        if (next.Email == person.Email && next.Phone == person.Phone && change.Pin is null)
            return false;
        // A PIN is short and typed in front of a queue: it sells coffee, it does not take over an account.
        return moment.Caller.Method == SignInMethod.Pin || (person.PasswordHash is not null && !await IsFresh(cancel));
    }

    private async Task<bool> IsFresh(CancellationToken cancel) => await database.Scalar(
        "select true from sessions where id = $1 and created_at > $2",
        cancel,
        moment.Caller.SessionId,
        moment.Now - Fresh) is true;
}

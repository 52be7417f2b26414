using Comanda.Audit;
using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>What a change of how somebody signs in asks of them: the current password, or the code that went to a new phone.</summary>
public sealed class ProveOneself(Passwords passwords, SignInLimits limits, OneTimeCodes codes, Moment moment)
{
    /// <summary>The code that was right, to be used up with the change; null where none is needed.</summary>
    public async Task<Outcome<CheckedCode?>> Of(Person person, Person next, ProfileChange change, CancellationToken cancel)
    {
        if (await ByPassword(person, next, change, cancel) is { } refused)
            return refused;
        if (!IsByPhone(person, next))
            return (CheckedCode?)null;
        return await codes.Check(next.Phone!, change.Otp!, moment.Here.ShopId, cancel) is { } code
            ? code
            : Refusal.OfField("otp", "is not right, or no longer good");
    }

    /// <summary>A guest signs in by their phone: whoever gives a new one shows that they have it.</summary>
    public static bool IsByPhone(Person person, Person next) =>
        person.IsCustomer && next.Phone != person.Phone && next.Phone is not null;

    private async Task<Refusal?> ByPassword(Person person, Person next, ProfileChange change, CancellationToken cancel)
    {
        // A PIN is short and typed in front of a queue: it sells coffee, it does not take over an account.
        var byPin = moment.Caller.Method == SignInMethod.Pin
            && (next.Email != person.Email || next.Phone != person.Phone || change.Pin is not null);
        // A guest who has no password yet proves who they are by the session that a code began.
        if (!byPin && (change.Password is null || person.PasswordHash is null))
            return null;
        if (string.IsNullOrEmpty(change.CurrentPassword))
            return Refusal.OfField("current_password", "is required for this change");
        var attempt = limits.ByOwnPassword(person, moment.Caller, moment.Here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (await passwords.IsRight(person, change.CurrentPassword, cancel))
            return await limits.Succeeded(attempt, cancel);
        return await limits.Failed(
            attempt,
            AuditActions.LoginFailed,
            new { method = "current_password" },
            Refusal.OfField("current_password", "is not right"),
            moment.Here,
            cancel);
    }
}

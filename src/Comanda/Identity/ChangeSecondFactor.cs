using Comanda.Audit;
using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>Sets up one's own second factor, confirms it by a code of the app, and takes it away again.</summary>
public sealed class ChangeSecondFactor(
    People people,
    SecondFactors factors,
    ProveOneself proof,
    WriteSecondFactor write,
    SignInLimits limits,
    Moment moment)
{
    /// <summary>
    /// POST /api/auth/second-factor: what the app is given. The factor that there is stays in force until this one is confirmed.
    /// </summary>
    public async Task<Answer<SecondFactorOffer>> Offer(SecondFactorRequest? request, CancellationToken cancel)
    {
        var person = await Me(cancel);
        var proved = await proof.ByPassword(person, request?.CurrentPassword, request?.Code, cancel);
        if (proved.Refusal is { } refusal)
            return refusal;
        var fresh = factors.Make(person.Username);
        if (await write.Offer(person, fresh, proved.Value, cancel) is { } late)
            return late;
        return fresh.Offer;
    }

    /// <summary>
    /// POST …/confirm: a code of the app shows that it has the secret. Nothing else would, and whoever loses it is locked out.
    /// </summary>
    public async Task<Answer> Confirm(SecondFactorConfirmation? request, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(request?.Code))
            return Refusal.OfField("code", "is required: what the app shows");
        var person = await Me(cancel);
        var attempt = limits.ByOwnPassword(person, moment.Caller, moment.Here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (await factors.CheckOffered(person.Id, request.Code, cancel) is not { } right)
        {
            return await limits.Failed(
                attempt,
                AuditActions.LoginFailed,
                new { method = "second_factor" },
                Refusal.OfField("code", "is not what the app shows for the secret that was offered last"),
                moment.Here,
                cancel);
        }

        if (await limits.Succeeded(attempt, cancel) is { } tooLate)
            return tooLate;
        return await write.Confirm(person, right, request.EndOtherSessions == true, cancel) is { } late ? late : Answer.Done;
    }

    /// <summary>DELETE /api/auth/second-factor. Where there is none, that is how it stays.</summary>
    public async Task<Answer> Remove(SecondFactorRemoval? request, CancellationToken cancel)
    {
        var person = await Me(cancel);
        var proved = await proof.ByPassword(person, request?.CurrentPassword, request?.Code, cancel);
        if (proved.Refusal is { } refusal)
            return refusal;
        return await write.Remove(person, proved.Value, request?.EndOtherSessions == true, cancel) is { } late ? late : Answer.Done;
    }

    private async Task<Person> Me(CancellationToken cancel) =>
        (await people.Member(moment.Caller.UserId, moment.Here.ShopId, cancel))!;
}

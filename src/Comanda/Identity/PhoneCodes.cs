using Comanda.Audit;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Codes on a phone, as a request sends them and brings them back: to numbers of the shop's country, under the limit of its place.
/// </summary>
public sealed class PhoneCodes(OneTimeCodes codes, People people, SignInLimits limits, Moment moment)
{
    internal static readonly Refusal WrongCode = new(
        401,
        "bad_credentials",
        "The code is not right, or no longer good; ask for a new one.");

    /// <summary>A phone as it is kept, or null where it is none.</summary>
    public async ValueTask<string?> Number(string? phone, CancellationToken cancel) =>
        Contact.Phone(phone, await people.CountryOf(moment.Here.ShopId, cancel));

    public async Task<Answer<OtpSent>> Send(string? phone, string? name, CancellationToken cancel)
    {
        if (await Number(phone, cancel) is not { } number)
            return Refusal.OfField("phone", Contact.PhoneRule);
        return await codes.Send(number, name, moment.Here, cancel) is { } refusal
            ? refusal
            : Answer.Accepted(new OtpSent((int)OneTimeCodes.Lifetime.TotalSeconds));
    }

    /// <summary>Checks a code under the limit of the place that it comes from; a field that is wrong costs no try.</summary>
    public async Task<Outcome<CheckedCode>> Check(string? phone, string? otp, FieldErrors errors, CancellationToken cancel)
    {
        var number = await Number(phone, cancel);
        errors.Check(number is not null, "phone", Contact.PhoneRule);
        errors.Check(!string.IsNullOrWhiteSpace(otp), "otp", "is required");
        if (errors.Any)
            return errors.ToRefusal();
        var attempt = SignInLimits.BySecret(moment.Here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (await codes.Check(number!, otp!.Trim(), moment.Here.ShopId, cancel) is { } code)
            return code;
        return await limits.Failed(attempt, AuditActions.LoginFailed, new { method = "otp" }, WrongCode, moment.Here, cancel);
    }

    /// <summary>Uses the code up, in the caller's transaction; false where another request did so in the same moment.</summary>
    public Task<bool> UseUp(NpgsqlConnection connection, CheckedCode code, CancellationToken cancel) =>
        codes.UseUp(connection, code, cancel);
}

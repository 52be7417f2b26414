using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Guests come in by a code on their phone: the account is made with the first one that is right. A code also gives a new
/// password to whoever has one: staff of the shop, or its guest.
/// </summary>
public sealed class OtpSignIn(
    OneTimeCodes codes,
    People people,
    Passwords passwords,
    Sessions sessions,
    SignIn signIn,
    SignInLimits limits,
    NpgsqlDataSource database,
    EventBell bell,
    Here here,
    TimeProvider clock,
    RequestHead head)
{
    private static readonly Refusal WrongCode = new(401, "bad_credentials", "The code is not right, or no longer good; ask for a new one.");

    /// <summary>A phone as it is kept, or null where it is none.</summary>
    public async ValueTask<string?> Number(string? phone, CancellationToken cancel) =>
        Contact.Phone(phone, await people.CountryOf(here.ShopId, cancel));

    public async Task<Answer<OtpSent>> Send(string? phone, string? name, CancellationToken cancel)
    {
        if (await Number(phone, cancel) is not { } number)
            return Refusal.OfField("phone", Contact.PhoneRule);
        return await codes.Send(number, name, here, cancel) is { } refusal
            ? refusal
            : Answer.Accepted(new OtpSent((int)OneTimeCodes.Lifetime.TotalSeconds));
    }

    public async Task<Answer<SignedIn>> Verify(VerifyOtpRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        var code = await Check(request.Phone, request.Otp, new FieldErrors(), cancel);
        if (code.Refusal is { } refusal)
            return refusal;

        var known = await people.Guest(code.Value.Phone, here.ShopId, cancel);
        var welcome = await Welcome(code.Value, known, request.Name, head.UserAgent, cancel);
        if (welcome.Refusal is { } notWelcome)
            return notWelcome;
        bell.Ring();
        return await signIn.View(cookie, welcome.Value.Pair, welcome.Value.Guest, cancel);
    }

    /// <summary>One transaction: the code is used up, the guest there, the session begun.</summary>
    private async Task<Outcome<(Person Guest, Sessions.Pair Pair)>> Welcome(
        CheckedCode code,
        Person? known,
        string? name,
        string? userAgent,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await codes.UseUp(connection, code, cancel))
            return WrongCode;
        var guest = known is null ? await AddGuest(connection, code, name, cancel) : known;
        if (guest.Refusal is { } refusal)
            return refusal;
        if (await sessions.Begin(connection, guest.Value, new(SignInMethod.Otp, null, userAgent), here, cancel) is not { } pair)
            return WrongCode;
        await transaction.CommitAsync(cancel);
        return (guest.Value, pair);
    }

    public async Task<Answer> ResetPassword(ResetByOtpRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (PasswordRules.Check(request.NewPassword) is { } weak)
            errors.Add("new_password", weak);
        var code = await Check(request.Phone, request.Otp, errors, cancel);
        if (code.Refusal is { } refusal)
            return refusal;
        // The code is this shop's: it opens no account of somebody who is not of this shop.
        if (await people.ByPhone(code.Value.Phone, here.ShopId, bySecret: false, cancel) is not { } person || person.ShopId != here.ShopId)
            return WrongCode;
        // Only now is anything said that depends on who it is. The code is not used up yet.
        if (PasswordRules.Check(request.NewPassword, person.Username, person.Name, person.Email) is { } theirs)
            return Refusal.OfField("new_password", theirs);

        var hash = await Bcrypt.Hash(request.NewPassword!, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await codes.UseUp(connection, code.Value, cancel))
            return WrongCode;
        await passwords.Change(connection, person.Id, person.ShopId, person.Email, hash, "password_reset", here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return Answer.Done;
    }

    /// <summary>Checks a code under the limit of the place that it comes from; a field that is wrong costs no try.</summary>
    public async Task<Outcome<CheckedCode>> Check(string? phone, string? otp, FieldErrors errors, CancellationToken cancel)
    {
        var number = await Number(phone, cancel);
        errors.Check(number is not null, "phone", Contact.PhoneRule);
        errors.Check(!string.IsNullOrWhiteSpace(otp), "otp", "is required");
        if (errors.Any)
            return errors.ToRefusal();
        var attempt = SignInLimits.BySecret(here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (await codes.Check(number!, otp!.Trim(), here.ShopId, cancel) is { } code)
            return code;
        return await limits.Failed(attempt, AuditActions.LoginFailed, new { method = "otp" }, WrongCode, here, cancel);
    }

    private async Task<Outcome<Person>> AddGuest(NpgsqlConnection connection, CheckedCode code, string? nameNow, CancellationToken cancel)
    {
        var name = string.IsNullOrWhiteSpace(nameNow) ? await OneTimeCodes.NameGiven(connection, code, cancel) ?? "Guest" : nameNow.Trim();
        if (!PlainText.Is(name, TextKind.Line))
            return Refusal.OfField("name", AccountFields.NameRule);
        long id;
        try
        {
            id = await People.Add(connection, code.ShopId, new(null, name, null, code.Phone, Caller.CustomerRole, null), cancel);
        }
        catch (PostgresException taken) when (People.Taken(taken) is not null)
        {
            return WrongCode; // an account with this phone is there and was deactivated
        }

        await new AuditEntry(AuditActions.UserAdded, "user", id, After: new { name, role = Caller.CustomerRole }).Write(
            connection,
            here.Stranger(code.ShopId),
            clock.GetUtcNow(),
            cancel);
        return new Person(id, code.Phone, name, null, code.Phone, true, Caller.CustomerRole, code.ShopId, null, null, 1);
    }
}

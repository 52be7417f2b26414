using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Guests come in by a code on their phone: the account is made with the first one that is right.</summary>
public sealed class OtpSignIn(
    PhoneCodes codes,
    People people,
    SignIn signIn,
    NpgsqlDataSource database,
    EventBell bell,
    Moment moment)
{
    public async Task<Answer<SignedIn>> Handle(VerifyOtpRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        var welcome = await ComeIn(request, cancel);
        return welcome.Refusal is { } refusal
            ? refusal
            : await signIn.View(cookie, welcome.Value.Pair, welcome.Value.Guest, cancel);
    }

    /// <summary>The guest and their session; or why there is none.</summary>
    internal async Task<Outcome<(Person Guest, Sessions.Pair Pair)>> ComeIn(VerifyOtpRequest request, CancellationToken cancel)
    {
        var code = await codes.Check(request.Phone, request.Otp, new FieldErrors(), cancel);
        if (code.Refusal is { } refusal)
            return refusal;

        var known = await people.Guest(code.Value.Phone, moment.Here.ShopId, cancel);
        var entrance = await signIn.ByPhone(known, request.Code, cancel);
        if (entrance.Refusal is { } asked)
            return asked;
        var welcome = await Welcome(code.Value, known, entrance.Value, request.Name, cancel);
        if (welcome.Refusal is { } notWelcome)
            return notWelcome;
        bell.Ring();
        return welcome;
    }

    /// <summary>One transaction: the code is used up, the guest there, the session begun.</summary>
    private async Task<Outcome<(Person Guest, Sessions.Pair Pair)>> Welcome(
        CheckedCode code,
        Person? known,
        Entrance entrance,
        string? name,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await codes.UseUp(connection, code, cancel))
            return PhoneCodes.WrongCode;
        var guest = known is null ? await AddGuest(connection, code, name, cancel) : known;
        if (guest.Refusal is { } refusal)
            return refusal;
        if (await signIn.Begin(connection, guest.Value, entrance, cancel) is not { } pair)
            return PhoneCodes.WrongCode;
        await transaction.CommitAsync(cancel);
        return (guest.Value, pair);
    }

    private async Task<Outcome<Person>> AddGuest(NpgsqlConnection connection, CheckedCode code, string? nameNow, CancellationToken cancel)
    {
        var name = string.IsNullOrWhiteSpace(nameNow) ? await OneTimeCodes.NameGiven(connection, code, cancel) ?? "Guest" : nameNow.Trim();
        if (!PlainText.Is(name, TextKind.Line))
            return Refusal.OfField("name", AccountFields.NameRule);
        var guest = new NewPerson { Name = name, Phone = code.Phone, Role = Caller.CustomerRole };
        long id;
        try
        {
            id = await People.Add(connection, code.ShopId, guest, cancel);
        }
        catch (PostgresException taken) when (People.Taken(taken) is not null)
        {
            return PhoneCodes.WrongCode; // an account with this phone is there and was deactivated
        }

        await new AuditEntry(AuditActions.UserAdded, "user", id, After: new { name, role = Caller.CustomerRole }).Write(
            connection,
            moment.Here.Stranger(code.ShopId),
            moment.Now,
            cancel);
        return guest.As(id, code.ShopId);
    }
}

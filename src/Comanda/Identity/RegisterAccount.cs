using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>POST /api/auth/register: a guest by phone, or an owner with a shop of their own.</summary>
public sealed class RegisterAccount(
    PhoneCodes codes,
    SignIn signIn,
    Attempts attempts,
    IdentityOptions options,
    NpgsqlDataSource database,
    EventBell bell,
    Moment moment)
{
    /// <summary>Shops that one address may open in an hour.</summary>
    private const int ShopsPerAddress = 20;

    public async Task<Answer<SignedIn>> Handle(RegisterRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        var asOwner = request.ShopName is not null || request.Password is not null || (request.Email is not null && request.Phone is null);
        var elsewhere = request.ShopId is { } joined && (asOwner || joined != moment.Here.ShopId);
        if (elsewhere || (request.Role is { } role && role != (asOwner ? Caller.OwnerRole : Caller.CustomerRole)))
            return Refusal.Forbidden("Nobody joins a shop's staff by themselves: who runs it adds them (POST /api/users).");
        if (asOwner)
            return await Owner(request, cookie, cancel);
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(request.Name), "name", AccountFields.NameRule);
        errors.Check(await codes.Number(request.Phone, cancel) is not null, "phone", Contact.PhoneRule);
        return errors.Any
            ? errors.ToRefusal()
            : Answer.InOtherForm<SignedIn>(await codes.Send(request.Phone, request.Name!.Trim(), cancel));
    }

    private async Task<Answer<SignedIn>> Owner(RegisterRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        if (!options.OwnerRegistration)
            return Refusal.Forbidden("This Comanda takes no new shops; ask who runs it.");
        // The first one is its operator's, who proves that by the set-up.
        if (moment.Here.ShopId == 0)
            return Refusal.Forbidden("This Comanda has no shop yet; its set-up opens the first (/setup).");
        var errors = new FieldErrors();
        var email = Contact.Email(request.Email);
        request = request with { ShopName = request.ShopName ?? $"{request.Name?.Trim()}'s shop" };
        errors.Check(!string.IsNullOrWhiteSpace(request.Name), "name", AccountFields.NameRule);
        errors.Check(email is not null, "email", Contact.EmailRule);
        errors.Check(!string.IsNullOrWhiteSpace(request.ShopName), "shop_name", AccountFields.NameRule);
        errors.Check(request.Username is null || AccountFields.IsUsername(request.Username, email), "username", AccountFields.UsernameRule);
        if (PasswordRules.Check(request.Password, request.Name, request.Email, request.ShopName, request.Username) is { } weak)
            errors.Add("password", weak);
        var settings = OpenShop.FirstSettings(request.Currency, request.TimeZone, errors);
        var phone = Contact.Phone(request.Phone, ShopSettings.From(settings).Country); // of the country where the new shop is
        errors.Check(string.IsNullOrEmpty(request.Phone) || phone is not null, "phone", Contact.PhoneRule);
        if (errors.Any)
            return errors.ToRefusal();
        if (await attempts.Use($"shops:address:{moment.Here.Address}", ShopsPerAddress, TimeSpan.FromHours(1), cancel) is { } wait)
            return Refusal.TooMany("Too many shops were opened from here; wait, and try again.", wait);

        var owner = new NewPerson
        {
            Username = request.Username ?? email!,
            Name = request.Name!.Trim(),
            Email = email,
            Phone = phone,
            Role = Caller.OwnerRole,
            PasswordHash = await Bcrypt.Hash(request.Password!, cancel),
        };
        var opened = await Open(request, owner, settings, cancel);
        if (opened.Refusal is { } refusal)
            return refusal;
        bell.Ring();
        return Answer.Created(await signIn.View(cookie, opened.Value.Pair, opened.Value.Owner, cancel), "/api/auth/me");
    }

    /// <summary>One transaction: the shop, its owner, their session.</summary>
    private async Task<Outcome<(Person Owner, Sessions.Pair Pair)>> Open(
        RegisterRequest request,
        NewPerson account,
        Dictionary<string, string> settings,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var shop = await OpenShop.Write(connection, request.ShopName!.Trim(), request.Address?.Trim() ?? "", settings, cancel);
        try
        {
            var id = await People.Add(connection, shop, account, cancel);
            var owner = account.As(id, shop);
            await new AuditEntry(AuditActions.ShopOpened, "shop", shop, After: new { name = request.ShopName.Trim(), owner = id }).Write(
                connection,
                moment.Here.Stranger(shop),
                moment.Now,
                cancel);
            var pair = (await signIn.Begin(connection, owner, new(SignInMethod.Password), cancel))!;
            await transaction.CommitAsync(cancel);
            return (owner, pair);
        }
        catch (PostgresException failure) when (People.Taken(failure, namedByEmail: request.Username is null) is { } taken)
        {
            return taken;
        }
    }
}

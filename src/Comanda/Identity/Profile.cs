using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>GET and PUT /api/auth/me.</summary>
public sealed class Profile(
    People people,
    AccountChoices choices,
    ProveOneself proof,
    WriteProfile write,
    SignIn signIn,
    Moment moment,
    RequestHead head)
{
    public async Task<Answer<ProfileView>> Read(CancellationToken cancel) => await View(await Me(cancel), null, cancel);

    public async Task<Answer<ProfileView>> Change(ProfileChange change, SessionCookie cookie, CancellationToken cancel)
    {
        var person = await Me(cancel);
        if (head.Check(person.Version, change) is { } stale)
            return stale;
        var errors = new FieldErrors();
        var next = Next(person, change, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var proved = await proof.Of(person, next, change, cancel);
        if (proved.Refusal is { } refused)
            return refused;
        return await choices.Write<ProfileView>(
            new(new(next.Username, next.Email, next.Phone))
            {
                SoFar = new(person.Username, person.Email, person.Phone),
                Pin = change.Pin,
                Password = change.Password,
                Own = true,
                NamedByEmail = true,
            },
            async secrets =>
            {
                var written = await write.Run(new(person, next, proved.Value), secrets, cancel);
                if (written.Refusal is { } refusal)
                    return refusal;
                var (changed, pair) = written.Value;
                return await View(changed, pair is null ? null : await signIn.View(cookie, pair, changed, cancel), cancel);
            },
            cancel);
    }

    private async Task<Person> Me(CancellationToken cancel) =>
        (await people.Member(moment.Caller.UserId, moment.Here.ShopId, cancel))!;

    /// <summary>What the change asks for, checked.</summary>
    private Person Next(Person person, ProfileChange change, FieldErrors errors)
    {
        var next = person with
        {
            Name = AccountFields.Name(change.Name, person.Name, errors),
            Email = AccountFields.Email(change.Email, person.Email, errors),
            Phone = AccountFields.Phone(change.Phone, person.Phone, moment.Shop.Settings.Country, errors),
        };
        next = next with { Username = AccountFields.UsernameAfter(person.Username, person.Email, next.Email) };
        if (!string.IsNullOrEmpty(change.Pin) && People.CheckPin(change.Pin) is { } badPin)
            errors.Add("pin", badPin);
        errors.Check(change.Pin is null || !person.IsCustomer, "pin", "is for staff");
        if (change.Password is not null && PasswordRules.Check(change.Password, next.Username, next.Name, next.Email) is { } weak)
            errors.Add("password", weak);
        errors.Check(
            !person.IsCustomer || next.Phone is not null || person.Phone is null,
            "phone",
            "cannot be taken away: it is what you sign in by");
        errors.Check(
            !ProveOneself.IsByPhone(person, next) || !string.IsNullOrWhiteSpace(change.Otp),
            "otp",
            "is required for a new phone: POST /api/auth/send-otp with that phone first");
        return next;
    }

    private async Task<ProfileView> View(Person person, SignedIn? session, CancellationToken cancel)
    {
        var u = await people.View(person, cancel);
        return new(u.Id, u.Username, u.Name, u.Email, u.Phone, u.Role, u.ShopId, u.ShopUuid, u.HasPin, u.Permissions, u.Version, session)
        {
            HasSecondFactor = person.HasSecondFactor,
            CreatedAt = person.CreatedAt,
            UpdatedAt = person.UpdatedAt,
        };
    }
}

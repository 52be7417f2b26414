using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Identity;

/// <summary>GET and PUT /api/auth/me.</summary>
public sealed class Profile(
    People people,
    Passwords passwords,
    Sessions sessions,
    SignIn signIn,
    SignInLimits limits,
    AccountLimits accountLimits,
    OneTimeCodes codes,
    NpgsqlDataSource database,
    EventBell bell,
    Here here,
    TimeProvider clock,
    RequestHead head)
{
    public async Task<Answer<ProfileView>> Read(CancellationToken cancel)
    {
        var person = (await people.Member(here.Caller.UserId, here.ShopId, cancel))!;
        return await View(person, null, cancel);
    }

    public async Task<Answer<ProfileView>> Change(ProfileChange change, SessionCookie cookie, CancellationToken cancel)
    {
        var person = (await people.Member(here.Caller.UserId, here.ShopId, cancel))!;
        if (head.Check(person.Version) is { } stale)
            return stale;
        var errors = new FieldErrors();
        var next = person with
        {
            Name = AccountFields.Name(change.Name, person.Name, errors),
            Email = AccountFields.Email(change.Email, person.Email, errors),
            Phone = AccountFields.Phone(change.Phone, person.Phone, await people.CountryOf(here.ShopId, cancel), errors),
        };
        next = next with { Username = AccountFields.UsernameAfter(person.Username, person.Email, next.Email) };
        if (!string.IsNullOrEmpty(change.Pin) && People.CheckPin(change.Pin) is { } badPin)
            errors.Add("pin", badPin);
        errors.Check(change.Pin is null || !person.IsCustomer, "pin", "is for staff");
        if (change.Password is not null && PasswordRules.Check(change.Password, next.Username, next.Name, next.Email) is { } weak)
            errors.Add("password", weak);
        var newPhone = person.IsCustomer && next.Phone != person.Phone && next.Phone is not null;
        errors.Check(
            !person.IsCustomer || next.Phone is not null || person.Phone is null,
            "phone",
            "cannot be taken away: it is what you sign in by");
        errors.Check(
            !newPhone || !string.IsNullOrWhiteSpace(change.Otp),
            "otp",
            "is required for a new phone: POST /api/auth/send-otp with that phone first");
        if (errors.Any)
            return errors.ToRefusal();
        if (await Prove(person, next, change, cancel) is { } refused)
            return refused;
        CheckedCode? code = null;
        if (newPhone && (code = await codes.Check(next.Phone!, change.Otp!, here.ShopId, cancel)) is null)
            return Refusal.OfField("otp", "is not right, or no longer good");
        var chosen = new ChosenNames(next.Username, next.Email, next.Phone);
        if (await accountLimits.Refuse(
            here.Caller,
            chosen != new ChosenNames(person.Username, person.Email, person.Phone),
            setsPin: !string.IsNullOrEmpty(change.Pin),
            cancel,
            own: true) is { } wait)
            return wait;

        // Hashes first: nobody holds a transaction open for the quarter of a second that one takes.
        var passwordHash = change.Password is null ? null : await Bcrypt.Hash(change.Password, cancel);
        var pinHash = string.IsNullOrEmpty(change.Pin) ? null : await people.NewPinHash(change.Pin, here.ShopId, cancel);
        try
        {
            var written = await Write(person, next, change.Pin is not null, pinHash, passwordHash, code, cancel);
            if (written.Refusal is { } refusal)
                return refusal;
            var (changed, pair) = written.Value;
            bell.Ring();
            return await View(changed, pair is null ? null : await signIn.View(cookie, pair, changed, cancel), cancel);
        }
        catch (PostgresException failure) when (People.Taken(failure, namedByEmail: true) is { } taken)
        {
            await accountLimits.Taken(here, taken, chosen, cancel);
            return taken;
        }
    }

    /// <summary>Asks for the current password where the change is one of how somebody signs in.</summary>
    private async Task<Refusal?> Prove(Person person, Person next, ProfileChange change, CancellationToken cancel)
    {
        // A PIN is short and typed in front of a queue: it sells coffee, it does not take over an account.
        var byPin = here.Caller.Method == SignInMethod.Pin
            && (next.Email != person.Email || next.Phone != person.Phone || change.Pin is not null);
        // A guest who has no password yet proves who they are by the session that a code began.
        if (!byPin && (change.Password is null || person.PasswordHash is null))
            return null;
        if (string.IsNullOrEmpty(change.CurrentPassword))
            return Refusal.OfField("current_password", "is required for this change");
        var attempt = limits.ByOwnPassword(person, here.Caller, here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (await passwords.IsRight(person, change.CurrentPassword, cancel))
            return await limits.Succeeded(attempt, cancel);
        return await limits.Failed(
            attempt,
            AuditActions.LoginFailed,
            new { method = "current_password" },
            Refusal.OfField("current_password", "is not right"),
            here,
            cancel);
    }

    private async Task<Outcome<(Person Changed, Sessions.Pair? Pair)>> Write(
        Person person,
        Person next,
        bool setsPin,
        string? pinHash,
        string? passwordHash,
        CheckedCode? code,
        CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await Sessions.StillMay(connection, here, cancel))
            return Sessions.Ended;
        if (code is not null && !await codes.UseUp(connection, code, cancel))
            return Refusal.OfField("otp", "was used in the same moment");
        if (await connection.Execute(
            "update users set username = $6::text, name = $2, email = $3::text, phone = $4::text, version = version + 1 where id = $1 and "
                + "version = $5",
            cancel,
            person.Id,
            next.Name,
            next.Email,
            next.Phone,
            person.Version,
            person.IsCustomer ? null : next.Username) == 0)
        {
            return Refusal.Stale();
        }

        if (setsPin)
        {
            await connection.Execute(
                "update shop_members set pin_hash = $3::text where shop_id = $1 and user_id = $2",
                cancel,
                here.ShopId,
                person.Id,
                pinHash);
            await sessions.EndPinSessions(connection, person.Id, here.ShopId, here, cancel);
            await new AuditEntry(AuditActions.PinChanged, "user", person.Id).Write(connection, here, now, cancel);
        }

        if ((next.Name, next.Email, next.Phone) != (person.Name, person.Email, person.Phone))
        {
            await new AuditEntry(
                AuditActions.UserChanged,
                "user",
                person.Id,
                new { person.Name, person.Email, person.Phone },
                new { next.Name, next.Email, next.Phone }).Write(connection, here, now, cancel);
        }

        if (next.Email != person.Email)
            await passwords.EmailChanged(connection, person.Id, person.ShopId, person.Email, cancel);

        Sessions.Pair? pair = null;
        var changed = next with
        {
            PinHash = setsPin ? pinHash : person.PinHash,
            PasswordHash = passwordHash ?? person.PasswordHash,
            Version = person.Version + 1
        };
        if (passwordHash is not null)
        {
            await passwords.Change(connection, changed.Id, changed.ShopId, changed.Email, passwordHash, "password_changed", here, cancel);
            changed = changed with { Version = changed.Version + 1 };
            pair = await sessions.Begin(
                connection,
                changed,
                new(SignInMethod.Password, null, head.UserAgent),
                here,
                cancel);
        }

        await transaction.CommitAsync(cancel);
        return (changed, pair);
    }

    private async Task<ProfileView> View(Person person, SignedIn? session, CancellationToken cancel)
    {
        var u = await people.View(person, cancel);
        return new(u.Id, u.Username, u.Name, u.Email, u.Phone, u.Role, u.ShopId, u.HasPin, u.Permissions, u.Version, session);
    }
}

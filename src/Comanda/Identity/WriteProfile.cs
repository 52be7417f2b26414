using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>A change of oneself that was checked, and the codes that prove it, where it takes any.</summary>
public sealed record ProfileToWrite(Person Person, Person Next, Proof Proof);

/// <summary>Writes a change of oneself in one transaction: the code is used up, the account changed, a new session begun.</summary>
public sealed class WriteProfile(
    OneTimeCodes codes,
    Passwords passwords,
    SignIn signIn,
    NpgsqlDataSource database,
    EventBell bell,
    Moment moment)
{
    private Here Here => moment.Here;

    /// <summary>The person as they are from now on. A new password ends every session, so there is a new one with it.</summary>
    public async Task<Outcome<(Person Changed, Sessions.Pair? Pair)>> Run(
        ProfileToWrite change,
        NewSecrets secrets,
        CancellationToken cancel)
    {
        var (person, next, (code, factor)) = change;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await Sessions.StillMay(connection, Here, cancel))
            return Sessions.Ended;
        if (code is not null && !await codes.UseUp(connection, code, cancel))
            return Refusal.OfField("otp", "was used in the same moment");
        if (factor is not null && !await factor.UseUp(connection, moment.Now, cancel))
            return Refusal.OfField("code", "was used in the same moment");
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

        if (secrets.ChangesPin)
            await passwords.ChangePin(connection, person.Id, secrets.PinHash, Here, cancel);
        if ((next.Name, next.Email, next.Phone) != (person.Name, person.Email, person.Phone))
        {
            await new AuditEntry(
                AuditActions.UserChanged,
                "user",
                person.Id,
                new { person.Name, person.Email, person.Phone },
                new { next.Name, next.Email, next.Phone }).Write(connection, Here, moment.Now, cancel);
        }

        if (next.Email != person.Email)
            await passwords.EmailChanged(connection, new(person.Id, person.ShopId, person.Email), cancel);

        Sessions.Pair? pair = null;
        var changed = next with
        {
            PinHash = secrets.ChangesPin ? secrets.PinHash : person.PinHash,
            PasswordHash = secrets.PasswordHash ?? person.PasswordHash,
            Version = person.Version + 1,
        };
        if (secrets.PasswordHash is { } hash)
        {
            await passwords.Change(
                connection,
                new(changed.Id, changed.ShopId, changed.Email),
                hash,
                "password_changed",
                Here,
                cancel);
            changed = changed with { Version = changed.Version + 1 };
            // It goes on with the session that proved itself, by PIN and code too.
            pair = await signIn.Begin(connection, changed, new(SignInMethod.Password) { NeedsNoFactor = true }, cancel);
        }

        await transaction.CommitAsync(cancel);
        bell.Ring();
        return (changed, pair);
    }
}

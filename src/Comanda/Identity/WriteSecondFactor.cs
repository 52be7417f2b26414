using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Writes what becomes of a second factor, each time in one transaction, with its entry in the audit log and a mail.</summary>
public sealed class WriteSecondFactor(Passwords passwords, Sessions sessions, NpgsqlDataSource database, EventBell bell, Moment moment)
{
    private static readonly Refusal UsedMeanwhile = Refusal.OfField("code", "was used in the same moment");

    public async Task<Refusal?> Offer(Person person, SecondFactors.Fresh fresh, CheckedFactor? proof, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Begin(connection, person, proof, cancel) is { } refusal)
            return refusal;
        await connection.Execute("delete from second_factors where user_id = $1 and confirmed_at is null", cancel, person.Id);
        await connection.Execute(
            """
            with factor as (
                insert into second_factors (shop_id, user_id, secret, created_at) values ($1, $2, $3, $4) returning id, shop_id
            )
            insert into recovery_codes (shop_id, second_factor_id, hash) select shop_id, id, hash from factor, unnest($5::bytea[]) as hash
            """,
            cancel,
            person.ShopId,
            person.Id,
            fresh.Kept,
            moment.Now,
            fresh.Hashes);
        await transaction.CommitAsync(cancel);
        return null;
    }

    public async Task<Refusal?> Confirm(Person person, CheckedFactor right, bool endOthers, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Begin(connection, person, null, cancel) is { } refusal)
            return refusal;
        await connection.Execute("delete from second_factors where user_id = $1 and confirmed_at is not null", cancel, person.Id);
        // The code is not used up: whoever has just set it up may sign in by what the app shows at this moment.
        if (await connection.Execute(
            "update second_factors set confirmed_at = $2 where id = $1 and confirmed_at is null",
            cancel,
            right.FactorId,
            moment.Now) == 0)
            return Refusal.OfField("code", "is of a secret that was offered before the last one");
        await Finish(connection, person, AuditActions.SecondFactorAdded, endOthers, cancel);
        await passwords.SecondFactorChanged(connection, new(person.Id, person.ShopId, person.Email), isThere: true, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return null;
    }

    public async Task<Refusal?> Remove(Person person, CheckedFactor? proof, bool endOthers, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Begin(connection, person, proof, cancel) is { } refusal)
            return refusal;
        var confirmed = await connection.Scalar(
            "select true from second_factors where user_id = $1 and confirmed_at is not null",
            cancel,
            person.Id) is true;
        await connection.Execute("delete from second_factors where user_id = $1", cancel, person.Id);
        if (confirmed)
        {
            await Finish(connection, person, AuditActions.SecondFactorRemoved, endOthers, cancel);
            await passwords.SecondFactorChanged(connection, new(person.Id, person.ShopId, person.Email), isThere: false, cancel);
        }

        await transaction.CommitAsync(cancel);
        bell.Ring();
        return null;
    }

    /// <summary>The person's row is held: a sign-in under way sees the factor as it was before, or as it is after.</summary>
    private async Task<Refusal?> Begin(NpgsqlConnection connection, Person person, CheckedFactor? proof, CancellationToken cancel)
    {
        await connection.Execute("select 1 from users where id = $1 for no key update", cancel, person.Id);
        if (!await Sessions.StillMay(connection, moment.Here, cancel))
            return Sessions.Ended;
        return proof is null || await proof.UseUp(connection, moment.Now, cancel) ? null : UsedMeanwhile;
    }

    private async Task Finish(NpgsqlConnection connection, Person person, string action, bool endOthers, CancellationToken cancel)
    {
        await new AuditEntry(action, "user", person.Id).Write(connection, moment.Here, moment.Now, cancel);
        if (endOthers)
            await sessions.EndOthersOf(connection, person.Id, action, moment.Here, cancel);
    }
}

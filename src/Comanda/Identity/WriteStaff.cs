using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>A change of an account that was checked.</summary>
/// <param name="Now">What it is in this shop; null where it joins the shop by this.</param>
/// <param name="Known">The account as it was read, here or in another shop.</param>
/// <param name="Next">What it is to be.</param>
public sealed record StaffChange(StaffView? Now, StaffView Known, StaffView Next)
{
    public bool Deactivates => Now is { IsActive: true } && !Next.IsActive;
}

/// <summary>Writes a change of an account and of what it signs in with, in one transaction.</summary>
public sealed class WriteStaff(Passwords passwords, Sessions sessions, NpgsqlDataSource database, EventBell bell, Moment moment)
{
    private Here Here => moment.Here;

    public async Task<Answer<StaffView>> Run(StaffChange change, NewSecrets secrets, CancellationToken cancel)
    {
        var (now, known, next) = change;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Staff.Begin(connection, Here, cancel) is { } refusal)
            return refusal;
        if (known.Role == Caller.OwnerRole
            && now is not null
            && (next.Role != Caller.OwnerRole || !next.IsActive)
            && await IsLastOwner(connection, known.Id, cancel))
            return Refusal.Conflict("last_owner", "A shop needs an owner; make somebody else one first.");
        if (await connection.Execute(
            "update users set username = $2, name = $3, email = $4::text, phone = $5::text, version = version + 1 where id = $1 and "
                + "version = $6",
            cancel,
            known.Id,
            next.Username,
            next.Name,
            next.Email,
            next.Phone,
            known.Version) == 0)
        {
            return Refusal.Stale();
        }

        await WriteMembership(connection, change, cancel);
        if (secrets.ChangesPin)
            await passwords.ChangePin(connection, known.Id, secrets.PinHash, Here, cancel);
        await Retire(connection, change, cancel);
        if (secrets.PasswordHash is { } hash)
        {
            await passwords.Change(
                connection,
                new(known.Id, Here.ShopId, next.Email),
                hash,
                "set_by_" + Here.Caller.Role,
                Here,
                cancel);
        }

        if (next.Email != known.Email)
            await passwords.EmailChanged(connection, new(known.Id, Here.ShopId, known.Email), cancel);
        await new AuditEntry(
            change.Deactivates ? AuditActions.UserDeactivated : AuditActions.UserChanged,
            "user",
            known.Id,
            now is null ? null : Logged(now),
            Logged(next)).Write(connection, Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return (await Staff.Find(connection, Here.ShopId, known.Id, cancel))!;
    }

    private async Task WriteMembership(NpgsqlConnection connection, StaffChange change, CancellationToken cancel)
    {
        if (change.Now is null)
            await People.Join(connection, Here.ShopId, change.Known.Id, change.Next.Role, cancel);
        await connection.Execute(
            "update shop_members set role = $3, active = $4 where shop_id = $1 and user_id = $2",
            cancel,
            Here.ShopId,
            change.Known.Id,
            change.Next.Role,
            change.Next.IsActive);
    }

    /// <summary>Somebody who works nowhere any more cannot sign in at all; nobody's PIN stays taken by one who is gone.</summary>
    private async Task Retire(NpgsqlConnection connection, StaffChange change, CancellationToken cancel)
    {
        await connection.Execute(
            "update users set active = exists (select 1 from shop_members where user_id = $1 and active) where id = $1",
            cancel,
            change.Known.Id);
        if (!change.Next.IsActive)
        {
            await connection.Execute(
                "update shop_members set pin_hash = null where shop_id = $1 and user_id = $2",
                cancel,
                Here.ShopId,
                change.Known.Id);
        }

        if (change.Deactivates)
            await sessions.EndAllIn(connection, change.Known.Id, Here.ShopId, "deactivated", Here, cancel);
    }

    /// <summary>
    /// Staff changes of a shop take turns (<see cref="Staff.Begin"/>), so two who leave at once do not both find the other still there.
    /// </summary>
    private async Task<bool> IsLastOwner(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select user_id from shop_members where shop_id = $1 and role = $2 and active",
            Here.ShopId,
            Caller.OwnerRole);
        var owners = await command.List(r => r.GetInt64(0), cancel);
        return owners.All(o => o == id);
    }

    private static object Logged(StaffView account) => new
    {
        username = account.Username,
        name = account.Name,
        email = account.Email,
        phone = account.Phone,
        role = account.Role,
        is_active = account.IsActive,
    };
}

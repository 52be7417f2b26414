using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Changes and deactivates accounts. Who somebody is (name, addresses, password) is one thing in all their shops, so only
/// who may manage them in every one of those changes it; role and PIN are the shop's own. An account of another shop of
/// the caller's joins this one by a PUT here that names its role.
/// </summary>
public sealed class ChangeStaff(
    People people,
    Passwords passwords,
    Sessions sessions,
    Management management,
    AccountLimits accountLimits,
    ShopDirectory shops,
    NpgsqlDataSource database,
    EventBell bell,
    Here here,
    RequestHead head,
    TimeProvider clock)
{
    private static readonly Refusal OwnAccount = Refusal.Conflict(
        "own_account", "That is your own account: change it at /api/auth/me, and let somebody else change its role or deactivate it.");

    public async Task<Answer<StaffView>> Change(
        long id,
        StaffInput input,
        CancellationToken cancel)
    {
        var now = await Staff.Find(database, here.ShopId, id, cancel);
        var memberships = await management.Memberships(id, here.Caller, cancel);
        var managesAll = await management.IsInAll(memberships, cancel);
        // Of another shop, and not the caller's to manage (or a guest, or one who works nowhere): there is no such account here.
        if (now is null && (!managesAll || !memberships[0].IsActive || memberships[0].Role == Caller.CustomerRole))
            return Refusal.NotFound("user");
        if (now is not null && head.Check(now.Version) is { } stale)
            return stale;

        var errors = new FieldErrors();
        errors.Check(now is not null || input.Role is not null, "role", "is required: what the account is to be in this shop");
        var shop = await shops.Of(here, cancel);
        var known = now ?? await FindElsewhere(id, memberships, cancel);
        var next = known with
        {
            Name = AccountFields.Name(input.Name, known.Name, errors),
            Email = AccountFields.Email(input.Email, known.Email, errors),
            Phone = AccountFields.Phone(input.Phone, known.Phone, shop.Settings.Country, errors),
            Role = input.Role is null ? known.Role : Staff.RoleOf(input.Role, errors),
            IsActive = input.IsActive ?? (now is null || known.IsActive),
        };
        next = next with { Username = input.Username?.Trim() ?? AccountFields.UsernameAfter(known.Username, known.Email, next.Email) };
        errors.Check(input.Username is null || AccountFields.IsUsername(next.Username, next.Email), "username", AccountFields.UsernameRule);
        if (!string.IsNullOrEmpty(input.Pin) && People.CheckPin(input.Pin) is { } badPin)
            errors.Add("pin", badPin);
        if (input.Password is not null && PasswordRules.Check(input.Password, next.Username, next.Name, next.Email, shop.Name) is { } weak)
            errors.Add("password", weak);
        if (errors.Any)
            return errors.ToRefusal();
        if (MayChange(known, next, input, shop, managesAll) is { } refusal)
            return refusal;
        var chosen = new ChosenNames(next.Username, next.Email, next.Phone);
        if (await accountLimits.Refuse(
            here.Caller,
            chosen != new ChosenNames(known.Username, known.Email, known.Phone),
            setsPin: !string.IsNullOrEmpty(input.Pin),
            cancel) is { } wait)
            return wait;

        var hash = input.Password is null ? null : await Bcrypt.Hash(input.Password, cancel);
        var pin = string.IsNullOrEmpty(input.Pin) ? null : await people.NewPinHash(input.Pin, here.ShopId, cancel);
        try
        {
            return await Write(now, known, next, input.Pin is not null, pin, hash, cancel);
        }
        catch (PostgresException failure) when (People.Taken(failure, namedByEmail: input.Username is null) is { } taken)
        {
            await accountLimits.Taken(here, taken, chosen, cancel);
            return taken;
        }
    }

    public async Task<Answer> Deactivate(long id, CancellationToken cancel)
    {
        if (await Staff.Find(database, here.ShopId, id, cancel) is not { } now)
            return Refusal.NotFound("user");
        if (head.Check(now.Version) is { } stale)
            return stale;
        if (!now.IsActive)
            return Answer.Done;
        var shop = await shops.Of(here, cancel);
        if (MayChange(
            now,
            now with { IsActive = false },
            new(null, null, null, null, null, null, null, false),
            shop,
            managesAll: true) is { } refusal)
            return refusal;
        var written = await Write(now, now, now with { IsActive = false }, false, null, null, cancel);
        return written.Refusal is { } refused ? refused : Answer.Done;
    }

    /// <summary>Signs somebody out wherever they act for this shop: a lost phone, a till left open.</summary>
    public async Task<Answer> SignOut(long id, CancellationToken cancel)
    {
        if (await Staff.Find(database, here.ShopId, id, cancel) is not { } account)
            return Refusal.NotFound("user");
        if (account.Id != here.Caller.UserId
            && !Permissions.MayManage(here.Caller.Permissions, Permissions.Of(account.Role, await shops.Of(here, cancel))))
            return Staff.MayNot(here.Caller, account.Role);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await sessions.EndAllIn(connection, id, here.ShopId, "signed_out_by_" + here.Caller.Role, here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return Answer.Done;
    }

    private Refusal? MayChange(StaffView known, StaffView next, StaffInput input, Shop shop, bool managesAll)
    {
        var me = here.Caller;
        var mine = me.Permissions;
        var whoTheyAre = (next.Username, next.Name, next.Email, next.Phone) != (known.Username, known.Name, known.Email, known.Phone)
            || input.Password is not null;
        if (known.Id == me.UserId && (next.Role != known.Role || !next.IsActive || whoTheyAre || input.Pin is not null))
            return OwnAccount;
        if (known.ShopId == here.ShopId && !Permissions.MayManage(mine, Permissions.Of(known.Role, shop)))
            return Staff.MayNot(me, known.Role);
        if (!Permissions.MayManage(mine, Permissions.Of(next.Role, shop)))
            return Staff.MayNot(me, next.Role);
        return whoTheyAre && !managesAll
            ? Refusal.Forbidden(
                $"{known.Name} works in another shop too, where you may not manage them; role and PIN here are all that you can change.")
            : null;
    }

    private async Task<Answer<StaffView>> Write(
        StaffView? now,
        StaffView known,
        StaffView next,
        bool setsPin,
        string? pinHash,
        string? passwordHash,
        CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Staff.Begin(connection, here, cancel) is { } refusal)
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

        if (now is null)
            await People.Join(connection, here.ShopId, known.Id, next.Role, cancel);
        await connection.Execute(
            "update shop_members set role = $3, active = $4 where shop_id = $1 and user_id = $2",
            cancel,
            here.ShopId,
            known.Id,
            next.Role,
            next.IsActive);
        if (setsPin)
        {
            await connection.Execute(
                "update shop_members set pin_hash = $3::text where shop_id = $1 and user_id = $2",
                cancel,
                here.ShopId,
                known.Id,
                pinHash);
            await sessions.EndPinSessions(connection, known.Id, here.ShopId, here, cancel);
            await new AuditEntry(AuditActions.PinChanged, "user", known.Id).Write(connection, here, at, cancel);
        }

        // Somebody who works nowhere any more cannot sign in at all; nobody's PIN stays taken by one who is gone.
        await connection.Execute(
            "update users set active = exists (select 1 from shop_members where user_id = $1 and active) where id = $1",
            cancel,
            known.Id);
        if (!next.IsActive)
            await connection.Execute(
                "update shop_members set pin_hash = null where shop_id = $1 and user_id = $2",
                cancel,
                here.ShopId,
                known.Id);
        var deactivated = now is { IsActive: true } && !next.IsActive;
        if (deactivated)
            await sessions.EndAllIn(connection, known.Id, here.ShopId, "deactivated", here, cancel);
        if (passwordHash is not null)
            await passwords.Change(connection, known.Id, here.ShopId, next.Email, passwordHash, "set_by_" + here.Caller.Role, here, cancel);
        if (next.Email != known.Email)
            await passwords.EmailChanged(connection, known.Id, here.ShopId, known.Email, cancel);
        await new AuditEntry(
            deactivated ? AuditActions.UserDeactivated : AuditActions.UserChanged,
            "user",
            known.Id,
            now is null ? null : Logged(now),
            Logged(next)).Write(connection, here, at, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        var changed = (await Staff.Find(connection, here.ShopId, known.Id, cancel))!;
        return changed;
    }

    private static object Logged(StaffView account) =>
        new
        {
            username = account.Username,
            name = account.Name,
            email = account.Email,
            phone = account.Phone,
            role = account.Role,
            is_active = account.IsActive
        };

    /// <summary>
    /// Staff changes of a shop take turns (<see cref="Staff.Begin"/>), so two who leave at once do not both find the other still there.
    /// </summary>
    private async Task<bool> IsLastOwner(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select user_id from shop_members where shop_id = $1 and role = $2 and active",
            here.ShopId,
            Caller.OwnerRole);
        var owners = await command.List(r => r.GetInt64(0), cancel);
        return owners.All(o => o == id);
    }

    private async Task<StaffView> FindElsewhere(long id, List<Management.Membership> memberships, CancellationToken cancel) =>
        (await Staff.Find(database, memberships[0].ShopId, id, cancel))!;
}

using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Changes and deactivates accounts. Who somebody is (name, addresses, password) is one thing in all their shops, so only
/// who may manage them in every one of those changes it; role and PIN are the shop's own. An account of another shop of
/// the caller's joins this one by a PUT here that names its role.
/// </summary>
public sealed class ChangeStaff(
    Management management,
    AccountChoices choices,
    WriteStaff write,
    NpgsqlDataSource database,
    Moment moment,
    RequestHead head)
{
    private static readonly Refusal OwnAccount = Refusal.Conflict(
        "own_account", "That is your own account: change it at /api/auth/me, and let somebody else change its role or deactivate it.");

    private Here Here => moment.Here;

    public async Task<Answer<StaffView>> Change(
        long id,
        StaffInput input,
        CancellationToken cancel)
    {
        var now = await Staff.Find(database, Here.ShopId, id, cancel);
        var memberships = await management.Memberships(id, Here.Caller, cancel);
        var managesAll = await management.IsInAll(memberships, cancel);
        // Of another shop, and not the caller's to manage (or a guest, or one who works nowhere): there is no such account Here.
        if (now is null && (!managesAll || !memberships[0].IsActive || memberships[0].Role == Caller.CustomerRole))
            return Refusal.NotFound("user");
        if (now is not null && head.Check(now.Version, input) is { } stale)
            return stale;

        var errors = new FieldErrors();
        errors.Check(now is not null || input.Role is not null, "role", "is required: what the account is to be in this shop");
        var known = now ?? await FindElsewhere(id, memberships, cancel);
        var next = known with
        {
            Name = AccountFields.Name(input.Name, known.Name, errors),
            Email = AccountFields.Email(input.Email, known.Email, errors),
            Phone = AccountFields.Phone(input.Phone, known.Phone, moment.Shop.Settings.Country, errors),
            Role = input.Role is null ? known.Role : Staff.RoleOf(input.Role, errors),
            IsActive = input.IsActive ?? (now is null || known.IsActive),
        };
        next = next with { Username = input.Username?.Trim() ?? AccountFields.UsernameAfter(known.Username, known.Email, next.Email) };
        errors.Check(input.Username is null || AccountFields.IsUsername(next.Username, next.Email), "username", AccountFields.UsernameRule);
        if (!string.IsNullOrEmpty(input.Pin) && People.CheckPin(input.Pin) is { } badPin)
            errors.Add("pin", badPin);
        if (input.Password is not null
            && PasswordRules.Check(input.Password, next.Username, next.Name, next.Email, moment.Shop.Name) is { } weak)
            errors.Add("password", weak);
        if (errors.Any)
            return errors.ToRefusal();
        var change = new StaffChange(now, known, next);
        if (Refuse(change, input, managesAll) is { } refusal)
            return refusal;
        return await choices.Write(
            new(new(next.Username, next.Email, next.Phone))
            {
                SoFar = new(known.Username, known.Email, known.Phone),
                Pin = input.Pin,
                Password = input.Password,
                NamedByEmail = input.Username is null,
            },
            secrets => write.Run(change, secrets, cancel),
            cancel);
    }

    public async Task<Answer> Deactivate(long id, CancellationToken cancel)
    {
        if (await Staff.Find(database, Here.ShopId, id, cancel) is not { } now)
            return Refusal.NotFound("user");
        if (head.Check(now.Version) is { } stale)
            return stale;
        if (!now.IsActive)
            return Answer.Done;
        var change = new StaffChange(now, now, now with { IsActive = false });
        if (Refuse(change, new(IsActive: false), managesAll: true) is { } refusal)
            return refusal;
        var written = await write.Run(change, new(false, null, null), cancel);
        return written.Refusal is { } refused ? refused : Answer.Done;
    }

    /// <summary>The refusal where the caller may not change this of that account; null where they may.</summary>
    private Refusal? Refuse(StaffChange change, StaffInput input, bool managesAll)
    {
        var (_, known, next) = change;
        var me = Here.Caller;
        var mine = me.Permissions;
        var whoTheyAre = (next.Username, next.Name, next.Email, next.Phone) != (known.Username, known.Name, known.Email, known.Phone)
            || input.Password is not null;
        if (known.Id == me.UserId && (next.Role != known.Role || !next.IsActive || whoTheyAre || input.Pin is not null))
            return OwnAccount;
        if (known.ShopId == Here.ShopId && !Permissions.MayManage(mine, Permissions.Of(known.Role, moment.Shop)))
            return Staff.MayNot(me, known.Role);
        if (!Permissions.MayManage(mine, Permissions.Of(next.Role, moment.Shop)))
            return Staff.MayNot(me, next.Role);
        return whoTheyAre && !managesAll
            ? Refusal.Forbidden(
                $"{known.Name} works in another shop too, where you may not manage them; role and PIN here are all that you can change.")
            : null;
    }

    private async Task<StaffView> FindElsewhere(long id, List<Management.Membership> memberships, CancellationToken cancel) =>
        (await Staff.Find(database, memberships[0].ShopId, id, cancel))!;
}

using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Takes away the second factor of somebody who lost their phone and their recovery codes: whoever may give them a password, which is
/// who may manage them in every shop of theirs.
/// </summary>
public sealed class RemoveSecondFactor(
    Management management,
    WriteSecondFactor write,
    People people,
    NpgsqlDataSource database,
    Moment moment)
{
    public async Task<Answer> Handle(long id, CancellationToken cancel)
    {
        var (here, caller) = (moment.Here, moment.Caller);
        if (await Staff.Find(database, here.ShopId, id, cancel) is not { } account)
            return Refusal.NotFound("user");
        if (id == caller.UserId)
            return Refusal.Conflict("own_account", "That is your own account: remove your second factor at /api/auth/second-factor.");
        if (!Permissions.MayManage(caller.Permissions, Permissions.Of(account.Role, moment.Shop)))
            return Staff.MayNot(caller, account.Role);
        if (!await management.IsInAll(await management.Memberships(id, caller, cancel), cancel))
            return Refusal.Forbidden($"{account.Name} works in another shop too, where you may not manage them.");
        if (await people.Member(id, here.ShopId, cancel) is not { } person)
            return Refusal.NotFound("user"); // deactivated
        return await write.Remove(person, null, endOthers: true, cancel) is { } late ? late : Answer.Done;
    }
}

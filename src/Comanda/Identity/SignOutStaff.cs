using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Signs somebody out wherever they act for this shop: a lost phone, a till left open.</summary>
public sealed class SignOutStaff(Sessions sessions, NpgsqlDataSource database, EventBell bell, Moment moment)
{
    public async Task<Answer> Handle(long id, CancellationToken cancel)
    {
        var (here, caller) = (moment.Here, moment.Caller);
        if (await Staff.Find(database, here.ShopId, id, cancel) is not { } account)
            return Refusal.NotFound("user");
        if (account.Id != caller.UserId && !Permissions.MayManage(caller.Permissions, Permissions.Of(account.Role, moment.Shop)))
            return Staff.MayNot(caller, account.Role);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await sessions.EndAllIn(connection, id, here.ShopId, "signed_out_by_" + caller.Role, here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return Answer.Done;
    }
}

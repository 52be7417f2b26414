using Comanda.Data;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Takes a guest's account out of use and out of memory: its sessions end, and nothing in it says whose it was.</summary>
public sealed class ForgetGuest(Sessions sessions, Here here)
{
    /// <summary>In the caller's transaction. An account of staff is left alone.</summary>
    public async Task Run(NpgsqlConnection connection, long user, CancellationToken cancel)
    {
        await using var account = connection.Command(
            "select phone from users where id = $1 and home_shop_id = $2 and is_customer for no key update",
            user,
            here.ShopId);
        if ((await account.List(r => r.TextOrNull(0), cancel)) is not [var phone])
            return;
        await connection.Execute(
            "update users set name = 'Guest', username = null, email = null, phone = null, password_hash = null, active = false, version "
                + "= version + 1 where id = $1",
            cancel,
            user);
        await connection.Execute("update shop_members set active = false where user_id = $1", cancel, user);
        await connection.Execute("delete from second_factors where user_id = $1", cancel, user);
        await connection.Execute("delete from one_time_codes where shop_id = $1 and phone = $2::text", cancel, here.ShopId, phone);
        await sessions.EndAllIn(connection, user, here.ShopId, "erased", here, cancel);
    }
}

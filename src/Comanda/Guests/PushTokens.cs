using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// POST /api/users/fcm-token: a device that gets its person's messages. One that changed hands is the new person's; of many devices of one
/// person the last ones count.
/// </summary>
public sealed class PushTokens(NpgsqlDataSource database, Here here, TimeProvider clock)
{
    private const int Most = 20;

    public async Task<Answer> Add(PushTokenInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var token = errors.Text("fcm_token", input.FcmToken ?? input.Token, 4096);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(
            """
            insert into push_tokens (shop_id, token, user_id, added_at) values ($1, $2, $3, $4)
            on conflict (shop_id, token) do update set user_id = excluded.user_id, added_at = excluded.added_at
            """,
            cancel,
            here.ShopId,
            token,
            here.Caller.UserId,
            Clock.Now(clock));
        await connection.Execute(
            """
            delete from push_tokens where shop_id = $1 and token = any(array(
                select token from push_tokens where shop_id = $1 and user_id = $2 order by added_at desc, token offset $3))
            """,
            cancel,
            here.ShopId,
            here.Caller.UserId,
            Most);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }
}

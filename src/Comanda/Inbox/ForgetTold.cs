using Comanda.Data;
using Npgsql;

namespace Comanda.Inbox;

/// <summary>What a customer was told, chose and subscribed is theirs, and goes with them.</summary>
public static class ForgetTold
{
    public static async Task Run(NpgsqlConnection connection, long shop, long customer, CancellationToken cancel)
    {
        const string account = "(select user_id from customers where id = $1 and shop_id = $2)";
        await connection.Execute($"delete from notifications where user_id = {account}", cancel, customer, shop);
        await connection.Execute($"delete from notification_choices where user_id = {account}", cancel, customer, shop);
        await connection.Execute($"delete from push_subscriptions where user_id = {account}", cancel, customer, shop);
    }
}

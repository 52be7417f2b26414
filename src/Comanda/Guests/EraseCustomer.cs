using Comanda.Audit;
using Comanda.Data;
using Comanda.Identity;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// Forgets who a customer was, and the account that they signed in with. What was sold and the points ledger stay, under a number
/// that is nobody's any more. What orders say of them is the orders' room's to erase.
/// </summary>
public sealed class EraseCustomer(NpgsqlDataSource database, ForgetGuest forget, Here here, TimeProvider clock)
{
    /// <summary>False where there is no such customer.</summary>
    public async Task<bool> Run(long id, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var held = connection.Command(
            "select user_id from customers where id = $1 and shop_id = $2 and erased_at is null for no key update",
            id,
            here.ShopId);
        if ((await held.List(r => r.ValueOrNull<long>(0), cancel)) is not [var account])
            return false;
        if (account is { } user)
        {
            await forget.Run(connection, user, cancel);
            await connection.Execute("delete from guest_addresses where user_id = $1", cancel, user);
            await connection.Execute("delete from favorites where user_id = $1", cancel, user);
            await connection.Execute("delete from push_tokens where user_id = $1", cancel, user);
        }

        await connection.Execute(
            "update customers set name = '', email = null, phone = null, user_id = null, search = '', updated_at = $2, erased_at = $2, "
                + "version = version + 1 where id = $1",
            cancel,
            id,
            now);
        await connection.Execute("delete from guest_allergens where customer_id = $1", cancel, id);
        await connection.Execute("delete from customer_tax_exemptions where customer_id = $1", cancel, id);
        await new AuditEntry(AuditActions.CustomerErased, "customer", id).Write(connection, here, now, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}

using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// GET /api/customers/me: what the shop keeps of a guest who is signed in. Their account leads to their record by its id; the first
/// time, to the one with the phone that they signed in with, or to a new one. E-mail addresses lead nobody: no sign-in of a guest proves
/// one.
/// </summary>
public sealed class OwnRecord(NpgsqlDataSource database, PointsLedger ledger, Here here, TimeProvider clock)
{
    public async Task<Answer<CustomerView>> Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Of(connection, cancel) is { } id && await Customers.Find(connection, here.ShopId, id, cancel) is { } found
            ? found
            : Refusal.NotFound("customer");
    }

    public async Task<Answer<PageOf<PointsEntryView>>> Points(int? limit, string? cursor, CancellationToken cancel)
    {
        long? id;
        await using (var connection = await database.OpenConnectionAsync(cancel))
            id = await Of(connection, cancel);
        return id is { } own ? await ledger.Of(own, limit, cursor, cancel) : Refusal.NotFound("customer");
    }

    /// <inheritdoc cref="Of"/>
    public async Task<long?> Id(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Of(connection, cancel);
    }

    /// <summary>The id of the caller's record, made if there is none yet; null for staff. However many ask at once, it is one.</summary>
    private async Task<long?> Of(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!here.Caller.IsCustomer)
            return null;
        var (shop, user) = (here.ShopId, here.Caller.UserId);
        while (true)
        {
            if (await connection.Scalar("select id from customers where shop_id = $1 and user_id = $2", cancel, shop, user) is long known)
                return known;
            await using var account = connection.Command(
                "select name, phone from users where id = $1 and is_customer and active and home_shop_id = $2",
                user,
                shop);
            if ((await account.List(r => (Name: r.GetString(0), Phone: r.TextOrNull(1)), cancel)) is not [var guest])
                return null;
            try
            {
                if (await Make(connection, guest.Name, guest.Phone, cancel) is { } made)
                    return made;
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                continue; // made in this moment: it is there now
            }

            await LosePhone(connection, guest.Phone!, cancel);
        }
    }

    private async Task<long?> Make(NpgsqlConnection connection, string name, string? phone, CancellationToken cancel) =>
        await connection.Scalar(
            """
            insert into customers as c (shop_id, user_id, name, phone, search, created_at, updated_at)
            values ($1, $2, $3, $4::text, array_to_tsvector($5), $6, $6)
            on conflict (shop_id, phone) where phone is not null do update
            set user_id = excluded.user_id, updated_at = excluded.updated_at, version = c.version + 1 where c.user_id is null
            returning id
            """,
            cancel,
            here.ShopId,
            here.Caller.UserId,
            name,
            phone,
            CustomerWords.Of(here.ShopId, name, null, phone),
            Clock.Now(clock)) as long?;

    /// <summary>The phone that the caller has proved to be theirs now stands in the record of somebody who had it before.</summary>
    private async Task LosePhone(NpgsqlConnection connection, string phone, CancellationToken cancel)
    {
        await using var before = connection.Command(
            "select id, name, email from customers where shop_id = $1 and phone = $2 and user_id <> $3",
            here.ShopId,
            phone,
            here.Caller.UserId);
        foreach (var (id, name, email) in await before.List(r => (r.GetInt64(0), r.GetString(1), r.TextOrNull(2)), cancel))
        {
            await connection.Execute(
                "update customers set phone = null, search = array_to_tsvector($3), updated_at = $4, version = version + 1 where id = $1 "
                    + "and phone = $2",
                cancel,
                id,
                phone,
                CustomerWords.Of(here.ShopId, name, email, null),
                Clock.Now(clock));
        }
    }
}

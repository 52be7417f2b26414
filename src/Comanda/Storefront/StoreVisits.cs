using Comanda.Data;
using Comanda.Identity;
using Npgsql;

namespace Comanda.Storefront;

/// <summary>What is known of a browser that comes again: who signed in there, and what is in its basket.</summary>
public sealed record StoreVisit(long? SessionId, StoreBasket Basket);

/// <summary>
/// Visits of the storefront, found by a secret that the browser keeps in a cookie; here there is only its hash. A visit is written when
/// something is put into its basket or somebody signs in, and is swept away a month after it was last changed.
/// </summary>
public sealed class StoreVisits(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long a basket is kept that nobody changes.</summary>
    public const int DaysKept = 30;

    public async Task<StoreVisit?> Find(long shop, string secret, CancellationToken cancel)
    {
        await using var command = database.Command(
            "select session_id, basket from storefront_visits where shop_id = $1 and hash = $2", shop, Sessions.HashOf(secret));
        return (await command.List(r => new StoreVisit(r.ValueOrNull<long>(0), Read(r.GetString(1))), cancel)).FirstOrDefault();
    }

    /// <summary>Changes a basket under its row's lock: of two tabs at once, neither loses what the other put in.</summary>
    public async Task<StoreBasket> Change(long shop, string secret, Func<StoreBasket, StoreBasket> change, CancellationToken cancel)
    {
        var (hash, now) = (Sessions.HashOf(secret), Clock.Now(clock));
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(
            """
            insert into storefront_visits (shop_id, hash, basket, created_at, changed_at) values ($1, $2, $3, $4, $4)
            on conflict do nothing
            """,
            cancel,
            shop,
            hash,
            Json.Write(new StoreBasket()),
            now);
        var kept = (string)(await connection.Scalar(
            "select basket from storefront_visits where shop_id = $1 and hash = $2 for update", cancel, shop, hash))!;
        var basket = change(Read(kept));
        await connection.Execute(
            "update storefront_visits set basket = $3, changed_at = $4 where shop_id = $1 and hash = $2",
            cancel,
            shop,
            hash,
            Json.Write(basket),
            now);
        await transaction.CommitAsync(cancel);
        return basket;
    }

    /// <summary>
    /// Another secret for a visit whose person signs in or out, so that nobody who knew the one before comes along; the basket goes with
    /// it.
    /// </summary>
    public async Task Move(long shop, string before, string after, long? session, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            """
            with moved as (delete from storefront_visits where shop_id = $1 and hash = $2 returning basket)
            insert into storefront_visits (shop_id, hash, session_id, basket, created_at, changed_at)
            select $1, $3, $4::bigint, coalesce((select basket from moved), $5), $6, $6
            """,
            cancel,
            shop,
            Sessions.HashOf(before),
            Sessions.HashOf(after),
            session,
            Json.Write(new StoreBasket()),
            Clock.Now(clock));
    }

    public async Task Forget(long shop, string secret, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "delete from storefront_visits where shop_id = $1 and hash = $2", cancel, shop, Sessions.HashOf(secret));
    }

    private static StoreBasket Read(string basket) => System.Text.Json.JsonSerializer.Deserialize<StoreBasket>(basket, Json.Options)!;
}

using Comanda.Data;
using Npgsql;

namespace Comanda.Promotions;

/// <summary>What an order takes of promotions whose uses are counted.</summary>
/// <param name="ShopId">Whose they are.</param>
/// <param name="Order">Which takes them.</param>
/// <param name="Customer">Whom it is for.</param>
/// <param name="At">When.</param>
public sealed record PromotionTaking(long ShopId, long Order, long? Customer, DateTimeOffset At);

/// <summary>
/// Uses of promotions, in the transaction of the order that takes or gives them back. Rows of promotions are locked in the order of their
/// ids, after the orders themselves and before gift cards and registers, and limits are looked at under the lock: of fifty at once who want
/// the last use, one has it.
/// </summary>
public static class PromotionUses
{
    /// <summary>How often each was given so far; not binding, since nothing is locked.</summary>
    public static async Task<Dictionary<long, UsesSoFar>> SoFar(
        NpgsqlDataSource database, IEnumerable<Promotion> counted, long? customer, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select p.id, p.used, (select count(*) from promotion_uses u
                where u.promotion_id = p.id and u.customer_id = $2::bigint and u.given_back_at is null)
            from promotions p where p.id = any($1)
            """,
            counted.Select(p => p.Id).ToArray(),
            customer);
        return (await command.List(r => (Id: r.GetInt64(0), Uses: new UsesSoFar(r.GetInt32(1), r.GetInt64(2))), cancel))
            .ToDictionary(u => u.Id, u => u.Uses);
    }

    /// <summary>Takes one use of each in the caller's transaction; where one has none left, the caller must roll back.</summary>
    public static async Task<Refusal?> Take(
        NpgsqlConnection connection, IEnumerable<Promotion> given, PromotionTaking taking, CancellationToken cancel)
    {
        var counted = given.Where(p => p.IsCounted).ToList();
        if (counted.Count == 0)
            return null;
        var ids = counted.Select(p => p.Id).ToArray();
        await connection.Execute(
            "select 1 from promotions where id = any($1) and shop_id = $2 order by id for no key update", cancel, ids, taking.ShopId);
        // A statement of its own, so that it sees what those did who had the lock before.
        await using (var over = connection.Command(
            """
            select p.id from promotions p where p.id = any($1) and (p.archived_at is not null or p.used >= p.usage_limit
                or p.limit_per_customer <= (select count(*) from promotion_uses u
                    where u.promotion_id = p.id and u.customer_id = $2::bigint and u.given_back_at is null))
            order by p.id
            """,
            ids,
            taking.Customer))
        {
            if (await over.List(r => r.GetInt64(0), cancel) is [var gone, ..])
                return PromotionOffer.UsedUp(counted.Find(p => p.Id == gone)!);
        }

        await connection.Execute("update promotions set used = used + 1 where id = any($1)", cancel, ids);
        await connection.Execute(
            """
            with taken as (
                insert into promotion_uses (shop_id, promotion_id, customer_id, used_at)
                select $2, id, $3::bigint, $4 from unnest($1::bigint[]) as p(id) returning id
            )
            insert into promotion_use_orders (use_id, order_id, shop_id) select id, $5, $2 from taken
            """,
            cancel,
            ids,
            taking.ShopId,
            taking.Customer,
            taking.At,
            taking.Order);
        return null;
    }

    /// <summary>Locks those of an order, before its gift cards and registers are.</summary>
    public static Task Hold(NpgsqlConnection connection, long order, CancellationToken cancel) => connection.Execute(
        """
        select 1 from promotions where id in (select u.promotion_id from promotion_use_orders o join promotion_uses u on u.id = o.use_id
            where o.order_id = $1) order by id for no key update
        """,
        cancel,
        order);

    /// <summary>The order will not be: what it used may be used again, unless another part of the same bill has it still.</summary>
    public static Task GiveBack(NpgsqlConnection connection, long order, DateTimeOffset at, CancellationToken cancel) => connection.Execute(
        """
        with gone as (delete from promotion_use_orders where order_id = $1 returning use_id),
        back as (
            update promotion_uses u set given_back_at = $2 from gone
            where u.id = gone.use_id and u.given_back_at is null
                and not exists (select 1 from promotion_use_orders o where o.use_id = u.id and o.order_id <> $1)
            returning u.promotion_id
        )
        update promotions p set used = p.used - b.n from (select promotion_id, count(*)::int as n from back group by 1) b
        where p.id = b.promotion_id
        """,
        cancel,
        order,
        at);

    /// <summary>Lines went to another order: the uses are also its.</summary>
    public static Task Share(NpgsqlConnection connection, long from, long to, CancellationToken cancel) => connection.Execute(
        """
        insert into promotion_use_orders (use_id, order_id, shop_id) select use_id, $2, shop_id from promotion_use_orders
        where order_id = $1 on conflict do nothing
        """,
        cancel,
        from,
        to);

    /// <summary>All lines went to another order: the uses are its alone.</summary>
    public static async Task Move(NpgsqlConnection connection, long from, long to, CancellationToken cancel)
    {
        await Share(connection, from, to, cancel);
        await connection.Execute("delete from promotion_use_orders where order_id = $1", cancel, from);
    }

    /// <summary>Two customers became one.</summary>
    public static Task Join(NpgsqlConnection connection, long goes, long stays, CancellationToken cancel) =>
        connection.Execute("update promotion_uses set customer_id = $2 where customer_id = $1", cancel, goes, stays);
}

using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// Counted items: so many are left, and a sale takes from them in its own statement, conditionally, so that no number of
/// tills ever sells more than there were. Rows are locked in the order of their ids: two baskets with the same two
/// croissants never wait for each other in a ring. Each change is an event, and the last one makes the menu say so and is
/// remembered (sold_out), for the bake list.
/// </summary>
public static class Countdown
{
    /// <summary>SQLSTATE of the function <c>must</c>: something the statement asks for does not hold.</summary>
    public const string DoesNotHold = "CM001";

    /// <summary>The common table expressions by which a statement takes from the counts.</summary>
    /// <param name="ids">Parameter: the items' ids (bigint[]), each once.</param>
    /// <param name="counts">Parameter: how many of each (int[]).</param>
    /// <param name="shop">Parameter: the shop.</param>
    /// <param name="at">Parameter: when.</param>
    /// <param name="actor">Parameter: the actor as events name it.</param>
    /// <param name="after">A table expression whose locks are to be taken before these.</param>
    public static string Take(string ids, string counts, string shop, string at, string actor, string? after = null) =>
        $"""
        held as (
            select id, stock_quantity from menu_items
            where id = any({ids}::bigint[]) and shop_id = {shop}{(after is null
                ? ""
                : $" and (select count(*) from {after}) >= 0")} order by id for update
        ),
        taken as (
            update menu_items m set stock_quantity = m.stock_quantity - c.n
            from held h join unnest({ids}::bigint[], {counts}::int[]) as c(id, n) on c.id = h.id
            where m.id = h.id and m.stock_quantity >= c.n
            returning m.id, m.name, m.stock_quantity, m.in_stock
        ),
        gone as (
            insert into sold_out (shop_id, menu_item_id, at) select {shop}, id, {at} from taken
            where stock_quantity = 0 and in_stock on conflict (menu_item_id) where until is null do nothing
        ),
        {Told("taken", "stock_quantity = 0", shop, at, actor)}
        """;

    /// <summary>True in the statement's last select where all could be taken; else the whole statement fails.</summary>
    public static string AllTaken(string ids) =>
        $"must((select count(*) from taken) + (select count(*) from held where stock_quantity is null) = cardinality({ids}::bigint[]), "
            + "'out_of_stock')";

    /// <summary>Takes more in the caller's transaction; false where too few are left, and then the caller must roll back.</summary>
    public static Task<bool> TakeMore(
        NpgsqlConnection connection,
        Here here,
        IReadOnlyDictionary<long, int> items,
        DateTimeOffset at,
        CancellationToken cancel) =>
        Run(connection, $"with {Take("$1", "$2", "$3", "$4", "$5::text")} select {AllTaken("$1")}", here, items, at, cancel);

    /// <summary>Gives back what was not sold after all, in the caller's transaction. What is no longer counted is left alone.</summary>
    public static Task GiveBack(
        NpgsqlConnection connection,
        Here here,
        IReadOnlyDictionary<long, int> items,
        DateTimeOffset at,
        CancellationToken cancel) => Run(
        connection,
        $"""
        with held as (
            select id, stock_quantity from menu_items where id = any($1::bigint[]) and shop_id = $3 order by id for update
        ),
        given as (
            update menu_items m set stock_quantity = m.stock_quantity + c.n
            from held h join unnest($1::bigint[], $2::int[]) as c(id, n) on c.id = h.id
            where m.id = h.id and m.stock_quantity is not null
            returning m.id, m.name, m.stock_quantity, m.in_stock, c.n
        ),
        back as (
            update sold_out o set until = $4 from given g
            where o.menu_item_id = g.id and g.stock_quantity = g.n and g.in_stock and o.until is null
        ),
        {Told("given", "stock_quantity = n", "$3", "$4", "$5::text")}
        select true
        """,
        here, items, at, cancel);

    /// <summary>Which of these are short, for the refusal.</summary>
    public static async Task<Refusal> Short(NpgsqlDataSource database, IReadOnlyDictionary<long, int> items, CancellationToken cancel)
    {
        await using var command = database.Command(
            "select m.name, m.stock_quantity from menu_items m join unnest($1::bigint[], $2::int[]) as c(id, n) on c.id = m.id where "
                + "m.stock_quantity < c.n order by m.id",
            items.Keys.ToArray(), items.Values.ToArray());
        var left = (await command.List(r => (Name: r.GetString(0), Left: r.GetInt32(1)), cancel))
            .ConvertAll(i => i.Left == 0 ? $"{i.Name} is sold out" : $"only {i.Left} of {i.Name} {(i.Left == 1 ? "is" : "are")} left");
        return Refusal.Conflict("out_of_stock", left.Count == 0 ? "Something was sold out in this moment." : string.Join("; ", left) + ".");
    }

    private static string Told(string changed, string menuChanges, string shop, string at, string actor) =>
        $"""
        counted_events as (
            insert into events (shop_id, event, at, actor, data)
            select {shop}, e.event, {at}, {actor}, jsonb_build_object('id', c.id, 'menu_item_id', c.id, 'name', c.name, 'quantity',
                c.stock_quantity)::text
            from {changed} c cross join lateral (
                select '{EventNames.StockUpdated}' as event union all select '{EventNames.ProductUpdated}' where c.{menuChanges}) e
        ),
        -- Counted, not looked for: only so are all items locked before the date is.
        menu_date as (
            update menu_dates set changed_at = {at} where shop_id = {shop} and (select count(*) from {changed} where {menuChanges}) > 0
        )
        """;

    private static async Task<bool> Run(
        NpgsqlConnection connection,
        string sql,
        Here here,
        IReadOnlyDictionary<long, int> items,
        DateTimeOffset at,
        CancellationToken cancel)
    {
        if (items.Count == 0)
            return true;
        var ordered = items.OrderBy(i => i.Key).ToList();
        try
        {
            await connection.Execute(
                sql,
                cancel,
                ordered.Select(i => i.Key).ToArray(),
                ordered.Select(i => i.Value).ToArray(),
                here.ShopId,
                at,
                ShopEvent.ActorJson(here.Visitor));
            return true;
        }
        catch (PostgresException shortOf) when (shortOf.SqlState == DoesNotHold)
        {
            return false;
        }
    }
}

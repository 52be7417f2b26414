using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// The statements by which lots are followed, forwards to what was made and sold of them, and backwards to what was delivered. In both
/// directions they walk the same rows (lot_moves), so what one finds the other does.
/// </summary>
public static class TraceLots
{
    /// <summary>$1: the lots that are asked for. All that were made of them, and of those, themselves among them.</summary>
    private const string Forwards =
        """
        with recursive reached as (
            select unnest($1::bigint[]) as lot_id
            union
            select m.into_lot_id from reached r join lot_moves m on m.lot_id = r.lot_id where m.into_lot_id is not null
        )
        """;

    /// <summary>$1: the lots that are asked for. All that they were made of, themselves among them.</summary>
    private const string Backwards =
        """
        with recursive reached as (
            select unnest($1::bigint[]) as lot_id
            union
            select m.lot_id from reached r join lot_moves m on m.into_lot_id = r.lot_id where m.into_lot_id is not null and m.lot_id <> 0
                and m.quantity < 0
        )
        """;

    /// <summary>
    /// The lines of sales that have something of lots, as much as is not back. $1: all that were reached. They are named and not walked to
    /// here: of a recursion the planner knows nothing, and reads every order there is.
    /// </summary>
    private const string Sold =
        """
        with sold as (
            select m.order_item_id, m.lot_id from lot_moves m
            where m.lot_id = any($1) and m.order_item_id is not null group by 1, 2 having sum(m.quantity) < 0
        )
        """;

    /// <summary>How many receipts there are, and how many of nobody known. $1 as above, $2 the shop.</summary>
    internal const string CountSql = Sold +
        """
        , bills as (
            select distinct o.id, o.customer_id from sold s join order_items i on i.id = s.order_item_id join orders o on o.id = i.order_id
            where o.shop_id = $2 and not o.training
        )
        select count(*), count(*) filter (where customer_id is null) from bills
        """;

    /// <summary>A page of the receipts, each line with its lots. $3: before this order, $4: so many.</summary>
    internal const string ReceiptsSql = Sold +
        """
        , page as (
            select distinct o.id from sold s join order_items i on i.id = s.order_item_id join orders o on o.id = i.order_id
            where o.shop_id = $2 and not o.training and o.id < $3 order by o.id desc limit $4
        )
        select o.id, o.order_number, o.business_day, o.created_at, o.customer_id, coalesce(c.name, o.customer_name), i.id, i.name,
            coalesce(i.weight / 1000.0, i.quantity), array_agg(s.lot_id order by s.lot_id)
        from page p join orders o on o.id = p.id join order_items i on i.order_id = o.id join sold s on s.order_item_id = i.id
        left join customers c on c.id = o.customer_id
        group by o.id, c.name, i.id order by o.id desc, i.position, i.id
        """;

    /// <summary>
    /// The guests: who they are, how many receipts, whether they were told of the lots that are asked for ($3), what they bought when.
    /// </summary>
    internal const string GuestsSql = Sold +
        """
        , bought as (
            select coalesce(c.merged_into, c.id) as customer_id, o.id as order_id, o.business_day, i.name
            from sold s join order_items i on i.id = s.order_item_id join orders o on o.id = i.order_id
            join customers c on c.id = o.customer_id
            where o.shop_id = $2 and not o.training
        )
        select c.id, c.name, c.email, c.phone, count(distinct b.order_id), array_agg(distinct b.name), min(b.business_day),
            max(b.business_day), (select min(t.at) from recall_messages t where t.customer_id = c.id and t.lot_id = any($3))
        from bought b join customers c on c.id = b.customer_id
        group by c.id order by c.id limit 10000
        """;

    /// <summary>The lots that were made of these, with these.</summary>
    public static Task<List<long>> Into(NpgsqlConnection connection, IEnumerable<long> lots, CancellationToken cancel) =>
        Reached(connection, Forwards, lots, cancel);

    /// <summary>The lots that these were made of, with these.</summary>
    public static Task<List<long>> From(NpgsqlConnection connection, IEnumerable<long> lots, CancellationToken cancel) =>
        Reached(connection, Backwards, lots, cancel);

    private static async Task<List<long>> Reached(
        NpgsqlConnection connection,
        string way,
        IEnumerable<long> lots,
        CancellationToken cancel)
    {
        await using var read = connection.Command(way + " select lot_id from reached order by 1", lots.ToArray());
        return await read.List(r => r.GetInt64(0), cancel);
    }

    /// <summary>The lots themselves, with what of each went into which other of them.</summary>
    internal static async Task<List<RecallLotView>> Views(
        NpgsqlConnection connection,
        (long Shop, DateOnly Today) at,
        IReadOnlyCollection<long> reached,
        IReadOnlySet<long> asked,
        CancellationToken cancel)
    {
        await using var into = connection.Command(
            """
            select m.lot_id, m.into_lot_id, l.code, i.name, -sum(m.quantity)::bigint, used.unit
            from lot_moves m join lots l on l.id = m.into_lot_id join stock_items i on i.id = l.item_id
            join stock_items used on used.id = m.item_id
            where m.lot_id = any($1) and m.into_lot_id = any($1) and m.into_lot_id <> m.lot_id
            group by 1, 2, 3, 4, 6 having sum(m.quantity) < 0 order by 1, 2
            """,
            reached.ToArray());
        var uses = (await into.List(
            r => (
                Lot: r.GetInt64(0),
                Use: new RecallUseView(r.GetInt64(1), r.TextOrNull(2), r.GetString(3), Quantity.Of(r.GetInt64(4)), r.GetString(5))),
            cancel)).ToLookup(u => u.Lot, u => u.Use);
        await using var read = connection.Command(
            ReadLots.Select + " and l.id = any($3) order by l.id",
            at.Shop,
            at.Today,
            reached.ToArray());
        return [
            .. (await read.List(ReadLots.Row, cancel)).Select(l => new RecallLotView(l, asked.Contains(l.Id), [.. uses[l.Id]])),
        ];
    }
}

using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Gives the shop's movements their lots, each once, however many processes do it: who holds the shop's row of lot_positions does. A sale
/// never waits for it. Whoever asks about lots has it done first, so no answer depends on how far a background service has come.
/// </summary>
public static class GiveLots
{
    private const int AtOnce = 5_000;

    /// <summary>What a movement is given lots by: a row of the ledger.</summary>
    private sealed record Row(LotMovement Movement, long ItemId, long? IntoLotId);

    /// <summary>In a transaction of its own, all that has been written by now.</summary>
    public static async Task CatchUp(NpgsqlDataSource database, long shop, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        for (var more = true; more;)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            more = await Hold(connection, shop, "for update", cancel) && await Step(connection, shop, cancel);
            await transaction.CommitAsync(cancel);
        }
    }

    /// <summary>In the caller's transaction, which holds the shop's position from then on. Without lots it does nothing.</summary>
    public static async Task Run(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        if (!await Hold(connection, shop, "for update", cancel))
            return;
        while (await Step(connection, shop, cancel))
        {
        }
    }

    /// <summary>A step, where nobody else is at it just now. True: there is more.</summary>
    public static async Task<bool> Try(NpgsqlConnection connection, long shop, CancellationToken cancel) =>
        await Hold(connection, shop, "for update skip locked", cancel) && await Step(connection, shop, cancel);

    private static async Task<bool> Hold(NpgsqlConnection connection, long shop, string how, CancellationToken cancel) =>
        await connection.Scalar($"select 1 from lot_positions where shop_id = $1 {how}", cancel, shop) is not null;

    /// <summary>Some of what is there. True where there may be more.</summary>
    private static async Task<bool> Step(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var read = connection.Command(
            "select pg_snapshot_xmin(pg_current_snapshot())::text, done_to::text, done_to > pg_snapshot_xmax(pg_current_snapshot()) "
                + "from lot_positions where shop_id = $1",
            shop);
        var (to, from, strange) = (await read.List(r => (r.GetString(0), r.GetString(1), r.GetBoolean(2)), cancel))[0];
        var rows = await Waiting(connection, shop, strange ? null : from, cancel);
        foreach (var item in rows.GroupBy(r => r.ItemId))
            await Give(connection, shop, item.Key, [.. item], cancel);
        if (rows.Count == AtOnce)
            return true;
        // Rows of another cluster (a backup that was restored): its transaction numbers mean nothing here, so they are counted anew.
        if (strange)
            await connection.Execute(
                "update lot_items set since = pg_current_snapshot(), began = pg_current_xact_id() where shop_id = $1",
                cancel,
                shop);
        // Everything before the oldest transaction that ran as this began is over, and was there to be read after it.
        await connection.Execute(
            "update lot_positions set done_to = case when $3 then $2::text::xid8 else greatest(done_to, $2::text::xid8) end "
                + "where shop_id = $1 and done_to <> $2::text::xid8",
            cancel,
            shop,
            to,
            strange);
        return false;
    }

    /// <summary>The movements that have no lots yet, in their order.</summary>
    /// <param name="connection">With the shop's position held.</param>
    /// <param name="shop">Whose movements.</param>
    /// <param name="from">The transaction before which all have lots; null where transactions say nothing.</param>
    /// <param name="cancel">Gives up.</param>
    private static async Task<List<Row>> Waiting(NpgsqlConnection connection, long shop, string? from, CancellationToken cancel)
    {
        var which = from is null
            ? "m.id > t.since_id and ($2::text is null)"
            : "m.xact >= $2::text::xid8 and (m.xact = t.began or not pg_visible_in_snapshot(m.xact, t.since))";
        await using var read = connection.Command(
            $"""
            select m.id, m.item_id, m.quantity, m.reason, m.lot_id, m.order_item_id, m.into_lot_id, m.xact::text
            from stock_movements m join lot_items t on t.item_id = m.item_id and t.shop_id = m.shop_id
            where m.shop_id = $1 and {which} and m.quantity <> 0
                and not exists (select 1 from lot_moves d where d.movement_id = m.id)
            order by m.id limit {AtOnce}
            """,
            shop, from);
        return await read.List(
            r => new Row(
                new(
                    r.GetInt64(0),
                    r.GetInt64(2),
                    WireName<MovementReason>.Parse(r.GetString(3)),
                    r.ValueOrNull<long>(4),
                    r.ValueOrNull<long>(5),
                    r.GetString(7)),
                r.GetInt64(1),
                r.ValueOrNull<long>(6)),
            cancel);
    }

    private static async Task Give(NpgsqlConnection connection, long shop, long item, List<Row> rows, CancellationToken cancel)
    {
        var book = await Open(
            connection,
            item,
            [.. rows.Select(r => r.Movement.LotId).OfType<long>()],
            [.. rows.Select(r => r.Movement.LineId).OfType<long>()],
            cancel);
        book.Take(rows.Select(r => r.Movement));
        await Keep(connection, (shop, item), book, rows.ToDictionary(r => r.Movement.Id, r => (r.Movement.LineId, r.IntoLotId)), cancel);
    }

    /// <summary>The item's lots as they are, with the shop's position held.</summary>
    internal static async Task<LotBook> Open(NpgsqlConnection connection, long item, long[] named, long[] lines, CancellationToken cancel)
    {
        await using var taken = connection.Command(
            """
            select order_item_id, lot_id, -sum(quantity)::bigint from lot_moves
            where order_item_id = any($1) and item_id = $2 group by 1, 2 order by 1, min(movement_id), 2
            """,
            lines, item);
        var ofLines = await taken.List(r => new LotTaken(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), cancel);
        await using var lots = connection.Command(
            "select id, code, best_before, remaining from lots where item_id = $1 and (remaining > 0 or code is null or id = any($2))",
            item,
            named.Concat(ofLines.Select(t => t.LotId)).Distinct().ToArray());
        var there = await lots.List(
            r => new LotLeft(r.GetInt64(0), r.TextOrNull(1), r.ValueOrNull<DateOnly>(2), r.GetInt64(3)),
            cancel);
        await using var without = connection.Command(
            "select movement_id, order_item_id, -quantity from lot_moves where item_id = $1 and lot_id = 0 order by movement_id",
            item);
        return new(there, await without.List(r => new LotOwed(r.GetInt64(0), r.ValueOrNull<long>(1), r.GetInt64(2)), cancel), ofLines);
    }

    /// <summary>Writes what the book has changed.</summary>
    /// <param name="connection">With the shop's position held.</param>
    /// <param name="of">The shop and its item.</param>
    /// <param name="book">What it says now.</param>
    /// <param name="isNew">Of movements that have no lots yet: the line they are of, and the lot they were used for.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task Keep(
        NpgsqlConnection connection,
        (long Shop, long Item) of,
        LotBook book,
        IReadOnlyDictionary<long, (long? Line, long? Into)> isNew,
        CancellationToken cancel)
    {
        var changes = book.Changes.ToList();
        await using var find = connection.Command(
            "select movement_id, lot_id, quantity, order_item_id, into_lot_id from lot_moves where movement_id = any($1)",
            changes.Select(c => c.MovementId).Where(m => !isNew.ContainsKey(m)).Distinct().ToArray());
        var kept = await find.List(
            r => (Key: (r.GetInt64(0), r.GetInt64(1)), Quantity: r.GetInt64(2), Of: (r.ValueOrNull<long>(3), r.ValueOrNull<long>(4))),
            cancel);
        var had = kept.ToDictionary(k => k.Key, k => k.Quantity);
        var belongs = kept.GroupBy(k => k.Key.Item1).ToDictionary(g => g.Key, g => g.First().Of);
        var now = changes.ConvertAll(c => c with { Quantity = c.Quantity + had.GetValueOrDefault((c.MovementId, c.LotId)) });
        var (gone, stays) = (now.FindAll(c => c.Quantity == 0), now.FindAll(c => c.Quantity != 0));
        await connection.Execute(
            "delete from lot_moves d using unnest($1::bigint[], $2::bigint[]) as c(movement_id, lot_id) "
                + "where d.movement_id = c.movement_id and d.lot_id = c.lot_id",
            cancel,
            gone.Select(c => c.MovementId).ToArray(),
            gone.Select(c => c.LotId).ToArray());
        var ofEach = stays.ConvertAll(c => isNew.TryGetValue(c.MovementId, out var fresh) ? fresh : belongs[c.MovementId]);
        await connection.Execute(
            """
            insert into lot_moves (movement_id, lot_id, shop_id, item_id, quantity, order_item_id, into_lot_id)
            select c.movement_id, c.lot_id, $1, $2, c.quantity, c.line, c.made
            from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
                as c(movement_id, lot_id, quantity, line, made)
            on conflict (movement_id, lot_id) do update set quantity = excluded.quantity
            """,
            cancel,
            of.Shop,
            of.Item,
            stays.Select(c => c.MovementId).ToArray(),
            stays.Select(c => c.LotId).ToArray(),
            stays.Select(c => c.Quantity).ToArray(),
            ofEach.Select(e => e.Item1).ToArray(),
            ofEach.Select(e => e.Item2).ToArray());
        await connection.Execute(
            "update lots l set remaining = n.remaining from unnest($2::bigint[], $3::bigint[]) as n(id, remaining) "
                + "where l.id = n.id and l.item_id = $1 and l.remaining <> n.remaining",
            cancel,
            of.Item,
            book.Left.Keys.ToArray(),
            book.Left.Values.ToArray());
    }
}

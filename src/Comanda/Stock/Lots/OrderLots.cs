using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// GET and PUT /api/orders/{id}/lots: of which lots an order's lines are, as the books think, and as somebody who scanned a label knows
/// better.
/// </summary>
public sealed class OrderLots(NpgsqlDataSource database, Moment moment)
{
    public async Task<Answer<OrderLotsView>> Read(long id, CancellationToken cancel)
    {
        await GiveLots.CatchUp(database, moment.Shop.Id, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await View(connection, id, cancel) is { } view ? view : Refusal.NotFound("order");
    }

    public async Task<Answer<OrderLotsView>> Scan(long id, ScanLotRequest request, CancellationToken cancel)
    {
        var shop = moment.Shop;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await GiveLots.Run(connection, shop.Id, cancel);
        if (await View(connection, id, cancel) is not { } before)
            return Refusal.NotFound("order");
        var (errors, code) = (new FieldErrors(), request.Lot?.Trim());
        errors.Check(request.OrderItemId is not null, "order_item_id", "is required");
        errors.Check(!string.IsNullOrEmpty(code), "lot", "is required");
        var line = before.Items.FirstOrDefault(l => l.OrderItemId == request.OrderItemId);
        errors.Check(request.OrderItemId is null || line is not null, "order_item_id", "is no line of this order");
        if (errors.Any || line is null)
            return errors.ToRefusal();
        await using var named = connection.Command(
            "select id, item_id from lots where shop_id = $1 and lower(code) = lower($2) and ($3::bigint is null or item_id = $3)",
            shop.Id,
            code,
            request.InventoryId);
        var ofLine = (await named.List(r => (Id: r.GetInt64(0), Item: r.GetInt64(1)), cancel))
            .FindAll(l => line.Lots.Any(has => has.InventoryId == l.Item));
        if (ofLine.Count != 1)
            return Refusal.OfField(
                "lot",
                ofLine.Count == 0 ? "is no lot of what this line uses" : "is of two of its items; say inventory_id");
        var (lot, item) = ofLine[0];
        await using var took = connection.Command(
            "select movement_id, lot_id, quantity from lot_moves where order_item_id = $1 and item_id = $2 and quantity < 0 order by 1, 2",
            line.OrderItemId,
            item);
        var parts = await took.List(r => new LotPart(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), cancel);
        var book = await GiveLots.Open(connection, item, [lot], [line.OrderItemId], cancel);
        if (!book.Correct(line.OrderItemId, parts, lot))
            return Refusal.Conflict(
                "lot_used_up",
                $"Of lot {code} there is not enough left for this line; count the stock, or look again.");
        await GiveLots.Keep(connection, (shop.Id, item), book, new Dictionary<long, (long?, long?)>(), cancel);
        var after = (await View(connection, id, cancel))!;
        await new AuditEntry(
            AuditActions.LotCorrected,
            "order",
            id,
            Told(line),
            Told(after.Items.First(l => l.OrderItemId == line.OrderItemId))).Write(connection, moment.Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return after;
    }

    private static object Told(OrderLineLotsView line) =>
        new { order_item_id = line.OrderItemId, lots = line.Lots.Select(l => new { l.Lot, inventory = l.Name, l.Quantity }) };

    private async Task<OrderLotsView?> View(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        if (await connection.Scalar("select order_number from orders where id = $1 and shop_id = $2", cancel, id, moment.Shop.Id)
            is not string number)
            return null;
        await using var read = connection.Command(
            """
            select i.id, i.name, coalesce(i.weight / 1000.0, i.quantity), m.item_id, s.name, s.unit, l.id, l.code, l.best_before, m.taken
            from order_items i
            left join lateral (
                select item_id, lot_id, -sum(quantity)::bigint as taken from lot_moves where order_item_id = i.id group by 1, 2
                having sum(quantity) < 0
            ) m on true
            left join stock_items s on s.id = m.item_id left join lots l on l.id = m.lot_id
            where i.order_id = $1 order by i.position, i.id, m.item_id, l.id
            """,
            id);
        var rows = await read.List(
            r => (
                Line: (r.GetInt64(0), r.GetString(1), r.GetDecimal(2)),
                Lot: r.ValueOrNull<long>(3) is { } item
                    ? new LineLotView(
                        item,
                        r.GetString(4),
                        r.ValueOrNull<long>(6),
                        r.TextOrNull(7),
                        r.ValueOrNull<DateOnly>(8),
                        Quantity.Of(r.GetInt64(9)),
                        r.GetString(5))
                    : null),
            cancel);
        return new(
            id,
            number,
            [
                .. rows.GroupBy(r => r.Line).Select(g => new OrderLineLotsView(
                    g.Key.Item1,
                    g.Key.Item2,
                    Quantity.Cost(g.Key.Item3),
                    [.. g.Select(r => r.Lot).OfType<LineLotView>()])),
            ]);
    }
}

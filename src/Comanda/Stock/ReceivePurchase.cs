using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>POST /api/purchase-orders/{id}/receive: what came goes on stock, and the order knows what is still to come.</summary>
public sealed class ReceivePurchase(
    IdempotentWrite retries,
    RecipeBooks books,
    DeclareAllergens declare,
    EventBell bell,
    Moment moment,
    WritePurchase write)
{
    public async Task<Answer<ReceivedView>> Handle(long id, ReceiveRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        errors.Check(
            request.Items is null or { Count: > 0 and <= PurchaseLines.Most },
            "items",
            $"must be between 1 and {PurchaseLines.Most}; leave it out where everything came");
        foreach (var (i, line) in (request.Items ?? []).Take(PurchaseLines.Most).Index())
        {
            errors.Check(line?.InventoryId is not null, $"items[{i}].inventory_id", "is required");
            errors.Check(
                line?.Quantity is not null and not 0,
                $"items[{i}].quantity",
                line?.Quantity is null ? "is required" : "must not be 0");
            errors.Check(
                line?.InventoryId is null || request.Items!.Take(i).All(l => l?.InventoryId != line.InventoryId),
                $"items[{i}].inventory_id",
                "is there already; receive it in one line, or in a delivery for each lot");
            new SaidLot(line?.Lot, line?.BestBefore).Check(moment.Today, $"items[{i}].", errors);
            SayAllergens.Read(line?.Allergens, $"items[{i}].allergens", errors);
            errors.Check(
                line?.Allergens is null || (line.Quantity > 0 && !string.IsNullOrWhiteSpace(line.Lot)),
                $"items[{i}].allergens",
                "go with a delivery of a lot");
        }

        if (errors.Any)
            return errors.ToRefusal();
        var answer = await retries.Once(key.Value, connection => Write(connection, id, request, cancel), cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
        if (request.Items?.Any(l => l?.Allergens is not null) == true)
            await declare.Run(moment.Shop.Id, cancel);
        return answer;
    }

    private async Task<Answer<ReceivedView>> Write(NpgsqlConnection connection, long id, ReceiveRequest request, CancellationToken cancel)
    {
        var shop = moment.Shop;
        if (await PurchaseOrder.Hold(connection, shop.Id, id, cancel) is not { } order)
            return Refusal.NotFound("purchase order");
        if (order.Status == PurchaseStatus.Cancelled)
            return Refusal.Conflict(
                "invalid_transition",
                $"Purchase order {id} is cancelled; what came all the same is a delivery of its own.");
        if (request.Items is null && order.Lines.All(l => l.Outstanding == 0))
            return Refusal.Conflict("already_received", $"Everything of purchase order {id} has come.");
        var (errors, now) = (new FieldErrors(), moment.Now);
        var location = await Locations.IdOf(connection, shop.Id, new(request.LocationId, request.Location), errors, cancel);
        var items = await StockItem.FindAll(connection, shop.Id, order.Lines.Select(l => l.ItemId), cancel);
        var came = Came(order, request, items, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (!request.AcceptMore && came.Find(c => c.Thousandths > c.Line.Outstanding) is { Line: { } more })
        {
            return Refusal.Conflict(
                "more_than_ordered", $"Of {more.Name} {(more.Outstanding == 0 ? "nothing is" : $"only {Quantity.ToText(
                    more.Outstanding,
                    more.StockUnit)} {(more.Outstanding == 1000 ? "is" : "are")}")} outstanding; say accept_more where more came.");
        }

        // In the order of their ids, so that two deliveries with the same two items never wait in a ring.
        foreach (var (line, thousandths, cost) in came.Where(c => c.Thousandths > 0).OrderBy(c => c.Line.ItemId))
            await connection.Execute(
                "update stock_items set unit_cost = $2, version = version + 1 where id = $1 and unit_cost <> $2",
                cancel,
                line.ItemId,
                cost);
        var note = Locations.Named(request.Note);
        var lots = await LotsOf(connection, (id, request), came.ToDictionary(c => c.Line.ItemId, c => c.Thousandths), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var movements = came.ConvertAll(c => new StockMovement(
            c.Line.ItemId,
            location ?? items[c.Line.ItemId].LocationId ?? 0,
            c.Thousandths,
            MovementReason.Delivery,
            c.Cost)
        { PurchaseId = id, Note = note, LotId = lots.TryGetValue(c.Line.ItemId, out var lot) ? lot : null });
        var ids = await StockMovement.Write(connection, movements, MovedAt.Of(moment), cancel);

        var counted = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
        await connection.Execute(
            "update purchase_orders set status = $2, ordered_at = coalesce(ordered_at, $3), version = version + 1 where id = $1",
            cancel,
            id,
            StatusOf(counted).ToWire(),
            now);
        var after = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
        await write.Audit(connection, order, after, cancel);
        foreach (var item in (await StockItem.FindAll(
            connection,
            shop.Id,
            movements.Select(m => m.ItemId),
            cancel)).Values.OrderBy(i => i.Id))
            await StockChanged.Write(connection, moment.Here, item, StockChanged.Item, now, cancel);
        var views = new List<MovementView>();
        foreach (var (movement, number) in movements.Zip(ids))
            views.AddRange(await ReadStock.MovementsBy(connection, movement.ItemId, [number], cancel));
        return Answer.Created(new ReceivedView(views, after.View(shop.Currency)), $"/api/purchase-orders/{id}");
    }

    /// <summary>The lots that the delivery names, by item; what goes back goes from a lot that is there.</summary>
    private async Task<Dictionary<long, long>> LotsOf(
        NpgsqlConnection connection,
        (long Id, ReceiveRequest Request) delivery,
        Dictionary<long, long> came,
        FieldErrors errors,
        CancellationToken cancel)
    {
        var (lots, at) = (new Dictionary<long, long>(), MovedAt.Of(moment));
        foreach (var (i, line) in (delivery.Request.Items ?? []).Index().OrderBy(l => l.Item!.InventoryId))
        {
            var said = new SaidLot(line!.Lot, line.BestBefore);
            if (said.Name is not { } name || !came.TryGetValue(line.InventoryId!.Value, out var quantity))
                continue;
            if (quantity > 0)
                await KeepLots.Begin(connection, line.InventoryId.Value, at, cancel);
            var given = new NewLot(line.InventoryId.Value, said, delivery.Id)
            {
                Allergens = SayAllergens.Read(line.Allergens, "allergens", errors),
            };
            var lot = quantity > 0
                ? await Lot.Open(connection, given, at, $"items[{i}].best_before", errors, cancel)
                : await Lot.Named(connection, line.InventoryId.Value, name, cancel);
            errors.Check(lot is not null || errors.Any, $"items[{i}].lot", "is no lot of this item");
            if (lot is { } known)
                lots[line.InventoryId.Value] = known;
        }

        return lots;
    }

    private static List<(PurchaseLine Line, long Thousandths, decimal Cost)> Came(
        PurchaseOrder order,
        ReceiveRequest request,
        Dictionary<long, StockItem> items,
        FieldErrors errors)
    {
        var came = new List<(PurchaseLine, long, decimal)>();
        if (request.Items is null)
        {
            foreach (var line in order.Lines.Where(l => l.Outstanding > 0))
            {
                errors.Check(items.ContainsKey(line.ItemId), "items", $"is required: {line.Name} is no longer a stock item");
                came.Add((line, line.Outstanding, line.CostOfOne));
            }

            return came;
        }

        foreach (var (i, given) in request.Items.Index())
        {
            var at = $"items[{i}]";
            if (order.Lines.FirstOrDefault(l => l.ItemId == given!.InventoryId) is not { } line
                || items.GetValueOrDefault(line.ItemId) is not { } item)
            {
                errors.Add(at + ".inventory_id", "was not ordered here");
                continue;
            }

            // As it was ordered: a pack is what it was then.
            (decimal, decimal)? then = given!.Unit is null || string.Equals(
                given.Unit.Trim(),
                line.Unit,
                StringComparison.OrdinalIgnoreCase) ? (line.Thousandths / 1000m, line.Amount) : null;
            var thousandths = then is { } size
                ? Quantity.Read(given.Quantity!.Value, size, item.Unit, at + ".quantity", errors)
                : Quantity.Read(given.Quantity!.Value, given.Unit, item.Unit, item.Packs, at + ".quantity", errors);
            var cost = given.UnitCost is not { } paid
                ? line.CostOfOne
                : then is { } each
                ? Quantity.ReadCost(paid, each, at + ".unit_cost", errors)
                : Quantity.ReadCost(paid, given.Unit, item.Unit, item.Packs, at + ".unit_cost", errors);
            errors.Check(thousandths is not 0, at + ".quantity", "must not be 0");
            errors.Check(
                thousandths is null || line.Received + thousandths >= 0,
                at + ".quantity",
                $"takes back more than came: {Quantity.ToText(line.Received, line.StockUnit)}");
            if (thousandths is { } amount && cost is { } one)
                came.Add((line, amount, one));
        }

        return came;
    }

    private static PurchaseStatus StatusOf(PurchaseOrder order) =>
        order.Status == PurchaseStatus.Closed ? PurchaseStatus.Closed
        : order.Lines.All(l => l.Outstanding == 0) ? PurchaseStatus.Received
        : order.Lines.Any(l => l.Received > 0) ? PurchaseStatus.PartlyReceived : PurchaseStatus.Ordered;
}

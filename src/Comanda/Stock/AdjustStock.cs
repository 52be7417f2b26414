using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// POST /api/inventory/adjustment and /api/inventory/{id}/adjust: a movement by hand. Two counts of one item take turns; sales go on
/// meanwhile.
/// </summary>
public sealed class AdjustStock(
    IdempotentWrite retries,
    RecipeBooks books,
    DeclareAllergens declare,
    EventBell bell,
    Moment moment)
{
    private static readonly string[] Reasons = ["delivery", "waste", "food_bank", "count", "transfer", "correction"];

    public async Task<Answer<AdjustmentView>> Handle(long? id, AdjustmentRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        errors.Check(id is not null, "inventory_id", "is required");
        errors.Check(
            request.Adjustment is null != request.Counted is null,
            "adjustment",
            "say either adjustment, by how much it changes, or counted, what is there");
        errors.Check(request.Adjustment is null or not 0, "adjustment", "must not be 0");
        errors.Check(request.Counted is null or >= 0, "counted", "must be 0 or more");
        var reason = MovementReason.Correction;
        var named = request.Reason is null || (Reasons.Contains(request.Reason, StringComparer.OrdinalIgnoreCase)
            && WireName<MovementReason>.TryParse(request.Reason.ToLowerInvariant(), out reason));
        errors.Check(named, "reason", "must be " + string.Join(", ", Reasons));
        reason = request.Reason is null && request.Counted is not null ? MovementReason.Count : reason;
        errors.Check(
            request.Counted is null || reason is MovementReason.Count or MovementReason.Correction,
            "reason",
            "must be count or correction where it was counted");
        errors.Check(
            reason != MovementReason.Delivery || request.Adjustment is null or > 0,
            "adjustment",
            "must be more than 0 for a delivery; what goes back is a correction");
        errors.Check(
            reason is not (MovementReason.Waste or MovementReason.FoodBank) || request.Adjustment is null or < 0,
            "adjustment",
            "must be below 0 for " + request.Reason?.ToLowerInvariant());
        errors.Check(request.UnitCost is null || reason == MovementReason.Delivery, "unit_cost", "goes with a delivery");
        new SaidLot(request.Lot, request.BestBefore).Check(moment.Today, "", errors);
        SayAllergens.Read(request.Allergens, "allergens", errors);
        errors.Check(
            request.Allergens is null || (reason == MovementReason.Delivery && !string.IsNullOrWhiteSpace(request.Lot)),
            "allergens",
            "go with a delivery of a lot");
        errors.Check(request.BestBefore is null || reason == MovementReason.Delivery, "best_before", "goes with a delivery");
        errors.Check(request.Lot is null || request.Counted is null, "lot", "does not go with a count, which is of all lots");
        if (errors.Any)
            return errors.ToRefusal();
        var answer = await retries.Once(key.Value, connection => Write(connection, id!.Value, request, reason, cancel), cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
        if (request.Allergens is not null)
            await declare.Run(moment.Shop.Id, cancel);
        return answer;
    }

    private async Task<Answer<AdjustmentView>> Write(
        NpgsqlConnection connection, long id, AdjustmentRequest request, MovementReason reason, CancellationToken cancel)
    {
        var shop = moment.Shop;
        if (await StockItem.Hold(connection, shop.Id, id, cancel) is not { } item)
            return request.InventoryId is null
                ? Refusal.NotFound("stock item")
                : Refusal.OfField("inventory_id", "is no stock item of this shop");
        var (errors, now) = (new FieldErrors(), moment.Now);
        if (item.Made == "to_order")
            return Refusal.Conflict("made_to_order", $"{item.Name} is made when it is sold and has no stock of its own; its parts have.");
        var quantity = Quantity.Read(
            (request.Adjustment ?? request.Counted)!.Value,
            request.Unit,
            item.Unit,
            item.Packs,
            request.Counted is null ? "adjustment" : "counted",
            errors);
        var location = request.Location is null && request.LocationId is null
            ? item.LocationId
            : await Locations.IdOf(connection, shop.Id, new(request.LocationId, request.Location), errors, cancel);
        var cost = request.UnitCost is { } given
            ? Quantity.ReadCost(given, request.Unit, item.Unit, item.Packs, "unit_cost", errors)
            : null;
        long? counted = null;
        if (quantity is { } seen && request.Counted is not null && !errors.Any)
        {
            var there = await LevelAt(connection, shop.Id, id, location ?? 0, cancel);
            errors.Check(
                there == item.Level || request.Location is not null || request.LocationId is not null,
                "location",
                $"is required: {item.Name} lies at more than one place, and which of them was counted?");
            (counted, quantity) = (seen, seen - there);
        }

        if (errors.Any)
            return errors.ToRefusal();
        if (cost is { } paid && paid != item.UnitCost)
        {
            await connection.Execute("update stock_items set unit_cost = $2, version = version + 1 where id = $1", cancel, id, paid);
            item = item with { UnitCost = paid };
        }

        var lot = await LotOf(connection, id, request, reason, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var movement = new StockMovement(
            id,
            location ?? 0,
            quantity!.Value,
            reason,
            item.UnitCost)
        { Counted = counted, Note = Locations.Named(request.Note), LotId = lot };
        var ids = await StockMovement.Write(connection, [movement], MovedAt.Of(moment), cancel);
        var after = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await StockChanged.Write(connection, moment.Here, after, cost is null ? StockChanged.Level : StockChanged.Item, now, cancel);
        var view = new AdjustmentView(
            (await ReadStock.MovementsBy(connection, id, ids, cancel))[0],
            Quantity.Of(after.Level),
            after.View());
        return Answer.Created(view, $"/api/inventory/{id}");
    }

    private async Task<long?> LotOf(
        NpgsqlConnection connection,
        long id,
        AdjustmentRequest request,
        MovementReason reason,
        FieldErrors errors,
        CancellationToken cancel)
    {
        if (new SaidLot(request.Lot, request.BestBefore) is not { Name: { } name } said)
            return null;
        if (reason == MovementReason.Delivery)
        {
            await KeepLots.Begin(connection, id, MovedAt.Of(moment), cancel);
            var given = new NewLot(id, said) { Allergens = SayAllergens.Read(request.Allergens, "allergens", errors) };
            return await Lot.Open(connection, given, MovedAt.Of(moment), "best_before", errors, cancel);
        }

        var lot = await Lot.Named(connection, id, name, cancel);
        errors.Check(lot is not null, "lot", "is no lot of this item");
        return lot;
    }

    /// <summary>What there is at one place, at this moment.</summary>
    internal static async Task<long> LevelAt(NpgsqlConnection connection, long shop, long item, long location, CancellationToken cancel) =>
        await connection.Scalar(
            "select quantity from stock_now where shop_id = $1 and item_id = $2 and location_id = $3",
            cancel,
            shop,
            item,
            location) as long? ?? 0;
}

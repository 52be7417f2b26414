using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// POST /api/inventory/{id}/transfer: two movements in one transaction, so that nothing is ever in both places or in neither.
/// </summary>
public sealed class TransferStock(NpgsqlDataSource database, IdempotentWrite retries, ShopDirectory shops, EventBell bell, Moment moment)
{
    public async Task<Answer<TransferView>> Handle(long id, TransferRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        errors.Check(request.Quantity is > 0, "quantity", request.Quantity is null ? "is required" : "must be more than 0");
        errors.Check(
            request.ToLocation is not null || request.ToLocationId is not null || request.ToShopId is not null,
            "to_location",
            "is required: where to, or to_shop_id");
        errors.Check(request.ToShopId is not null || request.ToInventoryId is null, "to_inventory_id", "goes with to_shop_id");
        if (errors.Any)
            return errors.ToRefusal();
        var shop = moment.Shop;
        var there = request.ToShopId is null || request.ToShopId == shop.Id ? shop : await OtherShop(request.ToShopId.Value, cancel);
        if (there is null)
            return Refusal.OfField("to_shop_id", "is no shop whose stock you may change");
        var answer = await retries.Once(key.Value, connection => Write(connection, id, request, shop, there, cancel), cancel);
        bell.Ring();
        return answer;
    }

    /// <summary>Null where the caller may not change stock there: a shop that one may not touch does not exist for one.</summary>
    private async Task<Shop?> OtherShop(long id, CancellationToken cancel)
    {
        var role = await database.Scalar(
            "select role from shop_members where shop_id = $1 and user_id = $2 and active",
            cancel,
            id,
            moment.Caller.UserId) as string;
        return role is not null && await shops.Find(id, cancel) is { } shop && Permissions.Of(role, shop).Contains(Permission.ManageStock)
            ? shop
            : null;
    }

    private async Task<Answer<TransferView>> Write(
        NpgsqlConnection connection,
        long id,
        TransferRequest request,
        Shop shop,
        Shop there,
        CancellationToken cancel)
    {
        if (await StockItem.Find(connection, shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        var (errors, now) = (new FieldErrors(), moment.Now);
        var quantity = Quantity.Read(request.Quantity!.Value, request.Unit, item.Unit, item.Packs, "quantity", errors);
        errors.Check(quantity is not 0, "quantity", "must be more than 0");
        var from = request.FromLocation is null && request.FromLocationId is null
            ? item.LocationId
            : await Locations.IdOf(connection, shop.Id, new(request.FromLocationId, request.FromLocation, "from_location"), errors, cancel);
        var target = there == shop ? item : await Target(connection, there, item, request.ToInventoryId, errors, cancel);
        var to = request.ToLocation is null && request.ToLocationId is null
            ? target?.LocationId
            : await Locations.IdOf(connection, there.Id, new(request.ToLocationId, request.ToLocation, "to_location"), errors, cancel);
        errors.Check(there != shop || (from ?? 0) != (to ?? 0), "to_location", "must be another place than the one it comes from");
        errors.Check(
            item.Made != "to_order" && target?.Made != "to_order",
            "to_inventory_id",
            "is made when it is sold and has no stock of its own");
        var arrives = target is null || quantity is null
            ? null
            : Quantity.Read(Quantity.Of(quantity.Value), item.Unit, target.Unit, target.Packs, "quantity", errors);
        if (errors.Any)
            return errors.ToRefusal();
        // It takes its cost along, where that means the same there.
        var cost = target == item
            ? item.UnitCost
            : shop.Currency.Code == there.Currency.Code
            ? decimal.Round(item.UnitCost * quantity!.Value / arrives!.Value, Quantity.CostDecimals, MidpointRounding.AwayFromZero)
            : target!.UnitCost;
        var note = Locations.Named(request.Note);
        var went = await StockMovement.Write(
            connection,
            [new(id, from ?? 0, -quantity!.Value, MovementReason.Transfer, item.UnitCost) { Note = note }],
            MovedAt.Of(moment),
            cancel);
        var came = await StockMovement.Write(
            connection,
            [new(target!.Id, to ?? 0, arrives!.Value, MovementReason.Transfer, cost) { Note = note }],
            MovedAt.Of(moment) with { Shop = there.Id, Day = there.Settings.BusinessDay.Of(now) },
            cancel);
        var after = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await StockChanged.Write(connection, moment.Here, after, StockChanged.Level, now, cancel);
        if (there != shop)
            await StockChanged.Write(
                connection,
                moment.Here.As(moment.Caller with { ShopId = there.Id }),
                (await StockItem.Find(connection, there.Id, target.Id, cancel))!,
                StockChanged.Level,
                now,
                cancel);
        List<MovementView> views = [
            .. await ReadStock.MovementsBy(connection, id, went, cancel),
            .. await ReadStock.MovementsBy(connection, target.Id, came, cancel)
        ];
        return Answer.Created(new TransferView(views, Quantity.Of(after.Level)), $"/api/inventory/{id}");
    }

    private static async Task<StockItem?> Target(
        NpgsqlConnection connection,
        Shop there,
        StockItem item,
        long? id,
        FieldErrors errors,
        CancellationToken cancel)
    {
        id ??= await connection.Scalar(
            "select id from stock_items where shop_id = $1 and lower(name) = lower($2) and archived_at is null",
            cancel,
            there.Id,
            item.Name) as long?;
        var target = id is { } known ? await StockItem.Find(connection, there.Id, known, cancel) : null;
        errors.Check(target is not null, "to_inventory_id", $"is required: {there.Name} has no stock item called {item.Name}");
        return target;
    }
}

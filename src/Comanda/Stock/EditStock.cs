using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// POST /api/inventory, PUT /api/inventory/{id}: what a stock item is. How much there is of it, movements say.
/// </summary>
public sealed class EditStock(
    NpgsqlDataSource database,
    IdempotentWrite retries,
    AdjustStock adjust,
    RecipeBooks books,
    EventBell bell,
    Moment moment,
    RequestHead head)
{
    public async Task<Answer<StockItemView>> AddOrAdjust(StockItemInput input, CancellationToken cancel)
    {
        if (input is { Id: { } row, Adjustment: null, Counted: null } && input.CurrentStock is not null)
            return await Again(row, input, cancel);
        if (input.Id is { } known)
        {
            var adjusted = new AdjustmentRequest(
                known,
                input.Adjustment,
                input.Counted,
                input.Unit,
                input.Reason,
                input.Location,
                input.LocationId,
                input.UnitCost,
                input.Note);
            return Answer.InOtherForm<StockItemView>(await adjust.Handle(known, adjusted, cancel));
        }

        var key = retries.KeyOf(input);
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        errors.Check(input.Adjustment is null && input.Counted is null, "id", "is required where stock is adjusted");
        errors.Check(Locations.Named(input.Name) is not null, "name", "is required");
        var fresh = new StockItem
        {
            Id = 0,
            Name = "",
            Unit = Quantity.Unit(input.Unit ?? "piece"),
            Made = "bought",
            Version = 1,
        };
        var item = StockItemFields.Read(input, fresh, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var answer = await retries.Once(key.Value, connection => Write(connection, input, item, cancel), cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
        return answer;
    }

    private async Task<Answer<StockItemView>> Write(
        NpgsqlConnection connection, StockItemInput input, StockItem item, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var (errors, now) = (new FieldErrors(), moment.Now);
        if (await Namesake(connection, item, cancel) is { } namesake)
            return input.CurrentStock is null ? Taken(item) : await Change(connection, namesake, input, cancel);
        var supplier = await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
        var location = await Locations.IdOf(connection, shop.Id, new(input.LocationId, input.Location), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var id = (long)(await connection.Scalar(
            """
            insert into stock_items (shop_id, name, unit, packs, low_stock_threshold, supplier_id, location_id, unit_cost, lead_days,
                created_at)
            values ($1, $2, $3, $4, $5::bigint, $6::bigint, $7::bigint, $8, $9::int, $10) returning id
            """,
            cancel,
            shop.Id,
            item.Name,
            item.Unit,
            Json.Write(item.Packs),
            item.Threshold,
            supplier,
            location,
            item.UnitCost,
            item.LeadDays,
            now))!;
        await Open(connection, shop.Id, cancel);
        if (item.Level != 0)
            await StockMovement.Write(
                connection,
                [StockMovement.Opening(id, location ?? 0, item.Level, item.UnitCost)],
                MovedAt.Of(moment),
                cancel);
        var added = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await new AuditEntry(
            AuditActions.StockItemChanged,
            "stock_item",
            id,
            After: new { added.Name, added.Unit, unit_cost = Quantity.Cost(added.UnitCost) }).Write(connection, moment.Here, now, cancel);
        await StockChanged.Write(connection, moment.Here, added, StockChanged.Item, now, cancel);
        return Answer.Created(added.View(), $"/api/inventory/{id}");
    }

    /// <summary>From its first item on a shop's movements are folded.</summary>
    internal static Task Open(NpgsqlConnection connection, long shop, CancellationToken cancel) =>
        connection.Execute("insert into stock_positions (shop_id) values ($1) on conflict do nothing", cancel, shop);

    public async Task<Answer<StockItemView>> Change(
        long id,
        StockItemInput input,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var changed = await Change(connection, id, input, cancel);
        if (changed.Refusal is not null)
            return changed;
        await transaction.CommitAsync(cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
        return changed;
    }

    /// <summary>A row that is there is posted again: what it says there is, was counted.</summary>
    private async Task<Answer<StockItemView>> Again(long id, StockItemInput row, CancellationToken cancel)
    {
        var key = retries.KeyOf(row);
        if (key.Refusal is { } badKey)
            return badKey;
        var answer = await retries.Once(key.Value, connection => Change(connection, id, row, cancel), cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
        return answer;
    }

    private async Task<Answer<StockItemView>> Change(
        NpgsqlConnection connection, long id, StockItemInput input, CancellationToken cancel)
    {
        var shop = moment.Shop;
        if (await StockItem.Hold(connection, shop.Id, id, cancel) is not { } known)
            return Refusal.NotFound("stock item");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var (errors, now) = (new FieldErrors(), moment.Now);
        errors.Check(input.Name is null || Locations.Named(input.Name) is not null, "name", "must not be empty");
        var item = StockItemFields.Read(input, input.Unit is { } unit ? known with { Unit = Quantity.Unit(unit) } : known, errors);
        var supplier = input.Supplier is null && input.SupplierId is null
            ? known.SupplierId
            : await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
        var location = input.Location is null && input.LocationId is null
            ? known.LocationId
            : await Locations.IdOf(connection, shop.Id, new(input.LocationId, input.Location), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        if (item.Unit != known.Unit
            && await connection.Scalar(
                "select exists (select 1 from stock_movements where item_id = $1) or exists (select 1 from purchase_order_lines where "
                    + "item_id = $1)",
                cancel,
                id) is true)
            return Refusal.Conflict(
                "unit_in_use",
                $"Movements and purchase orders of {known.Name} are in {known.Unit}; the unit can no longer change. Packs may be in any "
                    + "number of it.");
        if (await Namesake(connection, item, cancel) is not null)
            return Taken(item);

        await connection.Execute(
            """
            update stock_items set name = $2, unit = $3, packs = $4, low_stock_threshold = $5::bigint, supplier_id = $6::bigint,
                location_id = $7::bigint, unit_cost = $8, lead_days = $9::int, version = version + 1
            where id = $1
            """,
            cancel, id, item.Name, item.Unit, Json.Write(item.Packs), item.Threshold, supplier, location, item.UnitCost, item.LeadDays);
        await Move(connection, known, item, location ?? 0, cancel);
        var changed = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await new AuditEntry(
            AuditActions.StockItemChanged,
            "stock_item",
            id,
            Before: new { known.Name, unit_cost = Quantity.Cost(known.UnitCost) },
            After: new { changed.Name, unit_cost = Quantity.Cost(changed.UnitCost) })
            .Write(connection, moment.Here, now, cancel);
        await StockChanged.Write(connection, moment.Here, changed, StockChanged.Item, now, cancel);
        return changed.View();
    }

    /// <summary>What lay at the item's old place goes with it to the new one; and a level that was given and differs is a count.</summary>
    private async Task Move(
        NpgsqlConnection connection, StockItem known, StockItem item, long location, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var movements = new List<StockMovement>();
        var from = known.LocationId ?? 0;
        if (location != from && await AdjustStock.LevelAt(connection, shop.Id, known.Id, from, cancel) is not 0 and var there)
        {
            movements.Add(new(known.Id, from, -there, MovementReason.Transfer, item.UnitCost));
            movements.Add(new(known.Id, location, there, MovementReason.Transfer, item.UnitCost));
        }

        if (item.Level != known.Level)
            movements.Add(new(known.Id, location, item.Level - known.Level, MovementReason.Count, item.UnitCost) { Counted = item.Level });
        await StockMovement.Write(connection, movements, MovedAt.Of(moment), cancel);
    }

    /// <summary>Another item of this name; null where there is none.</summary>
    private async Task<long?> Namesake(NpgsqlConnection connection, StockItem item, CancellationToken cancel) =>
        await connection.Scalar(
            "select id from stock_items where shop_id = $1 and lower(name) = lower($2) and id <> $3 and archived_at is null",
            cancel,
            moment.Shop.Id,
            item.Name,
            item.Id) as long?;

    private static Refusal Taken(StockItem item) =>
        Refusal.Conflict("already_exists", $"There is a stock item called {item.Name} already.");
}

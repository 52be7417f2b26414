using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// POST /api/inventory, PUT and DELETE /api/inventory/{id}: what a stock item is. How much there is of it, movements say.
/// </summary>
public sealed class EditStock(
    NpgsqlDataSource database,
    IdempotentWrite retries,
    ShopDirectory shops,
    AdjustStock adjust,
    RecipeBooks books,
    EventBell bell,
    Here here,
    TimeProvider clock)
{
    public async Task<IResult> AddOrAdjust(StockItemInput input, HttpContext http, CancellationToken cancel)
    {
        if (input.Id is { } known)
            return await adjust.Handle(known, new(
                known,
                input.Adjustment,
                input.Counted,
                input.Unit,
                input.Reason,
                input.Location,
                input.LocationId,
                input.UnitCost,
                input.Note), http, cancel);
        var key = retries.KeyOf(http, input);
        if (key.Refusal is { } badKey)
            return badKey.ToProblem();
        var errors = new FieldErrors();
        errors.Check(input.Adjustment is null && input.Counted is null, "id", "is required where stock is adjusted");
        errors.Check(Locations.Named(input.AnyName) is not null, "name", "is required");
        var fresh = new StockItem(
            0,
            "",
            Quantity.Unit(input.Unit ?? "piece"),
            [],
            null,
            null,
            null,
            null,
            null,
            0,
            null,
            "bought",
            null,
            1,
            0,
            "[]");
        var item = Read(input, fresh, errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        var shop = await shops.Of(here, cancel);
        var answer = await retries.Once(key.Value, connection => Write(connection, input, item, shop, cancel), cancel);
        books.Forget(here.ShopId);
        bell.Ring();
        return answer;
    }

    private async Task<Outcome<FixedAnswer>> Write(
        NpgsqlConnection connection,
        StockItemInput input,
        StockItem item,
        Shop shop,
        CancellationToken cancel)
    {
        var (errors, now) = (new FieldErrors(), Clock.Now(clock));
        if (await Taken(connection, item, cancel) is { } taken)
            return taken;
        var supplier = await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
        var location = await Locations.IdOf(connection, shop.Id, input.LocationId, input.Location, "location", errors, cancel);
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
                shop.Id,
                here.Caller.UserId,
                now,
                shop.Settings.BusinessDay.Of(now),
                cancel);
        var added = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await new AuditEntry(
            AuditActions.StockItemChanged,
            "stock_item",
            id,
            After: new { added.Name, added.Unit, unit_cost = Quantity.Cost(added.UnitCost) }).Write(connection, here, now, cancel);
        await StockChanged.Write(connection, here, added, StockChanged.Item, now, cancel);
        return new FixedAnswer(201, Json.Write(added.View()), $"/api/inventory/{id}");
    }

    /// <summary>From its first item on a shop's movements are folded.</summary>
    internal static Task Open(NpgsqlConnection connection, long shop, CancellationToken cancel) =>
        connection.Execute("insert into stock_positions (shop_id) values ($1) on conflict do nothing", cancel, shop);

    public async Task<Results<Ok<StockItemView>, ProblemHttpResult>> Change(
        long id,
        StockItemInput input,
        HttpContext http,
        CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await StockItem.Hold(connection, shop.Id, id, cancel) is not { } known)
            return Refusal.NotFound("stock item").ToProblem();
        if (VersionTag.Check(http, known.Version) is { } stale)
            return stale.ToProblem();
        var (errors, now) = (new FieldErrors(), Clock.Now(clock));
        errors.Check(input.AnyName is null || Locations.Named(input.AnyName) is not null, "name", "must not be empty");
        var item = Read(input, input.Unit is { } unit ? known with { Unit = Quantity.Unit(unit) } : known, errors);
        var supplier = input.Supplier is null && input.SupplierId is null
            ? known.SupplierId
            : await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
        var location = input.Location is null && input.LocationId is null
            ? known.LocationId
            : await Locations.IdOf(connection, shop.Id, input.LocationId, input.Location, "location", errors, cancel);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        if (item.Unit != known.Unit
            && await connection.Scalar(
                "select exists (select 1 from stock_movements where item_id = $1) or exists (select 1 from purchase_order_lines where "
                    + "item_id = $1)",
                cancel,
                id) is true)
            return Refusal.Conflict(
                "unit_in_use",
                $"Movements and purchase orders of {known.Name} are in {known.Unit}; the unit can no longer change. Packs may be in any "
                    + "number of it.").ToProblem();
        if (await Taken(connection, item, cancel) is { } taken)
            return taken.ToProblem();

        await connection.Execute(
            """
            update stock_items set name = $2, unit = $3, packs = $4, low_stock_threshold = $5::bigint, supplier_id = $6::bigint,
                location_id = $7::bigint, unit_cost = $8, lead_days = $9::int, version = version + 1
            where id = $1
            """,
            cancel, id, item.Name, item.Unit, Json.Write(item.Packs), item.Threshold, supplier, location, item.UnitCost, item.LeadDays);
        await Move(connection, known, item, location ?? 0, shop, now, cancel);
        var changed = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await new AuditEntry(
            AuditActions.StockItemChanged,
            "stock_item",
            id,
            Before: new { known.Name, unit_cost = Quantity.Cost(known.UnitCost) },
            After: new { changed.Name, unit_cost = Quantity.Cost(changed.UnitCost) })
            .Write(connection, here, now, cancel);
        await StockChanged.Write(connection, here, changed, StockChanged.Item, now, cancel);
        await transaction.CommitAsync(cancel);
        books.Forget(here.ShopId);
        bell.Ring();
        http.Response.Headers.ETag = VersionTag.Of(changed.Version);
        return TypedResults.Ok(changed.View());
    }

    /// <summary>What lay at the item's old place goes with it to the new one; and a level that was given and differs is a count.</summary>
    private async Task Move(
        NpgsqlConnection connection,
        StockItem known,
        StockItem item,
        long location,
        Shop shop,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        var movements = new List<StockMovement>();
        var from = known.LocationId ?? 0;
        if (location != from && await AdjustStock.LevelAt(connection, shop.Id, known.Id, from, cancel) is not 0 and var there)
        {
            movements.Add(new(known.Id, from, -there, MovementReason.Transfer, item.UnitCost));
            movements.Add(new(known.Id, location, there, MovementReason.Transfer, item.UnitCost));
        }

        if (item.Level != known.Level)
            movements.Add(new(known.Id, location, item.Level - known.Level, MovementReason.Count, item.UnitCost) { Counted = item.Level });
        await StockMovement.Write(connection, movements, shop.Id, here.Caller.UserId, now, shop.Settings.BusinessDay.Of(now), cancel);
    }

    /// <summary>DELETE archives: it leaves the list, its movements stay.</summary>
    public async Task<Results<NoContent, ProblemHttpResult>> Archive(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await StockItem.Hold(connection, here.ShopId, id, cancel) is not { } item)
            return Refusal.NotFound("stock item").ToProblem();
        if (await UsedIn(connection, id, cancel) is { Count: > 0 } recipes)
            return Refusal.Conflict(
                "stock_item_in_use",
                $"{item.Name} is in the recipe of {string.Join(", ", recipes)}; take it out first.").ToProblem();
        if (await connection.Scalar(
            "select min(p.id) from purchase_orders p join purchase_order_lines l on l.purchase_id = p.id where l.item_id = $1 and "
                + "p.status in ('draft', 'ordered', 'partly_received')",
            cancel,
            id) is long ordered)
            return Refusal.Conflict(
                "stock_item_in_use",
                $"{item.Name} is on purchase order {ordered}; receive or close that first.").ToProblem();
        var now = Clock.Now(clock);
        await connection.Execute("update stock_items set archived_at = $2, version = version + 1 where id = $1", cancel, id, now);
        await connection.Execute("delete from stock_low where item_id = $1", cancel, id);
        await new AuditEntry(
            AuditActions.StockItemChanged,
            "stock_item",
            id,
            Before: new { item.Name },
            After: new { archived = true }).Write(connection, here, now, cancel);
        await StockChanged.Write(connection, here, item, StockChanged.Item, now, cancel);
        await transaction.CommitAsync(cancel);
        books.Forget(here.ShopId);
        bell.Ring();
        return TypedResults.NoContent();
    }

    private static async Task<List<string>> UsedIn(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select distinct coalesce(m.name, o.name, s.name)
            from recipe_lines r left join menu_items m on m.id = r.menu_item_id left join modifier_options o on o.id = r.option_id
            left join stock_items s on s.id = r.made_id
            where (r.item_id = $1 or r.replaces_id = $1) and m.archived_at is null and s.archived_at is null order by 1 limit 5
            """,
            id);
        return await command.List(r => r.GetString(0), cancel);
    }

    private async Task<Refusal?> Taken(NpgsqlConnection connection, StockItem item, CancellationToken cancel) =>
        await connection.Scalar(
            "select id from stock_items where shop_id = $1 and lower(name) = lower($2) and id <> $3 and archived_at is null",
            cancel,
            here.ShopId,
            item.Name,
            item.Id) is null
            ? null : Refusal.Conflict("already_exists", $"There is a stock item called {item.Name} already.");

    /// <summary>What is given over what is known. The level is what it is to be.</summary>
    private static StockItem Read(StockItemInput input, StockItem known, FieldErrors errors)
    {
        var (name, unit) = (input.AnyName?.Trim() ?? known.Name, known.Unit);
        errors.Check(unit.Length is >= 1 and <= 20, "unit", "must have 1 to 20 characters");
        var packs = input.Packs is null ? known.Packs : ReadPacks(input.Packs, unit, errors);
        var threshold = input.AnyThreshold switch
        {
            null => known.Threshold,
            -1 => null,
            < 0 => Wrong("low_stock_threshold", "must be 0 or more, or -1 for none"),
            { } low => Quantity.Read(
                low,
                null,
                unit,
                packs,
                input.LowStockThreshold is null ? "reorder_threshold" : "low_stock_threshold",
                errors),
        };
        var level = input.AnyStock is { } stock
            ? Quantity.Read(stock, null, unit, packs, input.CurrentStock is null ? "quantity_in_stock" : "current_stock", errors) ?? 0
            : known.Level;
        var cost = input.UnitCost is { } given ? Quantity.ReadCost(given, null, unit, packs, "unit_cost", errors) ?? 0 : known.UnitCost;
        errors.Check(input.LeadTimeDays is null or -1 or (>= 0 and <= 365), "lead_time_days", "must be between 0 and 365, or -1 for none");
        var lead = input.LeadTimeDays is null ? known.LeadDays : input.LeadTimeDays < 0 ? null : input.LeadTimeDays;
        return known with { Name = name, Packs = packs, Threshold = threshold, Level = level, UnitCost = cost, LeadDays = lead };

        long? Wrong(string field, string message)
        {
            errors.Add(field, message);
            return null;
        }
    }

    private static List<Pack> ReadPacks(IReadOnlyList<Pack> given, string unit, FieldErrors errors)
    {
        var packs = new List<Pack>();
        errors.Check(given.Count <= 20, "packs", "must be at most 20");
        foreach (var (i, pack) in given.Take(20).Index())
        {
            var name = Locations.Named(pack?.Name);
            errors.Check(
                name is { Length: <= 30 } && !name.Contains('|', StringComparison.Ordinal),
                $"packs[{i}].name",
                "must have 1 to 30 characters, and no |");
            errors.Check(name is null || (!Quantity.Takes(unit, packs).Contains(name, StringComparer.OrdinalIgnoreCase)
                && Quantity.Takes(unit, []).All(u => u != Quantity.Unit(name))), $"packs[{i}].name", "is a unit, or another pack's name");
            errors.Check(pack?.Quantity is > 0, $"packs[{i}].quantity", "must be more than 0");
            if (name is { Length: <= 30 }
                && pack?.Quantity is > 0 and var quantity
                && Quantity.Read(quantity, null, unit, [], $"packs[{i}].quantity", errors) is { } size)
                packs.Add(new(name, Quantity.Of(size)));
        }

        return packs;
    }
}

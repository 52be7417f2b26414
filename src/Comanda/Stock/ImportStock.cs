using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// POST /api/inventory/import: the inventory as CSV, all of it or nothing. An item is found again by its name; columns that the file has
/// not stay as they are. A level that differs is a count, and so is the level of a new item.
/// </summary>
public sealed class ImportStock(
    NpgsqlDataSource database,
    ShopDirectory shops,
    RecipeBooks books,
    EventBell bell,
    Here here,
    TimeProvider clock)
{
    public async Task<Answer<ImportResult>> Handle(RawBody body, bool dryRun, CancellationToken cancel)
    {
        var upload = await CsvUpload.ReadBody(body, "the inventory", cancel);
        if (upload.Refusal is { } unreadable)
            return unreadable;
        var errors = new List<ImportError>();
        var lines = CsvUpload.Read(upload.Value.File, [], [.. StockTable.Columns.Select(c => c.Name)], errors);
        var shop = await shops.Of(here, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Imports that run at once would both find an item missing; and nobody counts or edits an item meanwhile.
        await connection.Execute("select pg_advisory_xact_lock(hashtextextended('stock import ' || $1::text, 0))", cancel, shop.Id);
        await connection.Execute("select 1 from stock_items where shop_id = $1 order by id for no key update", cancel, shop.Id);
        var plan = Plan(lines, await StockTable.Read(connection, shop.Id, cancel), errors);
        if (errors.Count > 0)
            return CsvUpload.Refused(errors);
        var result = ImportResult.Of(plan);
        if (dryRun || result.Created + result.Updated == 0)
            return result;
        var now = Clock.Now(clock);
        await Write(
            connection,
            [.. plan.Where(p => p.Before != p.After)],
            new(shop.Id, here.Caller.UserId, now, shop.Settings.BusinessDay.Of(now)),
            cancel);
        await ShopEvent.Of(
            here,
            EventNames.StockUpdated,
            now,
            new { changed = StockChanged.Item, import = result.Created + result.Updated }).Write(connection, cancel);
        await transaction.CommitAsync(cancel);
        books.Forget(shop.Id);
        bell.Ring();
        return result;
    }

    private static List<(StockRow? Before, StockRow After)> Plan(List<CsvRow> lines, List<StockRow> known, List<ImportError> errors)
    {
        // By what the export writes of them: of names that are older than the rule for texts, without what it drops.
        var byName = known.DistinctBy(NameOf, StringComparer.Ordinal).ToDictionary(NameOf, StringComparer.Ordinal);
        var (plan, taken) = (new List<(StockRow?, StockRow)>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var line in lines)
        {
            if (errors.Count >= CsvUpload.MostErrors)
                break;
            var name = Cell(line, StockTable.Columns[0])?.ToLowerInvariant() ?? "";
            var before = byName.GetValueOrDefault(name);
            var after = before ?? new StockRow();
            foreach (var column in StockTable.Columns)
            {
                if (Cell(line, column) is not { } cell)
                {
                    if (column.Name == "name")
                        errors.Add(new(line.Line, "name", "is required"));
                }
                else if (!PlainText.Is(cell, TextKind.Line))
                {
                    errors.Add(new(line.Line, column.Name, PlainText.Rule(TextKind.Line)));
                }
                else if (before is not null && column.Name == "name")
                {
                    after = after with { Name = cell };
                }
                else if (column.Read(cell, after) is { } read)
                {
                    after = read;
                }
                else
                {
                    errors.Add(new(line.Line, column.Name, column.Takes));
                }
            }

            if (before is not null && before.Unit != after.Unit)
                errors.Add(new(
                    line.Line,
                    "unit",
                    $"is {before.Unit} for this item; the unit of an item that is there does not change by import"));
            if (before is { ToOrder: true } && before.Level != after.Level)
                errors.Add(new(line.Line, "current_stock", "is made when it is sold and has no stock of its own"));
            if (name.Length > 0 && !taken.TryAdd(name, line.Line))
                errors.Add(new(line.Line, "name", $"is the item of line {taken[name]} again"));
            plan.Add((before, after));
        }

        return plan;
    }

    private static string NameOf(StockRow row) => PlainText.Lines(row.Name).ToLowerInvariant();

    /// <summary>What the export wrote into the cell; null where the file has no such column.</summary>
    private static string? Cell(CsvRow line, StockColumn column)
    {
        var header = line.Columns.ContainsKey(column.Name)
            ? column.Name
            : column.Spelling is { } other && line.Columns.ContainsKey(other)
            ? other
            : null;
        return header is null ? null : CsvText.Read(line[header]);
    }

    /// <summary>Writes them in the caller's transaction; levels that differ are counts, and those of new items their first.</summary>
    internal static async Task Write(
        NpgsqlConnection connection,
        IReadOnlyList<(StockRow? Before, StockRow After)> changes,
        MovedAt at,
        CancellationToken cancel)
    {
        var (movements, none) = (new List<StockMovement>(), new FieldErrors());
        foreach (var (before, row) in changes)
        {
            var supplier = await Suppliers.IdOf(connection, at.Shop, null, row.Supplier, none, cancel);
            var location = before?.Location == row.Location
                ? before.LocationId
                : await Locations.IdOf(connection, at.Shop, new(null, row.Location), none, cancel);
            object?[] values = [
                at.Shop,
                row.Name,
                row.Unit,
                Json.Write(StockTable.PacksOf(row.Packs)),
                row.Threshold,
                supplier,
                location,
                row.UnitCost,
                row.LeadDays,
                at.At
            ];
            var id = row.Id ?? (long)(await connection.Scalar(
                """
                insert into stock_items (shop_id, name, unit, packs, low_stock_threshold, supplier_id, location_id, unit_cost, lead_days,
                    created_at)
                values ($1, $2, $3, $4, $5::bigint, $6::bigint, $7::bigint, $8, $9::int, $10) returning id
                """,
                cancel, values))!;
            if (before is not null)
            {
                await connection.Execute(
                    """
                    update stock_items set name = $2, packs = $3, low_stock_threshold = $4::bigint, supplier_id = $5::bigint,
                        location_id = $6::bigint, unit_cost = $7, lead_days = $8::int, version = version + 1 where id = $1
                    """,
                    cancel, id, row.Name, values[3], row.Threshold, supplier, location, row.UnitCost, row.LeadDays);
            }

            var from = before?.LocationId ?? 0;
            if (before is not null
                && (location ?? 0) != from
                && await AdjustStock.LevelAt(connection, at.Shop, id, from, cancel) is not 0 and var there)
            {
                movements.Add(new(id, from, -there, MovementReason.Transfer, row.UnitCost));
                movements.Add(new(id, location ?? 0, there, MovementReason.Transfer, row.UnitCost));
            }

            if (row.Level != (before?.Level ?? 0))
                movements.Add(before is null ? StockMovement.Opening(id, location ?? 0, row.Level, row.UnitCost) : new(
                    id,
                    location ?? 0,
                    row.Level - before.Level,
                    MovementReason.Count,
                    row.UnitCost)
                { Counted = row.Level, Note = "import" });
        }

        await EditStock.Open(connection, at.Shop, cancel);
        await StockMovement.Write(connection, movements, at, cancel);
    }
}

using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>The lines of a purchase order: what was given, read against the stock items, and the rows of it.</summary>
internal static class PurchaseLines
{
    public const int Most = 200;

    public static void Check(PurchaseOrderInput input, FieldErrors errors)
    {
        errors.Check(input.Items is null or { Count: <= Most }, "items", $"must be at most {Most}");
        foreach (var (i, line) in (input.Items ?? []).Take(Most).Index())
        {
            errors.Check(line?.InventoryId is not null, $"items[{i}].inventory_id", "is required");
            errors.Check(line?.Quantity is > 0, $"items[{i}].quantity", line?.Quantity is null ? "is required" : "must be more than 0");
            errors.Check(
                line?.InventoryId is null || input.Items!.Take(i).All(l => l?.InventoryId != line.InventoryId),
                $"items[{i}].inventory_id",
                "is there already; order it in one line");
        }
    }

    public static async Task<List<PurchaseLine>> Read(
        NpgsqlConnection connection,
        long shop,
        IReadOnlyList<PurchaseLineInput?> given,
        FieldErrors errors,
        CancellationToken cancel)
    {
        var items = await StockItem.FindAll(connection, shop, given.Select(l => l!.InventoryId!.Value), cancel);
        var lines = new List<PurchaseLine>();
        foreach (var (i, line) in given.Index())
        {
            if (items.GetValueOrDefault(line!.InventoryId!.Value) is not { } item)
            {
                errors.Add($"items[{i}].inventory_id", "is no stock item of this shop");
                continue;
            }

            errors.Check(item.Made == "bought", $"items[{i}].inventory_id", $"is made here and not bought: {item.Name}");
            var thousandths = Quantity.Read(line.Quantity!.Value, line.Unit, item.Unit, item.Packs, $"items[{i}].quantity", errors);
            errors.Check(thousandths is not 0, $"items[{i}].quantity", "must be more than 0");
            if (thousandths is not > 0)
                continue;
            if (line.UnitCost is { } cost)
                Quantity.ReadCost(cost, line.Unit, item.Unit, item.Packs, $"items[{i}].unit_cost", errors);
            var unit = Quantity.NameOf(line.Unit, item.Unit, item.Packs);
            lines.Add(new()
            {
                ItemId = item.Id,
                Name = item.Name,
                StockUnit = item.Unit,
                Thousandths = thousandths.Value,
                Amount = line.Quantity.Value,
                Unit = unit,
                UnitCost = line.UnitCost
                    ?? decimal.Round(item.UnitCost * thousandths.Value / 1000 / line.Quantity.Value, Quantity.CostDecimals),
            });
        }

        return lines;
    }

    public static Task Insert(NpgsqlConnection connection, long id, IReadOnlyList<PurchaseLine> lines, CancellationToken cancel)
    {
        T[] Each<T>(Func<PurchaseLine, T> value) => [.. lines.Select(value)];
        return connection.Execute(
            """
            insert into purchase_order_lines (purchase_id, item_id, place, quantity, amount, unit, unit_cost)
            select $1, l.item_id, l.place, l.quantity, l.amount, l.unit, l.unit_cost
            from unnest($2::bigint[], $3::bigint[], $4::numeric[], $5::text[], $6::numeric[]) with ordinality as l(item_id, quantity,
                amount, unit, unit_cost, place)
            """,
            cancel, id, Each(l => l.ItemId), Each(l => l.Thousandths), Each(l => l.Amount), Each(l => l.Unit), Each(l => l.UnitCost));
    }
}

using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>A stock item as a row of the CSV. A value, so that a row that changes nothing is seen.</summary>
public sealed record StockRow
{
    public long? Id { get; init; }

    public string Name { get; init; } = "";

    public string Unit { get; init; } = "piece";

    /// <summary>In thousandths, like the threshold.</summary>
    public long Level { get; init; }

    public long? Threshold { get; init; }

    public decimal UnitCost { get; init; }

    public string Supplier { get; init; } = "";

    public string Location { get; init; } = "";

    public int? LeadDays { get; init; }

    /// <summary>bag=1000|tray=30, in the item's unit.</summary>
    public string Packs { get; init; } = "";

    /// <summary>Not columns: where it belongs, and whether it is made when it is sold.</summary>
    public long? LocationId { get; init; }

    public bool ToOrder { get; init; }
}

/// <summary>A column of the CSV: how a cell is read into a row, null where it is not what it must be, and written from it.</summary>
public sealed record StockColumn(
    string Name,
    string Takes,
    Func<string, StockRow, StockRow?> Read,
    Func<StockRow, string> Write,
    string? Spelling = null);

/// <summary>The columns of the inventory's CSV, on one page: import and export use the same.</summary>
public static class StockTable
{
    private const string Amount = "must be a number of 0 or more with at most 3 decimals";

    public static IReadOnlyList<StockColumn> Columns { get; } =
    [
        new(
            "name",
            "must have 1 to 200 characters",
            (c, r) => c.Length is >= 1 and <= 200 ? r with { Name = c } : null,
            r => r.Name,
            "ingredient_name"),
        new(
            "unit",
            "must have 1 to 20 characters",
            (c, r) => c.Length is >= 1 and <= 20 ? r with { Unit = Quantity.Unit(c) } : null,
            r => r.Unit),
        new(
            "current_stock",
            "must be a number with at most 3 decimals",
            (c, r) => Thousandths(c) is { } level ? r with { Level = level } : null,
            r => Text(r.Level),
            "quantity_in_stock"),
        new(
            "low_stock_threshold",
            Amount + ", or empty",
            (c, r) => c.Length == 0 ? r with { Threshold = null } : Thousandths(c) is >= 0 and var low ? r with { Threshold = low } : null,
            r => r.Threshold is { } low ? Text(low) : "",
            "reorder_threshold"),
        new("unit_cost", $"must be a number of 0 or more with at most {Quantity.CostDecimals} decimals",
            (c, r) => c.Length == 0
                ? r with { UnitCost = 0 }
                : Number(c) is >= 0 and <= Quantity.LargestCost and var cost && decimal.Round(cost, Quantity.CostDecimals) == cost
                ? r with { UnitCost = Quantity.Cost(cost) }
                : null,
            r => r.UnitCost.ToString(CultureInfo.InvariantCulture)),
        new("supplier", "must have at most 100 characters", (c, r) => c.Length <= 100 ? r with { Supplier = c } : null, r => r.Supplier),
        new("location", "must have at most 100 characters", (c, r) => c.Length <= 100 ? r with { Location = c } : null, r => r.Location),
        new("lead_time_days", "must be whole days from 0 to 365, or empty",
            (c, r) => c.Length == 0
                ? r with { LeadDays = null }
                : int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 365
                ? r with { LeadDays = days }
                : null,
            r => r.LeadDays?.ToString(CultureInfo.InvariantCulture) ?? ""),
        new(
            "packs",
            "must be packs such as bag=1000|tray=30, each so many of the unit",
            (c, r) => PacksOf(c) is { } packs ? r with { Packs = Text(packs) } : null,
            r => r.Packs),
    ];

    /// <summary>The shop's items as rows, by name.</summary>
    public static async Task<List<StockRow>> Read(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command(StockItem.Select + " order by lower(i.name), i.id", shop);
        return await command.List(
            r =>
            {
                var item = StockItem.Row(r);
                return new StockRow
                {
                    Id = item.Id,
                    Name = item.Name,
                    Unit = item.Unit,
                    Level = item.Level,
                    Threshold = item.Threshold,
                    UnitCost = Quantity.Cost(item.UnitCost),
                    Supplier = item.Supplier ?? "",
                    Location = item.Location ?? "",
                    LeadDays = item.LeadDays,
                    Packs = Text(item.Packs),
                    LocationId = item.LocationId,
                    ToOrder = item.Made == "to_order",
                };
            },
            cancel);
    }

    /// <summary>
    /// GET /api/inventory/export: what there is as CSV (UTF-8, RFC 4180), which the import takes back and finds nothing changed.
    /// </summary>
    public static async Task<Answer<CsvFile>> Export(NpgsqlDataSource database, Here here, CancellationToken cancel)
    {
        return await CsvFile.Make("inventory.csv", here.ShopId, Columns.Select(c => c.Name), Rows, cancel);

        async Task<IEnumerable<IEnumerable<string>>> Rows()
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var rows = await Read(connection, here.ShopId, cancel);
            return rows.Select(row => Columns.Select(c => CsvText.Cell(c.Write(row))));
        }
    }

    /// <summary>Null where the text is no list of packs.</summary>
    public static List<Pack>? PacksOf(string text)
    {
        var packs = new List<Pack>();
        foreach (var part in text.Length == 0 ? [] : text.Split('|'))
        {
            var equals = part.LastIndexOf('=');
            if (equals < 1
                || Thousandths(part[(equals + 1)..].Trim()) is not > 0
                || part[..equals].Trim() is not { Length: >= 1 and <= 30 } name
                || packs.Exists(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)))
                return null;
            packs.Add(new(name, Quantity.Of(Thousandths(part[(equals + 1)..].Trim())!.Value)));
        }

        return packs;
    }

    private static string Text(IEnumerable<Pack> packs) =>
        string.Join('|', packs.Select(p => p.Name + "=" + p.Quantity!.Value.ToString(CultureInfo.InvariantCulture)));

    private static string Text(long thousandths) => Quantity.Of(thousandths).ToString(CultureInfo.InvariantCulture);

    private static long? Thousandths(string cell) => Number(cell) is { } number
        && Math.Abs(number) <= Quantity.Largest / 1000
        && decimal.Truncate(number * 1000) == number * 1000 ? (long)(number * 1000) : null;

    private static decimal? Number(string cell) => decimal.TryParse(
        cell,
        NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
        CultureInfo.InvariantCulture,
        out var number) ? number : null;
}

using System.Text.Json;

namespace Comanda.Shops;

/// <summary>The shop's tables: the setting, and what it comes to.</summary>
internal static class FloorSettings
{
    private const int MostTables = FloorTable.Columns * FloorTable.Rows, LongestName = 40;

    public static SettingKey Key { get; } = new(
        "floor_plan",
        "[]",
        "tables",
        $"The shop's tables as tills show them: each with its name, its seats, and where it stands, x from 1 to {FloorTable.Columns} and "
            + $"y from 1 to {FloorTable.Rows}.",
        "a list such as [{\"name\": \"7\", \"seats\": 4, \"x\": 3, \"y\": 2}], each table with a name and a place of its own",
        Read,
        IsText: false);

    public static IReadOnlyList<FloorTable> Tables(string stored) => JsonSerializer.Deserialize<FloorTable[]>(stored, Json.Options)!;

    private static string? Read(JsonElement value, Currency currency)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostTables)
            return null;
        var tables = value.EnumerateArray().Select(Table).OfType<FloorTable>().ToList();
        return tables.Count < value.GetArrayLength()
            || tables.DistinctBy(t => t.Name, StringComparer.OrdinalIgnoreCase).Count() < tables.Count
            || tables.DistinctBy(t => (t.X, t.Y)).Count() < tables.Count
            ? null
            : Json.Write(tables);
    }

    private static FloorTable? Table(JsonElement table)
    {
        string[] fields = ["name", "seats", "x", "y"];
        if (table.ValueKind != JsonValueKind.Object || !table.EnumerateObject().All(f => fields.Contains(f.Name)))
            return null;
        var name = table.TryGetProperty("name", out var text) ? SettingKeys.Text(text)?.Trim() : null;
        return name is { Length: >= 1 and <= LongestName }
            && Whole(table, "seats") is >= 1 and <= FloorTable.MostSeats and var seats
            && Whole(table, "x") is >= 1 and <= FloorTable.Columns and var x
            && Whole(table, "y") is >= 1 and <= FloorTable.Rows and var y
            ? new(name, seats, x, y)
            : null;
    }

    private static int? Whole(JsonElement table, string field) =>
        table.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole)
            ? whole
            : null;
}

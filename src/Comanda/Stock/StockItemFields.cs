namespace Comanda.Stock;

/// <summary>The fields of a stock item, as they are given.</summary>
internal static class StockItemFields
{
    /// <summary>What is given over what is known. The level is what it is to be.</summary>
    public static StockItem Read(StockItemInput input, StockItem known, FieldErrors errors)
    {
        var (name, unit) = (input.Name?.Trim() ?? known.Name, known.Unit);
        errors.Check(unit.Length is >= 1 and <= 20, "unit", "must have 1 to 20 characters");
        var packs = input.Packs is null ? known.Packs : ReadPacks(input.Packs, unit, errors);
        var threshold = input.LowStockThreshold switch
        {
            null => known.Threshold,
            -1 => null,
            < 0 => Wrong("low_stock_threshold", "must be 0 or more, or -1 for none"),
            { } low => Quantity.Read(low, null, unit, packs, "low_stock_threshold", errors),
        };
        var level = input.CurrentStock is { } stock
            ? Quantity.Read(stock, null, unit, packs, "current_stock", errors) ?? 0
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

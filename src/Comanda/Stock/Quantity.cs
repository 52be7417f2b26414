using System.Globalization;

namespace Comanda.Stock;

/// <summary>
/// Amounts of stock: whole thousandths of the item's unit. Another unit, or a pack, is converted when it is given, exactly; what does not
/// come out in thousandths is refused and never rounded.
/// </summary>
public static class Quantity
{
    /// <summary>10^9 units. Sums of many stay far inside 64 bits.</summary>
    public const long Largest = 1_000_000_000_000;

    /// <summary>The largest cost of one unit, and the decimals that it may have.</summary>
    public const decimal LargestCost = 1_000_000_000m;

    public const int CostDecimals = 10;

    private const decimal Plain = 1.000000000000000000000000000m;

    private static readonly Dictionary<string, (string Kind, decimal Size)> Sizes = new(StringComparer.Ordinal)
    {
        ["mg"] = ("weight", 0.001m),
        ["g"] = ("weight", 1),
        ["kg"] = ("weight", 1000),
        ["ml"] = ("volume", 1),
        ["cl"] = ("volume", 10),
        ["dl"] = ("volume", 100),
        ["l"] = ("volume", 1000),
        ["piece"] = ("number", 1),
        ["dozen"] = ("number", 12),
    };

    private static readonly Dictionary<string, string> Spellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gram"] = "g",
        ["grams"] = "g",
        ["gr"] = "g",
        ["kilogram"] = "kg",
        ["kilograms"] = "kg",
        ["kilo"] = "kg",
        ["kgs"] = "kg",
        ["milligram"] = "mg",
        ["milligrams"] = "mg",
        ["millilitre"] = "ml",
        ["millilitres"] = "ml",
        ["milliliter"] = "ml",
        ["milliliters"] = "ml",
        ["litre"] = "l",
        ["litres"] = "l",
        ["liter"] = "l",
        ["liters"] = "l",
        ["ltr"] = "l",
        ["pieces"] = "piece",
        ["pcs"] = "piece",
        ["pc"] = "piece",
        ["unit"] = "piece",
        ["units"] = "piece",
        ["each"] = "piece",
        ["ea"] = "piece",
        ["dozens"] = "dozen",
    };

    /// <summary>The one spelling of a unit. A word that is none of those we can convert (bottle, sack) is a unit of its own.</summary>
    public static string Unit(string text)
    {
        var word = text.Trim();
        return Spellings.GetValueOrDefault(word) ?? (Sizes.ContainsKey(word.ToLowerInvariant()) ? word.ToLowerInvariant() : word);
    }

    public static decimal Of(long thousandths) => thousandths / 1000m / Plain;

    /// <summary>As an answer shows it, without the zeros that a database column keeps.</summary>
    public static decimal Cost(decimal cost) => cost / Plain;

    /// <summary>12.5 kg</summary>
    public static string ToText(long thousandths, string unit) => Of(thousandths).ToString(CultureInfo.InvariantCulture) + " " + unit;

    /// <summary>Thousandths of the item's unit, or null with the reason told under the field.</summary>
    /// <param name="amount">As it was given.</param>
    /// <param name="unit">In which it was given: null for the item's own, else a unit of the same kind or a pack of the item.</param>
    /// <param name="itemUnit">The item's own.</param>
    /// <param name="packs">The item's packs.</param>
    /// <param name="field">Under which what is wrong is told.</param>
    /// <param name="errors">Where it is told.</param>
    public static long? Read(decimal amount, string? unit, string itemUnit, IReadOnlyList<Pack> packs, string field, FieldErrors errors)
    {
        if (SizeOf(unit, itemUnit, packs) is { } size)
            return Read(amount, size, itemUnit, field, errors);
        errors.Add(UnitOf(field), $"is no unit of this item; it takes {string.Join(", ", Takes(itemUnit, packs))}");
        return null;
    }

    /// <summary>The same where it is known how many of the item's unit one of the given is, as a fraction.</summary>
    public static long? Read(decimal amount, (decimal Of, decimal Per) size, string itemUnit, string field, FieldErrors errors)
    {
        if (Math.Abs(amount) > Largest / 1000m || Math.Abs(amount) * size.Of > Largest / 1000m * size.Per)
        {
            errors.Add(field, $"must be at most {Largest / 1000} {itemUnit}");
            return null;
        }

        var thousandths = amount * 1000 * size.Of / size.Per;
        if (thousandths * size.Per != amount * 1000 * size.Of || decimal.Truncate(thousandths) != thousandths)
        {
            errors.Add(field, $"must come out in thousandths of {itemUnit}");
            return null;
        }

        return (long)thousandths;
    }

    /// <summary>
    /// What one of the item's unit costs, from the cost of one of the given unit; to ten decimals where it does not come out.
    /// </summary>
    public static decimal? ReadCost(
        decimal cost,
        string? unit,
        string itemUnit,
        IReadOnlyList<Pack> packs,
        string field,
        FieldErrors errors) =>
        ReadCost(cost, SizeOf(unit, itemUnit, packs) ?? (1, 1), field, errors); // what is wrong with the unit is told by the quantity

    public static decimal? ReadCost(decimal cost, (decimal Of, decimal Per) size, string field, FieldErrors errors)
    {
        var right = cost >= 0 && cost <= LargestCost && decimal.Round(cost, CostDecimals) == cost;
        errors.Check(right, field, $"must be between 0 and {LargestCost}, with at most {CostDecimals} decimals");
        if (!right)
            return null;
        var ofOne = decimal.Round(cost * size.Per / size.Of, CostDecimals, MidpointRounding.AwayFromZero);
        errors.Check(ofOne <= LargestCost, field, $"must come to at most {LargestCost} for one of the item's own unit");
        return ofOne;
    }

    /// <summary>How a unit or pack that was given is spelt.</summary>
    public static string NameOf(string? unit, string itemUnit, IReadOnlyList<Pack> packs) =>
        string.IsNullOrWhiteSpace(unit)
            ? itemUnit
            : packs.FirstOrDefault(p => string.Equals(p.Name, unit.Trim(), StringComparison.OrdinalIgnoreCase))?.Name ?? Unit(unit);

    public static IEnumerable<string> Takes(string itemUnit, IReadOnlyList<Pack> packs) =>
        (Sizes.TryGetValue(itemUnit, out var own)
            ? Sizes.Where(s => s.Value.Kind == own.Kind).Select(s => s.Key)
            : [itemUnit]).Concat(packs.Select(p => p.Name!));

    /// <summary>How many of the item's unit one of the given unit is, as a fraction.</summary>
    private static (decimal Of, decimal Per)? SizeOf(string? unit, string itemUnit, IReadOnlyList<Pack> packs)
    {
        if (string.IsNullOrWhiteSpace(unit))
            return (1, 1);
        if (packs.FirstOrDefault(p => string.Equals(p.Name, unit.Trim(), StringComparison.OrdinalIgnoreCase)) is { Quantity: { } of })
            return (of, 1);
        var given = Unit(unit);
        if (string.Equals(given, itemUnit, StringComparison.OrdinalIgnoreCase))
            return (1, 1);
        return Sizes.TryGetValue(given, out var from) && Sizes.TryGetValue(itemUnit, out var to) && from.Kind == to.Kind
            ? (from.Size, to.Size)
            : null;
    }

    private static string UnitOf(string field) => field.LastIndexOf('.') is >= 0 and var dot ? field[..(dot + 1)] + "unit" : "unit";
}

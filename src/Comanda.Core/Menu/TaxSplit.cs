using System.Globalization;
using System.Text.Json;
using Comanda.Taxes;

namespace Comanda.Menu;

/// <summary>A class that has a part of an item's price, by weight: 70 food, 30 drink.</summary>
public sealed record ClassShareView(string Class, decimal Weight);

public sealed record ClassShareInput(string? Class, decimal? Weight);

/// <summary>The classes that share an item's price: read, kept as JSON, and shown. Weights have up to four decimals.</summary>
public static class TaxSplit
{
    private const int Most = 10;

    private const long Scale = 10_000;

    public static void Check(IReadOnlyList<ClassShareInput>? split, TaxTable table, FieldErrors errors)
    {
        errors.Check(split is null or { Count: 0 or (>= 2 and <= Most) }, "tax_split", $"must be 2 to {Most} classes, or none");
        foreach (var (i, part) in (split ?? []).Index())
        {
            errors.Check(part?.Class is { } code && table.Has(code), $"tax_split[{i}].class", "is no class of the shop's taxes");
            errors.Check(
                part?.Weight is { } weight && IsWeight(weight),
                $"tax_split[{i}].weight",
                "must be more than 0 and at most 1,000,000, with at most 4 decimals");
        }
    }

    /// <summary>Null where nothing is split.</summary>
    public static string? Keep(IReadOnlyList<ClassShareInput> split) =>
        split.Count == 0 ? null : Keep([.. split.Select(s => new ClassShare(s.Class!, (long)(s.Weight!.Value * Scale)))]);

    public static string? Keep(IReadOnlyList<ClassShare> split) => split.Count == 0 ? null : Json.Write(View(split));

    public static IReadOnlyList<ClassShare> Read(string? kept) => kept is null ? [] :
    [
        .. JsonSerializer.Deserialize<ClassShareView[]>(kept, Json.Options)!.Select(s => new ClassShare(s.Class, (long)(s.Weight * Scale))),
    ];

    public static IReadOnlyList<ClassShareView> View(IReadOnlyList<ClassShare> split) =>
        [.. split.Select(s => new ClassShareView(s.Class, Plain((decimal)s.Weight / Scale)))];

    /// <summary>For a cell of a table: <c>food:70|drink:30</c>; empty where nothing is split.</summary>
    public static string ToText(IReadOnlyList<ClassShare> split) =>
        string.Join('|', View(split).Select(s => $"{s.Class}:{s.Weight.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>The same, read; null where it is none.</summary>
    public static IReadOnlyList<ClassShare>? ReadText(string text)
    {
        var split = new List<ClassShare>();
        foreach (var part in text.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [var code, var number]
                || !ReadTaxTable.IsCode(code.Trim())
                || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
                || !IsWeight(weight))
                return null;
            split.Add(new(code.Trim(), (long)(weight * Scale)));
        }

        return split.Count is >= 2 and <= Most ? split : null;
    }

    private static bool IsWeight(decimal weight) =>
        weight is > 0 and <= 1_000_000 && weight * Scale == decimal.Truncate(weight * Scale);

    private static decimal Plain(decimal weight) => weight / 1.000000000000000000000000000000000m;
}

using System.Globalization;

namespace Comanda.Shops;

/// <summary>What the number on a scale's label is.</summary>
public enum LabelValue
{
    /// <summary>In kilograms, or in pounds where the item is sold by pound or ounce.</summary>
    Weight,

    Price,
}

/// <summary>
/// How a shop's scales write their labels: an EAN-13 of the prefix, so many digits of the item, the value, and the check digit. Source:
/// GS1 General Specifications, 2.1.11 (restricted circulation numbers), whose inner form each shop chooses for its scales.
/// </summary>
public sealed record ScaleLabel(string Prefix, int ItemDigits, LabelValue Value, int Decimals)
{
    /// <summary>Digits of a label, and how many of them stand before the check digit.</summary>
    public const int Digits = 13, BeforeCheck = Digits - 1;

    /// <summary>How many digits the value has.</summary>
    public int ValueDigits => BeforeCheck - Prefix.Length - ItemDigits;

    /// <summary>What a label says; null where it is none of these. Of several the one with the longest prefix.</summary>
    public static ScannedLabel? Read(IReadOnlyList<ScaleLabel> labels, string code)
    {
        // Where the prefix begins with 0, scanners leave it out as they do of any UPC-A.
        var ean = code.Length == BeforeCheck ? "0" + code : code;
        if (ean.Length != Digits || !Gtin.Is(ean))
            return null;
        var found = labels.Where(l => ean.StartsWith(l.Prefix, StringComparison.Ordinal)).MaxBy(l => l.Prefix.Length);
        return found is null
            ? null
            : new(
                found,
                ean.Substring(found.Prefix.Length, found.ItemDigits),
                long.Parse(ean.AsSpan(BeforeCheck - found.ValueDigits, found.ValueDigits), CultureInfo.InvariantCulture));
    }
}

/// <summary>A label as it was scanned: which item, by its digits, and the value without its decimal point.</summary>
public sealed record ScannedLabel(ScaleLabel Label, string Item, long Value);

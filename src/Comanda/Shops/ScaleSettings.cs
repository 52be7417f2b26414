using System.Text.Json;

namespace Comanda.Shops;

/// <summary>How a shop's scales write their labels: the setting, and what it comes to.</summary>
internal static class ScaleSettings
{
    private const int MostLabels = 20, LongestPrefix = 6, MostItemDigits = 8, MostWeightDecimals = 3;

    /// <summary>GS1 keeps these for what a shop prints itself; a number with another prefix may be somebody's article.</summary>
    private static readonly string[] OwnPrefixes = ["2", "02", "04"];

    public static SettingKey Key { get; } = new(
        "scale_barcodes",
        "[]",
        "patterns of EAN-13",
        "The labels of the shop's scales: prefix, so many digits of the item (its sku, zeros before it aside), and then the weight (in kg, "
            + "or in lb for items by lb or oz) or the price, with so many decimals, up to the check digit.",
        $"a list of up to {MostLabels} such as {{\"prefix\": \"28\", \"item_digits\": 5, \"value\": \"weight\" or \"price\", "
            + "\"decimals\": 3}, each with a prefix of its own that begins with 2, 02 or 04; a weight has at most 3 decimals, a "
            + "price no more than the currency",
        Read,
        IsText: false);

    public static IReadOnlyList<ScaleLabel> Labels(string stored) => JsonSerializer.Deserialize<Wire[]>(stored, Json.Options)!
        .Select(w => new ScaleLabel(w.Prefix, w.ItemDigits, WireName<LabelValue>.Parse(w.Value), w.Decimals))
        .ToList();

    private static string? Read(JsonElement value, Currency currency)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostLabels)
            return null;
        var labels = value.EnumerateArray().Select(l => Label(l, currency)).ToList();
        var prefixes = labels.Select(l => l?.Prefix).Distinct(StringComparer.Ordinal).Count();
        return labels.Contains(null) || prefixes < labels.Count ? null : Json.Write(labels);
    }

    private static Wire? Label(JsonElement label, Currency currency)
    {
        string[] fields = ["prefix", "item_digits", "value", "decimals"];
        if (label.ValueKind != JsonValueKind.Object || !label.EnumerateObject().All(f => fields.Contains(f.Name)))
            return null;
        var prefix = label.TryGetProperty("prefix", out var text) ? SettingKeys.Text(text) : null;
        if (prefix is not { Length: >= 1 and <= LongestPrefix }
            || !prefix.All(char.IsAsciiDigit)
            || !OwnPrefixes.Any(p => prefix.StartsWith(p, StringComparison.Ordinal))
            || Whole(label, "item_digits") is not (>= 1 and <= MostItemDigits and var digits)
            || !label.TryGetProperty("value", out var word)
            || !WireName<LabelValue>.TryParse(SettingKeys.Text(word), out var value))
            return null;
        var mostDecimals = value == LabelValue.Weight ? MostWeightDecimals : currency.Digits;
        return Whole(label, "decimals") is { } decimals
            && decimals >= 0
            && decimals <= mostDecimals
            && new ScaleLabel(prefix, digits, value, decimals).ValueDigits >= Math.Max(2, decimals)
            ? new(prefix, digits, value.ToWire(), decimals)
            : null;
    }

    private static int? Whole(JsonElement label, string field) =>
        label.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole)
            ? whole
            : null;

    /// <summary>As it is stored and shown.</summary>
    private sealed record Wire(string Prefix, int ItemDigits, string Value, int Decimals);
}

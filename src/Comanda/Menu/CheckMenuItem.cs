using System.Text.Json;

namespace Comanda.Menu;

/// <summary>What the fields of an item must be, as far as they tell by themselves.</summary>
internal static class CheckMenuItem
{
    public static void Check(MenuItemInput input, Currency currency, FieldErrors errors)
    {
        errors.Check(input.Price is null || IsPrice(input.Price.Value, currency), "price", PriceRule(currency));
        errors.Check(
            input.TaxRate is null or -1 || Kernel.TaxRate.TryFromPercent(input.TaxRate.Value, out _),
            "tax_rate",
            "must be between 0 and 100 percent with at most 4 decimals, or -1 for what its class bears");
        errors.Check(
            input.ImageUrl is null || IsAddress(input.ImageUrl.Trim()),
            "image_url",
            "must be an address of the web (https://…) or a path");
        errors.Check(input.PreparationTime is null or (>= 0 and <= 1440), "preparation_time", "must be between 0 and 1440 minutes");
        errors.Check(
            input.DiscountPrice is null or -1 || IsPrice(input.DiscountPrice.Value, currency),
            "discount_price",
            PriceRule(currency) + ", or -1 for none");
        CheckWords(input.Allergens, "allergens", errors);
        CheckWords(input.OtherAllergens, "other_allergens", errors);
        errors.Check(
            input.Images is null || (input.Images.Length <= 20 && input.Images.All(i => i is { Length: > 0 and <= 500 } && IsAddress(i))),
            "images",
            "must be at most 20 addresses of at most 500 characters");
        errors.Check(IsTimeOfDay(input.AvailableFrom), "available_from", "must be a time such as 07:00, or empty");
        errors.Check(IsTimeOfDay(input.AvailableUntil), "available_until", "must be a time such as 11:00, or empty");
        errors.Check(
            input.NutritionalInfo is not { } info
                || info.ValueKind == JsonValueKind.Null
                || (info.ValueKind == JsonValueKind.Object && info.GetRawText().Length <= 4000 && IsPlain(info)),
            "nutritional_info", "must be an object of at most 4000 characters and five levels, of whole characters");
        ItemUnit.Check(input, errors);
        EditCombo.Check(input.Combo, currency, errors);
        errors.Check(input.ModifierGroups is null or { Count: <= 30 }, "modifier_groups", "must be at most 30");
        foreach (var (g, group) in (input.ModifierGroups ?? []).Index())
        {
            var at = $"modifier_groups[{g}]";
            if (group is null || group.Options?.Any(o => o is null) == true)
            {
                errors.Add(at, "must be an object, and so must each of its options");
                continue;
            }

            errors.Check(group.Options is null or { Count: <= 100 }, at + ".options", "must be at most 100");
            errors.Check(group.Id is not null || group.Name is not null, at + ".name", "is required for a new group");
            errors.Check(group.Name is null || !string.IsNullOrWhiteSpace(group.Name), at + ".name", "must not be empty");
            errors.Check(group.Min is null or (>= 0 and <= 50), at + ".min", "must be between 0 and 50");
            errors.Check(group.Max is null or (>= 1 and <= 50), at + ".max", "must be between 1 and 50");
            errors.Check(
                group.Id is not null || (group.Min ?? 0) <= (group.Max ?? 1),
                at + ".min",
                "must not be above max (1 where it is left out)");
            foreach (var (o, option) in (group.Options ?? []).Index())
            {
                errors.Check(!string.IsNullOrWhiteSpace(option.Name), $"{at}.options[{o}].name", "is required");
                errors.Check(option.Key is null or { Length: >= 1 and <= 100 }, $"{at}.options[{o}].key", "must have 1 to 100 characters");
                CheckAllergens(option.AddsAllergens, $"{at}.options[{o}].adds_allergens", errors);
                CheckAllergens(option.RemovesAllergens, $"{at}.options[{o}].removes_allergens", errors);
                errors.Check(
                    option.Price is null || IsPrice(Math.Abs(option.Price.Value), currency),
                    $"{at}.options[{o}].price",
                    PriceRule(currency));
            }

            var keys = (group.Options ?? []).Where(o => o.Name is not null).Select(o => o.Key ?? Slug.Of(o.Name!)).ToList();
            errors.Check(keys.Distinct(StringComparer.Ordinal).Count() == keys.Count, at + ".options", "must have different keys");
        }
    }

    /// <summary>Whether it can be written into every answer that shows it: not nested beyond use, no halves of characters.</summary>
    private static bool IsPlain(JsonElement info)
    {
        try
        {
            using var again = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(info, Json.Options), new() { MaxDepth = 5 });
            return true;
        }
        catch (Exception unusable) when (unusable is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>An address of the web or of ours: of no other scheme, which a screen might run.</summary>
    public static bool IsAddress(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is var colon && (colon < 0
            || text[..colon].Contains('/', StringComparison.Ordinal)
            || text[..colon].ToLowerInvariant() is "https" or "http");

    private static void CheckWords(string[]? words, string field, FieldErrors errors) =>
        errors.Check(
            words is null || (words.Length <= 60 && words.All(w => w is { Length: <= 60 } && !string.IsNullOrWhiteSpace(w))),
            field,
            "must be at most 60 words of at most 60 characters");

    private static void CheckAllergens(string[]? names, string field, FieldErrors errors) =>
        errors.Check(names is null || (names.Length <= 60 && names.All(n => AllergenWords.Read(n) is not null)), field, Allergens.Rule);

    private static bool IsTimeOfDay(string? text) => string.IsNullOrEmpty(text) || TimeOnly.TryParseExact(text, "HH:mm", out _);

    public static string PriceRule(Currency currency) => $"must be 0 or more, with at most {currency.Digits} decimals ({currency.Code})";

    public static bool IsPrice(decimal price, Currency currency) => price >= 0 && Money.TryFrom(price, currency, out _);
}

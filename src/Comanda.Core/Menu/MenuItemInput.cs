using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comanda.Menu;

/// <summary>
/// An option as given: <see cref="Key"/> is made from the name where it is left out. <see cref="Price"/> is added to the item's.
/// </summary>
public sealed record OptionInput(
    string? Key,
    [property: AtMost(100)] string? Name,
    decimal? Price,
    bool? InStock,
    string[]? AddsAllergens = null,
    string[]? RemovesAllergens = null,
    [property: AtMost(40)] string? TaxClass = null);

/// <summary>A group that exists (<see cref="Id"/>), or a new one.</summary>
public sealed record GroupInput(long? Id, [property: AtMost(100)] string? Name, int? Min, int? Max, IReadOnlyList<OptionInput>? Options);

/// <summary>
/// An item as given. When it changes an item, what is left out stays as it is, and null takes away what may be missing.
/// <see cref="Price"/> in the shop's currency, <see cref="DiscountPrice"/> too (0 or more; -1 ends the offer),
/// <see cref="TaxRate"/> in percent (-1: what its class bears),
/// <see cref="TaxClass"/> and <see cref="TaxSplit"/> of the shop's taxes (empty: its category's; one has it all),
/// <see cref="PreparationTime"/> in minutes,
/// <see cref="AvailableFrom"/> and <see cref="AvailableUntil"/> HH:MM by the shop's clock (empty for always),
/// <see cref="Allergens"/> of the EU's fourteen, and others, which may stand in <see cref="OtherAllergens"/> too,
/// <see cref="Combo"/> what a combo consists of (an empty list: it is none), <see cref="SoldBy"/> piece or weight, and then
/// <see cref="Unit"/> what the price is for (kg where left out). <see cref="IsDeposit"/> of a deposit, which may be taken back;
/// <see cref="DepositItemId"/> is the one that goes with each that leaves the shop (0: none).
/// </summary>
public sealed record MenuItemInput(
    [property: AtMost(200)] string? Name,
    [property: AtMost(2000), Text(TextKind.Lines), NullClears] string? Description,
    decimal? Price,
    [property: AtMost(100)] string? Category,
    long? CategoryId,
    [property: NullClears(-1)] decimal? TaxRate,
    [property: AtMost(60), NullClears] string? Sku,
    [property: AtMost(60), NullClears] string? Barcode,
    [property: AtMost(500), NullClears] string? ImageUrl,
    bool? IsVegetarian,
    string[]? Allergens,
    int? PreparationTime,
    bool? IsAvailable,
    bool? InStock,
    bool? IsFeatured,
    int? DisplayOrder,
    IReadOnlyList<GroupInput>? ModifierGroups,
    [property: NullClears(-1)] decimal? DiscountPrice = null,
    string[]? Images = null,
    bool? IsVegan = null,
    [property: AtMost(2000), Text(TextKind.Lines), NullClears] string? Ingredients = null,
    [property: NullClears] JsonElement? NutritionalInfo = null,
    [property: NullClears] string? AvailableFrom = null,
    [property: NullClears] string? AvailableUntil = null,
    IReadOnlyList<SlotInput>? Combo = null,
    [property: AtMost(40), NullClears] string? TaxClass = null,
    IReadOnlyList<ClassShareInput>? TaxSplit = null,
    [property: Words<SoldBy>] string? SoldBy = null,
    [property: Words<WeightUnit>] string? Unit = null,
    string[]? OtherAllergens = null,
    bool? IsDeposit = null,
    [property: NullClears(0)] long? DepositItemId = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>In stock or not, or how many are left: a countdown that sales take from, sold out at 0. A quantity of null ends it.</summary>
[JsonConverter(typeof(StockInputConverter))]
public sealed record StockInput(bool? InStock, bool NamesQuantity, int? Quantity);

/// <summary>A quantity that is null says something; one that is left out does not.</summary>
public sealed class StockInputConverter : JsonConverter<StockInput>
{
    public override StockInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("must be an object with in_stock or quantity");
        var (inStock, named, quantity, given) = ((bool?)null, false, (int?)null, new HashSet<string>(StringComparer.Ordinal));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = PlainText.Read(ref reader, TextKind.Line);
            if (!given.Add(name))
                throw new JsonException("must name each field once");
            reader.Read();
            switch (name)
            {
                case "in_stock" when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                    inStock = reader.GetBoolean();
                    break;
                case "in_stock" when reader.TokenType != JsonTokenType.Null:
                    throw new JsonException("must have true or false as in_stock");
                case "quantity":
                    named = true;
                    quantity = reader.TokenType == JsonTokenType.Null ? null
                        : reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) ? count
                        : throw new JsonException("must have a whole number or null as quantity");
                    break;
                case "in_stock":
                    break;
                default:
                    throw new JsonException("must have no other fields than in_stock and quantity");
            }
        }

        return new(inStock, named, quantity);
    }

    public override void Write(Utf8JsonWriter writer, StockInput value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new { in_stock = value.InStock, quantity = value.Quantity }, options);
}

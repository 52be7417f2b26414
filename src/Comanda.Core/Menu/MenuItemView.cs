using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comanda.Menu;

/// <summary>An option on the wire. <see cref="Key"/> may be used in an order instead of the id.</summary>
public sealed record OptionView(
    long Id,
    string Key,
    string Name,
    decimal Price,
    bool InStock,
    string[] AddsAllergens,
    string[] RemovesAllergens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TaxClass);

public sealed record GroupView(long Id, string Name, int Min, int Max, OptionView[] Options);

/// <summary>
/// What guests gave: <see cref="Average"/> from 1 to 5, to two decimals (0 where <see cref="Count"/> is 0), of the approved reviews.
/// </summary>
public sealed record RatingsView(decimal Average, int Count);

/// <summary>
/// An item on the wire. <see cref="PreparationTime"/> in minutes; <see cref="TaxRate"/> in percent, null where it bears what its class
/// does; <see cref="TaxClass"/> null for its category's; <see cref="TaxSplit"/> where several classes share its price.
/// <see cref="DiscountPrice"/> is what it costs for now, where it is on offer. <see cref="IsCounted"/> where a countdown runs.
/// <see cref="OtherAllergens"/> are none of the fourteen that <see cref="Allergens"/> are of.
/// <see cref="StockQuantity"/> only where one item is asked for.
/// <see cref="AvailableFrom"/> and <see cref="AvailableUntil"/> are HH:MM by the shop's clock.
/// <see cref="Combo"/> is empty for what is no combo. <see cref="Unit"/> is what the price is for, where it is sold by weight.
/// <see cref="IsDeposit"/> only of a deposit, <see cref="DepositItemId"/> only where one goes with it.
/// </summary>
public sealed record MenuItemView(
    long Id,
    string Name,
    string Description,
    decimal Price,
    string Category,
    long CategoryId,
    bool InStock,
    string? ImageUrl,
    string? ThumbnailUrl,
    string[] Allergens,
    bool IsVegetarian,
    bool IsFeatured,
    int PreparationTime,
    decimal? TaxRate,
    string? Sku,
    string? Barcode,
    GroupView[] ModifierGroups,
    long Version,
    decimal? DiscountPrice,
    bool IsVegan,
    string[] Images,
    string Ingredients,
    JsonElement? NutritionalInfo,
    bool IsCounted,
    string? AvailableFrom,
    string? AvailableUntil,
    SlotView[] Combo,
    RatingsView Ratings,
    string? TaxClass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ClassShareView>? TaxSplit,
    [property: Words<SoldBy>] string SoldBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit,
    string[] OtherAllergens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? IsDeposit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DepositItemId,
    int? StockQuantity = null) : IVersioned
{
    /// <summary>Of its allergens, those that the guest who asks must not eat; of a combo, those of anything that may be chosen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AllergenWarnings { get; init; }

    /// <summary>Only while it is cheaper than that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MarkdownView? Markdown { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static MenuItemView From(MenuEntry entry, Currency currency) => new(
        entry.Id,
        entry.Name,
        entry.Description,
        entry.Price.In(currency),
        entry.Category,
        entry.CategoryId,
        entry.InStock,
        entry.ImageUrl,
        PictureAddress.ThumbnailOf(entry.ImageUrl),
        entry.Allergens,
        entry.IsVegetarian,
        entry.IsFeatured,
        entry.PreparationTime,
        entry.OwnTaxRate?.Percent,
        entry.Sku,
        entry.Barcode,
        [.. entry.Groups.Select(g => new GroupView(
            g.Id, g.Name, g.Min, g.Max, [.. g.Options.Select(o => new OptionView(
                o.Id,
                o.Key,
                o.Name,
                o.Price.In(currency),
                o.InStock,
                o.AddsAllergens,
                o.RemovesAllergens,
                o.TaxClass))]))],
        entry.Version,
        entry.DiscountPrice?.In(currency),
        entry.Details?.IsVegan ?? false,
        entry.Details?.Images ?? [],
        entry.Details?.Ingredients ?? "",
        entry.Details?.NutritionalInfo is { } nutrition ? JsonElement.Parse(nutrition) : null,
        entry.IsCounted,
        entry.AvailableFrom?.ToString("HH:mm"),
        entry.AvailableUntil?.ToString("HH:mm"),
        SlotView.From(entry.Combo, currency),
        new(entry.AverageRating, entry.RatingCount),
        entry.OwnTaxClass,
        entry.TaxSplit is { Count: > 0 } split ? Menu.TaxSplit.View(split) : null,
        (entry.Unit is null ? Menu.SoldBy.Piece : Menu.SoldBy.Weight).ToWire(),
        entry.Unit?.ToWire(),
        entry.Details?.OtherAllergens ?? [],
        entry.IsDeposit ? true : null,
        entry.DepositItemId)
    {
        CreatedAt = entry.Details?.CreatedAt ?? default,
        UpdatedAt = entry.Details?.UpdatedAt ?? default,
    };
}

/// <summary>A category of the menu with what is in it.</summary>
public sealed record MenuCategoryView(long Id, string Name, string Description, string? Image, IReadOnlyList<MenuItemView> Items);

/// <summary>The shop whose menu it is.</summary>
public sealed record MenuShopView(long Id, string Name);

/// <summary>The whole menu as guests see it: categories that are shown, each with its items.</summary>
public sealed record MenuView(
    MenuShopView Shop,
    string Currency,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<MenuCategoryView> Categories);

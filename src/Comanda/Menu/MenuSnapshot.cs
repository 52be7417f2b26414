using System.Collections.Frozen;
using System.Text.Json;
using Comanda.Kernel;

namespace Comanda.Menu;

/// <summary>One option as the menu shows and orders price it.</summary>
public sealed record MenuOption(
    long Id,
    string Key,
    string Name,
    Money Price,
    bool InStock,
    string[] AddsAllergens,
    string[] RemovesAllergens);

public sealed record MenuGroup(long Id, string Name, int Min, int Max, IReadOnlyList<MenuOption> Options);

/// <summary>
/// One item as the menu shows and orders price it. <see cref="TaxRate"/> is resolved: the item's own or the shop's.
/// <see cref="IsCounted"/> where a countdown runs; how many are left changes with each sale and is not kept here.
/// </summary>
public sealed record MenuEntry(
    long Id,
    long CategoryId,
    string Category,
    string Name,
    string Description,
    Money Price,
    TaxRate TaxRate,
    TaxRate? OwnTaxRate,
    string? Sku,
    string? Barcode,
    string? ImageUrl,
    bool IsVegetarian,
    string[] Allergens,
    int PreparationTime,
    bool InStock,
    bool IsFeatured,
    long Version,
    IReadOnlyList<MenuGroup> Groups,
    Money? DiscountPrice = null,
    bool IsCounted = false,
    MenuDetails? Details = null,
    TimeOnly? AvailableFrom = null,
    TimeOnly? AvailableUntil = null,
    int DisplayOrder = 0,
    MenuCombo? Combo = null,
    int RatingCount = 0,
    long RatingSum = 0,
    string Station = MenuEntry.Kitchen)
{
    /// <summary>The station that makes what nobody else is said to.</summary>
    public const string Kitchen = "kitchen";

    /// <summary>Of 5, to two decimals; 0 where nobody has rated it.</summary>
    public decimal AverageRating => RatingCount == 0 ? 0 : Math.Round((decimal)RatingSum / RatingCount, 2, MidpointRounding.AwayFromZero);

    /// <summary>What it costs now: the discount price where there is one.</summary>
    public Money PriceNow => DiscountPrice ?? Price;

    /// <summary>Whether it is sold at this time of the shop's day. A day part may go over midnight.</summary>
    public bool IsSoldAt(TimeOnly time)
    {
        if (AvailableFrom is null && AvailableUntil is null)
            return true;
        var (from, until) = (AvailableFrom ?? TimeOnly.MinValue, AvailableUntil ?? TimeOnly.MaxValue);
        return from <= until ? time >= from && (time < until || AvailableUntil is null) : time >= from || time < until;
    }

    /// <summary>"from 07:00 until 11:00"</summary>
    public string DayPart => (AvailableFrom is { } from
        ? $"from {from:HH:mm}"
        : "") + (AvailableUntil is { } until ? $"{(AvailableFrom is null ? "" : " ")}until {until:HH:mm}" : "");
}

/// <summary>What the menu tells of an item and orders need not know. <see cref="NutritionalInfo"/> is JSON as it was given.</summary>
public sealed record MenuDetails(string[] Images, bool IsVegan, string Ingredients, string? NutritionalInfo);

public sealed record MenuSection(
    long Id,
    string Name,
    string Description,
    string? Image,
    bool IsActive,
    int DisplayOrder,
    string Station,
    long Version,
    IReadOnlyList<MenuEntry> Items);

/// <summary>
/// A shop's whole menu at one moment, never changed after it is made. Orders are priced against one snapshot, so every
/// price in an order was on the menu at the same time. The answer of GET /api/menu is made once with it.
/// </summary>
public sealed class MenuSnapshot
{
    private readonly Dictionary<long, MenuEntry> entries;
    private readonly Lazy<MenuIndex> index;
    private readonly FrozenSet<long> active;

    public MenuSnapshot(long shopId, string shopName, Currency currency, DateTimeOffset changedAt, IReadOnlyList<MenuSection> sections)
    {
        Currency = currency;
        Sections = sections;
        active = sections.Where(s => s.IsActive).Select(s => s.Id).ToFrozenSet();
        entries = sections.SelectMany(s => s.Items).ToDictionary(e => e.Id);
        index = new(() => new MenuIndex(Entries));
        Body = new(
            () => Task.FromResult(JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    shop = new { id = shopId, name = shopName },
                    currency = currency.Code,
                    updated_at = changedAt,
                    categories = sections.Where(s => s.IsActive && s.Items.Count > 0).Select(s => new
                    {
                        id = s.Id,
                        name = s.Name,
                        description = s.Description,
                        image = s.Image,
                        items = s.Items.Select(i => MenuItemView.From(i, currency)),
                    }),
                },
                Json.Options)),
            "application/json; charset=utf-8");
    }

    public Currency Currency { get; }

    /// <summary>All categories, active or not, in menu order.</summary>
    public IReadOnlyList<MenuSection> Sections { get; }

    public IEnumerable<MenuEntry> Entries => Sections.SelectMany(s => s.Items);

    /// <summary>
    /// GET /api/menu as UTF-8 JSON; made when it is first asked for, since a large menu that changes is not read after each change.
    /// </summary>
    public SharedBody Body { get; }

    /// <summary>Its words, for searching.</summary>
    public MenuIndex Index => index.Value;

    /// <summary>Whether guests see this category.</summary>
    public bool IsActive(long categoryId) => active.Contains(categoryId);

    public MenuEntry? Find(long id) => entries.GetValueOrDefault(id);
}

/// <summary>An option on the wire. <see cref="Key"/> may be used in an order instead of the id.</summary>
public sealed record OptionView(
    long Id,
    string Key,
    string Name,
    decimal Price,
    bool InStock,
    string[] AddsAllergens,
    string[] RemovesAllergens);

public sealed record GroupView(long Id, string Name, int Min, int Max, OptionView[] Options);

/// <summary>
/// What guests gave: <see cref="Average"/> from 1 to 5, to two decimals (0 where <see cref="Count"/> is 0), of the approved reviews.
/// </summary>
public sealed record RatingsView(decimal Average, int Count);

/// <summary>
/// An item on the wire. <see cref="PreparationTime"/> in minutes; <see cref="TaxRate"/> in percent, null for the shop's own.
/// <see cref="DiscountPrice"/> is what it costs for now, where it is on offer. <see cref="IsCounted"/> where a countdown runs.
/// <see cref="StockQuantity"/> only where one item is asked for.
/// <see cref="AvailableFrom"/> and <see cref="AvailableUntil"/> are HH:MM by the shop's clock.
/// <see cref="Combo"/> is empty for what is no combo.
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
    int? StockQuantity = null)
{
    public static MenuItemView From(MenuEntry entry, Currency currency) => new(
        entry.Id,
        entry.Name,
        entry.Description,
        entry.Price.In(currency),
        entry.Category,
        entry.CategoryId,
        entry.InStock,
        entry.ImageUrl,
        UploadImage.ThumbnailOf(entry.ImageUrl),
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
                o.RemovesAllergens))]))],
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
        new(entry.AverageRating, entry.RatingCount));
}

using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Comanda.Kernel;

namespace Comanda.Menu;

/// <summary>One option as the menu shows and orders price it.</summary>
public sealed record MenuOption(long Id, string Key, string Name, Money Price, bool InStock);

public sealed record MenuGroup(long Id, string Name, int Min, int Max, IReadOnlyList<MenuOption> Options);

/// <summary>One item as the menu shows and orders price it. <see cref="TaxRate"/> is resolved: the item's own or the shop's.</summary>
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
    IReadOnlyList<MenuGroup> Groups);

public sealed record MenuSection(long Id, string Name, string Description, string? Image, bool IsActive, int DisplayOrder, long Version, IReadOnlyList<MenuEntry> Items);

/// <summary>
/// A shop's whole menu at one moment, never changed after it is made. Orders are priced against one snapshot, so every
/// price in an order was on the menu at the same time. The answer of GET /api/menu is made once with it.
/// </summary>
public sealed class MenuSnapshot
{
    private readonly FrozenDictionary<long, MenuEntry> entries;

    public MenuSnapshot(long shopId, string shopName, Currency currency, DateTimeOffset changedAt, IReadOnlyList<MenuSection> sections)
    {
        Currency = currency;
        Sections = sections;
        entries = sections.SelectMany(s => s.Items).ToFrozenDictionary(e => e.Id);
        Body = JsonSerializer.SerializeToUtf8Bytes(
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
            Json.Options);
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Body))[..20]}\"";
    }

    public Currency Currency { get; }

    /// <summary>All categories, active or not, in menu order.</summary>
    public IReadOnlyList<MenuSection> Sections { get; }

    public IEnumerable<MenuEntry> Entries => Sections.SelectMany(s => s.Items);

    /// <summary>GET /api/menu as UTF-8 JSON.</summary>
    public byte[] Body { get; }

    public string ETag { get; }

    public MenuEntry? Find(long id) => entries.GetValueOrDefault(id);
}

/// <summary>An option on the wire. <see cref="Key"/> may be used in an order instead of the id.</summary>
public sealed record OptionView(long Id, string Key, string Name, decimal Price, bool InStock);

public sealed record GroupView(long Id, string Name, int Min, int Max, OptionView[] Options);

/// <summary>
/// An item on the wire. <see cref="PreparationTime"/> in minutes; <see cref="TaxRate"/> in percent, null for the shop's own.
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
    long Version)
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
        ThumbnailUrl: null,
        entry.Allergens,
        entry.IsVegetarian,
        entry.IsFeatured,
        entry.PreparationTime,
        entry.OwnTaxRate?.Percent,
        entry.Sku,
        entry.Barcode,
        [.. entry.Groups.Select(g => new GroupView(
            g.Id, g.Name, g.Min, g.Max, [.. g.Options.Select(o => new OptionView(o.Id, o.Key, o.Name, o.Price.In(currency), o.InStock))]))],
        entry.Version);
}

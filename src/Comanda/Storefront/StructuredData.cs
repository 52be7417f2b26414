using System.Text.Json;
using Comanda.Menu;

namespace Comanda.Storefront;

/// <summary>
/// What search engines read of the shop and its menu: schema.org as JSON-LD, in a block of data that no browser runs. The serializer writes
/// &lt;, &gt; and &amp; as escapes, so no name of a dish ends the block.
/// </summary>
public static class StructuredData
{
    /// <summary>The cafe with its hours, and as much of its menu as the page shows.</summary>
    public static string Shop(StoreDesk desk, IEnumerable<(MenuSection Section, IReadOnlyList<MenuEntry> Items)> shown) => Write(new()
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "CafeOrCoffeeShop",
        ["name"] = desk.Shop.Name,
        ["address"] = desk.Shop.Address.Length == 0 ? null : desk.Shop.Address.Replace("\n", ", ", StringComparison.Ordinal),
        ["description"] = desk.Shop.Settings.Storefront.About is { Length: > 0 } about ? about : null,
        ["image"] = Absolute(desk, desk.Shop.Settings.Storefront.Picture),
        ["url"] = desk.Address + "/",
        ["currenciesAccepted"] = desk.Currency.Code,
        ["openingHoursSpecification"] = Hours(desk),
        ["hasMenu"] = new Dictionary<string, object?>
        {
            ["@type"] = "Menu",
            ["inLanguage"] = desk.Say.Language,
            ["hasMenuSection"] = shown.Select(s => new Dictionary<string, object?>
            {
                ["@type"] = "MenuSection",
                ["name"] = s.Section.Name,
                ["hasMenuItem"] = s.Items.Select(i => Of(desk, i)).ToList(),
            }).ToList(),
        },
    });

    public static string Item(StoreDesk desk, MenuEntry item)
    {
        var said = Of(desk, item);
        said["@context"] = "https://schema.org";
        return Write(said);
    }

    private static Dictionary<string, object?> Of(StoreDesk desk, MenuEntry item) => new()
    {
        ["@type"] = "MenuItem",
        ["name"] = item.Name,
        ["description"] = item.Description.Length > 0 ? item.Description : null,
        ["image"] = Absolute(desk, item.ImageUrl),
        ["url"] = $"{desk.Address}/items/{item.Id}",
        ["suitableForDiet"] = item.Details?.IsVegan == true ? "https://schema.org/VeganDiet"
            : item.IsVegetarian ? "https://schema.org/VegetarianDiet"
            : null,
        ["offers"] = new Dictionary<string, object?>
        {
            ["@type"] = "Offer",
            ["price"] = item.PriceNow.In(desk.Currency),
            ["priceCurrency"] = desk.Currency.Code,
            ["availability"] = item.InStock ? "https://schema.org/InStock" : "https://schema.org/OutOfStock",
        },
    };

    private static List<Dictionary<string, object?>>? Hours(StoreDesk desk)
    {
        var hours = StoreHours.Of(desk.Shop).SelectMany(d => d.Spans.Select(s => new Dictionary<string, object?>
        {
            ["@type"] = "OpeningHoursSpecification",
            ["dayOfWeek"] = "https://schema.org/" + d.Day,
            ["opens"] = s.Split('-')[0],
            ["closes"] = s.Split('-')[1] is "24:00" ? "23:59" : s.Split('-')[1],
        })).ToList();
        return hours.Count > 0 ? hours : null;
    }

    private static string? Absolute(StoreDesk desk, string? picture) => string.IsNullOrEmpty(picture) ? null
        : picture.StartsWith('/') ? desk.Origin + picture
        : picture;

    private static string Write(Dictionary<string, object?> data) => JsonSerializer.Serialize(Said(data));

    /// <summary>What there is nothing to say of is left out.</summary>
    private static Dictionary<string, object?> Said(Dictionary<string, object?> data) =>
        data.Where(d => d.Value is not null).ToDictionary(
            d => d.Key,
            d => d.Value switch
            {
                Dictionary<string, object?> one => Said(one),
                List<Dictionary<string, object?>> many => many.ConvertAll(Said),
                var plain => plain,
            });
}

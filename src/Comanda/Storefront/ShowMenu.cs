using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>What of the menu a guest asks to see.</summary>
public sealed record MenuWish(string Words, string Diet, IReadOnlyList<string> Without, long? Category, int Page)
{
    public const string Vegetarian = "vegetarian", Vegan = "vegan";

    public bool IsFiltered => Words.Length > 0 || Diet.Length > 0 || Without.Count > 0;

    public static MenuWish From(IQueryCollection query) => new(
        query["q"].ToString() is { Length: <= 200 } words ? words.Trim() : "",
        query["diet"].ToString() is Vegetarian or Vegan ? query["diet"].ToString() : "",
        [.. query["without"].OfType<string>().Intersect(Allergens.All)],
        long.TryParse(query["category"], NumberStyles.None, CultureInfo.InvariantCulture, out var category) ? category : null,
        int.TryParse(query["p"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, 10_000) : 1);

    public bool Fits(MenuEntry item) =>
        (Diet != Vegan || item.Details?.IsVegan == true)
            && (Diet != Vegetarian || item.IsVegetarian || item.Details?.IsVegan == true)
            && !Without.Any(w => item.Allergens.Contains(w, StringComparer.Ordinal));
}

/// <summary>A page of the menu: the categories that there are, and the items of those that it shows.</summary>
public sealed record ShownMenu(
    MenuWish Wish,
    IReadOnlyList<MenuSection> Categories,
    IReadOnlyList<(MenuSection Section, IReadOnlyList<MenuEntry> Items)> Sections,
    bool IsWhole,
    int Pages)
{
    /// <summary>What the guest who looks must not eat.</summary>
    public IReadOnlyList<string> Warn { get; init; } = [];

    /// <summary>What was just put into the basket.</summary>
    public MenuEntry? Added { get; init; }
}

/// <summary>
/// GET /: the menu, with search, diets and allergens as a plain form. A small menu is one page; of a large one a page shows one category,
/// so that it is as quick with 50,000 items as with 50. For strangers it has a tag, and who has it is told only that.
/// </summary>
public sealed class ShowMenu(MenuBoard menus, IMarkdowns markdowns, GuestAllergens allergens, Moment moment)
{
    private const int LargestWhole = 120, ItemsOfAPage = 60;

    /// <summary>The menu fits on one page.</summary>
    public static bool IsWhole(MenuSnapshot menu) => menu.Entries.Take(LargestWhole + 1).Count() <= LargestWhole;

    public async Task<IResult> Handle(StoreDesk desk)
    {
        var menu = await menus.Of(moment.Here, desk.Cancel);
        var late = await markdowns.Of(moment.Here, desk.Cancel);
        var wish = MenuWish.From(desk.Query);
        var added = long.TryParse(desk.Query["added"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? menu.Find(id) : null;
        var tag = desk.IsStranger && added is null ? await Tag(desk, (menu, late), wish) : null;
        if (tag is not null && desk.Has(tag))
            return desk.Unchanged(tag);
        var chosen = Choose(menu, wish);
        var shown = chosen with
        {
            Sections = late.Items.Count == 0
                ? chosen.Sections
                : [.. chosen.Sections.Select(s => (s.Section, late.In(s.Items, menu.Currency)))],
            Added = added,
            Warn = desk.Guest is null ? [] : (await allergens.OfCaller(desk.Cancel)) is { Refusal: null } own ? own.Value.Allergens : [],
        };
        return await desk.Show<MenuPage>(new() { ["Menu"] = shown, ["Hours"] = StoreHours.Now(desk) }, tag: tag);
    }

    private static ShownMenu Choose(ServedMenu menu, MenuWish wish)
    {
        var categories = menu.Sections.Where(s => s.IsActive && s.Items.Any(Shown)).ToList();
        var whole = IsWhole(menu);
        if (wish.IsFiltered || whole)
        {
            var found = wish.Words.Length > 0
                ? menu.Index.Find(wish.Words).Where(i => menu.IsActive(i.CategoryId))
                : categories.SelectMany(s => s.Items);
            var fitting = found.Where(i => Shown(i) && wish.Fits(i)).ToList();
            var page = whole ? fitting : [.. fitting.Skip((wish.Page - 1) * ItemsOfAPage).Take(ItemsOfAPage)];
            // The best comes first: a category stands where its best item does.
            var sections = page.GroupBy(i => i.CategoryId).Select(g => (
                Section: categories.Find(c => c.Id == g.Key)!,
                Items: (IReadOnlyList<MenuEntry>)[.. g]));
            return new(wish, categories, [.. sections], whole, whole ? 1 : Pages(fitting.Count));
        }

        var chosen = categories.Find(c => c.Id == wish.Category) ?? categories.FirstOrDefault();
        if (chosen is null)
            return new(wish, categories, [], whole, 1);
        var items = chosen.Items.Where(Shown).ToList();
        return new(
            wish with { Category = chosen.Id },
            categories,
            [(chosen, [.. items.Skip((wish.Page - 1) * ItemsOfAPage).Take(ItemsOfAPage)])],
            false,
            Pages(items.Count));
    }

    /// <summary>Deposits come along by themselves; nobody chooses them.</summary>
    private static bool Shown(MenuEntry item) => !item.IsDeposit;

    private static int Pages(int items) => Math.Max(1, (items + ItemsOfAPage - 1) / ItemsOfAPage);

    /// <summary>All that the page is made of, as one tag.</summary>
    private static async ValueTask<string> Tag(StoreDesk desk, (ServedMenu Menu, MarkdownsNow Late) of, MenuWish wish)
    {
        var ground = new StringBuilder(await of.Menu.BodyAt(of.Late).Tag(desk.Cancel))
            .Append('\n').Append(desk.StyleSheet).Append(desk.Script).Append(desk.Say.Language).Append(desk.Address)
            .Append('\n').Append(StoreHours.Now(desk)).Append('\n').Append(Json.Write(wish))
            .Append('\n').Append(desk.Shop.Name).Append('\n').Append(desk.Shop.Address);
        foreach (var (key, value) in desk.Shop.StoredSettings.OrderBy(s => s.Key, StringComparer.Ordinal))
            ground.Append('\n').Append(key).Append('=').Append(value);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ground.ToString())))[..24]}\"";
    }
}

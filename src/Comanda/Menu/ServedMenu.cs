using System.Text.Json;

namespace Comanda.Menu;

/// <summary>
/// A menu with what the server makes of it once and gives to many: the answer of GET /api/menu, and its words for searching.
/// </summary>
public sealed class ServedMenu : MenuSnapshot
{
    private readonly Lazy<MenuIndex> index;

    public ServedMenu(MenuShopView shop, Currency currency, DateTimeOffset changedAt, IReadOnlyList<MenuSection> sections)
        : base(currency, sections)
    {
        index = new(() => new MenuIndex(Entries));
        Body = new(
            () => Task.FromResult(JsonSerializer.SerializeToUtf8Bytes(
                new MenuView(
                    shop,
                    currency.Code,
                    changedAt,
                    [.. sections.Where(s => s.IsActive && s.Items.Count > 0).Select(s => new MenuCategoryView(
                        s.Id,
                        s.Name,
                        s.Description,
                        s.Image,
                        [.. s.Items.Select(i => MenuItemView.From(i, currency))]))]),
                Json.Options)),
            "application/json; charset=utf-8",
            typeof(MenuView));
    }

    /// <summary>
    /// GET /api/menu as UTF-8 JSON; made when it is first asked for, since a large menu that changes is not read after each change.
    /// </summary>
    public SharedBody Body { get; }

    /// <summary>Its words, for searching.</summary>
    public MenuIndex Index => index.Value;
}

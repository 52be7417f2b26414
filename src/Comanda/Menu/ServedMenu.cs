using System.Text.Json;

namespace Comanda.Menu;

/// <summary>
/// A menu with what the server makes of it once and gives to many: the answer of GET /api/menu, and its words for searching.
/// </summary>
public sealed class ServedMenu : MenuSnapshot
{
    private readonly Lazy<MenuIndex> index;
    private readonly Func<MarkdownsNow, SharedBody> body;
    private (MarkdownsNow Of, SharedBody Body)? late;

    public ServedMenu(MenuShopView shop, Currency currency, DateTimeOffset changedAt, IReadOnlyList<MenuSection> sections)
        : base(currency, sections)
    {
        index = new(() => new MenuIndex(Entries));
        body = marked => new(
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
                        [
                            .. s.Items.Select(i => MenuItemView.From(i, currency) with
                            {
                                Markdown = marked.Items.GetValueOrDefault(i.Id),
                            }),
                        ]))]),
                Json.Options)),
            "application/json; charset=utf-8",
            typeof(MenuView));
        Body = body(MarkdownsNow.None);
    }

    /// <summary>
    /// GET /api/menu as UTF-8 JSON; made when it is first asked for, since a large menu that changes is not read after each change.
    /// </summary>
    public SharedBody Body { get; }

    /// <summary>The same with what is cheaper now.</summary>
    public SharedBody BodyAt(MarkdownsNow marked)
    {
        if (marked.Items.Count == 0)
            return Body;
        lock (body)
        {
            if (late is not { } known || !ReferenceEquals(known.Of, marked))
                late = known = (marked, body(marked));
            return known.Body;
        }
    }

    /// <summary>Its words, for searching.</summary>
    public MenuIndex Index => index.Value;
}

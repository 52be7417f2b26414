namespace Comanda.Menu;

/// <summary>How whoever asks is shown an item at this moment: with what they must not eat, and what it costs since it is late.</summary>
public sealed record ItemsShown(string[] Warn, MarkdownsNow Marked)
{
    public MenuItemView View(MenuEntry item, MenuSnapshot menu) => MenuItemView.From(item, menu.Currency) with
    {
        AllergenWarnings = Warn.Length == 0 ? null : [.. item.Allergens.Where(Warn.Contains)],
        Markdown = Marked.Items.GetValueOrDefault(item.Id),
    };
}

/// <summary>What depends on the moment and on who asks, for rooms that know neither guests nor promotions.</summary>
public sealed class ShowItems(IGuestAllergens guests, IMarkdowns markdowns)
{
    public async ValueTask<ItemsShown> To(Here here, CancellationToken cancel) =>
        new(await guests.Of(here, cancel), await markdowns.Of(here, cancel));
}

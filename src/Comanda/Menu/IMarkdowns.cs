namespace Comanda.Menu;

/// <summary>What is cheaper at a moment, by item. <see cref="Key"/> is another whenever that is.</summary>
public sealed record MarkdownsNow(string Key, IReadOnlyDictionary<long, MarkdownView> Items)
{
    /// <summary>Items as they cost now, on offer for less.</summary>
    public IReadOnlyList<MenuEntry> In(IReadOnlyList<MenuEntry> items, Currency currency) => [.. items.Select(i => In(i, currency))];

    public MenuEntry In(MenuEntry item, Currency currency) =>
        Items.TryGetValue(item.Id, out var late) && Money.TryFrom(late.Price, currency, out var price)
            ? item with { DiscountPrice = price }
            : item;

    public static MarkdownsNow None { get; } = new("", new Dictionary<long, MarkdownView>());
}

/// <summary>What is cheaper since it is late, for the menu, which knows no promotions; Orders answers.</summary>
public interface IMarkdowns
{
    ValueTask<MarkdownsNow> Of(Here here, CancellationToken cancel);
}

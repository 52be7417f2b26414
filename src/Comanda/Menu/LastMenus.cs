namespace Comanda.Menu;

/// <summary>
/// The last menus of shops, from which the next ones are made when something changes. They outlive the menus that are served: a shop that
/// is changed and then left alone must not hold memory for good. So there is room for so many items; beyond it those go that were
/// neither made nor changed for the longest.
/// </summary>
/// <param name="room">Items of all of them together.</param>
internal sealed class LastMenus(long room)
{
    private readonly Lock gate = new();
    private readonly LinkedList<(long Shop, LastMenu Menu, long Items)> byAge = [];
    private readonly Dictionary<long, LinkedListNode<(long Shop, LastMenu Menu, long Items)>> byShop = [];
    private long items;

    public long Items => Interlocked.Read(ref items);

    /// <summary>The shop's, to make its next menu from; a new one where there is none.</summary>
    public LastMenu Of(long shop)
    {
        lock (gate)
            return byShop.TryGetValue(shop, out var node) ? node.Value.Menu : Keep(shop, new());
    }

    /// <summary>The shop's; null where there is none.</summary>
    public LastMenu? Find(long shop)
    {
        lock (gate)
            return byShop.TryGetValue(shop, out var node) ? node.Value.Menu : null;
    }

    /// <summary>Its menu was made or has changed; others may go.</summary>
    public void Touch(long shop, LastMenu menu)
    {
        lock (gate)
        {
            if (!byShop.TryGetValue(shop, out var node) || node.Value.Menu != menu)
                return; // it made room meanwhile
            Forget(shop);
            Keep(shop, menu);
            while (items > room && byAge.First is { } oldest && byAge.Count > 1)
                Forget(oldest.Value.Shop);
        }
    }

    public void Remove(long shop)
    {
        lock (gate)
            Forget(shop);
    }

    private LastMenu Keep(long shop, LastMenu menu)
    {
        byShop[shop] = byAge.AddLast((shop, menu, menu.Items));
        items += menu.Items;
        return menu;
    }

    private void Forget(long shop)
    {
        if (!byShop.Remove(shop, out var node))
            return;
        items -= node.Value.Items;
        byAge.Remove(node);
    }
}

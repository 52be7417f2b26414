using Comanda.Menu;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<MenuView> GetMenu(CancellationToken cancel = default) => Ask<MenuView>(HttpMethod.Get, "/api/menu", cancel: cancel);

    public Task<MenuItemView> AddMenuItem(object item, CancellationToken cancel = default) =>
        Ask<MenuItemView>(HttpMethod.Post, "/api/menu/items", item, cancel: cancel);

    /// <summary>Changes the given fields of an item; <paramref name="change"/> in snake_case, or an anonymous object.</summary>
    public Task<MenuItemView> ChangeMenuItem(long id, object change, CancellationToken cancel = default) =>
        Ask<MenuItemView>(HttpMethod.Put, $"/api/menu/items/{id}", change, cancel: cancel);
}

/// <summary>Shorter ways to what a menu holds.</summary>
public static class MenuItems
{
    extension(MenuView menu)
    {
        public IEnumerable<MenuItemView> Items => menu.Categories.SelectMany(c => c.Items);
    }
}

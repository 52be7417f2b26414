namespace Comanda.Client;

public sealed record MenuOption(long Id, string Key, string Name, decimal Price, bool InStock);

public sealed record MenuGroup(long Id, string Name, int Min, int Max, MenuOption[] Options);

/// <summary>An item of the menu. <see cref="PreparationTime"/> in minutes.</summary>
public sealed record MenuItem(
    long Id,
    string Name,
    string Description,
    decimal Price,
    string Category,
    bool InStock,
    int PreparationTime,
    MenuGroup[] ModifierGroups,
    long Version);

public sealed record MenuCategory(long Id, string Name, MenuItem[] Items);

public sealed record Menu(string Currency, DateTimeOffset UpdatedAt, MenuCategory[] Categories)
{
    public IEnumerable<MenuItem> Items => Categories.SelectMany(c => c.Items);
}

public sealed partial class ComandaClient
{
    public Task<Menu> GetMenu(CancellationToken cancel = default) => Ask<Menu>(HttpMethod.Get, "/api/menu", cancel: cancel);

    public Task<MenuItem> AddMenuItem(object item, CancellationToken cancel = default) =>
        Ask<MenuItem>(HttpMethod.Post, "/api/menu/items", item, cancel: cancel);

    /// <summary>Changes the given fields of an item; <paramref name="change"/> in snake_case, or an anonymous object.</summary>
    public Task<MenuItem> ChangeMenuItem(long id, object change, CancellationToken cancel = default) =>
        Ask<MenuItem>(HttpMethod.Put, $"/api/menu/items/{id}", change, cancel: cancel);
}

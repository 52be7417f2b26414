using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Stock;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<MenuView> GetMenu(CancellationToken cancel = default) => Ask<MenuView>(HttpMethod.Get, "/api/menu", cancel: cancel);

    public Task<MenuItemView> GetMenuItem(long id, CancellationToken cancel = default) =>
        Ask<MenuItemView>(HttpMethod.Get, $"/api/menu/items/{id}", cancel: cancel);

    public Task<MenuItemView> AddMenuItem(object item, CancellationToken cancel = default) =>
        Ask<MenuItemView>(HttpMethod.Post, "/api/menu/items", item, cancel: cancel);

    /// <summary>Changes the given fields of an item; <paramref name="change"/> in snake_case, or an anonymous object.</summary>
    public Task<MenuItemView> ChangeMenuItem(long id, object change, CancellationToken cancel = default) =>
        Ask<MenuItemView>(HttpMethod.Put, $"/api/menu/items/{id}", change, cancel: cancel);

    /// <summary>Takes an item off the menu; past orders keep it.</summary>
    public async Task ArchiveMenuItem(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/menu/items/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    /// <summary>The categories in menu order, those that guests do not see too.</summary>
    public Task<PageOf<CategoryView>> GetCategories(CancellationToken cancel = default) =>
        Ask<PageOf<CategoryView>>(HttpMethod.Get, "/api/categories?limit=200", cancel: cancel);

    public Task<PageOf<MenuItemView>> GetItemsOf(long category, CancellationToken cancel = default) =>
        Ask<PageOf<MenuItemView>>(HttpMethod.Get, $"/api/categories/{category}/products?limit=200", cancel: cancel);

    public Task<CategoryView> AddCategory(object category, CancellationToken cancel = default) =>
        Ask<CategoryView>(HttpMethod.Post, "/api/admin/categories", category, cancel: cancel);

    public Task<CategoryView> ChangeCategory(long id, object change, CancellationToken cancel = default) =>
        Ask<CategoryView>(HttpMethod.Put, $"/api/admin/categories/{id}", change, cancel: cancel);

    public async Task RemoveCategory(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/admin/categories/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    /// <summary>A picture: JPEG, PNG, GIF or WebP.</summary>
    public Task<UploadedImage> UploadImage(byte[] picture, string name, CancellationToken cancel = default) => Ask<UploadedImage>(
        HttpMethod.Post,
        "/api/upload/image",
        new MultipartFormDataContent { { new ByteArrayContent(picture), "file", name } },
        cancel: cancel);

    public Task<List<RecipeLineView>> ChangeItemRecipe(
        long item,
        IReadOnlyList<RecipeLineInput> lines,
        CancellationToken cancel = default) =>
        Ask<List<RecipeLineView>>(HttpMethod.Put, $"/api/menu/items/{item}/recipe", lines, cancel: cancel);

    /// <summary>The menu as CSV, which <see cref="ImportMenu"/> takes back.</summary>
    public async Task<byte[]> ExportMenu(CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Get, "/api/menu/items/export", cancel: cancel);
        await ThrowIfRefused(response, cancel);
        return await response.Content.ReadAsByteArrayAsync(cancel);
    }
}

/// <summary>Shorter ways to what a menu holds.</summary>
public static class MenuItems
{
    extension(MenuView menu)
    {
        public IEnumerable<MenuItemView> Items => menu.Categories.SelectMany(c => c.Items);
    }
}

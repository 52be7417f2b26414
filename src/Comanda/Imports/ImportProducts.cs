using Comanda.Data;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Puts the other system's products on a shop's menu, found again by their id as sku. One without a price is not in stock: nobody sells it
/// for nothing.
/// </summary>
public sealed class ImportProducts(NpgsqlConnection connection, long shop)
{
    /// <summary>Answers the menu item of each product id; makes those that are missing.</summary>
    public async Task<Dictionary<string, long>> Run(IEnumerable<ImportedProduct> products, CancellationToken cancel)
    {
        await using var known = connection.Command(
            "select sku, id from menu_items where shop_id = $1 and sku is not null and archived_at is null",
            shop);
        var items = (await known.List(r => (Sku: r.GetString(0), Id: r.GetInt64(1)), cancel)).ToDictionary(
            i => i.Sku,
            i => i.Id,
            StringComparer.Ordinal);
        var categories = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var product in products.DistinctBy(p => p.Id, StringComparer.Ordinal).Where(p => !items.ContainsKey(p.Id)))
        {
            if (!categories.TryGetValue(product.Category, out var category))
                categories[product.Category] = category = await Category(product.Category, cancel);
            items[product.Id] = (long)(await connection.Scalar(
                "insert into menu_items (shop_id, category_id, name, description, price, sku, display_order, in_stock) values ($1, $2, "
                    + "$3, $4, $5, $6, $7, $5 > 0) returning id",
                cancel, shop, category, product.Name, product.Description, (product.Price ?? Money.Zero).Minor, product.Id, items.Count))!;
        }

        return items;
    }

    private async Task<long> Category(string name, CancellationToken cancel) =>
        (long)(await connection.Scalar(
            """
            insert into categories (shop_id, name, display_order)
            values ($1, $2, (select count(*) from categories where shop_id = $1))
            on conflict (shop_id, lower(name)) do update set name = categories.name returning id
            """,
            cancel, shop, name))!;
}

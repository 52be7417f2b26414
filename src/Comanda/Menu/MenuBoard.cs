using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// The menus in memory, one snapshot for each shop. A change drops the snapshot at once in the process that made it, and
/// in the others when the event arrives.
/// </summary>
public sealed class MenuBoard
{
    private readonly NpgsqlDataSource database;
    private readonly ShopDirectory shops;
    private readonly Remembered<MenuSnapshot> menus;

    public MenuBoard(NpgsqlDataSource database, ShopDirectory shops, EventFeed feed)
    {
        this.database = database;
        this.shops = shops;
        menus = new(Load);
        // A menu carries the shop's name, currency and tax rate.
        shops.OnForget(Forget);
        feed.OnEvent(heard =>
        {
            if (heard.Name == EventNames.ProductUpdated)
                Forget(heard.ShopId);
        });
    }

    public async ValueTask<MenuSnapshot> Of(Here here, CancellationToken cancel) =>
        await menus.Get(here.ShopId, cancel) ?? throw new NoShopException();

    public void Forget(long shopId) => menus.Forget(shopId);

    private async Task<MenuSnapshot?> Load(long shopId)
    {
        if (await shops.Find(shopId, CancellationToken.None) is not { } shop)
            return null;

        // One batch is one implicit transaction but not one snapshot: repeatable read makes the four reads agree.
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var changedAt = new DateTimeOffset((DateTime)(await connection.Scalar("select menu_changed_at from shops where id = $1", CancellationToken.None, shopId))!, TimeSpan.Zero);
        var groups = await Groups(connection, shopId);
        var links = await Rows(
            connection, shopId,
            "select menu_item_id, group_id from menu_item_groups where shop_id = $1 order by menu_item_id, display_order, group_id",
            r => (Item: r.GetInt64(0), Group: r.GetInt64(1)));
        var groupsOf = links.ToLookup(l => l.Item, l => groups[l.Group]);
        var items = await Rows(
            connection, shopId,
            """
            select i.id, i.category_id, c.name, i.name, i.description, i.price, i.tax_rate, i.sku, i.barcode, i.image_url,
                   i.is_vegetarian, i.allergens, i.preparation_time, i.in_stock and i.stock_quantity is distinct from 0, i.is_featured, i.version,
                   i.discount_price, i.stock_quantity is not null, i.images, i.is_vegan, i.ingredients, i.nutritional_info, i.available_from, i.available_until
            from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null order by i.display_order, i.id
            """,
            r => Entry(r, shop, groupsOf));
        var itemsOf = items.ToLookup(i => i.CategoryId);
        var sections = await Rows(
            connection, shopId,
            "select id, name, description, image, is_active, display_order, version from categories where shop_id = $1 order by display_order, id",
            r => new MenuSection(
                r.GetInt64(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.GetBoolean(4), r.GetInt32(5), r.GetInt64(6), [.. itemsOf[r.GetInt64(0)]]));
        return new(shopId, shop.Name, shop.Currency, changedAt, sections);
    }

    private static MenuEntry Entry(NpgsqlDataReader r, Shop shop, ILookup<long, MenuGroup> groupsOf)
    {
        var own = r.ValueOrNull<long>(6) is { } rate ? TaxRate.FromTenThousandths(rate) : (TaxRate?)null;
        return new(
            r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4), new Money(r.GetInt64(5)),
            own ?? shop.Settings.TaxRate, own, r.TextOrNull(7), r.TextOrNull(8), r.TextOrNull(9), r.GetBoolean(10),
            r.GetFieldValue<string[]>(11), r.GetInt32(12), r.GetBoolean(13), r.GetBoolean(14), r.GetInt64(15), [.. groupsOf[r.GetInt64(0)]],
            r.ValueOrNull<long>(16) is { } offer ? new Money(offer) : null, r.GetBoolean(17),
            new(r.GetFieldValue<string[]>(18), r.GetBoolean(19), r.GetString(20), r.TextOrNull(21)), r.ValueOrNull<TimeOnly>(22), r.ValueOrNull<TimeOnly>(23));
    }

    private static async Task<Dictionary<long, MenuGroup>> Groups(NpgsqlConnection connection, long shopId)
    {
        var options = await Rows(
            connection, shopId,
            "select group_id, id, key, name, price, in_stock, adds_allergens, removes_allergens from modifier_options where shop_id = $1 order by display_order, id",
            r => (Group: r.GetInt64(0), Option: new MenuOption(r.GetInt64(1), r.GetString(2), r.GetString(3), new Money(r.GetInt64(4)), r.GetBoolean(5), r.GetFieldValue<string[]>(6), r.GetFieldValue<string[]>(7))));
        var optionsOf = options.ToLookup(o => o.Group, o => o.Option);
        var groups = await Rows(
            connection, shopId,
            "select id, name, min, max from modifier_groups where shop_id = $1",
            r => new MenuGroup(r.GetInt64(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3), [.. optionsOf[r.GetInt64(0)]]));
        return groups.ToDictionary(g => g.Id);
    }

    private static async Task<List<T>> Rows<T>(NpgsqlConnection connection, long shopId, string sql, Func<NpgsqlDataReader, T> row)
    {
        await using var command = connection.Command(sql, shopId);
        return await command.List(row, CancellationToken.None);
    }
}

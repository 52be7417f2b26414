using Comanda.Data;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Menu;

/// <summary>A menu as its tables have it.</summary>
internal static class MenuRows
{
    public static Task<List<MenuSection>> Categories(NpgsqlConnection connection, long shopId) => Rows(
        connection,
        "select id, name, description, image, is_active, display_order, station, version, tax_class, "
            + "created_at, updated_at from categories where shop_id = $1 "
            + "order by display_order, id",
        r => new MenuSection
        {
            Id = r.GetInt64(0),
            Name = r.GetString(1),
            Description = r.GetString(2),
            Image = r.TextOrNull(3),
            IsActive = r.GetBoolean(4),
            DisplayOrder = r.GetInt32(5),
            Station = r.GetString(6),
            Version = r.GetInt64(7),
            Items = [],
            TaxClass = r.TextOrNull(8),
            CreatedAt = r.GetFieldValue<DateTimeOffset>(9),
            UpdatedAt = r.GetFieldValue<DateTimeOffset>(10),
        },
        shopId);

    /// <summary>All items with their groups, or the given ones.</summary>
    public static async Task<List<(MenuEntry Entry, int Order)>> Items(NpgsqlConnection connection, Shop shop, long[]? items)
    {
        if (items is { Length: 0 })
            return [];
        var groups = await Groups(connection, shop.Id);
        var links = await Rows(
            connection,
            "select menu_item_id, group_id from menu_item_groups where shop_id = $1 and ($2::bigint[] is null or menu_item_id = any($2)) "
                + "order by menu_item_id, display_order, group_id",
            r => (Item: r.GetInt64(0), Group: r.GetInt64(1)), shop.Id, items);
        var groupsOf = links.ToLookup(l => l.Item, l => groups[l.Group]);
        var combos = await Combos(connection, shop.Id, items);
        return await Rows(
            connection,
            $"""
            select i.id, i.category_id, c.name, i.name, i.description, i.price, i.tax_rate, i.sku, i.barcode, i.image_url,
                   i.is_vegetarian, i.allergens, i.preparation_time, i.in_stock and i.stock_quantity is distinct
                   from 0, i.is_featured, i.version,
                   i.discount_price, i.stock_quantity is not null, i.images, i.is_vegan, i.ingredients, i.nutritional_info,
                       i.available_from, i.available_until, i.display_order, i.rating_count, i.rating_sum, c.station,
                   i.tax_class, i.tax_split, c.tax_class, i.unit, i.is_deposit, i.deposit_item_id, i.other_allergens, i.created_at,
                   i.updated_at, i.recipe_allergens
            from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null {(items is null
                ? "and $2::bigint[] is null"
                : "and i.id = any($2)")} order by i.display_order, i.id
            """,
            r => (Entry(r, shop, groupsOf, combos), r.GetInt32(24)), shop.Id, items);
    }

    private static MenuEntry Entry(
        NpgsqlDataReader r,
        Shop shop,
        ILookup<long, MenuGroup> groupsOf,
        Dictionary<long, List<MenuSlot>> combos)
    {
        var own = r.ValueOrNull<long>(6) is { } rate ? TaxRate.FromTenThousandths(rate) : (TaxRate?)null;
        return new()
        {
            Id = r.GetInt64(0),
            CategoryId = r.GetInt64(1),
            Category = r.GetString(2),
            Name = r.GetString(3),
            Description = r.GetString(4),
            Price = new Money(r.GetInt64(5)),
            TaxRate = own ?? shop.Settings.TaxRate,
            OwnTaxRate = own,
            Sku = r.TextOrNull(7),
            Barcode = r.TextOrNull(8),
            ImageUrl = r.TextOrNull(9),
            IsVegetarian = r.GetBoolean(10),
            Allergens = Declared(r),
            PreparationTime = r.GetInt32(12),
            InStock = r.GetBoolean(13),
            IsFeatured = r.GetBoolean(14),
            Version = r.GetInt64(15),
            Groups = [.. groupsOf[r.GetInt64(0)]],
            DiscountPrice = r.ValueOrNull<long>(16) is { } offer ? new Money(offer) : null,
            IsCounted = r.GetBoolean(17),
            Details = new(
                r.GetFieldValue<string[]>(18), r.GetBoolean(19), r.GetString(20), r.TextOrNull(21), r.GetFieldValue<string[]>(34))
            {
                CreatedAt = r.GetFieldValue<DateTimeOffset>(35),
                UpdatedAt = r.GetFieldValue<DateTimeOffset>(36),
            },
            AvailableFrom = r.ValueOrNull<TimeOnly>(22),
            AvailableUntil = r.ValueOrNull<TimeOnly>(23),
            DisplayOrder = r.GetInt32(24),
            Combo = combos.TryGetValue(r.GetInt64(0), out var slots)
                ? new MenuCombo(r.GetBoolean(13), Declared(r), slots)
                : null,
            RatingCount = r.GetInt32(25),
            RatingSum = r.GetInt64(26),
            Station = r.GetString(27),
            TaxClass = ReadMenuItem.ClassOf(own, r.TextOrNull(28), r.TextOrNull(30), shop.Taxes),
            OwnTaxClass = own is null ? r.TextOrNull(28) : null,
            TaxSplit = own is null ? TaxSplit.Read(r.TextOrNull(29)) : [],
            Unit = r.TextOrNull(31) is { } unit ? WireName<WeightUnit>.Parse(unit) : null,
            IsDeposit = r.GetBoolean(32),
            DepositItemId = r.ValueOrNull<long>(33),
        };
    }

    /// <summary>What is said of it by hand, and what its recipe adds.</summary>
    private static string[] Declared(NpgsqlDataReader r) =>
        r.GetFieldValue<string[]>(37) is { Length: > 0 } ofRecipe
            ? Allergens.With(r.GetFieldValue<string[]>(11).Concat(ofRecipe), [])
            : r.GetFieldValue<string[]>(11);

    /// <summary>The slots of each combo; their choices find their items when the menu is whole (<see cref="MenuCombo.Follow"/>).</summary>
    private static async Task<Dictionary<long, List<MenuSlot>>> Combos(NpgsqlConnection connection, long shopId, long[]? items)
    {
        var choices = await Rows(
            connection,
            "select combo_id, slot, slot_name, menu_item_id, surcharge from combo_choices where shop_id = $1 and ($2::bigint[] is null or "
                + "combo_id = any($2)) order by combo_id, slot, place",
            r => (
                Combo: r.GetInt64(0),
                Slot: r.GetInt32(1),
                Name: r.GetString(2),
                Choice: new MenuChoice(r.GetInt64(3), new Money(r.GetInt64(4)), null)), shopId, items);
        return choices.GroupBy(c => c.Combo).ToDictionary(
            combo => combo.Key, combo => combo.GroupBy(c => (c.Slot, c.Name))
                .Select(slot => new MenuSlot(slot.Key.Name, [.. slot.Select(c => c.Choice)]))
                .ToList());
    }

    private static async Task<Dictionary<long, MenuGroup>> Groups(NpgsqlConnection connection, long shopId)
    {
        var options = await Rows(
            connection,
            "select group_id, id, key, name, price, in_stock, adds_allergens, removes_allergens, tax_class from modifier_options "
                + "where shop_id = $1 order by display_order, id",
            r => (Group: r.GetInt64(0), Option: new MenuOption
            {
                Id = r.GetInt64(1),
                Key = r.GetString(2),
                Name = r.GetString(3),
                Price = new Money(r.GetInt64(4)),
                InStock = r.GetBoolean(5),
                AddsAllergens = r.GetFieldValue<string[]>(6),
                RemovesAllergens = r.GetFieldValue<string[]>(7),
                TaxClass = r.TextOrNull(8),
            }),
            shopId);
        var optionsOf = options.ToLookup(o => o.Group, o => o.Option);
        var groups = await Rows(
            connection, "select id, name, min, max from modifier_groups where shop_id = $1",
            r => new MenuGroup(r.GetInt64(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3), [.. optionsOf[r.GetInt64(0)]]), shopId);
        return groups.ToDictionary(g => g.Id);
    }

    private static async Task<List<T>> Rows<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> row,
        long shopId,
        params long[]?[] ids)
    {
        await using var command = connection.Command(sql, shopId);
        foreach (var given in ids)
            command.Parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Bigint,
                Value = (object?)given ?? DBNull.Value
            });
        return await command.List(row, CancellationToken.None);
    }
}

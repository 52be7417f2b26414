using System.Collections.Concurrent;
using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// The menus in memory, one snapshot for each shop. A change drops the snapshot at once in the process that made it, and
/// in the others when the event arrives; the next one is made from the last, reading again only the items that changed
/// since, so that a menu of 50,000 items takes a price change as a small one does. There is room for so many items
/// (<see cref="RoomInMemory"/>): menus that nobody has asked for the longest are read again when they are.
/// </summary>
public sealed class MenuBoard
{
    /// <summary>With more changed items than this, the whole menu is read again.</summary>
    private const int MostReadOneByOne = 500;

    private readonly NpgsqlDataSource database;
    private readonly ShopDirectory shops;
    private readonly LongAnswers answers;
    private readonly Remembered<ServedMenu> menus;
    private readonly ConcurrentDictionary<long, LastMenu> lastMenus = [];

    public MenuBoard(NpgsqlDataSource database, ShopDirectory shops, EventFeed feed, LongAnswers answers, RoomInMemory room)
    {
        this.database = database;
        this.shops = shops;
        this.answers = answers;
        menus = new(Load, room.MenuItems, menu => menu.Entries.Count(), shop => lastMenus.TryRemove(shop, out _));
        // A menu carries the shop's name, currency and tax rate.
        shops.OnForget(shop => Forget(shop));
        feed.OnEvent(heard =>
        {
            if (heard.Name == EventNames.ProductUpdated)
                Forget(heard.ShopId, ItemOf(heard));
        });
    }

    /// <summary>How many items of all shops are in memory.</summary>
    public long ItemsKept => menus.Weight;

    public async ValueTask<ServedMenu> Of(Here here, CancellationToken cancel) =>
        await menus.Get(here.ShopId, cancel) ?? throw new NoShopException();

    /// <summary>Something changed: one item, or, where none is named, whatever it may be.</summary>
    public void Forget(long shopId, long? itemId = null)
    {
        // Where no menu was made or is being made, the next one is read whole anyway.
        if (lastMenus.TryGetValue(shopId, out var last))
            last.Changed(itemId);
        menus.Forget(shopId);
    }

    /// <summary>The one item that an event is about; null where it touched more, such as a group that others share.</summary>
    private static long? ItemOf(HeardEvent heard)
    {
        using var envelope = JsonDocument.Parse(heard.Envelope);
        var data = envelope.RootElement.GetProperty("data");
        return data.TryGetProperty("id", out var id)
            && id.ValueKind == JsonValueKind.Number
            && !(data.TryGetProperty("whole", out var whole) && whole.ValueKind == JsonValueKind.True) ? id.GetInt64() : null;
    }

    private async Task<ServedMenu?> Load(long shopId)
    {
        if (await shops.Find(shopId, CancellationToken.None) is not { } shop)
            return null;

        var last = lastMenus.GetOrAdd(shopId, _ => new());
        var work = last.Begin();
        var items = work.Menu is null ? null : work.Items.Keys.ToArray();
        // One batch is one implicit transaction but not one snapshot: repeatable read makes the reads agree.
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var changedAt = new DateTimeOffset(
            (DateTime)(await connection.Scalar("select changed_at from menu_dates where shop_id = $1", CancellationToken.None, shopId))!,
            TimeSpan.Zero);
        var read = await Items(connection, shop, items);
        var categories = await Rows(
            connection,
            "select id, name, description, image, is_active, display_order, station, version from categories where shop_id = $1 order by "
                + "display_order, id",
            r => new MenuSection(
                r.GetInt64(0),
                r.GetString(1),
                r.GetString(2),
                r.TextOrNull(3),
                r.GetBoolean(4),
                r.GetInt32(5),
                r.GetString(6),
                r.GetInt64(7),
                []),
            shopId);
        var menu = new ServedMenu(
            new(shopId, shop.Name),
            shop.Currency,
            changedAt,
            MenuCombo.Follow(Compose(categories, read, items, work.Menu)));
        if (last.End(work, menu) is { } before)
            answers.Outdate(before);
        return menu;
    }

    /// <summary>Each category with its items in menu order: those of the last menu, but for the ones that were read again.</summary>
    private static List<MenuSection> Compose(
        List<MenuSection> categories,
        List<(MenuEntry Entry, int Order)> read,
        long[]? items,
        ServedMenu? last)
    {
        if (items is null)
        {
            var all = read.ToLookup(r => r.Entry.CategoryId, r => r.Entry);
            return categories.ConvertAll(c => c with { Items = [.. all[c.Id]] });
        }

        var changed = items.ToHashSet();
        var fresh = read.ToLookup(r => r.Entry.CategoryId);
        var before = last!.Sections.ToDictionary(s => s.Id, s => s.Items);
        return categories.ConvertAll(c =>
        {
            var kept = before.GetValueOrDefault(c.Id, []);
            var untouched = !fresh.Contains(c.Id)
                && (changed.Count == 0 || !kept.Any(e => changed.Contains(e.Id)))
                && (kept.Count == 0 || kept[0].Category == c.Name);
            return c with { Items = untouched ? kept : [.. kept.Where(e => !changed.Contains(e.Id))
                .Concat(fresh[c.Id].Select(f => f.Entry))
                .Select(e => e.Category == c.Name ? e : e with { Category = c.Name })
                .OrderBy(e => e.DisplayOrder)
                .ThenBy(e => e.Id)] };
        });
    }

    /// <summary>All items with their groups, or the given ones.</summary>
    private static async Task<List<(MenuEntry Entry, int Order)>> Items(NpgsqlConnection connection, Shop shop, long[]? items)
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
                       i.available_from, i.available_until, i.display_order, i.rating_count, i.rating_sum, c.station
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
        return new(
            r.GetInt64(0),
            r.GetInt64(1),
            r.GetString(2),
            r.GetString(3),
            r.GetString(4),
            new Money(r.GetInt64(5)),
            own ?? shop.Settings.TaxRate,
            own,
            r.TextOrNull(7),
            r.TextOrNull(8),
            r.TextOrNull(9),
            r.GetBoolean(10),
            r.GetFieldValue<string[]>(11),
            r.GetInt32(12),
            r.GetBoolean(13),
            r.GetBoolean(14),
            r.GetInt64(15),
            [.. groupsOf[r.GetInt64(0)]],
            r.ValueOrNull<long>(16) is { } offer ? new Money(offer) : null,
            r.GetBoolean(17),
            new(r.GetFieldValue<string[]>(18), r.GetBoolean(19), r.GetString(20), r.TextOrNull(21)),
            r.ValueOrNull<TimeOnly>(22),
            r.ValueOrNull<TimeOnly>(23),
            r.GetInt32(24),
            combos.TryGetValue(r.GetInt64(0), out var slots) ? new MenuCombo(r.GetBoolean(13), r.GetFieldValue<string[]>(11), slots) : null,
            r.GetInt32(25),
            r.GetInt64(26),
            r.GetString(27));
    }

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
            "select group_id, id, key, name, price, in_stock, adds_allergens, removes_allergens from modifier_options where shop_id = $1 "
                + "order by display_order, id",
            r => (Group: r.GetInt64(0), Option: new MenuOption(
                r.GetInt64(1),
                r.GetString(2),
                r.GetString(3),
                new Money(r.GetInt64(4)),
                r.GetBoolean(5),
                r.GetFieldValue<string[]>(6),
                r.GetFieldValue<string[]>(7))),
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

    /// <summary>
    /// The last menu of a shop that was made, and which items have changed since it was read. A change that comes while a
    /// menu is read stays noted: that reading may or may not have seen it.
    /// </summary>
    private sealed class LastMenu
    {
        private readonly Lock gate = new();
        private readonly Dictionary<long, long> changed = [];
        private ServedMenu? menu;
        private SharedBody? body;
        private long changes;
        private long wholeChanged;
        private long readings;
        private long newest;

        public sealed record Work(long Reading, long Seen, ServedMenu? Menu, IReadOnlyDictionary<long, long> Items);

        public void Changed(long? itemId)
        {
            lock (gate)
            {
                changes++;
                if (itemId is { } id && changed.Count < MostReadOneByOne)
                {
                    changed[id] = changes;
                    return;
                }

                (menu, wholeChanged) = (null, changes);
                changed.Clear();
            }
        }

        public Work Begin()
        {
            lock (gate)
                return new(++readings, changes, menu, new Dictionary<long, long>(changed));
        }

        /// <summary>Answers the body whose place is taken.</summary>
        public SharedBody? End(Work work, ServedMenu made)
        {
            lock (gate)
            {
                var before = body;
                body = made.Body;
                // An older reading that ends later tells nothing new; one that began before a change of the whole is no ground to build on.
                if (work.Reading < newest || wholeChanged > work.Seen)
                    return before;
                (newest, menu) = (work.Reading, made);
                foreach (var (id, _) in changed.Where(c => c.Value <= work.Seen).ToList())
                    changed.Remove(id);
                return before;
            }
        }
    }
}

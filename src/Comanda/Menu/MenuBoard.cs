using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
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
    /// <summary>Of the room, so much more for the last menus of shops that changed.</summary>
    private const int PartForChanged = 4;

    private readonly NpgsqlDataSource database;
    private readonly ShopDirectory shops;
    private readonly LongAnswers answers;
    private readonly Remembered<ServedMenu> menus;
    private readonly LastMenus lastMenus;

    public MenuBoard(NpgsqlDataSource database, ShopDirectory shops, EventFeed feed, LongAnswers answers, RoomInMemory room)
    {
        this.database = database;
        this.shops = shops;
        this.answers = answers;
        lastMenus = new(room.MenuItems + (room.MenuItems / PartForChanged));
        menus = new(Load, room.MenuItems, menu => menu.Entries.Count(), lastMenus.Remove);
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

    /// <summary>How many of the last menus, from which the next ones are made; most of them are those that are served.</summary>
    public long ItemsOfLast => lastMenus.Items;

    public async ValueTask<ServedMenu> Of(Here here, CancellationToken cancel) =>
        await menus.Get(here.ShopId, cancel) ?? throw new NoShopException();

    /// <summary>Something changed: one item, or, where none is named, whatever it may be.</summary>
    public void Forget(long shopId, long? itemId = null)
    {
        // Where no menu was made or is being made, the next one is read whole anyway.
        if (lastMenus.Find(shopId) is { } last)
        {
            last.Changed(itemId);
            lastMenus.Touch(shopId, last);
        }

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

        var last = lastMenus.Of(shopId);
        var work = last.Begin();
        var items = work.Menu is null ? null : work.Items.Keys.ToArray();
        // One batch is one implicit transaction but not one snapshot: repeatable read makes the reads agree.
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var changedAt = new DateTimeOffset(
            (DateTime)(await connection.Scalar("select changed_at from menu_dates where shop_id = $1", CancellationToken.None, shopId))!,
            TimeSpan.Zero);
        var read = await MenuRows.Items(connection, shop, items);
        var categories = await MenuRows.Categories(connection, shopId);
        var menu = new ServedMenu(
            new(shopId, shop.Name),
            shop.Currency,
            changedAt,
            MenuCombo.Follow(Compose(categories, read, items, work.Menu)));
        if (last.End(work, menu) is { } before)
            answers.Outdate(before);
        lastMenus.Touch(shopId, last);
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
            return c with
            {
                Items = untouched ? kept : [.. kept.Where(e => !changed.Contains(e.Id))
                .Concat(fresh[c.Id].Select(f => f.Entry))
                .Select(e => e.Category == c.Name ? e : e with { Category = c.Name })
                .OrderBy(e => e.DisplayOrder)
                .ThenBy(e => e.Id)]
            };
        });
    }
}

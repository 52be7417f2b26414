using Comanda.Data;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Guests;

/// <summary>GET /api/favorites, POST and DELETE /api/favorites/{product_id}: what a person likes best, the last first.</summary>
public sealed class Favorites(MenuBoard menus, NpgsqlDataSource database, Here here, TimeProvider clock)
{
    private const int Most = 500;

    /// <summary>Those that are still on the menu, as the menu shows them.</summary>
    public async Task<Answer<PageOf<MenuItemView>>> List(CancellationToken cancel)
    {
        var menu = await menus.Of(here, cancel);
        await using var command = database.Command(
            "select menu_item_id from favorites where user_id = $1 and shop_id = $2 order by added_at desc, menu_item_id",
            here.Caller.UserId,
            here.ShopId);
        var items = (await command.List(r => menu.Find(r.GetInt64(0)), cancel)).OfType<MenuEntry>();
        return new PageOf<MenuItemView>([.. items.Select(i => MenuItemView.From(i, menu.Currency))], null);
    }

    public async Task<Answer> Add(long item, CancellationToken cancel)
    {
        if ((await menus.Of(here, cancel)).Find(item) is null)
            return Refusal.NotFound("menu item");
        await using var connection = await database.OpenConnectionAsync(cancel);
        var added = await connection.Execute(
            """
            insert into favorites (shop_id, user_id, menu_item_id, added_at)
            select $1, $2, $3, $4 where (select count(*) from favorites where user_id = $2) < $5
            on conflict do nothing
            """,
            cancel,
            here.ShopId,
            here.Caller.UserId,
            item,
            Clock.Now(clock),
            Most);
        if (added == 0 && await connection.Scalar(
            "select 1 from favorites where user_id = $1 and menu_item_id = $2", cancel, here.Caller.UserId, item) is null)
            return Refusal.Conflict("too_many_favorites", $"{Most} favourites are kept of one person; take one away first.");
        return Answer.Done;
    }

    /// <summary>What was none is none.</summary>
    public async Task<Answer> Remove(long item, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "delete from favorites where user_id = $1 and menu_item_id = $2 and shop_id = $3",
            cancel,
            here.Caller.UserId,
            item,
            here.ShopId);
        return Answer.Done;
    }
}

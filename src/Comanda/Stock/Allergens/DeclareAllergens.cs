using Comanda.Data;
using Comanda.Events;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Works out what each item of the menu declares by its recipe, from what is in the house, and says so where it has changed. In doubt it
/// declares: a lot counts from the moment it came until it and all that was made of it is used up, whatever the books think was used first.
/// </summary>
public sealed class DeclareAllergens(NpgsqlDataSource database, MenuBoard menus, EventBell bell, TimeProvider clock)
{
    /// <summary>True where the menu declares something else than before.</summary>
    public async Task<bool> Run(long shop, CancellationToken cancel)
    {
        if (await database.Scalar(
            """
            select 1 where exists (select 1 from stock_items where shop_id = $1 and allergens is not null)
                or exists (select 1 from lots where shop_id = $1 and allergens is not null)
                or exists (select 1 from menu_items where shop_id = $1 and recipe_allergens <> '{}')
            """,
            cancel, shop) is null)
            return false;
        await GiveLots.CatchUp(database, shop, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Changes of one menu take turns (MenuChange); what is read after this is what is written.
        await connection.Execute("select 1 from shops where id = $1 for no key update", cancel, shop);
        var book = await RecipeBooks.Read(connection, shop, cancel);
        var found = await InTheHouse.Read(connection, shop, cancel);
        await using var read = connection.Command(
            "select id, recipe_allergens, allergens from menu_items where shop_id = $1 and archived_at is null",
            shop);
        var items = await read.List(
            r => (Id: r.GetInt64(0), Before: r.GetFieldValue<string[]>(1), Own: r.GetFieldValue<string[]>(2)),
            cancel);
        var declared = found.Of(book);
        var changed = items
            .Select(i => (i.Id, i.Own, i.Before, Now: Allergens.With(
                (book.Items.GetValueOrDefault(i.Id) ?? []).SelectMany(p => declared.GetValueOrDefault(p.ItemId) ?? []),
                [])))
            .Where(i => !i.Now.SequenceEqual(i.Before, StringComparer.Ordinal))
            .ToList();
        var now = Clock.Now(clock);
        if (await RecipeAllergens.Write(connection, new() { ShopId = shop }, changed.ToDictionary(c => c.Id, c => c.Now), now, cancel) == 0)
            return false;
        foreach (var (id, own, _, allergens) in changed)
        {
            await connection.Execute(
                "insert into allergen_versions (shop_id, menu_item_id, allergens, at) values ($1, $2, $3, $4)",
                cancel,
                shop,
                id,
                Allergens.With(own.Concat(allergens), []),
                now);
        }

        await transaction.CommitAsync(cancel);
        menus.Forget(shop, null);
        bell.Ring();
        return true;
    }
}

/// <summary>What may be in what: the allergens of ingredients, of their lots that are in the house, and of what lies there ready.</summary>
/// <param name="Said">Of stock items: what is said of them; nothing where nothing is.</param>
/// <param name="Present">Of items that keep lots: those of the lots that are there, or of the last one where none is.</param>
/// <param name="Within">Of what was made and is there: those of all that went into it.</param>
internal sealed record InTheHouse(
    Dictionary<long, HashSet<string>> Said,
    Dictionary<long, HashSet<string>> Present,
    Dictionary<long, HashSet<string>> Within)
{
    public static async Task<InTheHouse> Read(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        async Task<Dictionary<long, HashSet<string>>> Rows(string sql)
        {
            await using var read = connection.Command(sql, shop);
            var rows = await read.List(r => (Item: r.GetInt64(0), Allergens: r.GetFieldValue<string[]>(1)), cancel);
            return rows.GroupBy(r => r.Item).ToDictionary(g => g.Key, g => g.SelectMany(r => r.Allergens).ToHashSet());
        }

        return new(
            await Rows("select id, coalesce(allergens, '{}') from stock_items where shop_id = $1 and archived_at is null"),
            await Rows(
                """
                select l.item_id, coalesce(l.allergens, i.allergens, '{}') from stock_items i
                join lateral (
                    select item_id, allergens from lots where item_id = i.id and remaining > 0
                    union all
                    (select item_id, allergens from lots where item_id = i.id and not exists
                        (select 1 from lots h where h.item_id = i.id and h.remaining > 0) order by id desc limit 1)
                ) l on true
                where i.shop_id = $1 and i.archived_at is null
                """),
            await Rows(
                """
                with recursive behind as (
                    select l.item_id as top, l.id as lot_id from lots l join stock_items i on i.id = l.item_id
                    where l.shop_id = $1 and l.remaining > 0 and i.made <> 'bought'
                    union
                    select b.top, m.lot_id from behind b join lot_moves m on m.into_lot_id = b.lot_id
                    where m.into_lot_id is not null and m.lot_id <> 0 and m.quantity < 0
                )
                select b.top, coalesce(l.allergens, i.allergens, '{}')
                from behind b join lots l on l.id = b.lot_id join stock_items i on i.id = l.item_id
                """));
    }

    /// <summary>What one has in it itself, whatever it is made of by its recipe now.</summary>
    public IEnumerable<string> OfOne(long item) =>
        (Present.GetValueOrDefault(item) ?? Said.GetValueOrDefault(item) ?? []).Union(Within.GetValueOrDefault(item) ?? []);

    /// <summary>What each stock item may have in it.</summary>
    public Dictionary<long, HashSet<string>> Of(RecipeBook book)
    {
        var all = new Dictionary<long, HashSet<string>>();
        foreach (var item in ExplodedItem.BottomUp(book.Ingredients, i => i.Made == "bought" ? [] : i.Parts))
        {
            var parts = item.Made == "bought" ? [] : item.Parts.SelectMany(p => all.GetValueOrDefault(p.ItemId) ?? []);
            all[item.Id] = [.. OfOne(item.Id), .. parts];
        }

        return all;
    }
}

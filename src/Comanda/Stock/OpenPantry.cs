using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What a shop begins with of something: quantities in its unit, what one of that costs in the shop's currency.</summary>
internal sealed record PantryItem(string Name, string Unit, decimal Stock, decimal LowAt, decimal Cost, string Supplier, string Place);

/// <summary>So much of something. Of an option it may take the place of something else.</summary>
internal sealed record PantryPart(string Name, decimal? Quantity, string? Replaces = null);

/// <summary>What an item of the menu, or an option of a group of it, is made of.</summary>
internal sealed record PantryRecipe(string Of, PantryPart[] Parts);

/// <summary>A pantry with what is made from it, as the program carries it.</summary>
internal sealed record Pantry(PantryItem[] Items, PantryRecipe[] Recipes, PantryRecipe[] Options);

/// <summary>Gives a shop that has a menu, and no stock yet, its first stock items, suppliers, places and recipes.</summary>
internal static class OpenPantry
{
    private static readonly (string Column, string Find)
        MenuItems = ("menu_item_id", "select id from menu_items where shop_id = $1 and name = $2"),
        Options = ("option_id", "select id from modifier_options where shop_id = $1 and key = $2");

    private const string NewPlace = "insert into stock_locations (shop_id, name) values ($1, $2) returning id",
        NewSupplier = "insert into suppliers (shop_id, name) values ($1, $2) returning id";

    /// <summary>Writes it in the caller's transaction.</summary>
    public static async Task Write(NpgsqlConnection connection, Pantry pantry, MovedAt at, CancellationToken cancel)
    {
        await EditStock.Open(connection, at.Shop, cancel);
        var suppliers = new Dictionary<string, long>(StringComparer.Ordinal);
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        var ids = new Dictionary<string, long>(StringComparer.Ordinal);
        var movements = new List<StockMovement>();
        foreach (var item in pantry.Items)
        {
            var place = await Named(connection, NewPlace, places, at.Shop, item.Place, cancel);
            ids[item.Name] = (long)(await connection.Scalar(
                """
                insert into stock_items (shop_id, name, unit, low_stock_threshold, supplier_id, location_id, unit_cost, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
                """,
                cancel,
                at.Shop,
                item.Name,
                item.Unit,
                Thousandths(item.LowAt),
                await Named(connection, NewSupplier, suppliers, at.Shop, item.Supplier, cancel),
                place,
                item.Cost,
                at.At))!;
            movements.Add(StockMovement.Opening(ids[item.Name], place, Thousandths(item.Stock), item.Cost));
        }

        await StockMovement.Write(connection, movements, at, cancel);
        foreach (var recipe in pantry.Recipes)
            await Write(connection, recipe, MenuItems, ids, at.Shop, cancel);
        foreach (var recipe in pantry.Options)
            await Write(connection, recipe, Options, ids, at.Shop, cancel);
    }

    private static async Task Write(
        NpgsqlConnection connection,
        PantryRecipe recipe,
        (string Column, string Find) owner,
        Dictionary<string, long> ids,
        long shop,
        CancellationToken cancel)
    {
        await using var found = connection.Command(owner.Find, shop, recipe.Of);
        foreach (var id in await found.List(r => r.GetInt64(0), cancel))
        {
            await connection.Execute(
                $"""
                insert into recipe_lines (shop_id, {owner.Column}, place, item_id, quantity, replaces_id)
                select $1, $2, l.place, l.item, l.quantity, l.replaces
                from unnest($3::bigint[], $4::bigint[], $5::bigint[]) with ordinality as l(item, quantity, replaces, place)
                """,
                cancel,
                shop,
                id,
                recipe.Parts.Select(p => ids[p.Name]).ToArray(),
                recipe.Parts.Select(p => p.Quantity is { } quantity ? Thousandths(quantity) : (long?)null).ToArray(),
                recipe.Parts.Select(p => p.Replaces is { } other ? ids[other] : (long?)null).ToArray());
        }
    }

    private static async Task<long> Named(
        NpgsqlConnection connection, string insert, Dictionary<string, long> known, long shop, string name, CancellationToken cancel)
    {
        if (!known.TryGetValue(name, out var id))
        {
            id = known[name] = (long)(await connection.Scalar(
                insert,
                cancel,
                shop,
                name))!;
        }

        return id;
    }

    private static long Thousandths(decimal quantity) => (long)(quantity * 1000);
}

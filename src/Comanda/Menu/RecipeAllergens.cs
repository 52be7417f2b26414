using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// What recipes add to the allergens of menu items. The menu keeps it beside what is said by hand, so that neither overwrites the other;
/// whoever reads the menu, or buys of it, has both.
/// </summary>
public static class RecipeAllergens
{
    /// <summary>
    /// Writes those that are other than they were, in the caller's transaction, with the menu's date and the event by which every device
    /// learns of it. Answers how many there were.
    /// </summary>
    public static async Task<int> Write(
        NpgsqlConnection connection,
        Here here,
        IReadOnlyDictionary<long, string[]> declared,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        foreach (var (item, allergens) in declared.OrderBy(d => d.Key))
        {
            await connection.Execute(
                "update menu_items set recipe_allergens = $2, version = version + 1 where id = $1",
                cancel,
                item,
                allergens);
        }

        if (declared.Count == 0)
            return 0;
        await connection.Execute("update menu_dates set changed_at = $2 where shop_id = $1", cancel, here.ShopId, now);
        await ShopEvent.Of(
            here,
            EventNames.ProductUpdated,
            now,
            new { id = (long?)null, name = "Allergens", whole = true, allergens_of = declared.Keys.Order().ToArray() })
            .Write(connection, cancel);
        return declared.Count;
    }
}

using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// The recipes in memory, one book for each shop. A change drops it at once in the process that made it, and in the others when the event
/// arrives.
/// </summary>
public sealed class RecipeBooks
{
    private readonly NpgsqlDataSource database;
    private readonly Remembered<RecipeBook> books;

    public RecipeBooks(NpgsqlDataSource database, EventFeed feed, RoomInMemory room)
    {
        this.database = database;
        books = new(Load, room.RecipeLines, book => book.Size);
        feed.OnEvent(heard =>
        {
            if (heard.Name == EventNames.StockUpdated && ChangesBook(heard))
                Forget(heard.ShopId);
        });
    }

    public async ValueTask<RecipeBook> Of(Here here, CancellationToken cancel) => (await books.Get(here.ShopId, cancel))!;

    public void Forget(long shop) => books.Forget(shop);

    /// <summary>What changes a level alone, or a countdown of the menu, changes no recipe.</summary>
    private static bool ChangesBook(HeardEvent heard)
    {
        using var envelope = JsonDocument.Parse(heard.Envelope);
        return envelope.RootElement.GetProperty("data").TryGetProperty("changed", out var changed)
            && changed.GetString() is StockChanged.Item or StockChanged.Recipe;
    }

    private async Task<RecipeBook?> Load(long shop)
    {
        // Both in one snapshot: a line never names an ingredient that is not there.
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        return await Read(connection, shop, CancellationToken.None);
    }

    /// <summary>As it is in the caller's transaction.</summary>
    internal static async Task<RecipeBook> Read(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var read = connection.Command(
            "select menu_item_id, option_id, made_id, item_id, quantity, replaces_id from recipe_lines where shop_id = $1 order by place, "
                + "id",
            shop);
        var lines = await read.List(r => (
            MenuItem: r.ValueOrNull<long>(0),
            Option: r.ValueOrNull<long>(1),
            Made: r.ValueOrNull<long>(2),
            Item: r.GetInt64(3),
            Quantity: r.ValueOrNull<long>(4),
            Replaces: r.ValueOrNull<long>(5)), cancel);
        var parts = lines.Where(l => l.Made is not null).ToLookup(l => l.Made!.Value, l => new RecipePart(l.Item, l.Quantity!.Value));
        // A cost beyond what may be given came of recipes that may no longer be saved.
        await using var items = connection.Command(
            """
            select id, name, unit, least(unit_cost, $2), coalesce(location_id, 0), made, yield
            from stock_items where shop_id = $1 and archived_at is null order by id
            """,
            shop, Quantity.LargestCost);
        var ingredients = (await items.List(
            r => new Ingredient
            {
                Id = r.GetInt64(0),
                Name = r.GetString(1),
                Unit = r.GetString(2),
                UnitCost = Quantity.Cost(r.GetDecimal(3)),
                LocationId = r.GetInt64(4),
                Made = r.GetString(5),
                Yield = r.ValueOrNull<long>(6),
                Parts = [.. parts[r.GetInt64(0)]],
            },
            cancel)).ToDictionary(i => i.Id);
        return new(
            ingredients,
            lines.Where(l => l.MenuItem is not null)
                .GroupBy(l => l.MenuItem!.Value)
                .ToDictionary(g => g.Key, g => (IReadOnlyList<RecipePart>)[.. g.Select(l => new RecipePart(l.Item, l.Quantity!.Value))]),
            lines.Where(l => l.Option is not null).GroupBy(l => l.Option!.Value).ToDictionary(
                g => g.Key,
                g => (IReadOnlyList<OptionPart>)[.. g.Select(l => new OptionPart(l.Item, l.Quantity, l.Replaces))]));
    }
}

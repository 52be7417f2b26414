using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET and PUT /api/inventory/{id}/lots: that an item keeps lots, and how long they keep.</summary>
public sealed class EditKeptLots(NpgsqlDataSource database, RequestHead head, Moment moment)
{
    public async Task<Answer<KeptLotsView>> Read(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await StockItem.Find(connection, moment.Shop.Id, id, cancel) is null
            ? Refusal.NotFound("stock item")
            : await View(connection, id, cancel);
    }

    public async Task<Answer<KeptLotsView>> Change(long id, KeepLotsRequest request, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await StockItem.Hold(connection, moment.Shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        if (request.ShelfLifeDays is { } days and (< -1 or > 3650))
            return Refusal.OfField("shelf_life_days", $"must be between 0 and 3650, or -1 for none, and not {days}");
        if (item.Made == "to_order")
            return Refusal.Conflict("made_to_order", $"{item.Name} is made when it is sold and has no stock of its own; its parts have.");
        var before = await View(connection, id, cancel);
        if (head.Check(before.Version, request) is { } stale)
            return stale;
        await KeepLots.Begin(connection, id, MovedAt.Of(moment), cancel);
        if (request.ShelfLifeDays is { } given)
        {
            await connection.Execute(
                "update lot_items set shelf_life_days = $2::int, version = version + 1 where item_id = $1 and shelf_life_days is distinct "
                    + "from $2::int",
                cancel,
                id,
                given == -1 ? null : given);
        }

        var after = await View(connection, id, cancel);
        await transaction.CommitAsync(cancel);
        return after;
    }

    private static async Task<KeptLotsView> View(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var read = connection.Command("select shelf_life_days, version from lot_items where item_id = $1", id);
        return (await read.List(r => new KeptLotsView(id, true, r.ValueOrNull<int>(0), r.GetInt64(1)), cancel)).FirstOrDefault()
            ?? new(id, false, null, 0);
    }
}

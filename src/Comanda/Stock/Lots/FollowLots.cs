using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Gives sales their lots soon after them, and has the menu declare what follows of them. It works apart
/// from <see cref="WatchStock"/>, so that neither waits for the other; a shop
/// without lots has nothing to be followed.
/// </summary>
public sealed class FollowLots(
    NpgsqlDataSource database,
    DeclareAllergens declare,
    EventFeed feed,
    TimeProvider clock,
    ILogger<FollowLots> log) : ShopRounds(feed, clock, log, "giving stock movements their lots")
{
    protected override bool Concerns(string name) =>
        name is EventNames.StockUpdated or EventNames.OrderCreated or EventNames.OrderUpdated or EventNames.OrderCancelled;

    protected override async Task<List<long>> Behind(CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select p.shop_id from lot_positions p
            where p.done_to > pg_snapshot_xmax(pg_current_snapshot())
                or exists (select 1 from stock_movements m where m.shop_id = p.shop_id and m.xact >= p.done_to)
            """);
        return await command.List(r => r.GetInt64(0), cancel);
    }

    public override async Task<bool> Look(long shopId, CancellationToken cancel)
    {
        var more = await Give(shopId, cancel);
        // What is used up is in nothing any more; a recipe may have changed, too.
        await declare.Run(shopId, cancel);
        return !more;
    }

    private async Task<bool> Give(long shopId, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await connection.Scalar("select 1 from lot_positions where shop_id = $1", cancel, shopId) is null)
            return false;
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var more = await GiveLots.Try(connection, shopId, cancel);
        await transaction.CommitAsync(cancel);
        return more;
    }
}

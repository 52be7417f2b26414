using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Events;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Follows the shops whose stock moved: folds their movements and tells of each item that went low, once for each crossing, however
/// many sales and processes there are (whoever holds the shop's position tells; <c>stock_low</c> remembers). It hears of a sale by the
/// event feed, and looks round now and then for what it may have missed.
/// </summary>
public sealed class WatchStock(
    NpgsqlDataSource database,
    EventFeed feed,
    EventBell bell,
    ShopDirectory shops,
    Senders senders,
    TimeProvider clock,
    ILogger<WatchStock> log) : ShopRounds(feed, clock, log, "folding stock movements")
{
    /// <summary>Devices are told a shop's levels this far apart at most.</summary>
    private static readonly TimeSpan BetweenLevels = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, long> toldAt = [];
    private readonly TimeProvider clock = clock;

    protected override bool Concerns(string name) =>
        name is EventNames.StockUpdated or EventNames.OrderCreated or EventNames.OrderUpdated or EventNames.OrderCancelled;

    protected override async Task<List<long>> Behind(CancellationToken cancel)
    {
        await using var command = database.Command(
            "select p.shop_id from stock_positions p where p.folded_to > pg_snapshot_xmax(pg_current_snapshot()) or exists (select 1 from "
                + "stock_movements m where m.shop_id = p.shop_id and m.xact >= p.folded_to and m.id > p.floor_id)");
        return await command.List(r => r.GetInt64(0), cancel);
    }

    /// <summary>Folds one shop's movements and tells what went low. False where another process does so just now.</summary>
    public override async Task<bool> Look(long shopId, CancellationToken cancel)
    {
        if (await shops.Find(shopId, cancel) is not { } shop
            || await database.Scalar("select 1 from stock_positions where shop_id = $1", cancel, shopId) is null)
            return true;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await FoldStock.Run(connection, shopId, cancel))
            return false;
        var told = await Tell(connection, shop, cancel);
        var waits = toldAt.TryGetValue(shopId, out var last) && clock.GetElapsedTime(last) < BetweenLevels;
        if (waits)
            Note(shopId); // a little later
        else if (await TellLevels.Run(connection, shopId, Clock.Now(clock), cancel))
            (told, toldAt[shopId]) = (true, clock.GetTimestamp());
        await transaction.CommitAsync(cancel);
        if (told)
            bell.Ring();
        return true;
    }

    private async Task<bool> Tell(NpgsqlConnection connection, Shop shop, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        await using var crossed = connection.Command(
            $"{StockItem.Select} and ({StockItem.IsLowSql}) <> exists (select 1 from stock_low w where w.item_id = i.id) order by i.id",
            shop.Id);
        var items = await crossed.List(StockItem.Row, cancel);
        if (items.Count == 0)
            return false;
        var (low, again) = (items.FindAll(i => i.IsLow), items.FindAll(i => !i.IsLow));
        await connection.Execute("delete from stock_low where item_id = any($1)", cancel, (object)again.Select(i => i.Id).ToArray());
        await connection.Execute(
            "insert into stock_low (item_id, shop_id, since) select unnest($1::bigint[]), $2, $3",
            cancel,
            low.Select(i => i.Id).ToArray(),
            shop.Id,
            now);
        var system = new Here { ShopId = shop.Id };
        foreach (var item in low)
        {
            var (type, message) = (item.Threshold is null ? "negative_stock" : "low_stock", Words(item));
            var id = (long)(await connection.Scalar(
                "insert into stock_alerts (shop_id, item_id, type, message, at) values ($1, $2, $3, $4, $5) returning id",
                cancel,
                shop.Id,
                item.Id,
                type,
                message,
                now))!;
            await ShopEvent.Of(system, EventNames.LowStock, now, new
            {
                id,
                inventory_id = item.Id,
                type,
                item.Name,
                item.Unit,
                current_stock = Quantity.Of(item.Level),
                low_stock_threshold = item.Threshold is { } t ? Quantity.Of(t) : (decimal?)null,
                message
            })
                .Write(connection, cancel);
        }

        if (low.Count > 0)
        {
            foreach (var to in shop.Settings.LowStockTo)
                await new Message(
                    MessageChannel.Email,
                    to,
                    $"{shop.Name}: {(low.Count == 1 ? low[0].Name + " is" : low.Count + " items are")} low",
                    string.Join('\n', low.Select(Words)) + "\n").Write(senders, connection, shop.Id, now, cancel);
        }

        return low.Count > 0;
    }

    private static string Words(StockItem item) =>
        $"{item.Name}: {Quantity.ToText(item.Level, item.Unit)} left"
        + (item.Threshold is { } threshold ? $", to be told of at {Quantity.ToText(threshold, item.Unit)}" : "")
        + (item.Level < 0 ? "; more was sold than the books had" : "") + ".";
}

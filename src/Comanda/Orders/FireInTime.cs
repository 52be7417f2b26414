using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Gives the kitchen what was ordered for later, as early as it takes to prepare. On any number of processes at once: each order's row
/// is locked, and is given once. The time is the database's: processes whose clocks differ agree on it.
/// </summary>
public sealed class FireInTime(IServiceScopeFactory scopes, NpgsqlDataSource database, ILogger<FireInTime> log) : BackgroundService
{
    private static readonly TimeSpan LookRound = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, "orders for later");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FireDue(stoppingToken);
                outage.Works();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
            }

            await Task.Delay(LookRound, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks for orders that could be due whatever they take, and gives the kitchen those that are.</summary>
    internal async Task FireDue(CancellationToken cancel)
    {
        await using var command = database.Command(
            "select shop_id, id, now() from orders where status = 'pending' and fired_at is null and scheduled_for is not null and not held and not training and scheduled_for <= now() + make_interval(mins => $1) order by scheduled_for limit 500",
            KitchenLoad.MostMinutes);
        foreach (var (shop, id, now) in await command.List(r => (r.GetInt64(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2)), cancel))
            await Fire(shop, id, now, cancel);
    }

    private async Task Fire(long shopId, long id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var here = scope.ServiceProvider.GetRequiredService<Here>();
        here.ShopId = shopId;
        await using var change = await scope.ServiceProvider.GetRequiredService<OrderChanges>().Begin(id, null, cancel);
        if (change.Refusal is not null || change.Order is not { Status: OrderStatus.Pending, IsInKitchen: false } order
            || !order.IsDue(now, change.Shop.Settings.KitchenHands))
            return;
        change.Now = now;
        order.Fire(now);
        order.Changed();
        change.Tell(EventNames.OrderUpdated);
        await change.Commit();
    }
}

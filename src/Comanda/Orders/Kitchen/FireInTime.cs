using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Gives the kitchen what was ordered for later, as early as it takes to prepare. On any number of processes at once: each order's row
/// is locked, and is given once. The time is the database's: processes whose clocks differ agree on it.
/// </summary>
public sealed class FireInTime(IServiceScopeFactory scopes, NpgsqlDataSource database, ILogger<FireInTime> log)
    : Rounds(log, "orders for later", TimeSpan.FromSeconds(5))
{
    private const int PageSize = 500;

    protected override Task Round(CancellationToken cancel) => FireDue(cancel);

    /// <summary>
    /// Looks for orders that could be due and gives the kitchen those that are. However many are wanted sooner and not due yet, all are
    /// looked at; one that cannot be given does not keep back those behind it.
    /// </summary>
    internal async Task FireDue(CancellationToken cancel)
    {
        var (wanted, last) = (DateTimeOffset.UnixEpoch, 0L);
        while (true)
        {
            await using var command = database.Command(
                """
                select o.shop_id, o.id, o.scheduled_for, now() from orders o
                cross join lateral (
                    select coalesce(max(i.preparation_time), 0)::bigint as slowest,
                        coalesce(sum(i.preparation_time::bigint * i.quantity), 0)::bigint as work
                    from order_items i where i.order_id = o.id) takes
                where o.status = 'pending' and o.fired_at is null and o.scheduled_for is not null and not o.held and not o.training
                    and o.payment_due_by is null
                    and o.scheduled_for <= now() + make_interval(mins => $1) and (o.scheduled_for, o.id) > ($2, $3)
                    -- By one pair of hands. With more of them it may be begun later, which the order itself knows.
                    and o.scheduled_for <= now() + make_interval(mins => least($1,
                        greatest(takes.slowest, takes.work) + o.delivery_minutes)::int)
                order by o.scheduled_for, o.id limit $4
                """,
                KitchenLoad.MostMinutes, wanted, last, PageSize);
            var page = await command.List(
                r => (
                    Shop: r.GetInt64(0),
                    Id: r.GetInt64(1),
                    Wanted: r.GetFieldValue<DateTimeOffset>(2),
                    Now: r.GetFieldValue<DateTimeOffset>(3)),
                cancel);
            foreach (var order in page)
                await FireOrLog(order.Shop, order.Id, order.Now, cancel);
            if (page.Count < PageSize)
                return;
            (wanted, last) = (page[^1].Wanted, page[^1].Id);
        }
    }

    private async Task FireOrLog(long shopId, long id, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await Fire(shopId, id, now, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not NpgsqlException { IsTransient: true })
        {
            log.LogError(failure, "order {Order} of shop {Shop} could not be given to the kitchen; trying again", id, shopId);
        }
    }

    private async Task Fire(long shopId, long id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var here = scope.ServiceProvider.GetRequiredService<Here>();
        here.ShopId = shopId;
        await using var change = await scope.ServiceProvider.GetRequiredService<OrderChanges>().Begin(id, cancel);
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

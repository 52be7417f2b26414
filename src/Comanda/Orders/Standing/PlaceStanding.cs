using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Makes orders of the days of standing orders that are near. On any number of processes at once, each day becomes one order: it is placed
/// under a retry key of its own, which commits with it. A day that could not be placed (a full slot, a closed day) is tried again.
/// </summary>
public sealed class PlaceStanding(IServiceScopeFactory scopes, NpgsqlDataSource database, TimeProvider clock, ILogger<PlaceStanding> log)
    : Rounds(log, "standing orders", TimeSpan.FromSeconds(5))
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    protected override async Task Round(CancellationToken cancel)
    {
        await using var command = database.Command(
            StandingOrder.Select + " where s.ended_at is null and g.erased_at is null order by s.shop_id, s.at, s.id");
        foreach (var ofShop in (await command.List(StandingOrder.Read, cancel)).GroupBy(s => s.ShopId))
            await PlaceIn(ofShop.Key, [.. ofShop], cancel);
    }

    private async Task PlaceIn(long shopId, List<StandingOrder> all, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        Shop shop;
        await using (var scope = scopes.CreateAsyncScope())
            shop = await scope.ServiceProvider.GetRequiredService<ShopDirectory>().Of(new Here { ShopId = shopId }, cancel);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, shop.Settings.BusinessDay.Zone).DateTime);
        var days = await StandingDay.Of(database, shopId, (today, today.AddDays(7)), cancel);
        var done = days.Where(d => d.OrderId is not null || now - d.At < Again).Select(d => (d.StandingOrderId, d.Day)).ToHashSet();
        foreach (var order in all)
        {
            foreach (var (day, isPaused) in order.Days.Between(today, today.AddDays(order.DaysAhead)))
            {
                if (!isPaused && !done.Contains((order.Id, day)) && order.InstantOn(day, shop) > now)
                    await PlaceOrLog(order, day, shop, cancel);
            }
        }
    }

    private async Task PlaceOrLog(StandingOrder order, DateOnly day, Shop shop, CancellationToken cancel)
    {
        try
        {
            await Place(order, day, shop, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not NpgsqlException { IsTransient: true })
        {
            log.LogError(failure, "{Day} of standing order {Order} could not be placed; trying again", day, order.Id);
            await Note(order, day, (null, "internal_error"), cancel);
        }
    }

    private async Task Place(StandingOrder order, DateOnly day, Shop shop, CancellationToken cancel)
    {
        var request = order.RequestFor(day, shop);
        var (answer, why) = (await Run(order, day, request, cancel), (string?)null);
        if (answer.Refusal is { } notPaid && request.Payments is not null)
        {
            // A card that pays nothing keeps nobody's bread from them: it is paid when it is fetched.
            answer = await Run(order, day, request with { Payments = null }, cancel);
            why = answer.Refusal is null ? notPaid.Code : null;
        }

        if (answer.Refusal is { } refusal)
            await Note(order, day, (null, refusal.Code), cancel);
        else if (answer.Fixed is { IsRefusal: false } made)
            await Note(order, day, (JsonElement.Parse(made.Body).GetProperty("id").GetInt64(), why), cancel);
    }

    /// <summary>As whoever wrote it down; the same day is the same request, whatever was changed of it meanwhile.</summary>
    private async Task<Answer<OrderView>> Run(StandingOrder order, DateOnly day, OrderRequest request, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var here = services.GetRequiredService<Here>();
        (here.ShopId, here.Visitor) = (order.ShopId, await By(order, cancel));
        await services.GetRequiredService<Moment>().Enter(cancel);
        var key = services.GetRequiredService<IdempotentWrite>().KeyOf(
            $"standing-order {order.Id} {day:yyyy-MM-dd}", "key", PlaceOrder.Operation, new { standing_order = order.Id, day });
        return await services.GetRequiredService<PlaceOrder>().Run(request, key.Value, null, cancel);
    }

    private async Task<Caller> By(StandingOrder order, CancellationToken cancel) => new()
    {
        UserId = order.CreatedBy,
        SessionId = 0,
        Username = "",
        Name = await database.Scalar("select name from users where id = $1", cancel, order.CreatedBy) as string ?? "",
        Role = RoleNames.Cashier,
        ShopId = order.ShopId,
        Permissions = new HashSet<Permission> { Permission.TakeOrders, Permission.TakePayments },
    };

    private async Task Note(StandingOrder order, DateOnly day, (long? OrderId, string? Reason) became, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            """
            insert into standing_order_days (standing_order_id, day, shop_id, status, order_id, reason, at)
            values ($1, $2, $3, $4, $5::bigint, $6::text, $7)
            on conflict (standing_order_id, day) do update set status = excluded.status, order_id = excluded.order_id,
                reason = excluded.reason, at = excluded.at where standing_order_days.order_id is null
            """,
            cancel,
            order.Id,
            day,
            order.ShopId,
            became.OrderId is null ? "failed" : "placed",
            became.OrderId,
            became.Reason,
            Clock.Now(clock));
    }
}

using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>The orders whose lines come to this one: one, or several.</summary>
public sealed record MergeRequest(IReadOnlyList<long>? OrderIds, long? OrderId);

/// <summary>Where the guests sit now.</summary>
public sealed record TransferRequest([property: AtMost(40)] string? Table);

/// <summary>
/// POST /api/orders/{id}/merge and /transfer. A merge brings the lines and tips of other unpaid bills to this one as they were
/// frozen; the others are cancelled without a line, with the reason "merged into …", and nothing goes back to any countdown.
/// </summary>
public sealed class MergeOrders(ComandaDb db, ShopDirectory shops, Ids ids, EventBell bell, Here here, TimeProvider clock)
{
    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Merge(long id, MergeRequest request, HttpContext http, CancellationToken cancel)
    {
        var wanted = (request.OrderIds ?? []).Concat(request.OrderId is { } one ? [one] : []).Distinct().ToList();
        var errors = new FieldErrors();
        errors.Check(wanted.Count is >= 1 and <= 20, "order_ids", "must be 1 to 20 other orders");
        errors.Check(!wanted.Contains(id), "order_ids", "must be others than this one");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        var shop = await shops.Of(here, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var orders = new Dictionary<long, Order>();
        foreach (var each in wanted.Append(id).Order()) // in the order of their ids: two merges never wait in a ring
        {
            if (await db.LockedOrder(each, here.ShopId, cancel) is { } found)
                orders[each] = found;
        }

        if (!orders.TryGetValue(id, out var order))
            return Refusal.NotFound("order").ToProblem();
        errors.Check(wanted.TrueForAll(orders.ContainsKey), "order_ids", "are not all orders of this shop");
        errors.Check(orders.Values.All(o => (o.Type, o.Currency, o.PricesIncludeTax, o.Training, o.CashStep, o.ServiceChargeRate) == (order.Type, order.Currency, order.PricesIncludeTax, order.Training, order.CashStep, order.ServiceChargeRate)), "order_ids", "must be of the same kind as this order");
        errors.Check(orders.Values.All(o => o.Type != OrderType.Delivery), "order_ids", "must not be deliveries: each has an address");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        if (here.Caller.IsTrainee && !order.Training)
            return Refusal.Forbidden("A trainee joins only practice orders.").ToProblem();
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale.ToProblem();
        var now = Clock.Now(clock);
        if (orders.Values.Select(o => o.CanBeRearranged(shop.Settings.BusinessDay.Of(now))).FirstOrDefault(r => r is not null) is { } cannot)
            return cannot.ToProblem();
        if (orders.Values.FirstOrDefault(o => o.Held != order.Held || o.IsInKitchen != order.IsInKitchen) is { } apart)
            return Refusal.Conflict("different_stage", $"{(order.IsInKitchen ? apart : order).OrderNumber} is not in the kitchen and {(order.IsInKitchen ? order : apart).OrderNumber} is. Join them when they are at the same stage.").ToProblem();
        if (orders.Values.FirstOrDefault(o => o.Status != order.Status) is { } elsewhere)
            return Refusal.Conflict("different_stage", $"{order.OrderNumber} is {order.Status.ToWire()} and {elsewhere.OrderNumber} is {elsewhere.Status.ToWire()}; the kitchen would lose track. Join them when they are at the same stage.").ToProblem();
        errors.Check(orders.Values.Sum(o => o.Items.Count) <= 200, "order_ids", "would make more than 200 lines");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();

        await Join(order, [.. wanted.Select(w => orders[w])], shop, now, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(OrderView.From(order));
    }

    private async Task Join(Order order, List<Order> others, Shop shop, DateTimeOffset now, CancellationToken cancel)
    {
        var drawers = await HoldRegisters.CurrentDrawers(Connection, order.ShopId, [.. others.Append(order).Select(o => o.RegisterId)], cancel);
        var fresh = await ids.OrderItems.Take(others.Sum(o => o.Items.Count), cancel, Connection);
        var came = new List<(OrderLine Line, long From)>();
        var (next, combos) = (0, order.Items.Max(l => l.Combo) ?? 0);
        var before = DrawerCorrection.Of(order);
        var stock = new StockMemory([.. others, order]);
        foreach (var other in others)
        {
            var (was, tip) = (DrawerCorrection.Of(other), other.Tip);
            foreach (var line in other.Items)
            {
                var moved = line.MovedTo(order, fresh[next++], line.Quantity, line.Whole, combos + line.Combo);
                order.Items.Add(moved);
                came.Add((moved, line.Id));
                db.Add(moved);
            }

            combos = order.Items.Max(l => l.Combo) ?? combos;
            db.RemoveRange(other.Items);
            var drawer = drawers[other.RegisterId];
            other.MergedAway(order.OrderNumber, now, shop.Settings.BusinessDay, drawer);
            order.Tip += tip;
            order.CustomerId ??= other.CustomerId;
            await was.Write(other, drawer, now, Connection, cancel);
            await FiscalJournal.Append(Connection, other.ShopId, other.RegisterId, FiscalJournal.Cancellation, other.Id, now, JournalContent.OfCancellation(other, [], here.Caller.Name), cancel);
            db.Add(ShopEvent.Of(here, EventNames.OrderCancelled, now, OrderView.From(other)));
        }

        order.Recount();
        order.Changed();
        await new AuditEntry(AuditActions.OrdersMerged, "order", order.Id, others.ConvertAll(o => o.OrderNumber), new { order_number = order.OrderNumber, total = order.Total.In(shop.Currency) }).Write(Connection, here, now, cancel);
        await before.Write(order, drawers[order.RegisterId], now, Connection, cancel);
        await stock.Write([.. others, order], here, now, shop.Settings.BusinessDay.Of(now), Connection, cancel);
        await FiscalJournal.Append(Connection, order.ShopId, order.RegisterId, FiscalJournal.Edit, order.Id, now, JournalContent.OfSale(order), cancel);
        db.Add(KitchenTicket.Event(here, EventNames.OrderUpdated, now, order, order.IsInKitchen ? KitchenTicket.Move(order, came) : []));
    }

    /// <summary>The guests move to another table; theirs may be any bill that is not over.</summary>
    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Transfer(long id, TransferRequest request, HttpContext http, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(request.Table))
            return Refusal.OfField("table", "is required, at most 40 characters").ToProblem();
        var shop = await shops.Of(here, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.LockedOrder(id, here.ShopId, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        if (here.Caller.IsTrainee && !order.Training)
            return Refusal.Forbidden("A trainee moves only practice orders.").ToProblem();
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale.ToProblem();
        var now = Clock.Now(clock);
        if (order.CanBeRearranged(shop.Settings.BusinessDay.Of(now)) is { } cannot)
            return cannot.ToProblem();
        if (order.Table != request.Table.Trim())
        {
            order.Table = request.Table.Trim();
            order.Changed();
            db.Add(KitchenTicket.Event(here, EventNames.OrderUpdated, now, order, order.IsInKitchen ? KitchenTicket.Move(order) : []));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            bell.Ring();
        }

        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(OrderView.From(order));
    }
}

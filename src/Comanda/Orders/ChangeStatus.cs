using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary><see cref="Reason"/> and <see cref="Approval"/> are for a cancellation.</summary>
public sealed record StatusRequest(string? Status, [property: AtMost(500)] string? Reason = null, ApprovalRequest? Approval = null);

/// <summary>Who may not give money back needs the <see cref="Approval"/> of somebody who may, once the order is paid.</summary>
public sealed record CancelRequest([property: AtMost(500)] string? Reason, ApprovalRequest? Approval = null);

/// <summary>
/// Moves an order through its life, and cancels it. The order's row is locked while it moves, so of two who act on one
/// order at once the second sees what the first did.
/// </summary>
public sealed class ChangeStatus(ComandaDb db, ShopDirectory shops, Ids ids, EventBell bell, Approvals approvals, Here here, TimeProvider clock)
{
    /// <summary>What the kitchen hears of it.</summary>
    private List<KitchenTicket> tickets = [];

    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Move(long id, StatusRequest request, HttpContext http, CancellationToken cancel)
    {
        if (!WireName<OrderStatus>.TryParse(request.Status, out var next))
            return Refusal.OfField("status", "must be " + string.Join(", ", WireName<OrderStatus>.All)).ToProblem();

        return next == OrderStatus.Cancelled ? await Cancel(id, new(request.Reason, request.Approval), http, cancel) : await Act(id, http, (order, _, _) => Move(order, next), cancel);
    }

    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Cancel(long id, CancelRequest? request, HttpContext http, CancellationToken cancel)
    {
        // Asked before the order is locked: to check a PIN takes a while. Under the lock the order must be what it was.
        var paid = await db.Orders.AnyAsync(o => o.Id == id && o.Paid != Money.Zero && o.Status != OrderStatus.Cancelled, cancel);
        var approval = paid ? await approvals.Check(Permission.RefundOrders, request?.Approval, "give back what was paid", cancel) : (Approver?)null;
        if (approval.Refusal is { } refusal)
            return refusal.ToProblem();
        return await Act(id, http, (order, shop, connection) => Cancel(order, request?.Reason, paid, approval.Value, shop, http, connection, cancel), cancel);
    }

    private Task<Outcome<string?>> Move(Order order, OrderStatus next)
    {
        // Whoever begins with one that was for later has it, and so has the kitchen.
        var fires = next == OrderStatus.Preparing && order is { Status: OrderStatus.Pending, IsInKitchen: false };
        var moved = order.MoveTo(next, Clock.Now(clock));
        if (fires && moved is { Refusal: null, Value: true })
        {
            order.Fire(Clock.Now(clock));
            tickets = KitchenTicket.New(order);
        }

        Outcome<string?> outcome = moved.Refusal is { } refusal ? refusal
            : !moved.Value ? (string?)null
            : next == OrderStatus.Completed ? EventNames.OrderCompleted : EventNames.OrderUpdated;
        return Task.FromResult(outcome);
    }

    private async Task<Outcome<string?>> Cancel(
        Order order, string? reason, bool mayRefund, Approver? approver, Shop shop, HttpContext http, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (order.Status == OrderStatus.Cancelled)
            return (string?)null;
        List<KitchenTicket> making = order is { IsInKitchen: true, Status: OrderStatus.Pending or OrderStatus.Preparing } ? KitchenTicket.Cancel(order) : [];
        if (!order.Paid.IsZero && !mayRefund && !here.Caller.May(Permission.RefundOrders))
            return Refusal.Forbidden($"The order was paid in this moment; your role '{here.Caller.Role}' may not give money back.");
        var till = shop.TillOf(http);
        if (till.Refusal is { } stranger)
            return stranger;
        await GiftCardLedger.HoldThoseOf(connection, order, cancel);
        var drawer = await HoldRegisters.CurrentDrawer(connection, order.ShopId, order.RegisterId, till.Value ?? shop.MoneyAt(order.RegisterId, order.Payments.Exists(p => p.Method == PaymentMethod.Cash)), cancel);
        var refundIds = await ids.Payments.Take(order.Payments.Count, cancel, connection);
        var refunds = order.Cancel(reason, here.Caller, Clock.Now(clock), shop.Settings.BusinessDay, drawer, refundIds);
        if (refunds.Refusal is { } refusal)
            return refusal;
        await FiscalJournal.Append(
            connection, order.ShopId, order.RegisterId, FiscalJournal.Cancellation, order.Id, order.CancelledAt!.Value,
            JournalContent.OfCancellation(order, refunds.Value, here.Caller.Name), cancel);
        await OrderPoints.WhenGivenBack(connection, order, refunds.Value, null, here.Caller.UserId, order.CancelledAt.Value, cancel);
        await Countdown.GiveBack(connection, here, await StillOut(order, connection, cancel), order.CancelledAt.Value, cancel);
        await StockMemory.GiveBack(order, here, order.CancelledAt.Value, shop.Settings.BusinessDay.Of(order.CancelledAt.Value), connection, cancel);
        await GiftCardLedger.GiveBack(connection, here, refunds.Value, cancel);
        tickets = making;
        db.AddRange(refunds.Value);
        await Log(order, refunds.Value, approver, connection, cancel);
        return EventNames.OrderCancelled;
    }

    /// <summary>The counted items that the order holds, without those that a refund put back already.</summary>
    private static async Task<SortedDictionary<long, int>> StillOut(Order order, NpgsqlConnection connection, CancellationToken cancel)
    {
        var items = order.CountedItems();
        if (order.Refunded.IsZero || items.Count == 0)
            return items;
        await using var command = connection.Command(
            "select i.menu_item_id, sum(l.quantity)::int from order_refunds r join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id where r.order_id = $1 and r.restocked and i.counted group by 1", order.Id);
        foreach (var (item, back) in await command.List(r => (r.GetInt64(0), r.GetInt32(1)), cancel))
        {
            if (items.TryGetValue(item, out var out_) && out_ > back)
                items[item] = out_ - back;
            else
                items.Remove(item);
        }

        return items;
    }

    private async Task Log(Order order, List<Refund> refunds, Approver? approver, NpgsqlConnection connection, CancellationToken cancel)
    {
        var currency = Currency.Of(order.Currency);
        await new AuditEntry(
            AuditActions.OrderVoided, "order", order.Id,
            new { order_number = order.OrderNumber, total = order.Total.In(currency), paid = order.Paid.In(currency) },
            new { status = order.Status.ToWire(), reason = order.CancelReason, approved_by = approver?.Name }).Write(connection, here, order.CancelledAt!.Value, cancel);
        if (approver is not null)
            await approver.Of("order", order.Id).Write(connection, here, order.CancelledAt.Value, cancel);
        foreach (var refund in refunds)
        {
            await new AuditEntry(
                AuditActions.Refund, "order", order.Id, After: new { payment_id = refund.PaymentId, method = refund.Method.ToWire(), amount = refund.Amount.In(currency), reason = refund.Reason, approved_by = approver?.Name })
                .Write(connection, here, order.CancelledAt.Value, cancel);
        }
    }

    /// <summary>Locks the order, lets the act change it, and writes what changed with its event. No event, no change.</summary>
    private async Task<Results<Ok<OrderView>, ProblemHttpResult>> Act(
        long id, HttpContext http, Func<Order, Shop, NpgsqlConnection, Task<Outcome<string?>>> act, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.LockedOrder(id, here.ShopId, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale.ToProblem();
        var outcome = await act(order, shop, (NpgsqlConnection)db.Database.GetDbConnection());
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem();
        var view = OrderView.From(order);
        if (outcome.Value is { } happened)
        {
            await TrackOrder.Note((NpgsqlConnection)db.Database.GetDbConnection(), order, Clock.Now(clock), cancel);
            db.Add(KitchenTicket.Event(here, happened, Clock.Now(clock), order, tickets));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            bell.Ring();
        }

        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(view);
    }
}

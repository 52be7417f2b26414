using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Kernel;
using Comanda.Registers;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>Moves an order through its life, and cancels it.</summary>
public sealed class ChangeStatus(ComandaDb db, OrderChanges orders, Ids ids, Approvals approvals, Moment moment)
{
    public async Task<Answer<OrderView>> Move(
        long id,
        StatusRequest request,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var next = errors.OneOf<OrderStatus>("status", request.Status);
        if (errors.Any)
            return errors.ToRefusal();
        if (next == OrderStatus.Cancelled)
            return await Cancel(id, new(request.Reason, request.Approval), cancel);
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(
            change.Refusal ?? change.Order.MoveTo(next, change.Now),
            next == OrderStatus.Completed ? EventNames.OrderCompleted : EventNames.OrderUpdated);
    }

    public async Task<Answer<OrderView>> Cancel(
        long id,
        CancelRequest? request,
        CancellationToken cancel)
    {
        // Asked before the order is locked: to check a PIN takes a while. Under the lock the order must be what it was.
        var paid = await db.Orders.AnyAsync(o => o.Id == id && o.Paid != Money.Zero && o.Status != OrderStatus.Cancelled, cancel);
        var approval = paid
            ? await approvals.Check(Permission.RefundOrders, request?.Approval, "give back what was paid", cancel)
            : (Approver?)null;
        if (approval.Refusal is { } refusal)
            return refusal;
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(
            change.Refusal ?? await Cancel(change, request?.Reason, paid, approval.Value, cancel), EventNames.OrderCancelled);
    }

    private async Task<Outcome<bool>> Cancel(
        OrderChange change, string? reason, bool mayRefund, Approver? approver, CancellationToken cancel)
    {
        var (order, shop) = (change.Order, change.Shop);
        if (order.Status == OrderStatus.Cancelled)
            return false;
        if (!order.Paid.IsZero && !mayRefund && !moment.Caller.May(Permission.RefundOrders))
            return Refusal.Forbidden($"The order was paid in this moment; your role '{moment.Caller.Role}' may not give money back.");
        var till = moment.Till;
        if (till.Refusal is { } stranger)
            return stranger;
        var drawer = await change.HoldMoneyBack(till.Value, order.Payments.Exists(p => p.Method == PaymentMethod.Cash));
        var refundIds = await ids.Payments.Take(order.Payments.Count, cancel, change.Connection);
        var refunds = order.Cancel(reason, moment.Caller, change.Now, shop.Settings.BusinessDay, drawer, refundIds);
        if (refunds.Refusal is { } refusal)
            return refusal;
        change.Journal(JournalKind.Cancellation, JournalContent.OfCancellation(order, refunds.Value, moment.Caller.Name));
        change.GiveBack(refunds.Value);
        change.PutBack(await StillOut(order, change.Connection, cancel));
        Log(change, refunds.Value, approver);
        return true;
    }

    /// <summary>How many of each line the guest was to have, without those that a refund put back already.</summary>
    private static async Task<IEnumerable<PutBack>> StillOut(
        Order order, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (order.Refunded.IsZero)
            return order.Items.Select(l => new PutBack(l.Id, Measure.Zero, l.Quantity));
        await using var command = connection.Command(
            """
            select l.order_item_id, sum(coalesce(l.weight, l.quantity * 1000::bigint))::bigint
            from order_refunds r join order_refund_lines l on l.refund_id = r.id
            where r.order_id = $1 and r.restocked group by 1
            """,
            order.Id);
        var rows = await command.List(r => (Line: r.GetInt64(0), Quantity: new Measure(r.GetInt64(1))), cancel);
        var back = rows.ToDictionary(r => r.Line, r => r.Quantity);
        return order.Items.Select(l => new PutBack(l.Id, back.GetValueOrDefault(l.Id), l.Quantity - back.GetValueOrDefault(l.Id)));
    }

    private static void Log(OrderChange change, List<Refund> refunds, Approver? approver)
    {
        var order = change.Order;
        var currency = Currency.Of(order.Currency);
        change.Audit(new(
            AuditActions.OrderVoided, "order", order.Id,
            new { order_number = order.OrderNumber, total = order.Total.In(currency), paid = order.Paid.In(currency) },
            new { status = order.Status.ToWire(), reason = order.CancelReason, approved_by = approver?.Name }));
        change.Audit(approver?.Of("order", order.Id));
        foreach (var refund in refunds)
        {
            change.Audit(new(AuditActions.Refund, "order", order.Id, After: new
            {
                payment_id = refund.PaymentId,
                method = refund.Method.ToWire(),
                amount = refund.Amount.In(currency),
                reason = refund.Reason,
                approved_by = approver?.Name,
            }));
        }
    }
}

using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Registers;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>Moves an order through its life, and cancels it.</summary>
public sealed class ChangeStatus(OwnOrders own, OrderChanges orders, Ids ids, Approvals approvals, Moment moment)
{
    /// <summary>What an order says that was cancelled because nobody paid it.</summary>
    public const string NotPaid = "not paid in time";

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
        if (own.IsGuest && request?.Approval is not null)
            return Refusal.OfField("approval", "is for staff");
        // Asked before the order is locked: to check a PIN takes a while. Under the lock the order must be what it was.
        var paid = await (await own.Visible(cancel))
            .AnyAsync(o => o.Id == id && o.Paid != Money.Zero && o.Status != OrderStatus.Cancelled, cancel);
        var approval = paid && !own.IsGuest
            ? await approvals.Check(Permission.RefundOrders, request?.Approval, "give back what was paid", cancel)
            : (Approver?)null;
        if (approval.Refusal is { } refusal)
            return refusal;
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(
            change.Refusal ?? await Cancel(change, request?.Reason, paid, approval.Value, cancel), EventNames.OrderCancelled);
    }

    /// <summary>
    /// Cancels one whose guest has not paid it in time: what it held is free again, and what of it was paid (by points, by a gift card)
    /// goes back. However many processes ask, it is done once; one that was paid in this moment goes on.
    /// </summary>
    public async Task<bool> Release(long id, CancellationToken cancel)
    {
        await using var change = await orders.Begin(id, cancel, anyVersion: true);
        if (change.Refusal is not null || change.Order is not { PaymentDueBy: not null })
            return false;
        var cancelled = await change.Finish(await Cancel(change, NotPaid, true, null, cancel), EventNames.OrderCancelled);
        return cancelled.Refusal is null;
    }

    private async Task<Outcome<bool>> Cancel(
        OrderChange change, string? reason, bool mayRefund, Approver? approver, CancellationToken cancel)
    {
        var (order, shop) = (change.Order, change.Shop);
        if (order.Status == OrderStatus.Cancelled)
            return false;
        if (own.IsGuest)
        {
            if ((order.GuestMayCancel() ?? await OnlyOnline(order, change.Connection, cancel)) is { } not)
                return not;
        }
        else if (!order.Paid.IsZero && !mayRefund && !moment.Caller.May(Permission.RefundOrders))
            return Refusal.Forbidden($"The order was paid in this moment; your role '{moment.Caller.Role}' may not give money back.");
        var till = own.IsGuest ? (long?)null : moment.Till;
        if (till.Refusal is { } stranger)
            return stranger;
        var drawer = await change.HoldMoneyBack(till.Value, order.Payments.Exists(p => p.Method == PaymentMethod.Cash));
        var refundIds = await ids.Payments.Take(order.Payments.Count, cancel, change.Connection);
        var refunds = order.Cancel(reason, moment.Here.Visitor, change.Now, shop.Settings.BusinessDay, drawer, refundIds);
        if (refunds.Refusal is { } refusal)
            return refusal;
        change.Journal(JournalKind.Cancellation, JournalContent.OfCancellation(order, refunds.Value, moment.Here.Visitor?.Name ?? NotPaid));
        change.GiveBack(refunds.Value);
        change.PutBack(await StillOut(order, change.Connection, cancel));
        Log(change, refunds.Value, approver);
        return true;
    }

    /// <summary>
    /// What a guest paid themselves goes back to where it came from; what the shop took, in cash or at its terminal, only the shop can
    /// give.
    /// </summary>
    private static async Task<Refusal?> OnlyOnline(Order order, NpgsqlConnection connection, CancellationToken cancel)
    {
        var taken = order.Payments.Where(p => p.Method is not (PaymentMethod.GiftCard or PaymentMethod.Points))
            .Select(p => p.Id)
            .ToArray();
        return taken.Length > 0 && await connection.Scalar(
            "select 1 from unnest($1) p(id) where not exists (select 1 from card_intents i where i.id = p.id) limit 1",
            cancel,
            taken) is not null
            ? Refusal.Conflict("paid_in_the_shop", "The shop took money for this order; ask there to cancel it.")
            : null;
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

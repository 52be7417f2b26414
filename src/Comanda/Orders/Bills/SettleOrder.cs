using Comanda.Data;
using Comanda.Events;
using Comanda.Registers;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>What an edit says of an order besides what is in it: that it is paid, and where it goes.</summary>
internal sealed record SettleOrder(PaymentMethod? Method, bool Pays, string? Reference, OrderStatus? Next)
{
    /// <summary>For the payment that it may come to.</summary>
    public long PaymentId { get; private init; }

    /// <summary>Reads it; null where it says nothing of the kind.</summary>
    public static async Task<Outcome<SettleOrder?>> Read(OrderEdit edit, Moment moment, Ids ids, CancellationToken cancel)
    {
        if (edit is { Status: null, PaymentStatus: null, PaymentMethod: null, PaymentReference: null })
            return (SettleOrder?)null;
        var errors = new FieldErrors();
        OrderStatus? next = edit.Status is null ? null : errors.OneOf<OrderStatus>("status", edit.Status);
        PaymentMethod? method = edit.PaymentMethod is null ? null : errors.OneOf<PaymentMethod>("payment_method", edit.PaymentMethod);
        errors.Check(
            method is null or PaymentMethod.Cash or PaymentMethod.Card or PaymentMethod.Mobile,
            "payment_method",
            "must be cash, card or mobile; gift cards and points pay by POST /api/payments");
        var pays = edit.PaymentStatus is not null && SaidPayment.SettlesBy(edit.PaymentMethod, edit.PaymentStatus, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (pays && !moment.Caller.May(Permission.TakePayments))
            return Refusal.Forbidden($"Your role '{moment.Caller.Role}' may not take payments.");
        if (next is not null && !moment.Caller.May(Permission.MoveOrders))
            return Refusal.Forbidden($"Your role '{moment.Caller.Role}' may not move orders.");
        if (moment.Till.Refusal is { } stranger)
            return stranger;
        return new SettleOrder(method, pays, edit.PaymentReference, next) { PaymentId = pays ? await ids.Payments.Next(cancel) : 0 };
    }

    /// <summary>Settles it and moves it on. What an event says of that is told here.</summary>
    public async Task<Outcome<bool>> Apply(OrderChange change, Moment moment)
    {
        var (order, changed) = (change.Order, false);
        if (Pays && order.BalanceDue > Money.Zero)
        {
            var paid = await Pay(change, moment);
            if (paid.Refusal is { } refusal)
                return refusal;
            changed = true;
        }

        if (Method is { } method && order.PayBy != method && (Pays ? changed : order.BalanceDue > Money.Zero))
        {
            order.PayBy = method;
            if (!changed)
                order.Changed();
            changed = true;
        }

        if (Next is not { } next)
            return changed;
        var moved = order.MoveTo(next, change.Now);
        return moved.Refusal is { } cannot ? cannot : changed || moved.Value;
    }

    /// <summary>What happened to the order, in the word of its event.</summary>
    public string Happened => Next == OrderStatus.Completed ? EventNames.OrderCompleted : EventNames.OrderUpdated;

    private async Task<Outcome<Payment>> Pay(OrderChange change, Moment moment)
    {
        var (order, errors) = (change.Order, new FieldErrors());
        if ((Method ?? order.PayBy) is not { } method)
            return Refusal.OfField("payment_method", "is required: payment_status says that it is paid");
        var tender = Tender.Read(
            new(method.ToWire(), Reference: Reference), order, moment.Shop.Settings.PointValue, "payment_", errors);
        if (tender is null || errors.Any)
            return errors.ToRefusal();
        var payment = order.Take(tender, PaymentId, moment.Caller, change.Now, moment.Today);
        if (payment.Refusal is { } refusal)
            return refusal;
        var register = moment.Till.Value ?? moment.Shop.MoneyAt(order.RegisterId, method == PaymentMethod.Cash);
        await change.Pay(payment.Value, register);
        return payment;
    }
}

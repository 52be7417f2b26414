using Comanda.Data;
using Comanda.Orders;
using Comanda.Registers;
using Comanda.Shops;

namespace Comanda.Payments;

/// <summary>How <see cref="PaidOrderView"/> comes about.</summary>
public static class PaidOrderViews
{
    extension(PaidOrderView)
    {
        public static PaidOrderView Of(Order order, Currency currency) => new(
            order.PaymentStatus,
            order.BalanceDue.In(currency),
            order.CashDue.In(currency),
            order.Tip.In(currency),
            order.Total.In(currency));
    }
}

/// <summary>
/// POST /api/payments. Two payments at once can never together exceed what is due; the payment, its journal entry, its event and its
/// retry key commit together.
/// </summary>
public sealed class TakePayment(OrderChanges orders, IdempotentWrite retries, Ids ids, Moment moment)
{
    public async Task<Answer<PaymentTaken>> Handle(TakePaymentRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(request);
        if (key.Refusal is { } badKey)
            return badKey;
        if (request.OrderId is not { } orderId)
            return Refusal.OfField("order_id", "is required");

        // Everything that needs a connection of its own comes before this one is taken.
        var shop = moment.Shop;
        var till = moment.Till;
        if (till.Refusal is { } stranger)
            return stranger;
        var paymentId = await ids.Payments.Next(cancel);
        await using var change = await orders.Begin(orderId, cancel, key.Value);
        if (change.IsMissing)
            return Refusal.OfField("order_id", "is no order of this shop");
        if (change.Stopped is { } stopped)
            return stopped;
        var payment = await Take(request, change, paymentId, cancel);
        if (payment.Refusal is { } refusal)
            return refusal;
        var order = change.Order;
        await change.Pay(payment.Value, till.Value ?? shop.MoneyAt(order.RegisterId, payment.Value.Method == PaymentMethod.Cash));
        return await change.Commit(
            () => Answer.Created(View(payment.Value, order, Currency.Of(order.Currency)), $"/api/orders/{order.Id}"));
    }

    private async Task<Outcome<Payment>> Take(TakePaymentRequest request, OrderChange change, long paymentId, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var (order, shop, now) = (change.Order, change.Shop, change.Now);
        var tip = errors.Money("tip", request.Tip, shop.Currency);
        if (errors.Any)
            return errors.ToRefusal();
        if (!tip.IsZero && order.Status != OrderStatus.Cancelled && order.AddTip(tip, moment.Today) is { } noTip)
            return noTip;
        if (order.BalanceDue.IsZero && order.Status != OrderStatus.Cancelled)
            return OrderRefusals.Overpayment(Money.Zero, shop.Currency);
        var asked = new PaymentRequest(request.Method, request.Amount, request.Tendered, request.Reference);
        var tender = Tender.Read(asked, order, shop.Settings.PointValue, "", errors);
        if (tender is null || errors.Any)
            return errors.ToRefusal();
        if (!tip.IsZero && !tender.Method.PaysTips())
            return OrderRefusals.TipNeedsMoney(order.DueBy(tender.Method), shop.Currency);
        GiftCardPayment? card = null;
        if (tender.Method == PaymentMethod.GiftCard)
        {
            card = new(order, paymentId, request.Amount is null, "", moment.Caller, now) { Taxes = shop.Taxes, Day = moment.Today };
            var charged = await card.Charge(change.Connection, tender, cancel);
            if (charged.Refusal is { } notPaid)
                return notPaid;
            tender = charged.Value;
        }

        var taken = order.Take(tender, paymentId, moment.Caller, now, moment.Today);
        if (taken.Refusal is null)
            card?.Cover(tender.Amount);
        return taken;
    }

    private static PaymentTaken View(Payment p, Order order, Currency currency) => new(
        p.Id,
        order.Id,
        p.Method.ToWire(),
        p.Amount.In(currency),
        p.Tendered?.In(currency),
        p.Change.In(currency),
        p.Rounding.In(currency),
        p.Reference,
        p.PaidAt,
        PaidOrderView.Of(order, currency));
}

using Comanda.Data;
using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Shops;

namespace Comanda.Payments;

/// <summary>
/// A payment for an order. <see cref="Amount"/> left out is all that is due, or as much of it as there is on a gift card. For cash,
/// <see cref="Tendered"/> is what was handed over; the change is worked out. For a gift card, <see cref="Reference"/> is its code.
/// <see cref="Tip"/> comes to the order's total first, and so to what is due: the amount has it in it. Points and gift cards pay none.
/// </summary>
public sealed record TakePaymentRequest(
    long? OrderId,
    [property: Words<PaymentMethod>] string? Method,
    decimal? Amount,
    decimal? Tendered,
    string? Reference,
    decimal? Tip = null);

/// <summary>Where the order stands; <see cref="CashDue"/> is what is due if the rest is paid in cash.</summary>
public sealed record PaidOrderView(
    [property: Words("unpaid", "partially_paid", "paid", "refunded")] string PaymentStatus,
    decimal BalanceDue,
    decimal CashDue,
    decimal Tip,
    decimal TotalAmount)
{
    public static PaidOrderView Of(Order order, Currency currency) => new(
        order.PaymentStatus,
        order.BalanceDue.In(currency),
        order.CashDue.In(currency),
        order.Tip.In(currency),
        order.Total.In(currency));
}

public sealed record PaymentTaken(
    long Id,
    long OrderId,
    [property: Words<PaymentMethod>] string Method,
    decimal Amount,
    decimal? Tendered,
    decimal Change,
    decimal Rounding,
    string? Reference,
    DateTimeOffset PaidAt,
    PaidOrderView Order);

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
        if (order.BalanceDue <= Money.Zero && order.Status != OrderStatus.Cancelled)
            return OrderRefusals.Overpayment(Money.Zero, shop.Currency);
        var asked = new PaymentRequest(request.Method, request.Amount, request.Tendered, request.Reference);
        var tender = Tender.Read(asked, order, shop.Settings.PointValue, "", errors);
        if (tender is null || errors.Any)
            return errors.ToRefusal();
        if (!tip.IsZero && !tender.Method.PaysTips())
            return OrderRefusals.TipNeedsMoney(order.DueBy(tender.Method), shop.Currency);
        if (tender.Method == PaymentMethod.GiftCard)
        {
            var charged = await GiftCardLedger.Charge(
                change.Connection, moment.Here, order, tender, request.Amount is null, paymentId, "", now, cancel);
            if (charged.Refusal is { } notPaid)
                return notPaid;
            tender = charged.Value;
        }

        return order.Take(tender, paymentId, moment.Caller, now, moment.Today);
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

using Comanda.Data;
using Comanda.Kernel;
using Comanda.Orders;
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
public sealed class TakePayment(OrderChanges orders, IdempotentWrite retries, ShopDirectory shops, Ids ids, Here here)
{
    public async Task<IResult> Handle(TakePaymentRequest request, HttpContext http, CancellationToken cancel)
    {
        var key = retries.KeyOf(http, request);
        if (key.Refusal is { } badKey)
            return badKey.ToProblem();
        if (request.OrderId is not { } orderId)
            return Refusal.OfField("order_id", "is required").ToProblem();

        // Everything that needs a connection of its own comes before this one is taken.
        var shop = await shops.Of(here, cancel);
        var till = shop.TillOf(http);
        if (till.Refusal is { } stranger)
            return stranger.ToProblem();
        var paymentId = await ids.Payments.Next(cancel);
        await using var change = await orders.Begin(orderId, http, cancel, key.Value);
        if (change.IsMissing)
            return Refusal.OfField("order_id", "is no order of this shop").ToProblem();
        if (change.Stopped is { } stopped)
            return stopped;
        var payment = await Take(request, change, paymentId, cancel);
        if (payment.Refusal is { } refusal)
            return refusal.ToProblem();
        var order = change.Order;
        await change.Pay(payment.Value, till.Value ?? shop.MoneyAt(order.RegisterId, payment.Value.Method == PaymentMethod.Cash));
        return await change.Commit(
            () => new(201, Json.Write(View(payment.Value, order, Currency.Of(order.Currency))), $"/api/orders/{order.Id}"));
    }

    private async Task<Outcome<Payment>> Take(TakePaymentRequest request, OrderChange change, long paymentId, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var (order, shop, now) = (change.Order, change.Shop, change.Now);
        var tip = Money.Zero;
        errors.Check(
            request.Tip is null || (Money.TryFrom(request.Tip.Value, shop.Currency, out tip) && tip > Money.Zero),
            "tip",
            $"must be more than 0, with at most {shop.Currency.Digits} decimals ({shop.Currency.Code})");
        if (errors.Any)
            return errors.ToRefusal();
        if (!tip.IsZero && order.Status != OrderStatus.Cancelled && order.AddTip(tip, shop.Settings.BusinessDay.Of(now)) is { } noTip)
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
                change.Connection, here, order, tender, request.Amount is null, paymentId, "", now, cancel);
            if (charged.Refusal is { } notPaid)
                return notPaid;
            tender = charged.Value;
        }

        return order.Take(tender, paymentId, here.Caller, now, shop.Settings.BusinessDay.Of(now));
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

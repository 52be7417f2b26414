using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>What comes for an order and what goes back: never more than it costs, never more than came.</summary>
public sealed partial class Order
{
    /// <summary>Cancels; what was paid goes back by the tenders it came by. Answers the refunds that this makes.</summary>
    public Outcome<List<Refund>> Cancel(
        string? reason,
        Caller? by,
        DateTimeOffset now,
        BusinessDay days,
        long drawer,
        IReadOnlyList<long> refundIds)
    {
        var moved = MoveTo(OrderStatus.Cancelled, now);
        if (moved.Refusal is { } refusal)
            return refusal;
        if (!moved.Value)
            return new List<Refund>();
        CancelledAt = now;
        CancelledDay = days.Of(now);
        CancelledDrawerId = DrawerId is null ? null : drawer;
        CancelReason = reason;
        var left = Payments.Select(p => (Payment: p, Amount: p.Amount - BackBy(p))).Where(p => !p.Amount.IsZero).ToList();
        var back = new Returning(RefundKind.Cancellation, reason, by?.UserId, CancelledDay.Value, now);
        return left.Zip(refundIds, (l, id) => Return(l.Payment, l.Amount, id, l.Payment.DrawerId is null ? null : drawer, back)).ToList();
    }

    /// <summary>Whether money can go back for it while the sale stays; null where it can.</summary>
    public Refusal? CanGiveBack() =>
        Status == OrderStatus.Cancelled ? Refusal.Conflict("order_cancelled", "The order is cancelled; what was paid went back with it.")
        : Paid.IsZero ? Refusal.Conflict("not_paid", "Nothing was paid for this order.")
        : Refunded >= Paid ? OrderRefusals.AlreadyRefunded("All that was paid has gone back already.")
        : null;

    /// <summary>Money goes back by these payments. Answers the tenders' parts.</summary>
    public List<Refund> GiveBack(
        OrderRefund refund,
        IReadOnlyList<(Payment Payment, Money Amount)> allocations,
        Caller by,
        IReadOnlyList<long> ids)
    {
        Version++;
        var back = new Returning(RefundKind.Refund, refund.Reason, by.UserId, refund.Day, refund.At) { RefundId = refund.Id };
        return [.. allocations.Zip(ids, (a, id) => Return(a.Payment, a.Amount, id, refund.Drawer, back))];
    }

    /// <summary>What the tenders of one giving back have in common.</summary>
    private sealed record Returning(RefundKind Kind, string? Reason, long? By, DateOnly Day, DateTimeOffset At)
    {
        public long? RefundId { get; init; }
    }

    private Refund Return(Payment payment, Money amount, long id, long? drawer, Returning of)
    {
        var refund = new Refund
        {
            Id = id,
            ShopId = ShopId,
            OrderId = Id,
            PaymentId = payment.Id,
            Method = payment.Method,
            Amount = amount,
            Rounding = RoundingBack(payment.Method, amount),
            Points = PointsBack(payment, amount),
            Reason = of.Reason,
            Kind = of.Kind,
            DrawerId = drawer,
            BusinessDay = of.Day,
            UserId = of.By,
            RefundId = of.RefundId,
            RefundedAt = of.At,
        };
        Refunds.Add(refund);
        Refunded += refund.Amount;
        return refund;
    }

    /// <summary>Takes a payment of at most what is due.</summary>
    public Outcome<Payment> Take(Tender tender, long paymentId, Caller? by, DateTimeOffset now, DateOnly businessDay)
    {
        if (Status == OrderStatus.Cancelled)
            return Refusal.Conflict("order_cancelled", "The order is cancelled; it takes no payment.");
        if (Training)
            return Refusal.Conflict("training_order", "This is a trainee's practice; it takes no money.");
        if (tender.Amount > BalanceDue)
            return OrderRefusals.Overpayment(BalanceDue, Kernel.Currency.Of(Currency));
        if (tender.Amount > DueBy(tender.Method))
            return OrderRefusals.TipNeedsMoney(DueBy(tender.Method), Kernel.Currency.Of(Currency));
        var payment = new Payment
        {
            Id = paymentId,
            ShopId = ShopId,
            OrderId = Id,
            Method = tender.Method,
            Amount = tender.Amount,
            Tendered = tender.Tendered,
            Change = tender.Change,
            Rounding = tender.Rounding,
            Points = tender.Points,
            Reference = tender.Reference,
            BusinessDay = businessDay,
            CashierId = by?.UserId,
            PaidAt = now,
        };
        Payments.Add(payment);
        Paid += payment.Amount;
        Version++;
        return payment;
    }
}

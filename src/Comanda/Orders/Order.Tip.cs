using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>Its tip: no revenue, never paid by points or gift cards, and given back only where it is named.</summary>
public sealed partial class Order
{
    /// <summary>What all of it costs but the tip.</summary>
    private Money WithoutTip => Total - Tip;

    /// <summary>What came by tenders that pay no tip.</summary>
    private Money PaidForGoodsAlone => Payments.Where(p => !p.Method.PaysTips()).Aggregate(Money.Zero, (sum, p) => sum + p.Amount);

    /// <summary>What has gone back in money: of it no tip is left.</summary>
    private Money MoneyBack => Refunds.Where(r => r.Method.PaysTips()).Aggregate(Money.Zero, (sum, r) => sum + r.Amount);

    /// <summary>
    /// The most that a tender may pay of what is due: all of it, or all but the tip and what of the money that came has gone back again.
    /// </summary>
    public Money DueBy(PaymentMethod method) =>
        method.PaysTips() ? BalanceDue : Money.Max(Money.Zero, Money.Min(BalanceDue, WithoutTip - PaidForGoodsAlone - MoneyBack));

    /// <summary>
    /// What of its tip was paid and has not gone back: so much of what came in money stays when other things go back. What was paid first
    /// paid for the goods.
    /// </summary>
    internal Money TipHeld(Money tipBack) => Money.Max(Money.Zero, Money.Max(Money.Zero, Money.Min(Tip, Paid - WithoutTip)) - tipBack);

    /// <summary>Another tip in the place of the one that it has. Null where it has it.</summary>
    internal Refusal? GiveTip(Money tip)
    {
        var total = Total - Tip + tip;
        if (BelowPaid(total, tip) is { } tooLow)
            return tooLow;
        (Tip, Total) = (tip, total);
        return null;
    }

    /// <summary>What was paid stays, and must still fit; null where it does.</summary>
    private Refusal? BelowPaid(Money total, Money tip)
    {
        if (total < Paid)
        {
            return Refusal.Conflict(
                "below_paid", $"{Paid.ToText(Kernel.Currency.Of(Currency))} is paid already; the order cannot cost less.");
        }

        if (total - tip >= PaidForGoodsAlone)
            return null;
        var paid = PaidForGoodsAlone.ToText(Kernel.Currency.Of(Currency));
        return Refusal.Conflict(
            "below_paid", $"{paid} is paid by points and gift cards, which pay no tip; without it the order cannot cost less.");
    }

    /// <summary>A tip that is given with a payment. Null where it came to the order.</summary>
    internal Refusal? AddTip(Money tip, DateOnly today)
    {
        if (!Refunded.IsZero)
            return OrderRefusals.AlreadyRefunded("Money went back for this order; it takes no tip.");
        if (BusinessDay != today)
        {
            return Refusal.Conflict(
                "day_is_over",
                $"The order belongs to {BusinessDay:yyyy-MM-dd}, and that day's figures stand; take the tip with another order.");
        }

        (Tip, Total) = (Tip + tip, Total + tip);
        return null;
    }
}

using Comanda.Kernel;
using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>
/// What of it is paid in cash where the smallest coins are not used. Rounded is the order's cash as a whole, not each payment: several
/// part payments come to what one would, and what goes back in parts comes to what came.
/// </summary>
public sealed partial class Order
{
    /// <summary>What is to be handed over if all that is due is paid in cash.</summary>
    public Money CashDue => BalanceDue + RoundingOfCash(BalanceDue);

    /// <summary>By how much more (or less) than this amount the guest hands over when paying it in cash.</summary>
    public Money RoundingOfCash(Money amount) =>
        Rounding(Payments.Where(p => p.Method == PaymentMethod.Cash).Select(p => p.Amount), amount);

    /// <summary>The same for an amount that goes back in cash.</summary>
    private Money RoundingOfCashBack(Money amount) =>
        Rounding(Refunds.Where(r => r.Method == PaymentMethod.Cash).Select(r => r.Amount), amount);

    private Money Rounding(IEnumerable<Money> before, Money amount)
    {
        if (CashStep.IsZero)
            return Money.Zero;
        var sum = before.Aggregate(Money.Zero, (total, a) => total + a);
        return (sum + amount).ToStep(CashStep) - sum.ToStep(CashStep) - amount;
    }

    /// <summary>What of a payment has gone back.</summary>
    internal Money BackBy(Payment payment) =>
        Refunds.Where(r => r.PaymentId == payment.Id).Aggregate(Money.Zero, (sum, r) => sum + r.Amount);
}

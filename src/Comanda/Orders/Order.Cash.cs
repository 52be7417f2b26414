using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// What of it is paid in cash where the smallest coins are not used. Rounded is the order's cash as a whole, not each payment: several
/// part payments come to what one would, and what goes back in parts comes to what came. A shop may round only where all is
/// paid in cash, or all that is owed, whatever pays it.
/// </summary>
public sealed partial class Order
{
    private CashRounding Cash => PricedBy.Cash;

    /// <summary>The smallest step in which it is paid in cash; zero where there is none.</summary>
    public Money CashStep => Cash.Step;

    /// <summary>What is to be handed over if all that is due is paid in cash.</summary>
    public Money CashDue => DueIn(PaymentMethod.Cash);

    /// <summary>What changes hands if all that is due is paid so.</summary>
    public Money DueIn(PaymentMethod method) => BalanceDue + RoundingOf(method, BalanceDue);

    /// <summary>By how much more (or less) than this amount the guest hands over when paying it so.</summary>
    public Money RoundingOf(PaymentMethod method, Money amount)
    {
        if (Cash.Step.IsZero || amount.IsZero || method is PaymentMethod.GiftCard or PaymentMethod.Points)
            return Money.Zero;
        var cash = Payments.Where(p => p.Method == PaymentMethod.Cash).ToList();
        return Cash.Scope switch
        {
            // What settles it brings it to a whole step, whatever was paid before.
            CashScope.Total => amount == BalanceDue ? Cash.Of(Total) - Total - Sum(Payments, p => p.Rounding) : Money.Zero,
            _ when method != PaymentMethod.Cash => Money.Zero,
            CashScope.OnlyIfAllCash => cash.Count == Payments.Count && amount == BalanceDue
                ? Cash.Of(Total) - Total - Sum(cash, p => p.Rounding)
                : Money.Zero,
            _ => Cash.Next(Sum(cash, p => p.Amount), amount) - amount,
        };
    }

    /// <summary>The same for an amount that goes back.</summary>
    private Money RoundingBack(PaymentMethod method, Money amount)
    {
        if (Payments.TrueForAll(p => p.Rounding.IsZero) && Cash.Scope != CashScope.CashPart)
            return Money.Zero;
        if (method is PaymentMethod.GiftCard or PaymentMethod.Points)
            return Money.Zero;
        if (Cash.Scope != CashScope.Total && method != PaymentMethod.Cash)
            return Money.Zero;
        var before = Refunds.Where(r => Cash.Scope == CashScope.Total || r.Method == PaymentMethod.Cash);
        return Cash.Next(Sum(before, r => r.Amount), amount) - amount;
    }

    private static Money Sum<T>(IEnumerable<T> rows, Func<T, Money> of) => rows.Aggregate(Money.Zero, (sum, row) => sum + of(row));

    /// <summary>What of a payment has gone back.</summary>
    internal Money BackBy(Payment payment) => Sum(Refunds.Where(r => r.PaymentId == payment.Id), r => r.Amount);
}

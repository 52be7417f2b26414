using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>A payment that was checked and can be taken. In cash, <see cref="Amount"/> + <see cref="Rounding"/> changes hands.</summary>
public sealed record Tender(
    PaymentMethod Method,
    Money Amount,
    Money? Tendered,
    Money Change,
    string? Reference,
    Money Rounding = default,
    long Points = 0)
{
    /// <summary>What a provider has charged to a card: all that was due, as it is rounded, or another amount.</summary>
    public static Tender Charged(Order order, Money amount, string reference) =>
        WithoutChange(order, PaymentMethod.Card, amount, order.BalanceDue, reference);

    /// <summary>Not in cash. Where the whole of what is owed is rounded, naming it so names what is due.</summary>
    private static Tender WithoutChange(Order order, PaymentMethod method, Money amount, Money due, string? reference)
    {
        var named = amount == due + order.RoundingOf(method, due) ? due : amount;
        return new(method, named, null, Money.Zero, reference, order.RoundingOf(method, named));
    }

    /// <summary>
    /// Reads a payment against what an order is still due. Left out, the amount is all that is due (for cash: at most what was
    /// tendered; by points and gift cards: all but the tip). In cash, naming what is due as it is rounded names what is due. Points are
    /// worth <paramref name="pointValue"/> each. Field errors are named below <paramref name="at"/>.
    /// </summary>
    public static Tender? Read(PaymentRequest? request, Order order, Money pointValue, string at, FieldErrors errors)
    {
        if (request is null)
        {
            errors.Add(at.TrimEnd('.'), "must be an object");
            return null;
        }

        if (!WireName<PaymentMethod>.TryParse(request.Method, out var method) || method is not (PaymentMethod.Cash
            or PaymentMethod.Card
            or PaymentMethod.Mobile
            or PaymentMethod.GiftCard
            or PaymentMethod.Points))
        {
            errors.Add(at + "method", "must be cash, card, mobile, gift_card or points");
            return null;
        }

        var currency = Currency.Of(order.Currency);
        var readable = true;
        void Check(bool holds, string field, string problem)
        {
            errors.Check(holds, at + field, problem);
            readable &= holds;
        }

        Check(request.Reference is null or { Length: <= 100 }, "reference", "must have at most 100 characters");
        if (order.BalanceDue.IsNegative)
        {
            var back = order.BalanceDue.In(currency);
            Check(method == PaymentMethod.Cash, "method", "must be cash: more comes back than is bought, and that is paid out");
            Check(request.Tendered is null, "tendered", "goes with what is paid, not with what is paid out");
            Check(request.Amount is null || request.Amount == back, "amount", $"must be {back} where it is paid out, or left out");
            return readable ? PaidOut(order, request.Reference) : null;
        }

        Check(request.Tendered is null || method == PaymentMethod.Cash, "tendered", "goes with cash only");
        Money amount = Money.Zero, tendered = Money.Zero;
        Check(
            request.Tendered is null || (Money.TryFrom(request.Tendered.Value, currency, out tendered) && tendered > Money.Zero),
            "tendered",
            AmountRule(currency));
        Check(
            request.Amount is null || (Money.TryFrom(request.Amount.Value, currency, out amount) && amount > Money.Zero),
            "amount",
            AmountRule(currency));
        if (!readable)
            return null;
        // Where nothing is left to it, the order says why.
        var due = order.DueBy(method) is { IsZero: false } most ? most : order.BalanceDue;
        if (method == PaymentMethod.Points)
            return OrderPoints.Read(request.Amount is null ? due : amount, request, order, pointValue, at, errors);
        if (method != PaymentMethod.Cash)
            return WithoutChange(order, method, request.Amount is null ? due : amount, due, request.Reference);

        if (request.Amount is null)
            amount = request.Tendered is null || tendered >= order.CashDue ? order.BalanceDue : tendered.DownToStep(order.CashStep);
        else if (amount == order.CashDue)
            amount = order.BalanceDue;
        Check(amount > Money.Zero, "tendered", $"must be at least {order.CashStep.ToText(currency)}, the smallest coin");
        var rounding = order.RoundingOf(method, amount);
        Check(request.Tendered is null || tendered >= amount + rounding, "tendered", rounding.IsZero
            ? "must be at least the amount"
            : $"must be at least {(amount + rounding).ToText(currency)}, the amount in coins that there are");
        return !readable ? null : new(
            method,
            amount,
            request.Tendered is null ? null : tendered,
            request.Tendered is null ? Money.Zero : tendered - amount - rounding,
            request.Reference,
            rounding);
    }

    private static Tender PaidOut(Order order, string? reference) => new(
        PaymentMethod.Cash,
        order.BalanceDue,
        null,
        Money.Zero,
        reference,
        order.RoundingOf(PaymentMethod.Cash, order.BalanceDue));

    private static string AmountRule(Currency currency) =>
        $"must be more than 0, with at most {currency.Digits} decimals ({currency.Code})";
}

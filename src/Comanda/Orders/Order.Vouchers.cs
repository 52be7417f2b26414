using Comanda.GiftCards;
using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// What vouchers pay for that were taxed when they were sold: such goods bear no tax a second time. What the guest pays stays; of the lines
/// that a voucher is for, in their order, so much as it pays is "voucher" from then on, and the taxes are those of the rest.
/// </summary>
public sealed partial class Order
{
    /// <summary>Whether its taxes may still follow a voucher that pays; null where they may.</summary>
    internal Refusal? CanBeCovered(DateOnly today) =>
        BusinessDay != today
            ? Refusal.Conflict(
                "day_is_over",
                $"The order belongs to {BusinessDay:yyyy-MM-dd}, and the tax of that day stands; this voucher was taxed when it was sold.")
            : !Refunded.IsZero
            ? OrderRefusals.AlreadyRefunded("Money went back for this order; its taxes stand, and this voucher was taxed when it was sold.")
            : null;

    /// <summary>The most that a voucher may pay: what the lines that it is for cost, and no other one has paid.</summary>
    internal Money MostBy(SinglePurpose purpose, TaxTable table) => Sum(For(purpose, table), l => Money.Max(Money.Zero, l.NotCovered));

    /// <summary>A voucher has paid so much.</summary>
    internal void Cover(SinglePurpose purpose, TaxTable table, Money amount)
    {
        foreach (var line in For(purpose, table))
        {
            var part = Money.Min(amount, line.NotCovered);
            if (part <= Money.Zero)
                continue;
            line.Cover(part);
            amount -= part;
        }

        Recount();
    }

    /// <summary>Its lines were priced anew: what vouchers have paid of them they have paid again. Null where they still can.</summary>
    internal Refusal? CoverAgain(IEnumerable<(SinglePurpose Purpose, Money Amount)> paid, TaxTable table)
    {
        foreach (var (purpose, amount) in paid)
        {
            if (MostBy(purpose, table) < amount)
            {
                var text = amount.ToText(Kernel.Currency.Of(Currency));
                return Refusal.Conflict("below_paid", $"A voucher has paid {text} for goods that it is for; they have to stay.");
            }

            Cover(purpose, table, amount);
        }

        return null;
    }

    /// <summary>The payments by which vouchers may have come.</summary>
    internal long[] CardPayments => [.. Payments.Where(p => p.Method == PaymentMethod.GiftCard).Select(p => p.Id)];

    private List<OrderLine> For(SinglePurpose purpose, TaxTable table) =>
        Items.FindAll(l => purpose.IsFor(
            l.TaxSplit is { } split ? [.. Menu.TaxSplit.Read(split).Select(s => s.Class)] : [l.TaxClass], l.Way, table));
}

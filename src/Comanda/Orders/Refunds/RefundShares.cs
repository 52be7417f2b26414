using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>A line with what of it went back already.</summary>
public sealed record RefundableLine(OrderLine Line, Measure BackQuantity, Money BackAmount)
{
    /// <summary>How much of it was put back on the shelf.</summary>
    public Measure Restocked { get; init; }

    public long Id => Line.Id;

    public Measure Quantity => Line.Quantity;

    public Money Total => Line.Total;

    public Measure LeftQuantity => Quantity - BackQuantity;

    public Money Left => Total - BackAmount;

    /// <summary>So many more of it, and their part of its price and tax; the last of it takes what is left of both.</summary>
    public RefundedLine Take(Measure quantity)
    {
        var amount = quantity == LeftQuantity
            ? Left
            : Money.Min(Left, (BackQuantity + quantity).PartOf(Total, Quantity) - BackQuantity.PartOf(Total, Quantity));
        return Take(quantity, amount);
    }

    /// <summary>An amount of it, with its part of each tax: all parts of a line together are what the line bore.</summary>
    public RefundedLine Take(Measure quantity, Money amount) => new(
        Id,
        quantity,
        amount,
        [.. Line.Borne.Select(t => new BorneTax(t.Levy, PartOf(t.Base, amount), PartOf(t.Tax, amount)))])
    {
        Discount = PartOf(Line.Discount, amount),
        ServiceCharge = PartOf(Line.ServiceCharge, amount),
        ByWeight = Line.Unit is not null,
        RestockedBefore = Restocked,
    };

    private Money PartOf(Money figure, Money amount) => Total.IsZero
        ? Money.Zero
        : figure.Times((BackAmount + amount).Minor, Total.Minor) - figure.Times(BackAmount.Minor, Total.Minor);
}

/// <summary>What of a line goes back. <see cref="Quantity"/> 0 where it is only a part of its price.</summary>
public sealed record RefundedLine(long Id, Measure Quantity, Money Amount, IReadOnlyList<BorneTax> Taxes)
{
    public Money Tax => Taxes.Aggregate(Money.Zero, (sum, t) => sum + t.Tax);

    /// <summary>Its part of what the line was discounted by, and of its service charge.</summary>
    public Money Discount { get; init; }

    public Money ServiceCharge { get; init; }

    public bool ByWeight { get; init; }

    /// <summary>How much of the line was put back on the shelf before.</summary>
    public Measure RestockedBefore { get; init; }
}

/// <summary>What goes back: lines, delivery fee and tip, which sum to <see cref="Amount"/>.</summary>
public sealed record RefundShares(IReadOnlyList<RefundedLine> Lines, Money DeliveryFee, Money Tip)
{
    /// <summary>What of the fee's taxes goes back with it.</summary>
    public IReadOnlyList<BorneTax> DeliveryTaxes { get; init; } = [];

    public Money Amount => Lines.Aggregate(DeliveryFee + Tip, (sum, l) => sum + l.Amount);

    public Money Tax => DeliveryTaxes.Aggregate(Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Tax), (sum, t) => sum + t.Tax);

    /// <summary>Each tax once.</summary>
    public IReadOnlyList<BorneTax> Taxes => TaxedBasket.Merged(Lines.SelectMany(l => l.Taxes).Concat(DeliveryTaxes));

    /// <summary>With the taxes of so much of the fee, of which so much is left.</summary>
    public RefundShares WithDeliveryTaxes(Order order, Money left)
    {
        if (DeliveryFee.IsZero)
            return this;
        var (fee, before) = (order.DeliveryFee.Minor, (order.DeliveryFee - left).Minor);
        Money PartOf(Money figure) => figure.Times(before + DeliveryFee.Minor, fee) - figure.Times(before, fee);
        return this with
        {
            DeliveryTaxes =
            [
                .. FrozenTaxes.Thaw(order.DeliveryTaxes).Select(t => new BorneTax(t.Levy, PartOf(t.Base), PartOf(t.Tax))),
            ],
        };
    }

    /// <summary>An amount shared over what is left of the lines and the fee, in proportion. At most what is left.</summary>
    public static RefundShares OfAmount(Money amount, IReadOnlyList<RefundableLine> lines, Money feeLeft)
    {
        // A line without a price goes back only with everything, and so does one that was itself taken back.
        var all = amount == lines.Aggregate(feeLeft, (sum, l) => sum + l.Left);
        Money[] shares = all
            ? [.. lines.Select(l => l.Left), feeLeft]
            : Share.ByWeight(amount, [.. lines.Select(l => Math.Max(0, l.Left.Minor)), feeLeft.Minor]);
        return new([.. lines.Zip(shares, (line, share) => line.Take(
            share == line.Left && (all || !share.IsZero) ? line.LeftQuantity : Measure.Zero,
            share)).Where(l => !l.Amount.IsZero || !l.Quantity.IsZero)], shares[^1], Money.Zero);
    }

    /// <summary>
    /// By which payments it goes back, never more by one than came by it; empty where it cannot. A tip by those that pay one, and so much
    /// of these as the tip that stays is left with them. All else by points and gift cards first, which pay for nothing but goods, so that
    /// no way of giving back makes money of them; then all by one payment where one suffices, so that a guest gets one slip and not three;
    /// else the largest first.
    /// </summary>
    /// <param name="payments">All payments of the order, with what of each has not gone back.</param>
    /// <param name="tipStays">What of the tip was paid and does not go back.</param>
    /// <param name="only">By payments of this method alone; null by any.</param>
    public IReadOnlyList<(Payment Payment, Money Amount)> Allocate(
        IReadOnlyList<(Payment Payment, Money Left)> payments, Money tipStays, PaymentMethod? only)
    {
        var usable = payments.Where(p => p.Left > Money.Zero && (only is null || p.Payment.Method == only))
            .OrderByDescending(p => p.Left).ThenBy(p => p.Payment.Id).ToList();
        var parts = usable.ToDictionary(p => p.Payment, _ => Money.Zero);
        var (tip, money) = (Tip, InMoney(payments));
        foreach (var (payment, left) in usable.OrderByDescending(p => p.Payment.Method.PaysTips()))
        {
            var part = Money.Min(left, tip);
            (parts[payment], tip) = (part, tip - part);
            money -= payment.Method.PaysTips() ? part : Money.Zero;
        }

        var (goods, free) = (Amount - Tip, Money.Max(Money.Zero, money - tipStays));
        foreach (var (payment, left) in usable.OrderBy(p => p.Payment.Method.PaysTips()))
        {
            var part = Money.Min(left - parts[payment], payment.Method.PaysTips() ? Money.Min(goods, free) : goods);
            (parts[payment], goods) = (parts[payment] + part, goods - part);
            free -= payment.Method.PaysTips() ? part : Money.Zero;
        }

        return tip.IsZero && goods.IsZero ? [.. usable.Select(p => (p.Payment, parts[p.Payment])).Where(p => !p.Item2.IsZero)] : [];
    }

    /// <summary>The most that can go back by one method.</summary>
    public static Money MostBy(PaymentMethod method, IReadOnlyList<(Payment Payment, Money Left)> payments, Money tipStays)
    {
        var left = payments.Where(p => p.Payment.Method == method).Aggregate(Money.Zero, (sum, p) => sum + p.Left);
        return method.PaysTips() ? Money.Min(left, Money.Max(Money.Zero, InMoney(payments) - tipStays)) : left;
    }

    private static Money InMoney(IEnumerable<(Payment Payment, Money Left)> payments) =>
        payments.Where(p => p.Payment.Method.PaysTips()).Aggregate(Money.Zero, (sum, p) => sum + p.Left);
}

using Comanda.Kernel;

namespace Comanda.Orders;

/// <summary>A line with what of it went back already.</summary>
public sealed record RefundableLine(long Id, string Name, int Quantity, Money Total, Money Tax, int BackQuantity, Money BackAmount, Money BackTax)
{
    public int LeftQuantity => Quantity - BackQuantity;

    public Money Left => Total - BackAmount;

    /// <summary>So many more of it, and their part of its price and tax; the last of it takes what is left of both.</summary>
    public RefundedLine Take(int quantity)
    {
        var amount = quantity == LeftQuantity ? Left : Money.Min(Left, Total.Times(BackQuantity + quantity, Quantity) - Total.Times(BackQuantity, Quantity));
        return Take(quantity, amount);
    }

    /// <summary>An amount of it, with its part of the tax.</summary>
    public RefundedLine Take(int quantity, Money amount) =>
        new(Id, quantity, amount, Total.IsZero ? Money.Zero : Tax.Times((BackAmount + amount).Minor, Total.Minor) - BackTax);
}

/// <summary>What of a line goes back. <see cref="Quantity"/> 0 where it is only a part of its price.</summary>
public sealed record RefundedLine(long Id, int Quantity, Money Amount, Money Tax);

/// <summary>What goes back: lines, delivery fee and tip, which sum to <see cref="Amount"/>.</summary>
public sealed record RefundShares(IReadOnlyList<RefundedLine> Lines, Money DeliveryFee, Money Tip)
{
    public Money Amount => Lines.Aggregate(DeliveryFee + Tip, (sum, l) => sum + l.Amount);

    public Money Tax => Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Tax);

    /// <summary>An amount shared over what is left of the lines and the fee, in proportion. At most what is left.</summary>
    public static RefundShares OfAmount(Money amount, IReadOnlyList<RefundableLine> lines, Money feeLeft)
    {
        var shares = Share.ByWeight(amount, [.. lines.Select(l => l.Left.Minor), feeLeft.Minor]);
        // A line without a price goes back only with everything.
        var all = amount == lines.Aggregate(feeLeft, (sum, l) => sum + l.Left);
        return new([.. lines.Zip(shares, (line, share) => line.Take(share == line.Left && (all || !share.IsZero) ? line.LeftQuantity : 0, share)).Where(l => !l.Amount.IsZero || l.Quantity > 0)], shares[^1], Money.Zero);
    }

    /// <summary>
    /// By which payments it goes back, never more by one than came by it: all by one where one suffices, so that a guest
    /// gets one slip and not three; else the largest first.
    /// </summary>
    public static IReadOnlyList<(Payment Payment, Money Amount)> Allocate(Money amount, IEnumerable<(Payment Payment, Money Left)> payments)
    {
        var allocated = new List<(Payment, Money)>();
        foreach (var (payment, left) in payments.Where(p => p.Left > Money.Zero).OrderByDescending(p => p.Left).ThenBy(p => p.Payment.Id))
        {
            var part = Money.Min(left, amount);
            if (part.IsZero)
                break;
            allocated.Add((payment, part));
            amount -= part;
        }

        return amount.IsZero ? allocated : [];
    }
}

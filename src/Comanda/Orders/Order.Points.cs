using Comanda.Registers;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>
/// Whom it is for, and the points that it earns them. They are earned once it is paid in full, on what its lines without a discount
/// cost before tax; what was paid with points, its share of that. They go back as the lines do.
/// </summary>
public sealed partial class Order
{
    public long? CustomerId { get; internal set; }

    public long PointsEarned { get; private set; }

    /// <summary>Of those, gone with what went back.</summary>
    public long PointsTakenBack { get; private set; }

    /// <summary>Paid with, and not returned.</summary>
    public long PointsRedeemed => Payments.Sum(p => p.Points) - Refunds.Sum(r => r.Points);

    /// <summary>
    /// Counts what it earns now; answers how many that are more than before. They are fewer where an edit left less that earns, and
    /// that counts at once; more count once all is paid. What a refund took stays taken.
    /// </summary>
    internal long EarnPoints(ShopSettings settings)
    {
        if (CustomerId is null || Training || Status == OrderStatus.Cancelled || Paid.IsZero)
            return 0;
        var now = Math.Max(PointsFor(settings), PointsTakenBack);
        var more = (Paid < Total ? Math.Min(now, PointsEarned) : now) - PointsEarned;
        PointsEarned += more;
        return more;
    }

    /// <summary>Counts what of its points goes back with what of its lines has; answers how many that are more than before.</summary>
    internal long TakePointsBack(Func<OrderLine, Money> back)
    {
        var (all, gone) = (Money.Zero, Money.Zero);
        foreach (var line in Items.Where(l => l.Discount.IsZero && !l.Total.IsZero && !l.IsDeposit))
        {
            var merchandise = Merchandise(line);
            all += merchandise;
            gone += merchandise.Times(back(line).Minor, line.Total.Minor);
        }

        var due = Status == OrderStatus.Cancelled
            ? PointsEarned
            : all.IsZero
            ? 0
            : new Money(PointsEarned).Times(gone.Minor, all.Minor).Minor;
        var more = Math.Max(0, due - PointsTakenBack);
        PointsTakenBack += more;
        return more;
    }

    /// <summary>How many points an amount that goes back of a payment returns: the parts of all its refunds sum to what it took.</summary>
    private long PointsBack(Payment payment, Money amount) => payment.Points == 0
        ? 0
        : new Money(payment.Points).Times(
            (BackBy(payment) + amount).Minor,
            payment.Amount.Minor).Minor - Refunds.Where(r => r.PaymentId == payment.Id).Sum(r => r.Points);

    private long PointsFor(ShopSettings settings)
    {
        var merchandise = Items.Where(l => l.Discount.IsZero && !l.IsDeposit).Aggregate(Money.Zero, (sum, l) => sum + Merchandise(l));
        var byPoints = Payments.Where(p => p.Method == PaymentMethod.Points).Aggregate(Money.Zero, (sum, p) => sum + p.Amount);
        var units = (merchandise - merchandise.Times(byPoints.Minor, Total.Minor)).Minor / Kernel.Currency.Of(Currency).UnitsPerMajor;
        return (long)decimal.Floor(units * settings.PointsPerUnit);
    }

    /// <summary>What a line costs without tax and service charge.</summary>
    private Money Merchandise(OrderLine line)
    {
        var tax = line.Tax + line.TaxOfVouchers;
        var (net, amount) = (line.Total - tax, PricesIncludeTax ? line.Total : line.Total - tax);
        return amount.IsZero ? Money.Zero : net - line.ServiceCharge.Times(net.Minor, amount.Minor);
    }
}

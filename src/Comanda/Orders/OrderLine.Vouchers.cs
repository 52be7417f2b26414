using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>What of it was paid by vouchers that bore the tax when they were sold.</summary>
public sealed partial class OrderLine
{
    /// <summary>What of its total no such voucher has paid.</summary>
    internal Money NotCovered => Borne.Where(t => t.Levy.IsVoucher).Aggregate(Total, (left, t) => left - t.Base);

    /// <summary>The tax that was inside what they paid: nothing of this order, but no part of what the goods are worth either.</summary>
    internal Money TaxOfVouchers => Borne.Where(t => t.Levy.IsVoucher)
        .Aggregate(Money.Zero, (sum, t) => sum + t.Levy.Rate.Within(t.Base));

    /// <summary>A voucher has paid so much of it: its taxes are those of the rest.</summary>
    internal void Cover(Money part)
    {
        var (before, rest) = (NotCovered, NotCovered - part);
        var own = Borne.Where(t => !t.Levy.IsVoucher).ToList();
        var rate = TaxRate.FromTenThousandths(own.Where(t => t.Levy.IsListed).Sum(t => t.Levy.Rate.TenThousandths));
        var kept = own.ConvertAll(t => new BorneTax(
            t.Levy,
            t.Base.Times(rest.Minor, before.Minor),
            t.Tax.Times(rest.Minor, before.Minor)));
        var tax = kept.Aggregate(Money.Zero, (sum, t) => sum + t.Tax);
        // Taxes of one base: whatever rounding left of it belongs there.
        var free = kept.Where(t => t.Levy == Levy.FreeCharge).Aggregate(Money.Zero, (sum, t) => sum + t.Base);
        if (own.Where(t => t.Levy != Levy.FreeCharge).DistinctBy(t => t.Base).Count() == 1)
            kept = kept.ConvertAll(t => t.Levy == Levy.FreeCharge ? t : t with { Base = rest - tax - free });
        var all = Borne.Where(t => t.Levy.IsVoucher).Append(new(Levy.Voucher with { Rate = rate }, part, Money.Zero));
        Taxes = FrozenTaxes.Freeze(TaxedBasket.Merged(all.Concat(kept.Where(t => !t.Base.IsZero || !t.Tax.IsZero))));
        Tax = tax;
        if (rest.IsZero)
            TaxRate = TaxRate.Zero;
    }
}

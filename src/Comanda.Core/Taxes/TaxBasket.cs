namespace Comanda.Taxes;

/// <summary>
/// The one place that says what tax a basket bears: pure, in whole minor units, every share by largest remainder. In this order: lines
/// are divided into their classes; the order's discount is shared over them; the service charge, of what is left; the delivery fee; then
/// tax, each portion by the rows that fit its class, its way, the day and the basket. Source: spec, taxes, parts 0 and 3.
/// </summary>
public static class TaxBasket
{
    public static TaxedBasket Tax(TaxTable table, TaxPolicy policy, TaxableBasket basket)
    {
        var portions = Portion.Of(basket.Lines);
        // What comes back in full bears no part of what comes off or on the goods.
        var goods = basket.Lines.Any(l => l.IsDeposit) ? portions.FindAll(p => !p.IsDeposit) : portions;
        Spread(basket.Discount, goods, static (p, share) => p.Discount = share);
        Serve(basket.Service, goods);
        var fee = Deliver(basket.Delivery, goods);
        var levies = Find(table, policy, basket, portions);
        RoundTaxes.Fill(portions, levies, policy);
        return new WriteDown(portions, levies, policy).Write(basket.Lines.Count, fee);
    }

    /// <summary>What a discount of this rate takes off lines like these.</summary>
    public static Money DiscountOf(TaxRate percent, IReadOnlyList<TaxableLine> lines) => percent.OnTopOf(Portion.SumOf(Portion.Of(lines)));

    private static void Spread(Money total, List<Portion> over, Action<Portion, Money> put)
    {
        if (total.IsZero || over.Count == 0)
            return;
        var shares = Share.ByWeight(total, Portion.Weights(over));
        for (var i = 0; i < shares.Length; i++)
            put(over[i], shares[i]);
    }

    private static void Serve(Charge? charge, List<Portion> portions)
    {
        if (charge is null)
            return;
        var under = charge.On is { } way ? portions.FindAll(p => p.Way == way) : portions;
        var amount = charge.Percent.OnTopOf(Portion.SumOf(under)) + charge.Fixed;
        if (charge.Taxed == ChargeTaxed.AsItems)
            Spread(amount, under, static (p, share) => p.Service = share);
        else
            Spread(amount, under, static (p, share) => p.FreeService = share);
    }

    /// <summary>What of the fee bears no tax. A fee that lies on nothing is none.</summary>
    private static Money Deliver(Charge? charge, List<Portion> portions)
    {
        if (charge is null)
            return Money.Zero;
        var under = charge.On is { } way ? portions.FindAll(p => p.Way == way) : portions;
        if (under.Count == 0)
            return Money.Zero;
        var amount = charge.Percent.OnTopOf(Portion.SumOf(under)) + charge.Fixed;
        if (charge.Taxed == ChargeTaxed.None)
            return amount;
        Spread(amount, under, static (p, share) => p.Delivery = share);
        return Money.Zero;
    }

    /// <summary>Gives each portion the taxes it bears; answers all taxes of the basket, each once.</summary>
    private static List<Levy> Find(TaxTable table, TaxPolicy policy, TaxableBasket basket, List<Portion> portions)
    {
        var counted = new CountedBasket(basket, portions, policy);
        var levies = new List<Levy>();
        var found = new Dictionary<(string, Way), Bearing>();
        foreach (var portion in portions)
        {
            if (portion.AlreadyTaxed)
                portion.Bearing = new([], 0, [Levy.Voucher]);
            else if (basket.Exemption is { } exemption && exemption.Classes.Contains(portion.Class, StringComparer.Ordinal))
                portion.Bearing = new([], 0, [Levy.ExemptBy(exemption.Name)]);
            else if (found.TryGetValue((portion.Class, portion.Way), out var known))
                portion.Bearing = known;
            else
            {
                portion.Bearing = Bear(table.Fitting(portion.Class, portion.Way, counted), levies);
                found[(portion.Class, portion.Way)] = portion.Bearing;
            }
        }

        return levies;
    }

    private static Bearing Bear(IReadOnlyList<TaxRow> rows, List<Levy> levies)
    {
        if (rows.Count == 0)
            return Bearing.Nothing;
        var taxes = new List<int>(rows.Count);
        var unlisted = new List<Levy>();
        long rates = 0;
        foreach (var row in rows)
        {
            if (!row.Levy.IsListed)
            {
                unlisted.Add(row.Levy);
                continue;
            }

            var at = levies.IndexOf(row.Levy);
            if (at < 0)
            {
                at = levies.Count;
                levies.Add(row.Levy);
            }

            taxes.Add(at);
            rates += row.Rate.TenThousandths;
        }

        return new([.. taxes], rates, unlisted);
    }

    private sealed class CountedBasket(TaxableBasket basket, List<Portion> portions, TaxPolicy policy) : ICountedBasket
    {
        public DateOnly Day => basket.Day;

        /// <summary>A line of several classes counts once. What comes back beside goods is taken off them.</summary>
        public long PiecesOf(TaxRow row)
        {
            long pieces = 0;
            var last = -1;
            var back = !portions.Exists(p => p.Taxable > Money.Zero);
            foreach (var portion in portions)
            {
                if (portion.Line == last || !row.Counts(portion.Class))
                    continue;
                last = portion.Line;
                pieces += portion.Taxable.IsNegative && !back ? -portion.Pieces : portion.Pieces;
            }

            return pieces;
        }

        public decimal SumOf(TaxRow row, long rates)
        {
            var sum = Math.Abs(portions.Where(p => row.Counts(p.Class)).Sum(p => (decimal)p.Taxable.Minor));
            return policy.PricesIncludeTax ? sum * RoundTaxes.Hundred / (RoundTaxes.Hundred + rates) : sum;
        }
    }
}

namespace Comanda.Taxes;

/// <summary>A tax, what it is on, and what it comes to.</summary>
public sealed record BorneTax(Levy Levy, Money Base, Money Tax);

/// <summary>A line with what it was given of the order's discount and charges, and with its taxes.</summary>
/// <param name="Taxes">By name, then rate; also what it bears no tax for (<see cref="Levy.IsListed"/> is false there).</param>
/// <param name="Discount">Its share of the order's discount.</param>
/// <param name="ServiceCharge">Its share of the service charge, taxed or not.</param>
/// <param name="Tax">All its taxes.</param>
/// <param name="Total">What the guest pays for it: with the service charge, without the fee for delivery.</param>
public sealed record TaxedLine(IReadOnlyList<BorneTax> Taxes, Money Discount, Money ServiceCharge, Money Tax, Money Total);

/// <summary>What delivery costs the guest, and the taxes that it bears.</summary>
public sealed record TaxedFee(IReadOnlyList<BorneTax> Taxes, Money Tax, Money Total)
{
    public static readonly TaxedFee None = new([], Money.Zero, Money.Zero);
}

/// <summary>A basket with its taxes. Lines and delivery sum to the taxes, and to the total, to the cent.</summary>
public sealed record TaxedBasket(IReadOnlyList<TaxedLine> Lines, TaxedFee Delivery)
{
    /// <summary>Each tax once, by name, then rate.</summary>
    public IReadOnlyList<BorneTax> Taxes { get; } = Merged(Lines.SelectMany(l => l.Taxes).Concat(Delivery.Taxes));

    public Money Tax { get; } = Lines.Aggregate(Delivery.Tax, (sum, l) => sum + l.Tax);

    public Money Total { get; } = Lines.Aggregate(Delivery.Total, (sum, l) => sum + l.Total);

    /// <summary>Taxes of several lines, each once.</summary>
    public static IReadOnlyList<BorneTax> Merged(IEnumerable<BorneTax> taxes)
    {
        var merged = new List<BorneTax>();
        foreach (var tax in taxes)
        {
            var at = merged.FindIndex(m => m.Levy.Equals(tax.Levy));
            if (at < 0)
                merged.Add(tax);
            else
                merged[at] = new(tax.Levy, merged[at].Base + tax.Base, merged[at].Tax + tax.Tax);
        }

        merged.Sort((a, b) => Levy.InOrder(a.Levy, b.Levy));
        return merged;
    }
}

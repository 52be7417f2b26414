namespace Comanda.Taxes;

/// <summary>A part of an item's price that belongs to a class of its own: 70 food, 30 drink.</summary>
public sealed record ClassShare(string Class, long Weight);

/// <summary>A line as taxing sees it. What is taken back (a deposit's bottle, a refund) has a negative amount.</summary>
/// <param name="Class">What it is for the tax office.</param>
/// <param name="Way">How it is consumed.</param>
/// <param name="Amount">As priced, its own discount taken off.</param>
public sealed record TaxableLine(string Class, Way Way, Money Amount)
{
    /// <summary>The classes that share its one price; none: its own has it all.</summary>
    public IReadOnlyList<ClassShare> Split { get; init; } = [];

    /// <summary>For conditions that count pieces; a weighed line is one.</summary>
    public int Pieces { get; init; } = 1;

    /// <summary>A deposit, which comes back in full: no discount is taken off it, and no charge lies on it.</summary>
    public bool IsDeposit { get; init; }

    /// <summary>Handed over for a voucher that bore the tax when it was sold.</summary>
    public bool AlreadyTaxed { get; init; }
}

/// <summary>Whether a charge follows the lines it lies on, or is none of the tax office's business.</summary>
public enum ChargeTaxed
{
    AsItems,
    None,
}

/// <summary>What comes on top of the goods: a service charge, or a fee for delivery.</summary>
/// <param name="Percent">A share of what is left after discounts; 0 where it is an amount.</param>
/// <param name="Fixed">An amount.</param>
/// <param name="Taxed">Whether it bears the taxes of the lines it is shared over.</param>
public sealed record Charge(TaxRate Percent, Money Fixed, ChargeTaxed Taxed)
{
    public static readonly Charge None = new(TaxRate.Zero, Money.Zero, ChargeTaxed.None);

    /// <summary>The lines that it lies on; null: all.</summary>
    public Way? On { get; init; }
}

/// <summary>A customer's certificate: no tax on goods of these classes.</summary>
/// <param name="Name">What the receipt says in the tax's place.</param>
/// <param name="Classes">What it covers. Not everything: coffee may be bought for resale where sandwiches may not.</param>
public sealed record TaxExemption(string Name, IReadOnlyCollection<string> Classes);

/// <summary>All that taxing needs to know of an order.</summary>
public sealed record TaxableBasket(IReadOnlyList<TaxableLine> Lines, DateOnly Day)
{
    /// <summary>The order's, at most what its lines come to; it is shared over them.</summary>
    public Money Discount { get; init; }

    public Charge? Service { get; init; }

    public Charge? Delivery { get; init; }

    public TaxExemption? Exemption { get; init; }
}

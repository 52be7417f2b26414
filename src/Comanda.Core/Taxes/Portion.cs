namespace Comanda.Taxes;

/// <summary>The part of a line that is of one class. Everything is shared over portions and taxed by them; a line is their sum.</summary>
internal sealed class Portion(int line, string taxClass, Way way, Money amount)
{
    public int Line => line;

    public string Class => taxClass;

    public Way Way => way;

    public int Pieces { get; init; }

    public bool AlreadyTaxed { get; init; }

    public bool IsDeposit { get; init; }

    public Money Discount { get; set; }

    /// <summary>Its share of a service charge that is taxed with it, and of one that is not.</summary>
    public Money Service { get; set; }

    public Money FreeService { get; set; }

    /// <summary>Its share of a delivery fee that is taxed with it.</summary>
    public Money Delivery { get; set; }

    /// <summary>What its taxes are computed on: net where tax comes on top, gross where it is inside.</summary>
    public Money Taxable => amount - Discount + Service + Delivery;

    public Bearing Bearing { get; set; } = Bearing.Nothing;

    /// <summary>One for each tax of its bearing.</summary>
    public long[] Taxes { get; set; } = [];

    public Money Tax => new(Taxes.Sum());

    /// <summary>The lines as portions: a line of several classes becomes one for each, by weight.</summary>
    public static List<Portion> Of(IReadOnlyList<TaxableLine> lines)
    {
        var portions = new List<Portion>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Split.Count == 0)
            {
                portions.Add(new(i, line.Class, line.Way, line.Amount)
                {
                    Pieces = line.Pieces,
                    AlreadyTaxed = line.AlreadyTaxed,
                    IsDeposit = line.IsDeposit,
                });
                continue;
            }

            var shares = Kernel.Share.ByWeight(line.Amount, line.Split.Select(s => s.Weight).ToArray());
            for (var s = 0; s < shares.Length; s++)
            {
                portions.Add(
                    new(i, line.Split[s].Class, line.Way, shares[s]) { Pieces = line.Pieces, AlreadyTaxed = line.AlreadyTaxed });
            }
        }

        return portions;
    }

    /// <summary>
    /// By what discounts and charges are shared: what portions come to at this moment. What comes back (a deposit) gets no share beside
    /// goods; where all comes back, it is shared as it was when it went out.
    /// </summary>
    public static long[] Weights(IReadOnlyList<Portion> portions)
    {
        var sign = portions.Any(p => p.Taxable > Money.Zero) ? 1 : -1;
        return [.. portions.Select(p => Math.Max(0, sign * p.Taxable.Minor))];
    }

    /// <summary>What a percentage is taken of.</summary>
    public static Money SumOf(IReadOnlyList<Portion> portions)
    {
        var sum = new Money(Weights(portions).Sum());
        return portions.Any(p => p.Taxable > Money.Zero) ? sum : -sum;
    }
}

/// <summary>The taxes that a portion bears together, as places in the basket's list, and what it bears none for.</summary>
internal sealed record Bearing(int[] Taxes, long Rates, IReadOnlyList<Levy> Unlisted)
{
    public static readonly Bearing Nothing = new([], 0, [Levy.None]);
}

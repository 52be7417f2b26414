using System.Numerics;

namespace Comanda.Taxes;

/// <summary>
/// From what portions bear to whole minor units. Exclusive: tax = net·r/100 for each tax. Inclusive: gross·R/(100+R) for the sum R of a
/// portion's rates, shared among them by rate. Taxes that are rounded together are rounded once, then shared down to the
/// portions, so that portions sum to taxes and taxes to the whole.
/// </summary>
internal static class RoundTaxes
{
    /// <summary>A hundred percent in ten-thousandths of a percent.</summary>
    public const long Hundred = 1_000_000;

    public static void Fill(List<Portion> portions, List<Levy> levies, TaxPolicy policy)
    {
        foreach (var portion in portions)
            portion.Taxes = new long[portion.Bearing.Taxes.Length];
        if (policy.Level == TaxLevel.PerLine)
        {
            foreach (var portion in portions)
                Round([portion], levies, policy);
        }
        else
            Round(portions, levies, policy);
    }

    /// <summary>A tax of a portion: its exact figure is <c>base × rate ÷ denominator</c>.</summary>
    private readonly record struct Cell(Portion Portion, int Slot, int Tax, long Rate, long Denominator)
    {
        public Int128 Numerator => checked((Int128)Portion.Taxable.Minor * Rate);
    }

    private static void Round(List<Portion> portions, List<Levy> levies, TaxPolicy policy)
    {
        var together = Together(portions, levies.Count, policy);
        var cells = new List<Cell>(portions.Count);
        for (var group = 0; group < together.Length; group++)
        {
            cells.Clear();
            foreach (var portion in portions)
            {
                var taxes = portion.Bearing.Taxes;
                for (var slot = 0; slot < taxes.Length; slot++)
                {
                    if (together[taxes[slot]] == group)
                    {
                        cells.Add(new(
                            portion,
                            slot,
                            taxes[slot],
                            levies[taxes[slot]].Rate.TenThousandths,
                            policy.PricesIncludeTax ? Hundred + portion.Bearing.Rates : Hundred));
                    }
                }
            }

            if (cells.Count == 0)
                continue;
            if (cells.TrueForAll(c => c.Denominator == cells[0].Denominator))
                Settle(cells, c => c.Numerator, (Int128)cells[0].Denominator, policy.Mode);
            else
                SettleMixed(cells, policy.Mode);
        }
    }

    /// <summary>
    /// Which taxes are rounded as one sum, by the place of the first of them: all of them where rates are added up; where tax is inside the
    /// price, those that lines bear together, since the price is divided between them; else each by itself.
    /// </summary>
    private static int[] Together(List<Portion> portions, int count, TaxPolicy policy)
    {
        var together = new int[count];
        if (policy.Aggregate)
            return together;
        for (var i = 0; i < count; i++)
            together[i] = i;
        if (!policy.PricesIncludeTax)
            return together;
        foreach (var taxes in portions.Select(p => p.Bearing.Taxes))
        {
            for (var slot = 1; slot < taxes.Length; slot++)
            {
                var (one, other) = (together[taxes[0]], together[taxes[slot]]);
                if (one == other)
                    continue;
                var (keep, drop) = one < other ? (one, other) : (other, one);
                for (var i = 0; i < count; i++)
                {
                    if (together[i] == drop)
                        together[i] = keep;
                }
            }
        }

        return together;
    }

    /// <summary>Lines that bear different taxes, one of them in common: their fractions meet only above a common denominator.</summary>
    private static void SettleMixed(List<Cell> cells, TaxMode mode)
    {
        var common = cells.Select(c => c.Denominator).Distinct().Aggregate(BigInteger.One, (product, d) => product * d);
        Settle(cells, c => c.Numerator * (common / c.Denominator), common, mode);
    }

    private static void Settle<T>(List<Cell> cells, Func<Cell, T> numerator, T denominator, TaxMode mode)
        where T : struct, IBinaryInteger<T>
    {
        var exact = new T[cells.Count];
        var taxes = new List<int>(4);
        var sums = new List<T>(4);
        var sum = T.Zero;
        for (var i = 0; i < exact.Length; i++)
        {
            sum = checked(sum + (exact[i] = numerator(cells[i])));
            var at = taxes.IndexOf(cells[i].Tax);
            if (at < 0)
            {
                taxes.Add(cells[i].Tax);
                sums.Add(exact[i]);
            }
            else
                sums[at] += exact[i];
        }

        var rounded = new T[taxes.Count];
        var total = Apportion.Rounded(sum, denominator, mode);
        Apportion.Share(total, [.. sums], denominator, rounded);
        var members = new List<int>(cells.Count);
        for (var t = 0; t < rounded.Length; t++)
        {
            members.Clear();
            for (var i = 0; i < exact.Length; i++)
            {
                if (cells[i].Tax == taxes[t])
                    members.Add(i);
            }

            var parts = new T[members.Count];
            Apportion.Share(rounded[t], members.ConvertAll(m => exact[m]).ToArray(), denominator, parts);
            for (var m = 0; m < parts.Length; m++)
                cells[members[m]].Portion.Taxes[cells[members[m]].Slot] = long.CreateChecked(parts[m]);
        }
    }
}

namespace Comanda.Kernel;

/// <summary>Divides an amount into parts that always sum to it again.</summary>
public static class Share
{
    /// <summary>
    /// Shares <paramref name="total"/> by <paramref name="weights"/> (none negative) with the method of largest remainder:
    /// each part is its exact share cut down to whole minor units, and the units left over go one each to the largest
    /// remainders, ties to the earlier part. Where all weights are zero the parts are even. A negative total is the
    /// mirror of the positive one.
    /// </summary>
    public static Money[] ByWeight(Money total, ReadOnlySpan<long> weights)
    {
        if (weights.Length == 0)
            return total.IsZero ? [] : throw new ArgumentException("an amount cannot be shared among nobody", nameof(weights));

        Int128 sum = 0;
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            sum += weight;
        }

        var even = sum == 0;
        if (even)
            sum = weights.Length;

        var magnitude = Int128.Abs(total.Minor);
        var parts = new Money[weights.Length];
        var remainders = new Int128[weights.Length];
        var order = new int[weights.Length];
        var left = magnitude;
        for (var i = 0; i < weights.Length; i++)
        {
            var (whole, remainder) = Int128.DivRem(magnitude * (even ? 1 : weights[i]), sum);
            parts[i] = new((long)whole);
            remainders[i] = remainder;
            order[i] = i;
            left -= whole;
        }

        Array.Sort(order, (a, b) => remainders[a] == remainders[b] ? a.CompareTo(b) : remainders[b].CompareTo(remainders[a]));
        for (var i = 0; left > 0; i++, left--)
            parts[order[i]] += new Money(1);

        if (total.IsNegative)
        {
            for (var i = 0; i < parts.Length; i++)
                parts[i] = -parts[i];
        }

        return parts;
    }
}

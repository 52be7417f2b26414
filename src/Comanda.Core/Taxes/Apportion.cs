using System.Numerics;

namespace Comanda.Taxes;

/// <summary>Whole units out of exact fractions, in integers of any width: 128 bits nearly always, more where they are too few.</summary>
internal static class Apportion
{
    /// <summary>Rounds a fraction by its magnitude, so that what is negative mirrors what is positive.</summary>
    public static T Rounded<T>(T numerator, T denominator, TaxMode mode)
        where T : struct, IBinaryInteger<T>
    {
        var (whole, rest) = T.DivRem(T.Abs(numerator), denominator);
        var twice = checked(rest + rest);
        if (mode == TaxMode.HalfUp ? twice >= denominator : mode == TaxMode.HalfDown && twice > denominator)
            whole++;
        return T.IsNegative(numerator) ? -whole : whole;
    }

    /// <summary>
    /// Shares a total over exact parts that it was rounded from. Parts of one sign: by largest remainder, ties to the earlier. Parts of
    /// both signs (a bottle came back) may cancel out, so they say nothing about shares of the total: each is cut down to whole
    /// units, and what is missing goes to the largest fractions.
    /// </summary>
    public static void Share<T>(T total, ReadOnlySpan<T> exact, T denominator, Span<T> parts)
        where T : struct, IBinaryInteger<T>
    {
        if (exact.Length == 1)
        {
            parts[0] = total;
            return;
        }

        var sum = T.Zero;
        bool positive = false, negative = false;
        foreach (var part in exact)
        {
            sum = checked(sum + part);
            positive |= part > T.Zero;
            negative |= part < T.Zero;
        }

        var fractions = new T[exact.Length];
        var left = total;
        if (positive && negative)
        {
            for (var i = 0; i < exact.Length; i++)
                left -= parts[i] = Floor(exact[i], denominator, out fractions[i]);
            var each = Floor(left, T.CreateChecked(exact.Length), out left);
            for (var i = 0; i < exact.Length; i++)
                parts[i] += each;
            GiveRest(left, fractions, parts);
            return;
        }

        if (T.IsZero(sum))
        {
            parts.Clear();
            return;
        }

        var magnitude = left = T.Abs(total);
        sum = T.Abs(sum);
        for (var i = 0; i < exact.Length; i++)
        {
            (parts[i], fractions[i]) = T.DivRem(checked(magnitude * T.Abs(exact[i])), sum);
            left -= parts[i];
        }

        GiveRest(left, fractions, parts);
        if (T.IsNegative(total))
        {
            for (var i = 0; i < parts.Length; i++)
                parts[i] = -parts[i];
        }
    }

    private static void GiveRest<T>(T left, T[] fractions, Span<T> parts)
        where T : struct, IBinaryInteger<T>
    {
        for (; left > T.Zero; left--)
        {
            var largest = 0;
            for (var i = 1; i < fractions.Length; i++)
            {
                if (fractions[i] > fractions[largest])
                    largest = i;
            }

            parts[largest] += T.One;
            fractions[largest] = -T.One;
        }
    }

    private static T Floor<T>(T dividend, T divisor, out T rest)
        where T : struct, IBinaryInteger<T>
    {
        (var whole, rest) = T.DivRem(dividend, divisor);
        if (!T.IsNegative(rest))
            return whole;
        rest += divisor;
        return whole - T.One;
    }
}

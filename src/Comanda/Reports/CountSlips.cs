using System.Globalization;

namespace Comanda.Reports;

/// <summary>Slips of who counts and types a number: each explains the whole difference, or is none.</summary>
internal static class CountSlips
{
    public static IEnumerable<(string Kind, string Why)> Of(long expected, long counted, long opening = 0)
    {
        if (expected == counted || expected <= 0)
            yield break;
        if (IsSwapped(expected, counted))
            yield return ("digits_swapped", "Two digits of the count are swapped: with them in place it is what it had to be.");
        if (counted > 0 && (counted == expected * 10 || counted == expected * 100 || expected == counted * 10 || expected == counted * 100))
            yield return ("decimal_mark_moved", "The count is what it had to be, with its decimal mark in another place.");
        if (opening > 0 && expected - opening == counted)
            yield return ("float_left_out", "The count is without the float.");
        if (opening > 0 && expected + opening == counted)
            yield return ("float_counted_twice", "The float is in the count twice.");
    }

    /// <summary>Whether two digits beside each other stand in the other order.</summary>
    private static bool IsSwapped(long expected, long counted)
    {
        var length = Math.Max(Digits(expected).Length, Digits(counted).Length);
        var (right, said) = (Digits(expected).PadLeft(length, '0'), Digits(counted).PadLeft(length, '0'));
        var first = Enumerable.Range(0, length).First(i => right[i] != said[i]);
        return first + 1 < length && right[first] == said[first + 1] && right[first + 1] == said[first]
            && right.AsSpan(first + 2).SequenceEqual(said.AsSpan(first + 2));
    }

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}

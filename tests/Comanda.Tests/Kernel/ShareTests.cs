using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Kernel;

public sealed class ShareTests
{
    [Property]
    public bool Trap12_parts_always_sum_to_the_whole(long total, NonNegativeInt[] weights)
    {
        if (weights.Length == 0)
            return true;
        var whole = new Money(total % Money.LargestInput);
        var parts = Share.ByWeight(whole, Array.ConvertAll(weights, w => (long)w.Get));
        return parts.Sum(p => p.Minor) == whole.Minor;
    }

    [Property]
    public bool A_part_is_never_a_unit_away_from_its_exact_share(int total, PositiveInt[] weights)
    {
        if (weights.Length == 0)
            return true;
        var sum = weights.Sum(w => (decimal)w.Get);
        var parts = Share.ByWeight(new Money(total), Array.ConvertAll(weights, w => (long)w.Get));
        return parts.Zip(weights, (p, w) => Math.Abs(p.Minor - (total * w.Get / sum)) < 1).All(near => near);
    }

    [Fact]
    public void Trap12_a_combo_of_50_never_sums_to_49_98() =>
        Share.ByWeight(new Money(5000), [1, 1, 1]).Select(p => p.Minor).ShouldBe([1667, 1667, 1666]);

    [Fact]
    public void Leftover_units_go_to_the_largest_remainders_and_ties_to_the_earlier() =>
        Share.ByWeight(new Money(10), [1, 2, 3, 1]).Select(p => p.Minor).ShouldBe([2, 3, 4, 1]);

    [Property]
    public bool A_negative_total_mirrors_the_positive_one(int total, NonNegativeInt[] weights)
    {
        if (weights.Length == 0)
            return true;
        var longs = Array.ConvertAll(weights, w => (long)w.Get);
        return Share.ByWeight(new Money(total), longs)
            .Zip(Share.ByWeight(new Money(-(long)total), longs))
            .All(p => p.First.Minor == -p.Second.Minor);
    }

    [Fact]
    public void Without_weights_the_parts_are_even() => Share.ByWeight(new Money(5), [0, 0]).Select(p => p.Minor).ShouldBe([3, 2]);
}

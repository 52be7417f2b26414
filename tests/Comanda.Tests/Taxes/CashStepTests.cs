using Comanda.Taxes;
using FsCheck.Xunit;

namespace Comanda.Tests.Taxes;

/// <summary>Coins that are not used any more, by the rules of several countries.</summary>
public sealed class CashStepTests
{
    [Theory]
    [InlineData(50, "up", 25, 50)] // Denmark: 25 to 74 become 50
    [InlineData(50, "up", 74, 50)]
    [InlineData(50, "up", 75, 100)]
    [InlineData(100, "up", 6150, 6200)] // Sweden: half a krona goes up
    [InlineData(10, "down", 1135, 1130)] // New Zealand: five goes down where the shop says so
    [InlineData(10, "down", 1136, 1140)]
    [InlineData(5, "up", 1937, 1935)]
    [InlineData(5, "down", 1938, 1940)]
    [InlineData(0, "up", 1937, 1937)]
    public void An_amount_goes_to_the_nearest_step(long step, string tie, long exact, long paid)
    {
        var rounding = new CashRounding(new(step), WireName<CashTie>.Parse(tie));
        rounding.Of(new(exact)).Minor.ShouldBe(paid);
        rounding.Of(new(-exact)).Minor.ShouldBe(-paid);
    }

    [Fact]
    public void Tiny_sums_are_a_case_of_their_own()
    {
        var belgium = new CashRounding(new(5)) { SmallUpTo = new(5) };
        new long[] { 1, 2, 4, 5, 6, 8 }.Select(a => belgium.Of(new(a)).Minor).ShouldBe([1, 2, 4, 5, 5, 10]);
        var slovakia = new CashRounding(new(5)) { SmallUpTo = new(2), SmallDue = new(5) };
        new long[] { 0, 1, 2, 3, 7 }.Select(a => slovakia.Of(new(a)).Minor).ShouldBe([0, 5, 5, 5, 5]);
    }

    [Theory]
    [InlineData("cash_part", 1500, 415)]
    [InlineData("only_if_all_cash", 1500, 413)]
    [InlineData("only_if_all_cash", 0, 1915)]
    [InlineData("total", 1500, 415)]
    [InlineData("total", 1412, 503)]
    public void The_scope_says_what_is_rounded(string scope, long byCard, long due) =>
        new CashRounding(new(5), CashTie.Up, WireName<CashScope>.Parse(scope)).Due(new(1913), new(byCard)).Minor.ShouldBe(due);

    /// <summary>Parts, in either direction, come to what the whole comes to.</summary>
    [Property]
    public void Parts_come_to_what_one_payment_would(int[] parts, int how)
    {
        var rounding = new CashRounding(new(new long[] { 1, 5, 10, 50, 100 }[Math.Abs(how % 5)]), (CashTie)Math.Abs(how % 2))
        {
            SmallUpTo = new(Math.Abs(how % 3)),
            SmallDue = how % 7 == 0 ? new(5) : null,
        };
        Money exact = default, handed = default;
        foreach (var part in parts)
        {
            handed += rounding.Next(exact, new(part));
            exact += new Money(part);
        }

        handed.ShouldBe(rounding.Of(exact));
    }
}

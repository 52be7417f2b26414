using FsCheck.Xunit;

namespace Comanda.Tests.Kernel;

public sealed class TaxRateTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("19", 190_000)]
    [InlineData("8.875", 88_750)]
    [InlineData("100", 1_000_000)]
    public void A_rate_keeps_four_decimals(string percent, long tenThousandths)
    {
        var rate = TaxRate.OfPercent(decimal.Parse(percent));
        rate.TenThousandths.ShouldBe(tenThousandths);
        rate.Percent.ToString().ShouldBe(percent);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("100.0001")]
    [InlineData("8.87501")]
    public void Other_rates_are_refused(string percent) => TaxRate.TryFromPercent(decimal.Parse(percent), out _).ShouldBeFalse();

    [Property]
    public bool Inclusive_tax_is_half_up_and_never_more_than_the_gross(int gross, int permille)
    {
        var rate = TaxRate.OfPercent(Math.Abs(permille % 1000) / 10m);
        var tax = rate.Within(new Money(gross));
        var exact = gross * rate.Percent / (100 + rate.Percent);
        return tax.Minor == (long)Math.Round(exact, MidpointRounding.AwayFromZero) && Math.Abs(tax.Minor) <= Math.Abs((long)gross);
    }

    [Property]
    public bool Exclusive_tax_is_half_up(int net, int permille)
    {
        var rate = TaxRate.OfPercent(Math.Abs(permille % 1000) / 10m);
        return rate.OnTopOf(new Money(net)).Minor == (long)Math.Round(net * rate.Percent / 100, MidpointRounding.AwayFromZero);
    }
}

using FsCheck.Xunit;

namespace Comanda.Tests.Kernel;

public sealed class MoneyTests
{
    private static readonly Currency[] Currencies = [Currency.Of("JPY"), Currency.Of("TWD"), Currency.Of("EUR"), Currency.Of("KWD")];

    [Theory]
    [InlineData("EUR", 950, "9.50")]
    [InlineData("JPY", 950, "950")]
    [InlineData("TWD", 50, "50")]
    [InlineData("KWD", 1250, "1.250")]
    [InlineData("EUR", -5, "-0.05")]
    [InlineData("EUR", 0, "0.00")]
    public void An_amount_prints_with_exactly_its_currencys_digits(string currency, long minor, string text) =>
        new Money(minor).In(Currency.Of(currency)).ToString().ShouldBe(text);

    [Property]
    public bool What_is_written_reads_back_the_same(long minor, int which)
    {
        var currency = Currencies[(which & int.MaxValue) % Currencies.Length];
        var money = new Money(minor % Money.LargestInput);
        return Money.TryFrom(money.In(currency), currency, out var read) && read == money;
    }

    [Theory]
    [InlineData("EUR", "0.005")]
    [InlineData("JPY", "1.5")]
    [InlineData("TWD", "0.5")]
    [InlineData("KWD", "0.0001")]
    [InlineData("EUR", "10000000001")]
    public void An_amount_with_more_digits_than_the_currency_is_refused_and_not_rounded(string currency, string amount) =>
        Money.TryFrom(decimal.Parse(amount), Currency.Of(currency), out _).ShouldBeFalse();

    [Property]
    public bool Rounding_is_half_up_and_mirrors_for_refunds(int amount, int rate)
    {
        var (numerator, denominator) = (Math.Abs((long)rate) % 1000, 1000L);
        var expected = (long)Math.Round((decimal)amount * numerator / denominator, MidpointRounding.AwayFromZero);
        return new Money(amount).Times(numerator, denominator).Minor == expected
            && new Money(-(long)amount).Times(numerator, denominator).Minor == -expected;
    }

    [Theory]
    [InlineData("18.00", "18.00")]
    [InlineData("$18.00 ", "18.00")]
    [InlineData("1,50 €", "1.50")]
    [InlineData("1.234,50", "1234.50")]
    [InlineData("1,234.50", "1234.50")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("12", "12")]
    public void Prices_read_as_people_write_them(string text, string value)
    {
        PriceText.TryRead(text, out var read).ShouldBeTrue();
        read.ShouldBe(decimal.Parse(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("free")]
    [InlineData("1,234")]
    [InlineData("1e5")]
    [InlineData("12..5")]
    public void What_is_no_clear_price_is_refused(string text) => PriceText.TryRead(text, out _).ShouldBeFalse();
}

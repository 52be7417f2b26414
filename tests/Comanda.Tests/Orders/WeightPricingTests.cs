using Comanda.Shops;
using Comanda.Taxes;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Orders;

/// <summary>The pure rules of weights, with made-up prices.</summary>
public sealed class WeightPricingTests
{
    [Property]
    public void Trap11_any_basket_of_weights_is_price_times_weight_half_up_and_balances(
        (PositiveInt Price, PositiveInt Weight)[] basket, byte discount, bool inclusive, bool jpy)
    {
        if (basket.Length == 0)
            return;
        var lines = basket.Take(50).Select(b => (Price: b.Price.Get * 7L % 100_000, Weight: b.Weight.Get * 13L % 99_999 + 1)).ToList();
        var settings = ShopSettings.From(new Dictionary<string, string>
        {
            ["currency"] = jpy ? "JPY" : "EUR",
            ["prices_include_tax"] = inclusive ? "true" : "false",
        });
        var entries = lines.ConvertAll(l => Weighed(l.Price)).Select((e, i) => e with { Id = i + 1 }).ToList();
        var menu = PricingTests.MenuOf(settings.Currency, entries);
        var request = new OrderRequest(
            null,
            [.. lines.Select((l, i) => new LineRequest(i + 1, l.Weight / 1000m))],
            Discount: new("percentage", discount % 100, "x"));
        var priced = Pricing.Price(menu, settings, request, OrderType.Takeaway, new(2026, 5, 1)).Value;
        foreach (var (line, asked) in priced.Lines.Zip(lines))
            line.Gross.Minor.ShouldBe((long)decimal.Round(asked.Price * asked.Weight / 1000m, MidpointRounding.AwayFromZero));
        priced.Lines.Sum(l => l.Total.Minor).ShouldBe(priced.Total.Minor);
        priced.Lines.Sum(l => l.Tax.Minor).ShouldBe(priced.Tax.Minor);
        priced.Explanation.Sum(r => r.Amount?.Minor ?? 0).ShouldBe(priced.Total.Minor);
        priced.Work.ShouldBe(lines.Count); // each is one to make, whatever it weighs
    }

    [Property]
    public void However_a_weighed_line_is_divided_its_parts_sum_to_it(
        PositiveInt weight, PositiveInt total, PositiveInt[] cuts, bool inclusive)
    {
        var (gross, all) = (new Money(total.Get), weight.Get + 2);
        BorneTax[] bears = [new(
            new("VAT", null, TaxRate.OfPercent(19), TaxTreatment.Taxed, null),
            inclusive ? gross - TaxRate.OfPercent(19).Within(gross) : gross,
            inclusive ? TaxRate.OfPercent(19).Within(gross) : TaxRate.OfPercent(19).OnTopOf(gross))];
        var line = new OrderLine
        {
            Name = "X",
            Category = "Y",
            Modifiers = "[]",
            TaxClass = "food",
            Unit = WeightUnit.Kilogram,
            Quantity = new Measure(all),
            Discount = new(total.Get / 3),
            Tax = bears[0].Tax,
            Taxes = FrozenTaxes.Freeze(bears),
            Total = inclusive ? gross : gross + bears[0].Tax,
        };
        var (whole, parts) = (line.Whole, new List<LinePart>());
        foreach (var cut in cuts)
        {
            if (line.Quantity.Thousandths < 2)
                break;
            var quantity = new Measure(1 + (cut.Get % (line.Quantity.Thousandths - 1)));
            var part = line.PartOf(quantity, inclusive);
            line.Without(quantity, part);
            parts.Add(part);
            all -= (int)quantity.Thousandths;
        }

        (line.Quantity, line.Pieces).ShouldBe((new Measure(all), 1));
        parts.Add(line.Whole);
        parts.Sum(p => p.Total.Minor).ShouldBe(whole.Total.Minor);
        parts.Sum(p => p.Tax.Minor).ShouldBe(whole.Tax.Minor);
        parts.Sum(p => p.Discount.Minor).ShouldBe(whole.Discount.Minor);
    }

    [Theory]
    [InlineData("0.355", true, true)]
    [InlineData("0.3550", true, true)]
    [InlineData("0.3555", true, false)]
    [InlineData("0.0001", true, false)]
    [InlineData("0", true, false)]
    [InlineData("-1", true, false)]
    [InlineData("99999.999", true, true)]
    [InlineData("100000", true, false)]
    [InlineData("79228162514264337593543950335", true, false)]
    [InlineData("2", false, true)]
    [InlineData("2.000", false, true)]
    [InlineData("2.5", false, false)]
    [InlineData("999", false, true)]
    [InlineData("1000", false, false)]
    public void A_measure_is_read_as_it_is_or_not_at_all(string given, bool byWeight, bool isOne)
    {
        var number = decimal.Parse(given, System.Globalization.CultureInfo.InvariantCulture);
        Measure.TryFrom(number, byWeight, out var measure).ShouldBe(isOne);
        if (isOne)
            measure.Number.ShouldBe(number);
    }

    private static MenuEntry Weighed(long price) =>
        AnEntry.Of(0, price, 7) with { Name = "Cheese", Unit = WeightUnit.Kilogram };
}

using Comanda.Taxes;
using FsCheck;
using FsCheck.Fluent;

namespace Comanda.Tests.Taxes;

/// <summary>What holds of any basket under any rules, and the rules that no shared case shows.</summary>
public sealed class TaxBasketTests
{
    private static readonly DateOnly Day = new(2026, 5, 1);

    private static readonly Config Thousand = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lines_sum_to_taxes_and_taxes_to_the_order(bool withBack) => Check.One(
        Thousand,
        Prop.ForAll<int>(seed =>
        {
            var any = new AnyBasket(seed, withBack);
            var taxed = any.Taxed;
            taxed.Lines.Sum(l => l.Total.Minor).ShouldBe(taxed.Total.Minor - taxed.Delivery.Total.Minor);
            taxed.Taxes.Sum(t => t.Tax.Minor).ShouldBe(taxed.Tax.Minor);
            foreach (var tax in taxed.Taxes)
            {
                var parts = taxed.Lines.SelectMany(l => l.Taxes).Concat(taxed.Delivery.Taxes).Where(t => t.Levy == tax.Levy).ToList();
                parts.Sum(p => p.Tax.Minor).ShouldBe(tax.Tax.Minor);
                parts.Sum(p => p.Base.Minor).ShouldBe(tax.Base.Minor);
            }

            foreach (var line in taxed.Lines)
                line.Taxes.Sum(t => t.Tax.Minor).ShouldBe(line.Tax.Minor);
            taxed.Lines.Sum(l => l.Discount.Minor).ShouldBe(any.Basket.Discount.Minor);
        }));

    /// <summary>With inclusive prices only the tax inside moves; with prices before tax the goods stay what they are.</summary>
    [Fact]
    public void The_guest_pays_goods_and_charges_and_what_tax_comes_on_top() => Check.One(
        Thousand,
        Prop.ForAll<int>(seed =>
        {
            var any = new AnyBasket(seed);
            var taxed = any.Taxed;
            var untaxed = TaxBasket.Tax(new(any.Table.Classes, [], any.Table.DefaultClass), any.Policy, any.Basket);
            taxed.Total.ShouldBe(any.Policy.PricesIncludeTax ? untaxed.Total : untaxed.Total + taxed.Tax);
        }));

    [Fact]
    public void What_comes_back_is_the_mirror_of_what_went_out() => Check.One(
        Thousand,
        Prop.ForAll<int>(seed =>
        {
            var any = new AnyBasket(seed);
            var back = TaxBasket.Tax(any.Table, any.Policy, AnyBasket.Mirrored(any.Basket));
            back.Lines.Select(l => (-l.Total, -l.Tax)).ShouldBe(any.Taxed.Lines.Select(l => (l.Total, l.Tax)));
            back.Taxes.Select(t => (t.Levy, -t.Base, -t.Tax)).ShouldBe(any.Taxed.Taxes.Select(t => (t.Levy, t.Base, t.Tax)));
        }));

    /// <summary>No figure is a whole unit away from the exact one, for each tax of an order and for each tax of a line.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_tax_is_within_a_unit_of_the_exact_one(bool withBack) => Check.One(
        Thousand,
        Prop.ForAll<int>(seed =>
        {
            var any = new AnyBasket(seed, withBack);
            if (any.Policy is not { PricesIncludeTax: false, Aggregate: false } || any.Basket.Delivery is not null)
                return;
            var taxed = any.Taxed;
            foreach (var tax in taxed.Lines.SelectMany(l => l.Taxes).Where(t => t.Levy.IsListed))
                Math.Abs(tax.Tax.Minor - (tax.Base.Minor * tax.Levy.Rate.Percent / 100)).ShouldBeLessThan(withBack ? 3 : 2);
            if (any.Policy.Level == TaxLevel.PerLine)
                return;
            foreach (var tax in taxed.Taxes.Where(t => t.Levy.IsListed))
                Math.Abs(tax.Tax.Minor - (tax.Base.Minor * tax.Levy.Rate.Percent / 100)).ShouldBeLessThan(1);
        }));

    [Fact]
    public void A_row_for_the_way_beats_one_for_any_and_a_higher_priority_beats_both()
    {
        var table = Table(
            Row("food", 20),
            Row("food", 7, way: Way.Takeaway),
            Row("food", 0) with { Priority = 1, MinPieces = 6 });
        TaxOf(table, new TaxableLine("food", Way.DineIn, new(1000))).ShouldBe([(20m, 1000, 200)]);
        TaxOf(table, new TaxableLine("food", Way.Takeaway, new(1000))).ShouldBe([(7m, 1000, 70)]);
        TaxOf(table, new TaxableLine("food", Way.Takeaway, new(1000)) { Pieces = 6 }).ShouldBe([(0m, 1000, 0)]);
    }

    [Fact]
    public void The_day_of_supply_decides()
    {
        var table = Table(
            Row("food", 19) with { To = new(2025, 12, 31) },
            Row("food", 7) with { From = new(2026, 1, 1) });
        foreach (var (day, rate) in new[] { (new DateOnly(2025, 12, 31), 19m), (new DateOnly(2026, 1, 1), 7m) })
        {
            var basket = new TaxableBasket([new("food", Way.DineIn, new(100))], day);
            TaxBasket.Tax(table, new(false, TaxLevel.PerRate), basket).Taxes.Single().Levy.Rate.Percent.ShouldBe(rate);
        }
    }

    /// <summary>Two lines of three count as six, a line of several classes once, and another class not at all.</summary>
    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(3, 2, 13)]
    [InlineData(5, 0, 13)]
    public void Pieces_are_counted_over_the_whole_basket(int doughnuts, int muffins, decimal rate)
    {
        var table = Table(Row("sweet", 13), Row("other", 13), Row("sweet", 0) with { Priority = 1, MinPieces = 6 });
        TaxableLine Line(int pieces, params ClassShare[] split) =>
            new("sweet", Way.Takeaway, new(100 * pieces)) { Pieces = pieces, Split = split };
        TaxOf(table, Line(doughnuts, new("sweet", 1), new("sweet", 1)), Line(muffins)).Select(t => t.Rate).ShouldBe([rate]);
        TaxOf(table, Line(5), new TaxableLine("other", Way.Takeaway, new(0)) { Pieces = 9 }).Select(t => t.Rate).ShouldBe([13m]);
    }

    /// <summary>4.20 with 5 % inside is 4.00 before tax and fits; 4.21 is not.</summary>
    [Theory]
    [InlineData(420, 5)]
    [InlineData(421, 13)]
    public void A_sum_before_tax_is_what_prices_come_to_without_it(long price, decimal rate)
    {
        var table = Table(Row("ready", 13), Row("ready", 5) with { Priority = 1, MaxSum = new(400) });
        var basket = new TaxableBasket([new("ready", Way.Takeaway, new(price))], Day);
        TaxBasket.Tax(table, new(true, TaxLevel.PerRate), basket).Taxes.Single().Levy.Rate.Percent.ShouldBe(rate);
    }

    /// <summary>105.00 with 2.5 % and 2.5 % inside is 100.00; of 105.01 the odd cent goes to the earlier.</summary>
    [Fact]
    public void Several_taxes_inside_a_price_share_what_is_in_it()
    {
        var table = Table(Row("food", 2.5m, "CGST"), Row("food", 2.5m, "SGST"));
        var policy = new TaxPolicy(true, TaxLevel.PerRate);
        foreach (var (gross, first, second) in new[] { (10500, 250, 250), (10510, 250, 250), (10511, 251, 250) })
        {
            var taxed = TaxBasket.Tax(table, policy, new([new("food", Way.DineIn, new(gross))], Day));
            taxed.Taxes.Select(t => t.Tax.Minor).ShouldBe([first, second]);
            taxed.Taxes.Select(t => t.Base.Minor).ShouldBe([gross - first - second, gross - first - second]);
        }
    }

    /// <summary>A bottle that comes back: 2.50 − 0.25 bears the tax of 2.25, though neither part rounds to its share.</summary>
    [Fact]
    public void A_deposit_that_comes_back_is_a_negative_line()
    {
        var table = Table(Row("drink", 19));
        var taxed = TaxBasket.Tax(
            table,
            new(true, TaxLevel.PerRate),
            new([new("drink", Way.Takeaway, new(250)), new("drink", Way.Takeaway, new(-25))], Day) { Discount = new(50) });
        taxed.Total.Minor.ShouldBe(175);
        taxed.Taxes.Single().Tax.Minor.ShouldBe(28); // 175 × 19 / 119 = 27.94
        taxed.Lines.Select(l => l.Discount.Minor).ShouldBe([50, 0]); // the bottle is worth what it was
        taxed.Lines.Select(l => l.Tax.Minor).ShouldBe([32, -4]);
    }

    [Fact]
    public void What_bears_no_tax_is_named_apart()
    {
        var table = Table(Row("food", 10), new TaxRow("deposit", null, "deposit", TaxRate.Zero, TaxTreatment.Outside), Row("loaf", 0));
        var taxed = TaxBasket.Tax(
            table,
            new(false, TaxLevel.PerRate),
            new(
                [
                    new("food", Way.DineIn, new(1000)),
                    new("deposit", Way.DineIn, new(25)),
                    new("loaf", Way.DineIn, new(300)),
                    new("nothing", Way.DineIn, new(7)),
                    new("food", Way.DineIn, new(500)) { AlreadyTaxed = true },
                ],
                Day)
            { Service = new(TaxRate.Zero, new(100), ChargeTaxed.None) });
        taxed.Taxes.Where(t => t.Levy.IsListed).Select(t => (t.Levy.Rate.Percent, t.Base.Minor, t.Tax.Minor))
            .ShouldBe([(0m, 300, 0), (10m, 1000, 100)]);
        taxed.Taxes.Where(t => !t.Levy.IsListed).Select(t => (t.Levy.Name, t.Base.Minor))
            .ShouldBe([("", 7), ("charge", 100), ("deposit", 25), ("voucher", 500)]);
        taxed.Total.Minor.ShouldBe(1000 + 25 + 300 + 7 + 500 + 100 + 100);
    }

    /// <summary>2.00 on food and drink: its taxes are its own figures, so that lines and delivery sum to the order.</summary>
    [Fact]
    public void A_fee_for_delivery_bears_the_taxes_of_the_goods()
    {
        var table = Table(Row("food", 7), Row("drink", 19));
        var taxed = TaxBasket.Tax(
            table,
            new(false, TaxLevel.PerRate),
            new([new("food", Way.Delivery, new(3000)), new("drink", Way.Delivery, new(1000))], Day)
            {
                Delivery = new(TaxRate.Zero, new(200), ChargeTaxed.AsItems),
            });
        taxed.Delivery.Taxes.Select(t => (t.Levy.Rate.Percent, t.Base.Minor, t.Tax.Minor)).ShouldBe([(7m, 150, 11), (19m, 50, 10)]);
        taxed.Delivery.Total.Minor.ShouldBe(221);
        taxed.Lines.Select(l => l.Total.Minor).ShouldBe([3210, 1190]);
        taxed.Taxes.Select(t => (t.Base.Minor, t.Tax.Minor)).ShouldBe([(3150, 221), (1050, 200)]);
    }

    private static TaxTable Table(params TaxRow[] rows) =>
        new([.. rows.Select(r => r.Class).Distinct().Select(c => new TaxClass(c, c))], rows, rows[0].Class);

    private static TaxRow Row(string of, decimal rate, string name = "VAT", Way? way = null) =>
        new(of, way, name, TaxRate.OfPercent(rate), rate == 0 ? TaxTreatment.Zero : TaxTreatment.Taxed);

    private static IEnumerable<(decimal Rate, long Base, long Tax)> TaxOf(TaxTable table, params TaxableLine[] lines) =>
        TaxBasket.Tax(table, new(false, TaxLevel.PerRate), new(lines, Day)).Taxes
            .Select(t => (t.Levy.Rate.Percent, t.Base.Minor, t.Tax.Minor));
}

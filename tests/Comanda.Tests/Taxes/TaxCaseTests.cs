using System.Globalization;
using Comanda.Taxes;

namespace Comanda.Tests.Taxes;

/// <summary>The shared baskets, each with the tax, the total and the cash that the law or the practice of its place asks for.</summary>
public sealed class TaxCaseTests
{
    public static TheoryData<string> Ids { get; } = TaxCase.Ids.Count == 0 ? ["none"] : [.. TaxCase.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_basket_bears_what_its_place_asks_for(string id)
    {
        Assert.SkipWhen(TaxCase.Ids.Count == 0, "the shared cases are not beside the repository");
        var it = TaxCase.Of(id);
        var taxed = TaxBasket.Tax(it.Table(), it.Policy, it.Basket());

        taxed.Total.ShouldBe(it.Amount(it.Expect.GetProperty("total")));
        taxed.Taxes.Where(t => t.Levy.IsListed)
            .Select(t => (t.Levy.Name, t.Levy.Rate, Net: t.Base, t.Tax))
            .ShouldBe(
                it.Expect.GetProperty("taxes").EnumerateArray().Select(t => (
                    t.GetProperty("name").GetString()!,
                    TaxCase.Percent(t.GetProperty("rate")),
                    it.Amount(t.GetProperty("net")),
                    it.Amount(t.GetProperty("tax")))),
                ignoreOrder: true);

        var (due, change) = it.Settle(taxed.Total);
        if (it.Expect.TryGetProperty("cash_due", out var expected))
            due.ShouldBe(it.Amount(expected));
        if (it.Expect.TryGetProperty("change", out expected))
            change.ShouldBe(it.Amount(expected));
    }

    /// <summary>Whoever brings everything back gets everything back, and the tax office what it got.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_basket_that_comes_back_mirrors_the_sale(string id)
    {
        Assert.SkipWhen(TaxCase.Ids.Count == 0, "the shared cases are not beside the repository");
        var it = TaxCase.Of(id);
        var sold = TaxBasket.Tax(it.Table(), it.Policy, it.Basket());
        var back = TaxBasket.Tax(it.Table(), it.Policy, AnyBasket.Mirrored(it.Basket()));
        back.Total.ShouldBe(-sold.Total);
        back.Taxes.Select(t => (t.Levy, -t.Base, -t.Tax)).ShouldBe(sold.Taxes.Select(t => (t.Levy, t.Base, t.Tax)));
        back.Lines.Select(l => -l.Total).ShouldBe(sold.Lines.Select(l => l.Total));
    }

    [Fact]
    public void There_are_forty_of_them()
    {
        Assert.SkipWhen(TaxCase.Ids.Count == 0, "the shared cases are not beside the repository");
        TaxCase.Ids.Count.ShouldBeGreaterThanOrEqualTo(40);
    }
}

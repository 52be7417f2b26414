using Comanda.Shops;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Orders;

/// <summary>The pure rules of what an order costs, with made-up menus.</summary>
public sealed class PricingTests
{
    [Theory]
    [InlineData(false, "per_rate", 2890, 125, 649)] // 28.90 @22 % + 1.25 @10 %: 6.358 → 6.36, 0.125 → 0.13
    [InlineData(true, "per_rate", 3526, 138, 649)] // the mirror: 35.26 contains 6.36, 1.38 contains 0.13
    public void The_rules_own_example_balances_to_the_cent(bool inclusive, string rounding, long first, long second, long tax)
    {
        var priced = Price([(first, 22m, 1, 0, 0), (second, 10m, 1, 0, 0)], 0, Settings("EUR", inclusive, rounding));
        priced.Tax.Minor.ShouldBe(tax);
        Balances(priced);
    }

    [Property]
    public void Trap11_any_baskets_books_balance((PositiveInt, byte, byte, byte, byte)[] basket, byte discount, int how)
    {
        if (basket.Length == 0)
            return;
        var lines = basket.Take(50)
            .Select(b => ((long)b.Item1.Get % 100_000, b.Item2 % 30m, 1 + (b.Item3 % 9), b.Item4 % 100, b.Item5 % 200))
            .ToArray();
        var currency = (how & 3) switch { 0 => "JPY", 1 => "KWD", _ => "EUR" };
        var priced = Price(lines, discount % 100, Settings(currency, (how & 4) == 0, (how & 8) == 0 ? "per_line" : "per_rate"));
        Balances(priced);
    }

    [Theory]
    [InlineData("TWD")]
    [InlineData("JPY")]
    public void Trap12_currencies_without_cents_have_none(string currency)
    {
        var priced = Price([(50, 5m, 1, 33, 0), (50, 5m, 1, 0, 0), (51, 5m, 1, 0, 0)], 10, Settings(currency, true, "per_line"));
        Balances(priced);
        foreach (var amount in priced.Lines.Select(l => l.Total).Append(priced.Total))
            amount.In(Currency.Of(currency)).Scale.ShouldBe((byte)0);
    }

    [Fact]
    public void A_discount_never_takes_a_line_below_zero()
    {
        var priced = Price([(200, 10m, 1, 0, 500)], 0, Settings("EUR", true, "per_line"));
        priced.Total.ShouldBe(Money.Zero);
        priced.Discount.Minor.ShouldBe(200);
    }

    [Fact]
    public void Percentages_include_the_modifiers()
    {
        var menu = Menu([(400, 10m)], optionPrice: 100);
        var request = new OrderRequest(
            null,
            [new(1, 1, ["plus"], new("percentage", 10m, "regular guest"))]);
        Pricing.Price(menu, Settings("EUR", true, "per_line"), request, OrderType.DineIn, new(2026, 5, 1)).Value.Total.Minor.ShouldBe(450);
    }

    private static void Balances(PricedOrder priced)
    {
        priced.Lines.Sum(l => l.Total.Minor).ShouldBe(priced.Total.Minor - priced.Tip.Minor - priced.DeliveryFee.Minor);
        priced.Lines.Sum(l => l.Tax.Minor).ShouldBe(priced.Tax.Minor);
        priced.Lines.Sum(l => l.Discount.Minor).ShouldBe(priced.Discount.Minor);
        priced.Lines.ShouldAllBe(l => l.Total >= Money.Zero && l.Discount >= Money.Zero && l.Tax >= Money.Zero);
        priced.Explanation.Where(r => r.Amount is not null).Sum(r => r.Amount!.Value.Minor).ShouldBe(priced.Total.Minor);
    }

    /// <summary>
    /// Lines of (price in minor units, tax percent, quantity, discount percent, fixed discount in minor units) and an order discount in
    /// percent.
    /// </summary>
    private static PricedOrder Price(
        (long Price, decimal Tax, int Quantity, int Percent, int Fixed)[] lines,
        int orderPercent,
        ShopSettings settings)
    {
        var menu = Menu(lines.Select(l => (l.Price, l.Tax)).ToArray());
        var request = new OrderRequest(
            null,
            [.. lines.Select((l, i) => new LineRequest(
                i + 1, l.Quantity, null,
                l.Fixed > 0
                    ? new("fixed", new Money(l.Fixed).In(settings.Currency), "spilled")
                    : l.Percent > 0
                    ? new("percentage", l.Percent, "regular")
                    : null))],
            Discount: orderPercent > 0 ? new("percentage", orderPercent, "opening week") : null);
        return Pricing.Price(menu, settings, request, OrderType.DineIn, new(2026, 5, 1)).Value;
    }

    /// <summary>A menu of one section.</summary>
    internal static MenuSnapshot MenuOf(Currency currency, List<MenuEntry> entries)
    {
        var section = new MenuSection
        {
            Id = 1,
            Name = "All",
            Description = "",
            Image = null,
            IsActive = true,
            DisplayOrder = 0,
            Station = "kitchen",
            Version = 1,
            Items = entries,
        };
        return new(currency, [section]);
    }

    private static MenuSnapshot Menu((long Price, decimal Tax)[] items, long optionPrice = 0)
    {
        MenuGroup[] groups = optionPrice == 0
            ? []
            : [new(1, "Extra", 0, 5, [new() { Id = 1, Key = "plus", Name = "Plus", Price = new Money(optionPrice), InStock = true }])];
        var entries = items.Select((item, i) => AnEntry.Of(i + 1, item.Price, item.Tax) with { Groups = groups }).ToList();
        return MenuOf(Currency.Of("EUR"), entries);
    }

    private static ShopSettings Settings(string currency, bool inclusive, string rounding) =>
        ShopSettings.From(new Dictionary<string, string>
        {
            ["currency"] = currency,
            ["prices_include_tax"] = inclusive ? "true" : "false",
            ["tax_rounding"] = rounding,
        });
}

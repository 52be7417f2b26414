using System.Globalization;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Shops;
using Comanda.Taxes;
using Comanda.Tests.Orders;

namespace Comanda.Tests.Taxes;

/// <summary>Every figure of baskets out of numbers, as text: the server's runtime and a browser's must write the same.</summary>
internal static class PricedFigures
{
    public static IEnumerable<string> Of(int first, int count) => Enumerable.Range(first, count).Select(seed => Of(seed));

    private static string Of(int seed)
    {
        var any = new AnyBasket(seed);
        var taxed = any.Taxed;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seed}: {Text(taxed.Taxes)}; {Lines(taxed)}; {Order(any, seed)}");
    }

    private static string Lines(TaxedBasket taxed) => string.Join('|', taxed.Lines.Select(l => $"{l.Total.Minor}={Text(l.Taxes)}"));

    /// <summary>The same lines as items of a menu in an order, with a discount and a tip.</summary>
    private static string Order(AnyBasket any, int seed)
    {
        var random = new Random(seed);
        var items = any.Basket.Lines.Select((line, i) => Item(i + 1, line, random)).ToList();
        var request = new OrderRequest(
            "dine-in",
            [.. items.Select(i => new LineRequest(i.Id, random.Next(1, 4), Way: ((Way)random.Next(4)).ToWire()))],
            Discount: random.Next(2) == 0 ? new("percentage", random.Next(101), "any") : null,
            Tip: random.Next(500) / 100m);
        var rules = new PricingRules(
            any.Policy, any.Basket.Service ?? Charge.None, any.Basket.Delivery ?? Charge.None, CashRounding.None)
        {
            Exemption = any.Basket.Exemption,
        };
        var settings = new ShopSettings
        {
            Currency = Currency.Of("EUR"),
            TaxRate = TaxRate.Zero,
            Rules = rules,
            BusinessDay = new BusinessDay(TimeZoneInfo.Utc, TimeOnly.MinValue),
            OrderPrefix = "",
            ReceiptFooter = "",
            TaxNumber = "",
            KitchenHands = 1,
            PointsPerUnit = 0,
            PointValue = Money.Zero,
            LowStockTo = [],
            Country = null,
            Taxes = any.Table,
            Opening = OpeningWeek.Read("{}"),
        };
        var priced = Pricing.Price(
            (line, _, _) => new Offer(items.Find(i => i.Id == line.MenuItemId)!),
            settings,
            request,
            (OrderType)random.Next(4),
            any.Basket.Day);
        return priced.Refusal is { } refusal
            ? refusal.Code
            : $"{priced.Value.Total.Minor}, {priced.Value.ServiceCharge.Minor}, {Text(priced.Value.Taxes)}, "
                + string.Join(' ', priced.Value.Explanation.Select(e => e.Text));
    }

    private static MenuEntry Item(int id, TaxableLine line, Random random) => AnEntry.Of(id, Math.Abs(line.Amount.Minor), 0) with
    {
        Groups =
        [
            new MenuGroup(
                id,
                "Extra",
                0,
                2,
                [new MenuOption { Id = id, Key = "extra", Name = "Extra", Price = new Money(random.Next(90)), InStock = true }]),
        ],
        TaxClass = line.Class,
        TaxSplit = line.Split,
    };

    private static string Text(IEnumerable<BorneTax> taxes) =>
        string.Join('+', taxes.Select(t => $"{t.Levy.Name} {t.Levy.Rate.TenThousandths} {t.Base.Minor} {t.Tax.Minor}"));
}

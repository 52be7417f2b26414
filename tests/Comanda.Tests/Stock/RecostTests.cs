using System.Text.Json;
using Comanda.Stock;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Stock;

/// <summary>What will it cost.</summary>
public sealed class RecostTests(CafeApp app)
{
    private const string Costs = "POST /api/inventory/recipes/costs";

    /// <summary>A croissant of 100 g dough, which is flour and butter; prices with 10 % tax in them.</summary>
    private async Task<(Bakery Bakery, long Butter)> Open()
    {
        var bakery = await Bakery.Open(app);
        var butter = await bakery.Manager.Ingredient("Butter", "kg", 0, cost: 8);
        // 10 kg of dough: 6 kg of flour at 1.00 and 2.5 kg of butter at 8.00, which is 26.00; a croissant 0.26.
        await bakery.Manager.Works($"PUT /api/inventory/{bakery.Dough}/recipe", new
        {
            made = "ahead",
            yield = 10,
            items = new[]
            {
                new { inventory_id = bakery.Flour, quantity = 6m },
                new { inventory_id = butter, quantity = 2.5m },
            },
        });
        return (bakery, butter);
    }

    private static JsonElement Croissant(Answer answer, Bakery bakery) =>
        answer.Items.Single(i => i.GetProperty("menu_item_id").GetInt64() == bakery.Croissant);

    [Fact]
    public async Task Dearer_butter_goes_through_dough_and_bake_to_the_price_that_keeps_the_margin()
    {
        var (bakery, butter) = await Open();
        var now = Croissant(await bakery.Manager.Works(Costs, new { }), bakery);
        (now.Decimal("cost_now"), now.Decimal("cost_then")).ShouldBe((0.26m, 0.26m));
        now.Decimal("price_to_keep").ShouldBe(now.Decimal("price"));

        // 250 g of butter are in a kilogram of dough, 25 g in a croissant: four more a kilogram are ten cents.
        var answer = await bakery.Manager.Works(Costs, new { prices = new[] { new { inventory_id = butter, unit_cost = 12 } } });
        var then = Croissant(answer, bakery);
        (then.Decimal("cost_now"), then.Decimal("cost_then")).ShouldBe((0.26m, 0.36m));
        then.Decimal("margin_then").ShouldBeLessThan(then.Decimal("margin_now"));
        var because = then.GetProperty("because").EnumerateArray().Single();
        (because.GetProperty("name").GetString(), because.Decimal("quantity"), because.Decimal("difference"))
            .ShouldBe(("Butter", 0.025m, 0.1m));
        // The price grows as the cost does.
        (then.Decimal("price_to_keep") / then.Decimal("price")).ShouldBe(0.36m / 0.26m, 0.005m);
        answer.Body.GetProperty("made").EnumerateArray()
            .Select(m => (m.GetProperty("name").GetString(), m.Decimal("cost_now"), m.Decimal("cost_then")))
            .ShouldBe([("Croissant dough", 2.6m, 3.6m), ("Croissant, baked", 0.26m, 0.36m)]);

        var half = Croissant(
            await bakery.Manager.Works(Costs, new { prices = new[] { new { inventory_id = butter, percent = 50 } }, margin = 50 }),
            bakery);
        half.Decimal("cost_then").ShouldBe(0.36m);
        var gram = Croissant(
            await bakery.Manager.Works(
                Costs, new { prices = new[] { new { inventory_id = butter, unit_cost = 0.012m, unit = "g" } } }),
            bakery);
        gram.Decimal("cost_then").ShouldBe(0.36m);
        // Nothing was changed by asking.
        (await bakery.Manager.Works($"GET /api/inventory/{butter}")).Body.Decimal("unit_cost").ShouldBe(8);
    }

    [Fact]
    public async Task A_delivery_at_another_price_recosts_every_recipe_at_once()
    {
        var (bakery, butter) = await Open();
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Dough}/make", new { quantity = 10 });
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/make", new { quantity = 10 });
        await bakery.Manager.Works(
            $"POST /api/inventory/{butter}/adjust", new { adjustment = 10, reason = "delivery", unit_cost = 12 });
        var recipe = Croissant(await bakery.Manager.Works("GET /api/inventory/recipes"), bakery);
        // What lies in the window cost what it cost; the next costs more.
        (recipe.Decimal("cost"), recipe.Decimal("cost_at_prices")).ShouldBe((0.26m, 0.36m));
        Croissant(await bakery.Manager.Works(Costs, new { }), bakery).Decimal("cost_now").ShouldBe(0.36m);
    }

    [Fact]
    public async Task Prices_that_are_none_are_named()
    {
        var (bakery, butter) = await Open();
        async Task Refused(string field, object price) =>
            (await bakery.Manager.Ask(Costs, new { prices = new[] { price } })).Fields.ShouldContain(field);
        await Refused("prices[0].inventory_id", new { unit_cost = 1 });
        await Refused("prices[0].inventory_id", new { inventory_id = bakery.Dough, unit_cost = 1 });
        await Refused("prices[0].inventory_id", new { inventory_id = 1, unit_cost = 1 });
        await Refused("prices[0].unit_cost", new { inventory_id = butter });
        await Refused("prices[0].unit_cost", new { inventory_id = butter, unit_cost = -1 });
        await Refused("prices[0].unit_cost", new { inventory_id = butter, unit_cost = 1, percent = 1 });
        await Refused("prices[0].percent", new { inventory_id = butter, percent = -101 });
        await Refused("prices[0].unit", new { inventory_id = butter, unit_cost = 1, unit = "l" });
        (await bakery.Manager.Ask(Costs, new { margin = 100 })).Fields.ShouldBe(["margin"]);
        (await bakery.Manager.Ask(
            Costs,
            new { prices = new[] { new { inventory_id = butter, percent = 1 }, new { inventory_id = butter, percent = 2 } } })).Fields
            .ShouldBe(["prices[1].inventory_id"]);
    }

    /// <summary>The price has the margin, and a unit less has it not.</summary>
    [Property(MaxTest = 500)]
    public void The_price_is_the_lowest_that_keeps_the_margin(uint cost, byte margin, byte percent, bool included, byte digits)
    {
        var currency = Currency.Of(new[] { "EUR", "JPY", "KWD" }[digits % 3]);
        var part = margin % 100 / 100m;
        var tax = (Rate: TaxRate.OfPercent(percent % 101), Included: included);
        var much = cost % 1_000_000 / 10_000m;
        var price = KeepMargin.PriceFor(much, part, tax, currency)!.Value;
        bool Keeps(Money p) => KeepMargin.NetOf(p, tax.Rate, tax.Included, currency) * (1 - part) >= much;
        Keeps(price).ShouldBeTrue();
        if (price > Money.Zero)
            Keeps(price - new Money(1)).ShouldBeFalse();
    }
}

using System.Text.Json;
using Comanda.Reports;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>What explains a counted difference, of the drawer and of ingredients.</summary>
public sealed class VarianceTests(CafeApp app)
{
    [Theory]
    [InlineData(-4.60, "tender_was_other", 1)]
    [InlineData(9.20, "tender_was_cash", 1)]
    [InlineData(-12.50, "movement_not_made", 0)]
    [InlineData(25, "movement_wrong_way", 0)]
    [InlineData(6.90, "payment_not_noted", 1)]
    [InlineData(11.50, "sold_and_cancelled", 1)]
    [InlineData(2.30, "cash_back_not_given", 1)]
    [InlineData(-50, "float_left_out", 0)]
    public async Task What_fits_a_drawers_difference_comes_first_with_the_orders_and_hands_it_was_in(
        double difference, string kind, int orders)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id; // 2.30
        var drawer = await manager.Works("POST /api/drawers/open", new { @float = 50 });
        await manager.PlaceOrder(new("takeaway", [new(item, 2)], Payments: [new("cash")])); // 4.60
        await manager.PlaceOrder(new("takeaway", [new(item, 4)], Payments: [new("card")])); // 9.20
        await manager.PlaceOrder(new("takeaway", [new(item, 3)])); // 6.90, open
        var gone = await manager.PlaceOrder(new("takeaway", [new(item, 5)])); // 11.50
        await manager.Works($"POST /api/orders/{gone.Id}/cancel", new { reason = "left" });
        var back = await manager.PlaceOrder(new("takeaway", [new(item, 7)], Payments: [new("cash")])); // 16.10, less 2.30
        await manager.Works($"POST /api/orders/{back.Id}/refund", new { amount = 2.30, reason = "cold" });
        await manager.Works(
            $"POST /api/drawers/{drawer.Id}/movements", new { type = difference < 0 ? "in" : "out", amount = 12.50, reason = "change" });
        var expected = 50 + 4.60m + 16.10m - 2.30m + (difference < 0 ? 12.50m : -12.50m);
        await manager.Works($"POST /api/drawers/{drawer.Id}/close", new { counted = expected + (decimal)difference });

        var told = (await manager.Works("GET /api/reports/variance")).Body.GetProperty("drawers").EnumerateArray().Single();
        (told.Decimal("expected"), told.Decimal("difference")).ShouldBe((expected, (decimal)difference));
        var first = told.GetProperty("candidates").EnumerateArray().First();
        (first.GetProperty("kind").GetString(), first.GetProperty("match").GetString(), first.Decimal("effect"), first.Decimal("remains"))
            .ShouldBe((kind, "exact", (decimal)difference, 0m));
        first.GetProperty("order_ids").GetArrayLength().ShouldBe(orders);
        var hand = told.GetProperty("hands").EnumerateArray().Single();
        (hand.Decimal("cash_payments"), hand.Decimal("cash_taken"), hand.Decimal("cash_back")).ShouldBe((2, 20.70m, 2.30m));
        var one = (await manager.Works($"GET /api/reports/variance?drawer_id={drawer.Id}")).Body;
        one.GetProperty("drawers")[0].GetRawText().ShouldBe(told.GetRawText());
    }

    [Fact]
    public async Task A_difference_that_nothing_fits_has_no_candidate_and_one_among_many_stands_behind()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        async Task<JsonElement> Session(decimal difference)
        {
            var drawer = await manager.Works("POST /api/drawers/open", new { @float = 30 });
            for (var n = 0; n < 5; n++)
                await manager.PlaceOrder(new("takeaway", [new(item)], Payments: [new("cash")]));
            await manager.Works($"POST /api/drawers/{drawer.Id}/movements", new { type = "in", amount = 2.30, reason = "found" });
            await manager.Works($"POST /api/drawers/{drawer.Id}/close", new { counted = 30 + 11.50m + 2.30m + difference });
            var told = (await manager.Works($"GET /api/reports/variance?drawer_id={drawer.Id}")).Body;
            return told.GetProperty("drawers").EnumerateArray().FirstOrDefault();
        }

        (await Session(-17.31m)).GetProperty("candidates").GetArrayLength().ShouldBe(0);
        var many = (await Session(-2.30m)).GetProperty("candidates").EnumerateArray().ToList();
        many.Select(c => (c.GetProperty("kind").GetString(), c.GetProperty("count").GetInt64())).ShouldBe(
            [("movement_not_made", 1), ("tender_was_other", 5)]);
        var near = (await Session(-2.25m)).GetProperty("candidates").EnumerateArray().ToList();
        near.ShouldAllBe(c => c.GetProperty("match").GetString() == "near");
        near[0].Decimal("remains").ShouldBe(0.05m);
        (await Session(0)).ValueKind.ShouldBe(JsonValueKind.Undefined); // none: the count is what it had to be
    }

    [Fact]
    public async Task Milk_that_a_count_did_not_find_is_held_against_recipes_deliveries_waste_and_slips()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var milk = await manager.Ingredient("Milk", "l", 100, cost: 1.05m);
        var item = (await shop.Item("Espresso")).Id;
        await manager.Works($"PUT /api/menu/items/{item}/recipe", new object[] { new { inventory_id = milk, quantity = 0.2 } });
        for (var n = 0; n < 2; n++)
            await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = 12, reason = "delivery" });
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = -1.5, reason = "waste" });
        await manager.PlaceOrder(new("takeaway", [new(item, 20)], Payments: [new("card")])); // 4 l
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { counted = 106.5, reason = "count" }); // 118.5 had to be there

        var all = (await manager.Works("GET /api/reports/variance")).Body.GetProperty("stock").EnumerateArray().ToList();
        var told = all.Single();
        (told.Decimal("expected"), told.Decimal("counted"), told.Decimal("difference")).ShouldBe((118.5m, 106.5m, -12m));
        (told.Decimal("theoretical_use"), told.Decimal("waste"), told.Decimal("percent_of_use")).ShouldBe((4m, 1.5m, 300m));
        var first = told.GetProperty("candidates").EnumerateArray().First();
        (first.GetProperty("kind").GetString(), first.GetProperty("match").GetString(), first.GetProperty("count").GetInt64())
            .ShouldBe(("booked_and_never_came", "exact", 2));
        var seller = told.GetProperty("sellers").EnumerateArray().Single();
        (seller.GetProperty("product").GetString(), seller.Decimal("use"), seller.Decimal("orders")).ShouldBe(("Espresso", 4m, 1m));
        (await manager.Works($"GET /api/reports/variance?inventory_id={milk}")).Body.GetProperty("stock").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Sessions_and_ingredients_of_others_are_not_found()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var other = await (await app.NewShop()).As("manager");
        var drawer = await other.Works("POST /api/drawers/open", new { @float = 50 });
        await other.Works($"POST /api/drawers/{drawer.Id}/close", new { counted = 49 });
        var milk = await other.Ingredient("Milk", "l", 1);
        (await manager.Ask($"GET /api/reports/variance?drawer_id={drawer.Id}")).Status.ShouldBe(404);
        (await manager.Ask($"GET /api/reports/variance?inventory_id={milk}")).Status.ShouldBe(404);
        (await manager.Ask($"GET /api/reports/variance?inventory_id={milk}&drawer_id=1")).Fields.ShouldBe(["inventory_id"]);
        (await manager.Works("GET /api/reports/variance")).Body.GetProperty("drawers").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData(12350, 12530, "digits_swapped")]
    [InlineData(12350, 21350, "digits_swapped")]
    [InlineData(9050, 905, "decimal_mark_moved")]
    [InlineData(12350, 13250, "digits_swapped")]
    [InlineData(12350, 12351, null)]
    [InlineData(12350, 15320, null)]
    [InlineData(12350, 12350, null)]
    public void A_slip_of_counting_is_known_by_its_digits(long expected, long counted, string? kind) =>
        CountSlips.Of(expected, counted).Select(s => s.Kind).ShouldBe(kind is null ? [] : [kind]);
}

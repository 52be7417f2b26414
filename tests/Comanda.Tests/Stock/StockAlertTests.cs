using Comanda.Data;
using Comanda.Client;

namespace Comanda.Tests.Stock;

public sealed class StockAlertTests(CafeApp app)
{
    [Fact]
    public async Task What_goes_low_is_told_once_for_each_crossing()
    {
        var shop = await app.NewShop(("low_stock_to", "chef@demo.example"));
        var manager = await shop.As("manager");
        var milk = await manager.Ingredient("Milk", "l", 10, threshold: 5);
        // Many at once, on two processes.
        var other = await shop.As("manager", await app.StartProcess());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? manager : other).Works(
            $"POST /api/inventory/{milk}/adjust",
            new { adjustment = -0.5, reason = "waste" })));
        await Answers.Eventually(async () => await manager.Alerts(milk) > 0);
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = -3, reason = "waste" });
        await Task.Delay(1200);
        (await manager.Alerts(milk)).ShouldBe(1);
        (await manager.Ask("GET /api/inventory/low-stock")).Items.Single().GetProperty("current_stock").GetDecimal().ShouldBe(-3);

        var alert = (await manager.Ask("GET /api/alerts?is_read=false")).Items.Single();
        (alert.GetProperty("type").GetString(), alert.GetProperty("is_read").GetBoolean()).ShouldBe(("low_stock", false));
        alert.GetProperty("message").GetString()!.ShouldStartWith("Milk: ");
        var id = alert.GetProperty("id").GetInt64();
        (await manager.Works($"PUT /api/alerts/{id}/read")).Text("is_read").ShouldBe("True");
        (await manager.Ask("GET /api/alerts?is_read=false")).Items.ShouldBeEmpty();
        (await (await (await app.NewShop()).As("manager")).Ask($"PUT /api/alerts/{id}/read")).Status.ShouldBe(404);
        (await shop.Outbox("chef@demo.example")).GetProperty("subject").GetString()!.ShouldContain("Milk is low");
        var told = (await manager.Ask("GET /api/events?after=0&limit=200")).Body
            .GetProperty("items")
            .EnumerateArray()
            .Where(e => e.GetProperty("event").GetString() == "low_stock")
            .ToList();
        told.Count.ShouldBe(1);
        told[0].GetProperty("data").GetProperty("inventory_id").GetInt64().ShouldBe(milk);

        // Above again, it is armed again.
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = 20, reason = "delivery" });
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select 1 from stock_low where item_id = $1",
            default,
            milk) is null);
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { counted = 5 }); // at the threshold is low
        await Answers.Eventually(async () => await manager.Alerts(milk) == 2);
    }

    [Fact]
    public async Task What_has_no_threshold_is_told_of_when_it_is_below_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var tea = await manager.Ingredient("Tea", "g", 10);
        await manager.Works($"POST /api/inventory/{tea}/adjust", new { counted = 0 });
        await manager.Works($"POST /api/inventory/{tea}/adjust", new { adjustment = -1 });
        await Answers.Eventually(async () => await manager.Alerts(tea) == 1);
        (await manager.Ask("GET /api/alerts")).Items.Single().GetProperty("type").GetString().ShouldBe("negative_stock");
        // A threshold that is set above what there is, is a crossing too.
        var salt = await manager.Ingredient("Salt", "g", 10);
        await manager.Works($"PUT /api/inventory/{salt}", new { low_stock_threshold = 50 });
        await Answers.Eventually(async () => await manager.Alerts(salt) == 1);
    }
}

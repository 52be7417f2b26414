namespace Comanda.Tests.Orders;

public sealed class TrackOrderTests(CafeApp app)
{
    [Fact]
    public async Task A_delivery_is_followed_from_the_kitchen_to_the_door()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var order = await manager.PlaceOrder(new("delivery", [new((await shop.Item("Rye loaf")).Id, 2)]));
        var path = $"/api/orders/{order.Id}";
        (await manager.Ask(
            $"PUT {path}/delivery",
            new { person = new { name = "Dino", phone = "+351 900 000 000" } })).Status.ShouldBe(200);
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery" })
            (await manager.Ask($"PUT {path}/status", new { status })).Status.ShouldBe(200);
        await manager.Ask(
            $"PUT {path}/delivery",
            new { location = new[] { -9.1393, 38.7223 }, estimated_delivery_time = "2026-11-25T20:30:00Z" });
        var track = (await manager.Ask($"GET {path}/track")).Body;
        track.GetProperty("timeline")
            .EnumerateArray()
            .Select(t => t.GetProperty("status").GetString())
            .ShouldBe(["pending", "preparing", "ready", "out_for_delivery"]);
        track.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("at").GetDateTimeOffset()).ShouldBeInOrder();
        track.GetProperty("delivery_person").GetProperty("name").GetString().ShouldBe("Dino"); // what is left out stays
        track.GetProperty("location").EnumerateArray().Select(l => l.GetDouble()).ShouldBe([-9.1393, 38.7223]);
        track.GetProperty("estimated_delivery_time").GetDateTimeOffset().ShouldBe(DateTimeOffset.Parse("2026-11-25T20:30:00Z"));
        var heard = (await manager.Ask("GET /api/events?after=0&limit=200")).Body.ToString();
        heard.ShouldContain("delivery_location");
        heard.ShouldContain("38.7223");
        await manager.Ask($"PUT {path}/status", new { status = "delivered" });
        (await manager.Ask($"PUT {path}/delivery", new { location = new[] { 0.0, 0.0 } })).Code.ShouldBe("invalid_transition");
    }

    [Fact]
    public async Task A_round_that_reopens_an_order_and_a_bill_that_was_joined_stand_in_their_timelines()
    {
        var shop = await app.NewShop();
        var (manager, espresso) = (await shop.As("manager"), (await shop.Item("Espresso")).Id);
        var (order, joined) = (await manager.PlaceOrder(new(
            "takeaway",
            [new(espresso)])), await manager.PlaceOrder(new("takeaway", [new(espresso)])));
        async Task<string[]> Timeline(long id)
        {
            var track = (await manager.Ask($"GET /api/orders/{id}/track")).Body;
            return [.. track.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("status").GetString()!)];
        }

        (await manager.Ask($"POST /api/orders/{order.Id}/merge", new { order_id = joined.Id })).Status.ShouldBe(200);
        (await Timeline(joined.Id)).ShouldBe(["pending", "cancelled"]);
        foreach (var status in new[] { "preparing", "ready" })
            (await manager.Ask($"PUT /api/orders/{order.Id}/status", new { status })).Status.ShouldBe(200);
        var round = await manager.Ask($"POST /api/orders/{order.Id}/items", new { items = new[] { new { menu_item_id = espresso } } });
        round.Status.ShouldBe(201);
        (await Timeline(order.Id)).ShouldBe(["pending", "preparing", "ready", "preparing"]);
    }

    [Fact]
    public async Task A_partner_brings_it_and_is_followed_and_the_simulated_one_says_that_it_is()
    {
        var shop = await app.NewShop();
        var (manager, gina) = (await shop.As("manager"), await app.Guest(shop));
        var order = await gina.Ask("POST /api/orders", new
        {
            type = "delivery",
            items = new[] { new { menu_item_id = (await shop.Item("Rye loaf")).Id } },
            delivery_address = new { address = "1 Quay Street", location = new[] { -9.1393, 38.7223 } },
        });
        var path = $"/api/orders/{order.Id}";
        (await manager.Ask($"POST {path}/delivery/partner", new { partner = "pigeons" })).Fields.ShouldBe(["partner"]);
        var sent = await manager.Ask($"POST {path}/delivery/partner", new { partner = "simulated" });
        (sent.Status, sent.Text("partner")).ShouldBe((200, "simulated"));
        sent.Body.GetProperty("delivery_person").GetProperty("name").GetString().ShouldBe("Simulated courier");
        var again = await manager.Ask($"POST {path}/delivery/partner", new { partner = "simulated" });
        again.Text("estimated_delivery_time").ShouldBe(sent.Text("estimated_delivery_time")); // the same errand
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery" })
            (await manager.Ask($"PUT {path}/status", new { status })).Status.ShouldBe(200);
        var before = sent.Body.GetProperty("location")[0].GetDouble();
        await Answers.Eventually(async () =>
            (await gina.Ask($"GET {path}/track")).Body.GetProperty("location")[0].GetDouble() > before, 20);
        (await gina.Ask($"POST {path}/delivery/partner", new { partner = "simulated" })).Code.ShouldBe("forbidden");
        await using var production = await app.StartPassingProcess(o => o with { Production = true });
        (await (await shop.As("manager", production.Address)).Ask($"POST {path}/delivery/partner", new { partner = "simulated" })).Fields
            .ShouldBe(["partner"]); // nobody waits for a courier on paper
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (delivery, table) = (
            await manager.PlaceOrder(new("delivery", [new((await shop.Item("Rye loaf")).Id)])),
            await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Rye loaf")).Id)])));
        foreach (var location in new[] { [1.0], [181.0, 0.0], [0.0, 91.0], new[] { 1.0, 2.0, 3.0 } })
            (await manager.Ask($"PUT /api/orders/{delivery.Id}/delivery", new { location })).Fields.ShouldBe(["location"]);
        (await manager.Ask($"PUT /api/orders/{delivery.Id}/delivery", new { })).Fields.ShouldBe(["person"]);
        (await manager.Ask(
            $"PUT /api/orders/{delivery.Id}/delivery",
            new { person = new { name = new string('x', 101) } })).Fields.ShouldBe(["person.name"]);
        (await manager.Ask($"PUT /api/orders/{table.Id}/delivery", new { person = new { name = "Dino" } })).Code.ShouldBe("not_a_delivery");
        (await manager.Ask("GET /api/orders/999999999/track")).Code.ShouldBe("not_found");
        (await (await (await app.NewShop()).As("manager")).Ask($"GET /api/orders/{delivery.Id}/track")).Code.ShouldBe("not_found");
    }
}

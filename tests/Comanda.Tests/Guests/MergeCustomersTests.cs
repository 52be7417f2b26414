namespace Comanda.Tests.Guests;

public sealed class MergeCustomersTests(CafeApp app)
{
    [Fact]
    public async Task Two_records_of_one_guest_become_one_with_orders_and_points_and_what_it_lacked()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "10"), ("tax_rate", "0"));
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var item = (await shop.Item("Flat white")).Id; // 3.90
        var stays = (await manager.Ask("POST /api/customers", new { name = "Ana", email = "ana@x.example" })).Id;
        var lima = new { name = "A. Lima", email = "lima@x.example", phone = "+351912345678" };
        var goes = (await manager.Ask("POST /api/customers", lima)).Id;
        var theirs = await Sell(goes);
        await Sell(stays);

        (await cashier.Ask($"POST /api/customers/{stays}/merge", new { customer_id = goes })).Status.ShouldBe(403);
        foreach (var wrong in new object[] { new { }, new { customer_id = stays }, new { customer_id = 1L << 40 } })
            (await manager.Ask($"POST /api/customers/{stays}/merge", wrong)).Fields.ShouldBe(["customer_id"]);
        (await manager.Ask($"POST /api/customers/{1L << 40}/merge", new { customer_id = goes })).Status.ShouldBe(404);

        var merged = await manager.Ask($"POST /api/customers/{stays}/merge", new { customer_id = goes });
        merged.Status.ShouldBe(200, merged.ToString());
        (merged.Text("name"), merged.Text("email"), merged.Text("phone")).ShouldBe(("Ana", "ana@x.example", "+351912345678"));
        merged.Body.GetProperty("loyalty_points").GetInt64().ShouldBe(60);
        (await manager.Ask($"GET /api/customers/{goes}")).Status.ShouldBe(404);
        (await manager.Ask($"GET /api/customers/{stays}/orders")).Items.Count().ShouldBe(2);
        (await manager.Ask("GET /api/customers?q=351912345678")).Items.Single().GetProperty("id").GetInt64().ShouldBe(stays);
        (await manager.Ask($"POST /api/customers/{stays}/merge", new { customer_id = goes })).Fields.ShouldBe(["customer_id"]);
        await Agrees(stays, 60);

        // Who still names the one that went means the one that stays; and what goes back of its sales takes points from there.
        var late = await Sell(goes);
        (await manager.Ask($"GET /api/orders/{late}")).Body.GetProperty("customer_id").GetInt64().ShouldBe(stays);
        await Agrees(stays, 90);
        (await manager.Ask($"POST /api/orders/{theirs}/refund", new { reason = "cold" })).Status.ShouldBe(201);
        await Agrees(stays, 60);

        async Task<long> Sell(long customer_id)
        {
            var sold = await manager.Ask(
                "POST /api/orders",
                new { items = new[] { new { menu_item_id = item } }, customer_id, payments = new[] { new { method = "card" } } });
            sold.Status.ShouldBe(201, sold.ToString());
            return sold.Id;
        }

        async Task Agrees(long customer, long points)
        {
            (await manager.Ask($"GET /api/customers/{customer}")).Body.GetProperty("loyalty_points").GetInt64().ShouldBe(points);
            (await manager.Ask($"GET /api/customers/{customer}/points?limit=200")).Items
                .Sum(e => e.GetProperty("points").GetInt64()).ShouldBe(points);
        }
    }

    [Fact]
    public async Task What_one_owes_the_other_owes_then()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "10"), ("loyalty_point_value", "0.01"), ("tax_rate", "0"));
        var manager = await shop.As("manager");
        var item = (await shop.Item("Flat white")).Id;
        var (stays, goes) = (await Guest("Ana"), await Guest("A."));
        var sold = await Order(goes, new { method = "card" });
        (await manager.Ask($"POST /api/customers/{goes}/points", new { points = -30, reason = "spent" })).Status.ShouldBe(201);
        (await manager.Ask($"POST /api/orders/{sold}/refund", new { reason = "cold" })).Status.ShouldBe(201); // owes 30
        (await manager.Ask($"POST /api/customers/{stays}/points", new { points = 50, reason = "welcome" })).Status.ShouldBe(201);
        var merged = await manager.Ask($"POST /api/customers/{stays}/merge", new { customer_id = goes });
        (merged.Status, merged.Body.GetProperty("loyalty_points").GetInt64(), merged.Body.GetProperty("points_owed").GetInt64())
            .ShouldBe((200, 20, 0));

        async Task<long> Guest(string name) => (await manager.Ask("POST /api/customers", new { name })).Id;
        async Task<long> Order(long customer_id, object payment) => (await manager.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = item } }, customer_id, payments = new[] { payment } })).Id;
    }

    [Fact]
    public async Task Another_shops_customer_is_not_there()
    {
        var (mine, other) = (await app.NewShop(), await app.NewShop());
        var (manager, stranger) = (await mine.As("manager"), await other.As("manager"));
        var here = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        var there = (await stranger.Ask("POST /api/customers", new { name = "Bo" })).Id;
        (await manager.Ask($"POST /api/customers/{here}/merge", new { customer_id = there })).Fields.ShouldBe(["customer_id"]);
        (await manager.Ask($"POST /api/customers/{there}/merge", new { })).Status.ShouldBe(404);
        (await stranger.Ask($"GET /api/customers/{there}")).Status.ShouldBe(200);
    }
}

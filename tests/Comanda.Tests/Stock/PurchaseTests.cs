namespace Comanda.Tests.Stock;

public sealed class PurchaseTests(CafeApp app)
{
    private static object Order(long id, decimal quantity, string? unit = null, decimal? cost = null, string? supplier = null) =>
        new { supplier, items = new[] { new { inventory_id = id, quantity, unit, unit_cost = cost } } };

    private static async Task<long> Flour(ComandaClient manager) =>
        (await manager.Works("POST /api/inventory", new
        {
            name = "Flour",
            unit = "kg",
            unit_cost = 1,
            packs = new[]
        {
            new { name = "sack", quantity = 25 }
        },
            supplier = "Mill"
        })).Id;

    [Fact]
    public async Task An_order_is_received_in_parts_and_stock_cost_and_status_follow()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var flour = await Flour(manager);
        var made = await manager.Works("POST /api/purchase-orders", Order(flour, 4, "Sack", 30, "Mill"));
        made.Response.Headers.Location!.ToString().ShouldBe($"/api/purchase-orders/{made.Id}");
        (made.Text("status"), made.Text("total"), made.Text("supplier")).ShouldBe(("draft", "120", "Mill"));
        (await manager.Works($"PUT /api/purchase-orders/{made.Id}/status", new { status = "ordered" })).Text("status").ShouldBe("ordered");

        var part = await manager.Works(
            $"POST /api/purchase-orders/{made.Id}/receive",
            new { items = new[] { new { inventory_id = flour, quantity = 1 } } });
        part.Status.ShouldBe(201);
        var movement = part.Body.GetProperty("movements")[0];
        (
            movement.Decimal("quantity"),
            movement.Decimal("unit_cost"),
            movement.Decimal("cost"),
            movement.GetProperty("purchase_order_id").GetInt64()).ShouldBe((25m, 1.2m, 30m, made.Id));
        part.Body.GetProperty("purchase_order").GetProperty("status").GetString().ShouldBe("partly_received");
        (await manager.Ask($"GET /api/inventory/{flour}")).Text("unit_cost").ShouldBe("1.2");
        (await manager.Ask($"PUT /api/purchase-orders/{made.Id}", Order(flour, 9))).Code.ShouldBe("purchase_order_received");
        (await manager.Ask($"DELETE /api/inventory/{flour}")).Code.ShouldBe("stock_item_in_use");

        (await manager.Ask(
            $"POST /api/purchase-orders/{made.Id}/receive",
            new { items = new[] { new { inventory_id = flour, quantity = 4 } } })).Code.ShouldBe("more_than_ordered");
        (await manager.Stock(flour)).ShouldBe(25);
        var rest = await manager.Works($"POST /api/purchase-orders/{made.Id}/receive");
        var after = rest.Body.GetProperty("purchase_order");
        (
            after.GetProperty("status").GetString(),
            after.Decimal("received_cost"),
            after.GetProperty("items")[0].Decimal("outstanding")).ShouldBe(("received", 120m, 0m));
        (await manager.Stock(flour)).ShouldBe(100);
        (await manager.Ask($"POST /api/purchase-orders/{made.Id}/receive")).Code.ShouldBe("already_received");

        // One sack was torn and went back.
        var back = await manager.Works(
            $"POST /api/purchase-orders/{made.Id}/receive",
            new { items = new[] { new { inventory_id = flour, quantity = -25, unit = "kg" } }, note = "torn" });
        back.Body.GetProperty("purchase_order").GetProperty("status").GetString().ShouldBe("partly_received");
        (await manager.Stock(flour)).ShouldBe(75);
        (await manager.Ask(
            $"POST /api/purchase-orders/{made.Id}/receive",
            new { items = new[] { new { inventory_id = flour, quantity = -4 } } })).Fields.ShouldBe(["items[0].quantity"]);
        (await manager.Works($"PUT /api/purchase-orders/{made.Id}/status", new { status = "closed" })).Text("status").ShouldBe("closed");
        (await manager.Ask("GET /api/purchase-orders?open=true")).Items.ShouldBeEmpty();
        (await manager.Ask("GET /api/purchase-orders?status=closed")).Items.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Two_who_receive_the_rest_at_once_book_it_once_and_a_repeat_gets_the_first_answer()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var flour = await Flour(manager);
        var order = await manager.Works("POST /api/purchase-orders", Order(flour, 10), ("Idempotency-Key", "po-1"));
        (await manager.Works("POST /api/purchase-orders", Order(flour, 10), ("Idempotency-Key", "po-1"))).Id.ShouldBe(order.Id);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => manager.Ask($"POST /api/purchase-orders/{order.Id}/receive")));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "already_received");
        (await manager.Stock(flour)).ShouldBe(10);

        var other = await manager.Works("POST /api/purchase-orders", Order(flour, 4));
        var same = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => manager.Ask(
            $"POST /api/purchase-orders/{other.Id}/receive",
            new { note = "van" },
            ("Idempotency-Key", "van-1"))));
        same.ShouldAllBe(a => a.Status == 201);
        (await manager.Stock(flour)).ShouldBe(14);
    }

    [Fact]
    public async Task Bad_input_names_its_field_and_moves_that_there_are_not_are_refused()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var flour = await Flour(manager);
        (await manager.Ask("POST /api/purchase-orders", new { })).Fields.ShouldBe(["items"]);
        (await manager.Ask(
            "POST /api/purchase-orders",
            new { items = new[] { new { quantity = 1 } } })).Fields.ShouldBe(["items[0].inventory_id"]);
        (await manager.Ask("POST /api/purchase-orders", Order(flour, -1))).Fields.ShouldBe(["items[0].quantity"]);
        (await manager.Ask("POST /api/purchase-orders", Order(flour, 1, "litre"))).Fields.ShouldBe(["items[0].unit"]);
        (await manager.Ask("POST /api/purchase-orders", Order(99999999, 1))).Fields.ShouldBe(["items[0].inventory_id"]);
        (await manager.Ask("POST /api/purchase-orders", Order(flour, 1, null, -2))).Fields.ShouldBe(["items[0].unit_cost"]);
        (await manager.Ask("GET /api/purchase-orders?status=lost")).Fields.ShouldBe(["status"]);
        (await manager.Ask("GET /api/purchase-orders")).Items.ShouldBeEmpty();

        var order = await manager.Works("POST /api/purchase-orders", Order(flour, 1, supplier: "Mill"));
        (await manager.Ask(
            $"PUT /api/purchase-orders/{order.Id}/status",
            new { status = "ordered", send = true })).Fields.ShouldBe(["send"]);
        (await manager.Ask($"PUT /api/purchase-orders/{order.Id}", new { note = "x" }, ("If-Match", "\"v9\""))).Status.ShouldBe(412);
        (await manager.Works($"PUT /api/purchase-orders/{order.Id}/status", new { status = "cancelled" }))
            .Text("status")
            .ShouldBe("cancelled");
        (await manager.Ask($"PUT /api/purchase-orders/{order.Id}/status", new { status = "ordered" })).Code.ShouldBe("invalid_transition");
        (await manager.Ask($"POST /api/purchase-orders/{order.Id}/receive")).Code.ShouldBe("invalid_transition");
        (await manager.Stock(flour)).ShouldBe(0);
    }

    [Fact]
    public async Task The_supplier_gets_the_order_by_mail()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var mill = (await admin.Works("POST /api/suppliers", new { name = "Mill", email = "orders@mill.example" })).Id;
        var flour = await Flour(admin);
        var order = await admin.Works("POST /api/purchase-orders", new
        {
            supplier_id = mill,
            expected_on = "2027-01-05",
            note = "back door",
            items = new[] { new { inventory_id = flour, quantity = 2, unit = "sack" } }
        });
        await admin.Works($"PUT /api/purchase-orders/{order.Id}/status", new { status = "ordered", send = true });
        var mail = (await admin.Ask("GET /api/outbox")).Items
            .Single(m => m.GetProperty("to").GetString() == "orders@mill.example")
            .GetProperty("body")
            .GetString()!;
        mail.ShouldContain("2 sack (50 kg) Flour");
        mail.ShouldContain("2027-01-05");
        mail.ShouldContain("back door");
    }

    [Fact]
    public async Task What_to_reorder_follows_from_use_and_lead_time_and_becomes_a_draft_once()
    {
        var shop = await app.NewShop();
        var clock = new MovableClock();
        var process = await app.StartProcess(services => services.Replace(clock));
        var manager = await shop.As("manager", process);
        var milk = (await manager.Works("POST /api/inventory", new
        {
            name = "Milk",
            unit = "l",
            current_stock = 100,
            low_stock_threshold = 5,
            unit_cost = 0.8,
            lead_time_days = 2,
            supplier = "Dairy",
            packs = new[] { new { name = "crate", quantity = 12 } }
        })).Id;
        var sugar = await manager.Ingredient("Sugar", "kg", 10);
        for (var day = 0; day < 4; day++)
        {
            manager = await shop.As("manager", process);
            await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = -20, reason = "waste" });
            clock.Move(TimeSpan.FromDays(1));
        }

        manager = await shop.As("manager", process);
        // 80 l in 4 days: 20 a day; 40 until a delivery and 5 that stay; 20 are there.
        var answer = await manager.Works("GET /api/inventory/reorder?cover_days=7");
        var row = answer.Items.Single();
        (
            row.GetProperty("name").GetString(),
            row.Decimal("use_per_day"),
            row.Decimal("reorder_point"),
            row.Decimal("days_left")).ShouldBe(("Milk", 20m, 45m, 1m));
        // 9 days are 180, and 5; less 20: 165 are 14 crates.
        (
            row.Decimal("suggested_quantity"),
            row.Decimal("order_quantity"),
            row.GetProperty("order_unit").GetString(),
            row.Decimal("cost")).ShouldBe((168m, 14m, "crate", 134.4m));
        row.GetProperty("reason")
            .GetString()
            .ShouldBe("20 l a day over the last 4 days: 40 l until a delivery in 2 days, and 5 l should stay; so it is ordered at 45 l. "
                + "There is 20 l. With 14 crate it lasts 7 days more.");
        (await manager.Works("GET /api/inventory/reorder?all=true")).Items
            .Select(i => i.GetProperty("inventory_id").GetInt64())
            .ShouldBe([milk, sugar]);
        (await manager.Ask("GET /api/inventory/reorder?days=0&cover_days=100")).Fields.ShouldBe(["days", "cover_days"], ignoreOrder: true);

        var presses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => manager.Ask("POST /api/purchase-orders/suggested")));
        var order = presses.SelectMany(p => p.Items).Single();
        presses.Count(p => p.Status == 201).ShouldBe(1);
        (
            order.GetProperty("status").GetString(),
            order.GetProperty("supplier").GetString(),
            order.Decimal("total"),
            order.GetProperty("items")[0].Decimal("quantity")).ShouldBe(("draft", "Dairy", 134.4m, 14m));
        (await manager.Works("GET /api/inventory/reorder")).Items.ShouldBeEmpty();
        (await manager.Works("GET /api/inventory/reorder?all=true")).Items
            .First(i => i.GetProperty("inventory_id").GetInt64() == milk)
            .Decimal("on_order")
            .ShouldBe(168);
    }
}

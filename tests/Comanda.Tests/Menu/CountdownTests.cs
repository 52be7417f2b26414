using Comanda.Data;

namespace Comanda.Tests.Menu;

public sealed class CountdownTests(CafeApp app)
{
    private static async Task<long> Counted(ComandaClient manager, TestShop shop, string name, int left)
    {
        var id = (await shop.Item(name)).Id;
        (await manager.Ask($"PUT /api/menu/items/{id}/stock", new { quantity = left })).Body
            .GetProperty("stock_quantity")
            .GetInt32()
            .ShouldBe(left);
        return id;
    }

    private static async Task<int?> Left(ComandaClient client, long item) =>
        (await client.Ask($"GET /api/menu/items/{item}")).Body
            .GetProperty("stock_quantity") is { ValueKind: System.Text.Json.JsonValueKind.Number } left ? left.GetInt32() : null;

    [Fact]
    public async Task Trap20_the_last_croissant_goes_to_one_of_fifty_and_nobody_else_is_charged()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var croissant = await Counted(manager, shop, "Butter croissant", 3);
        var elsewhere = await app.StartProcess();
        var buyers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => shop.As("cashier", i % 2 == 0 ? null : elsewhere)));
        var answers = await Task.WhenAll(buyers.Select((b, i) => b.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = croissant } }, payments = new[] { new { method = "card" } } },
            ("Idempotency-Key", $"buyer {i}"))));
        answers.Count(a => a.Status == 201).ShouldBe(3);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "out_of_stock");
        (await Left(manager, croissant)).ShouldBe(0);
        (await manager.Ask("GET /api/reports/sales/daily")).Body.GetProperty("order_count").GetInt64().ShouldBe(3);
        (await app.Database.Scalar("select count(*) from payments where shop_id = $1", default, shop.Id)).ShouldBe(3L);
        // No number was used up by those who got nothing.
        (await manager.Ask("GET /api/orders")).Items
            .Select(o => o.GetProperty("order_number").GetString())
            .Order()
            .ShouldBe(["C-1", "C-2", "C-3"]);
        // Who got one and asks again gets the same answer; who did not, may ask again as well.
        var won = Array.FindIndex(answers, a => a.Status == 201);
        var again = await buyers[won].Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = croissant } }, payments = new[] { new { method = "card" } } },
            ("Idempotency-Key", $"buyer {won}"));
        (again.Status, again.Id).ShouldBe((201, answers[won].Id));
    }

    [Fact]
    public async Task Sold_out_is_known_at_once_on_every_process_and_device()
    {
        var shop = await app.NewShop();
        var (manager, there) = (await shop.As("manager"), await shop.As("cashier", await app.StartProcess()));
        var croissant = await Counted(manager, shop, "Butter croissant", 2);
        using var socket = await there.OpenSocket();
        await manager.PlaceOrder(new("takeaway", [new(croissant)]));
        await manager.PlaceOrder(new("takeaway", [new(croissant)]));
        var heard = new List<(string, int?)>();
        while (heard.Count < 5)
        {
            var next = (await socket.Read(new CancellationTokenSource(5000).Token))!;
            heard.Add((next.Event, next.Data.TryGetProperty("quantity", out var left) ? left.GetInt32() : null));
        }

        heard.ShouldBe(
            [("order_created", null), ("stock_updated", 1), ("order_created", null), ("stock_updated", 0), ("product_updated", 0)],
            ignoreOrder: true);
        (await there.Ask($"GET /api/menu/items/{croissant}")).Body.GetProperty("in_stock").GetBoolean().ShouldBeFalse();
        (await there.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = croissant } } })).Code.ShouldBe("out_of_stock");
        (await there.Ask("GET /api/products?available=true&q=butter croissant")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelling_and_editing_give_back_and_take()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var croissant = await Counted(manager, shop, "Butter croissant", 5);
        var order = await manager.PlaceOrder(new("takeaway", [new(croissant, 3)]));
        (await Left(manager, croissant)).ShouldBe(2);
        var line = order.Items[0].Id;
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = line, quantity = 6 } }, version = 1 })).Code.ShouldBe("out_of_stock");
        (await Left(manager, croissant)).ShouldBe(2);
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = line, quantity = 5 } }, version = 1 })).Status.ShouldBe(200);
        (await Left(manager, croissant)).ShouldBe(0);
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = line, quantity = 1 } }, version = 2 })).Status.ShouldBe(200);
        (await Left(manager, croissant)).ShouldBe(4);
        (await manager.Ask($"DELETE /api/orders/{order.Id}")).Status.ShouldBe(200);
        (await Left(manager, croissant)).ShouldBe(5);
        (await manager.Ask($"DELETE /api/orders/{order.Id}")).Status.ShouldBe(200);
        (await Left(manager, croissant)).ShouldBe(5); // once
    }

    [Fact]
    public async Task Baskets_with_the_same_two_items_in_any_order_never_stop_each_other_for_good()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (croissant, bun) = (await Counted(manager, shop, "Butter croissant", 60), await Counted(manager, shop, "Cinnamon bun", 60));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => manager.Ask(
            "POST /api/orders", new
            {
                items = i % 2 == 0
                ? new[] { new { menu_item_id = croissant }, new { menu_item_id = bun } }
                : [new { menu_item_id = bun }, new { menu_item_id = croissant }]
            },
            ("X-Device-Token", i % 3 == 0 ? shop.TillToken : ""))));
        answers.Select(a => a.Status).Distinct().ShouldBe([201]);
        (await Left(manager, croissant)).ShouldBe(0);
        (await Left(manager, bun)).ShouldBe(0);
    }

    [Fact]
    public async Task A_count_can_be_ended_and_bad_ones_are_refused()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var croissant = await Counted(barista, shop, "Butter croissant", 1);
        (await barista.Ask($"PUT /api/menu/items/{croissant}/stock", new { quantity = -1 })).Fields.ShouldBe(["quantity"]);
        (await barista.Ask($"PUT /api/menu/items/{croissant}/stock", new { })).Fields.ShouldBe(["in_stock"]);
        (await barista.Ask($"PUT /api/menu/items/{croissant}/stock", new { quantity = 1.5 })).Status.ShouldBe(400);
        await barista.PlaceOrder(new("takeaway", [new(croissant)]));
        (await barista.Ask($"PUT /api/menu/items/{croissant}/stock", new { quantity = (int?)null })).Body
            .GetProperty("is_counted")
            .GetBoolean()
            .ShouldBeFalse();
        (await barista.PlaceOrder(new("takeaway", [new(croissant, 50)]))).Items[0].Quantity.ShouldBe(50);
        (await barista.Ask($"PUT /api/menu/items/{croissant}/stock", new { in_stock = false })).Body
            .GetProperty("in_stock")
            .GetBoolean()
            .ShouldBeFalse();
    }
}

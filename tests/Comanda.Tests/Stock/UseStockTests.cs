using Comanda.Data;

namespace Comanda.Tests.Stock;

/// <summary>Selling takes off stock what the recipes say, in the sale's transaction, and what is not sold after all comes back.</summary>
public sealed class UseStockTests(CafeApp app)
{
    /// <summary>A cafe whose flat white takes 18 g of beans and 160 ml of milk, or as much oat milk instead.</summary>
    private sealed record Cafe(TestShop Shop, ComandaClient Manager, long FlatWhite, long Beans, long Milk, long Oat)
    {
        public async Task<(decimal Beans, decimal Milk, decimal Oat)> Left() =>
            (await Manager.Stock(Beans), await Manager.Stock(Milk), await Manager.Stock(Oat));

        public object Line(int quantity, bool oat = false) =>
            new { menu_item_id = FlatWhite, quantity, modifiers = oat ? new[] { "oat-milk" } : [] };

        public Task<Answer> Place(params object[] items) => Manager.Works("POST /api/orders", new { type = "takeaway", items });
    }

    private async Task<Cafe> Open()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var flatWhite = (await shop.Item("Flat white")).Id;
        var (beans, milk, oat) = (
            await manager.Ingredient("Beans", "g", 1000, cost: 0.02m),
            await manager.Ingredient("Milk", "ml", 10_000, cost: 0.0011m),
            await manager.Ingredient("Oat drink", "l", 5, cost: 2.1m));
        await manager.Works(
            $"PUT /api/menu/items/{flatWhite}/recipe",
            new object[] { new { inventory_id = beans, quantity = 18 }, new { inventory_id = milk, quantity = 0.16, unit = "l" } });
        var option = (await shop.Item("Flat white")).ModifierGroups.SelectMany(g => g.Options).First(o => o.Key == "oat-milk").Id;
        await manager.Works(
            $"PUT /api/menu/options/{option}/recipe",
            new object[] { new { inventory_id = oat, quantity = 150, unit = "ml", replaces = milk } });
        return new(shop, manager, flatWhite, beans, milk, oat);
    }

    [Fact]
    public async Task A_sale_takes_what_its_recipe_says_and_an_option_swaps()
    {
        var cafe = await Open();
        var order = await cafe.Place(cafe.Line(2), cafe.Line(1, oat: true));
        (await cafe.Left()).ShouldBe((1000 - 54, 10_000 - 320, 5 - 0.15m));
        var trail = (await cafe.Manager.Ask($"GET /api/inventory/{cafe.Milk}/movements")).Items.First();
        (
            trail.GetProperty("reason").GetString(),
            trail.Decimal("quantity"),
            trail.GetProperty("order_id").GetInt64(),
            trail.GetProperty("order_number").GetString(),
            trail.Decimal("unit_cost"))
            .ShouldBe(("sale", -320m, order.Id, order.Text("order_number"), 0.0011m));
        (await app.Database.Scalar(
            "select sum(unit_cost * quantity) from order_items where order_id = $1",
            default,
            order.Id)).ShouldBe((54 * 0.02m) + (320 * 0.0011m) + (0.15m * 2.1m));
        // What one costs, is frozen: a delivery at another price, and another recipe, change nothing that was sold.
        await cafe.Manager.Works(
            $"POST /api/inventory/{cafe.Beans}/adjust",
            new { adjustment = 1000, reason = "delivery", unit_cost = 0.03 });
        await cafe.Manager.Works(
            $"PUT /api/menu/items/{cafe.FlatWhite}/recipe",
            new object[] { new { inventory_id = cafe.Beans, quantity = 9 } });
        await cafe.Manager.Works($"POST /api/orders/{order.Id}/cancel", new { reason = "left" });
        (await cafe.Left()).ShouldBe((2000, 10_000, 5));
        (await cafe.Manager.Ask($"GET /api/inventory/{cafe.Beans}/movements?reason=return")).Items
            .Sum(m => m.Decimal("cost"))
            .ShouldBe(54 * 0.02m);
        await app.StockFollowsOrders(cafe.Shop.Id);
    }

    [Fact]
    public async Task Edits_rounds_splits_and_merges_move_the_difference_and_no_more()
    {
        var cafe = await Open();
        var order = await cafe.Place(cafe.Line(3), cafe.Line(1, oat: true));
        var lines = order.Items.Select(l => l.GetProperty("id").GetInt64()).ToArray();
        await cafe.Manager.Works(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { id = lines[0], quantity = 4 } }, version = 1 });
        (await cafe.Left()).ShouldBe((1000 - 72, 10_000 - 640, 5m));
        await cafe.Manager.Works($"POST /api/orders/{order.Id}/items", new { items = new[] { cafe.Line(1, oat: true) } });
        (await cafe.Left()).ShouldBe((1000 - 90, 10_000 - 640, 4.85m));
        var bills = await cafe.Manager.Works(
            $"POST /api/orders/{order.Id}/split",
            new { items = new[] { new { order_item_id = lines[0], quantity = 1 } } });
        (await cafe.Left()).ShouldBe((1000 - 90, 10_000 - 640, 4.85m));
        await app.StockFollowsOrders(cafe.Shop.Id);
        var other = bills.Body.GetProperty("orders")
            .EnumerateArray()
            .Select(o => o.GetProperty("id").GetInt64())
            .First(id => id != order.Id);
        await cafe.Manager.Works($"POST /api/orders/{other}/cancel", new { reason = "not after all" });
        (await cafe.Left()).ShouldBe((1000 - 72, 10_000 - 480, 4.85m));
        var third = await cafe.Place(cafe.Line(1));
        await cafe.Manager.Works($"POST /api/orders/{order.Id}/merge", new { order_id = third.Id });
        (await cafe.Left()).ShouldBe((1000 - 90, 10_000 - 640, 4.85m));
        await app.StockFollowsOrders(cafe.Shop.Id);
        await cafe.Manager.Works($"POST /api/orders/{order.Id}/cancel", new { reason = "all of it" });
        (await cafe.Left()).ShouldBe((1000m, 10_000m, 5m));
        await app.StockFollowsOrders(cafe.Shop.Id);
    }

    [Fact]
    public async Task A_refund_puts_back_only_where_it_says_so_and_nothing_comes_back_twice()
    {
        var cafe = await Open();
        var order = await cafe.Manager.Works(
            "POST /api/orders",
            new { type = "takeaway", items = new[] { cafe.Line(3) }, payments = new[] { new { method = "card" } } });
        var line = order.Items.Single().GetProperty("id").GetInt64();
        await cafe.Manager.Works(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "spilled" });
        (await cafe.Left()).ShouldBe((1000 - 54, 10_000 - 480, 5m));
        var back = await cafe.Manager.Works(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "not made", restock = true });
        back.Body.GetProperty("restocked").GetBoolean().ShouldBeTrue();
        (await cafe.Left()).ShouldBe((1000 - 36, 10_000 - 320, 5m));
        await cafe.Manager.Works($"POST /api/orders/{order.Id}/cancel", new { reason = "the rest" });
        (await cafe.Left()).ShouldBe((1000m, 10_000m, 5m)); // the order is no sale any more: nothing of it was used up
        await app.StockFollowsOrders(cafe.Shop.Id);
    }

    [Fact]
    public async Task Costs_and_margins_follow_what_was_sold_refunded_and_counted()
    {
        var cafe = await Open();
        await cafe.Manager.Works($"PUT /api/menu/items/{cafe.FlatWhite}", new { price = 4, tax_rate = 25 });
        var other = (await cafe.Shop.Item("Rye loaf")).Id;
        await cafe.Manager.Works($"PUT /api/menu/items/{other}", new { price = 5, tax_rate = 0 });
        var order = await cafe.Manager.Works("POST /api/orders", new
        {
            type = "takeaway",
            items = new[]
        {
            cafe.Line(3),
            new { menu_item_id = other }
        },
            payments = new[] { new { method = "card" } }
        });
        var line = order.Items.First().GetProperty("id").GetInt64();
        await cafe.Manager.Works(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "not made", restock = true });
        await cafe.Manager.Works(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "spilled" });
        var cancelled = await cafe.Place(cafe.Line(7));
        await cafe.Manager.Works($"POST /api/orders/{cancelled.Id}/cancel", new { reason = "left" });
        await cafe.Manager.Works($"POST /api/inventory/{cafe.Beans}/adjust", new { adjustment = -14, reason = "waste", note = "dropped" });
        await cafe.Manager.Works($"POST /api/inventory/{cafe.Beans}/adjust", new { counted = 940, reason = "count" }); // the books say 950

        // One cup is 18 g at 0.02 and 160 ml at 0.0011: 0.536. Two of three were used, one of three is paid: 3.20 without tax.
        var items = (await cafe.Manager.Works("GET /api/reports/costs?group_by=item")).Body;
        var cups = items.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("key").GetString() == cafe.FlatWhite.ToString());
        (
            cups.GetProperty("quantity").GetInt64(),
            cups.Decimal("net_sales"),
            cups.Decimal("cost"),
            cups.Decimal("margin"),
            cups.Decimal("margin_percent")).ShouldBe((3, 3.20m, 1.072m, 2.128m, 66.5m));
        items.GetProperty("rows")
            .EnumerateArray()
            .Single(r => r.GetProperty("key").GetString() == other.ToString())
            .GetProperty("margin").ValueKind
            .ShouldBe(System.Text.Json.JsonValueKind.Null);
        var day = (await cafe.Manager.Works("GET /api/reports/costs")).Body.GetProperty("rows").EnumerateArray().Single();
        (
            day.Decimal("net_sales"),
            day.Decimal("uncosted_sales"),
            day.Decimal("cost"),
            day.Decimal("margin")).ShouldBe((8.20m, 5m, 1.072m, 2.128m));
        var top = (await cafe.Manager.Works("GET /api/reports/products/top")).Items.First();
        (top.Decimal("revenue"), top.Decimal("cost"), top.Decimal("margin")).ShouldBe((12m, 1.072m, 2.128m));

        var use = (await cafe.Manager.Works("GET /api/reports/inventory")).Body;
        var beans = use.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("inventory_id").GetInt64() == cafe.Beans);
        (
            beans.Decimal("opening"),
            beans.Decimal("delivered"),
            beans.Decimal("theoretical_use"),
            beans.Decimal("waste"),
            beans.Decimal("count_difference"),
            beans.Decimal("actual_use"),
            beans.Decimal("closing"),
            beans.Decimal("variance"))
            .ShouldBe((0m, 1000m, 36m, 14m, -10m, 60m, 940m, 24m));
        (beans.Decimal("use_cost") + use.GetProperty("items")
            .EnumerateArray()
            .Single(i => i.GetProperty("inventory_id").GetInt64() == cafe.Milk)
            .Decimal("use_cost")).ShouldBe(day.Decimal("cost"));
        use.GetProperty("use_cost").GetDecimal().ShouldBe(day.Decimal("cost"));
        (await cafe.Manager.Ask("GET /api/reports/costs?group_by=moon")).Fields.ShouldBe(["group_by"]);
    }

    [Fact]
    public async Task Practice_uses_nothing_and_a_refused_or_repeated_order_takes_once_or_never()
    {
        var cafe = await Open();
        var trainee = await cafe.Shop.As("trainee");
        (await trainee.Ask("POST /api/orders", new { type = "takeaway", items = new[] { cafe.Line(5) } })).Status.ShouldBe(201);
        (await cafe.Manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[]
        {
            cafe.Line(1)
        },
            payments = new[] { new { method = "card", amount = 999 } }
        })).Status.ShouldBe(409);
        (await cafe.Left()).ShouldBe((1000m, 10_000m, 5m));
        var sale = new { type = "takeaway", items = new[] { cafe.Line(1) } };
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cafe.Manager.Works("POST /api/orders", sale, ("Idempotency-Key", "one"))));
        (await cafe.Left()).ShouldBe((982m, 9_840m, 5m));
        await app.StockFollowsOrders(cafe.Shop.Id);
    }

    [Fact]
    public async Task Fifty_tills_share_milk_and_beans_none_waits_and_none_is_lost_and_the_last_drop_stops_nobody()
    {
        var cafe = await Open();
        var elsewhere = await cafe.Shop.As("manager", await app.StartProcess());
        // Somebody counts the beans for a long time meanwhile.
        await using var counting = await app.Database.OpenConnectionAsync();
        await using var count = await counting.BeginTransactionAsync();
        await counting.Execute(
            "select 1 from stock_items where id = any($1) for update",
            default,
            (object)new[] { cafe.Beans, cafe.Milk, cafe.Oat });
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 2 == 0 ? cafe.Manager : elsewhere).Works(
            "POST /api/orders",
            new { type = "takeaway", items = new[] { cafe.Line(1, oat: i % 3 == 0) } })));
        await count.RollbackAsync();
        (await cafe.Left()).ShouldBe((1000 - (60 * 18), 10_000 - (40 * 160), 5 - (20 * 0.15m)));
        await app.StockFollowsOrders(cafe.Shop.Id);
        await Answers.Eventually(async () => await cafe.Manager.Alerts(cafe.Beans) == 1); // below nothing: told once
    }

    [Fact]
    public async Task What_is_made_to_order_is_taken_as_its_parts_and_what_is_made_ahead_as_itself()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Rye loaf")).Id;
        var (flour, butter) = (
            await manager.Ingredient("Flour", "kg", 25, cost: 0.8m),
            await manager.Ingredient("Butter", "kg", 5, cost: 9));
        var (dough, glaze) = (await manager.Ingredient("Dough", "kg", 0), await manager.Ingredient("Glaze", "g", 0));
        await manager.Works($"PUT /api/inventory/{dough}/recipe", new
        {
            made = "ahead",
            yield = 10,
            items = new object[]
        {
            new { inventory_id = flour, quantity = 7 },
            new { inventory_id = butter, quantity = 500, unit = "g" }
        }
        });
        await manager.Works(
            $"PUT /api/inventory/{glaze}/recipe",
            new { made = "to_order", yield = 100, items = new object[] { new { inventory_id = butter, quantity = 50, unit = "g" } } });
        await manager.Works(
            $"PUT /api/menu/items/{item}/recipe",
            new object[] { new { inventory_id = dough, quantity = 0.75 }, new { inventory_id = glaze, quantity = 20 } });
        await manager.Works($"POST /api/inventory/{dough}/make", new { quantity = 10 });
        await manager.Works("POST /api/orders", new { type = "takeaway", items = new[] { new { menu_item_id = item, quantity = 2 } } });
        (
            await manager.Stock(flour),
            await manager.Stock(butter),
            await manager.Stock(dough),
            await manager.Stock(glaze)).ShouldBe((18m, 4.48m, 8.5m, 0m));
        await app.StockFollowsOrders(shop.Id);
    }
}

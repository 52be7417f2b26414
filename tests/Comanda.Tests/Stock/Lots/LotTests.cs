using Comanda.Data;
using Comanda.Stock;

namespace Comanda.Tests.Stock;

/// <summary>Which lot what is sold came from.</summary>
public sealed class LotTests(CafeApp app)
{
    [Fact]
    public async Task A_sale_takes_the_lot_that_expires_first_and_a_scan_knows_better()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("late", 10, 9, bakery.Baked);
        await bakery.Deliver("soon", 4, 3, bakery.Baked);
        var first = await bakery.Sell(3);
        var second = await bakery.Sell(3);
        (await bakery.LotsOf(first.Id)).ShouldBe("soon 3");
        (await bakery.LotsOf(second.Id)).ShouldBe("late 2, soon 1");
        var cashier = await bakery.Shop.As("cashier");
        var line = second.Items.Single().GetProperty("id").GetInt64();
        var scanned = await cashier.Works($"PUT /api/orders/{second.Id}/lots", new { order_item_id = line, lot = "LATE" });
        scanned.Text("order_number").ShouldBe(second.Text("order_number"));
        (await bakery.LotsOf(second.Id)).ShouldBe("late 3");
        ((await bakery.Left("soon")), (await bakery.Left("late"))).ShouldBe((1, 7));

        // A lot that has not so much, one that nobody knows, one of something else, another order's line.
        (await cashier.Ask($"PUT /api/orders/{second.Id}/lots", new { order_item_id = line, lot = "soon" })).Code.ShouldBe("lot_used_up");
        await bakery.Deliver("F1", 10, 30);
        foreach (var wrong in new[] { "none", "F1", "" })
            (await cashier.Ask($"PUT /api/orders/{second.Id}/lots", new { order_item_id = line, lot = wrong })).Fields.ShouldBe(["lot"]);
        (await cashier.Ask($"PUT /api/orders/{first.Id}/lots", new { order_item_id = line, lot = "late" })).Fields
            .ShouldBe(["order_item_id"]);
        (await cashier.Ask($"PUT /api/orders/{first.Id}/lots", new { })).Fields.ShouldBe(["order_item_id", "lot"], ignoreOrder: true);
        (await bakery.LotsOf(second.Id)).ShouldBe("late 3");
        (await (await bakery.Shop.As("owner")).Works("GET /api/audit?action=lot_corrected")).Items.Count().ShouldBe(1);
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    [Fact]
    public async Task Another_shops_orders_and_lots_are_not_found()
    {
        var (bakery, other) = (await Bakery.Open(app), await Bakery.Open(app));
        await bakery.Deliver("A", 10, 9, bakery.Baked);
        var order = await bakery.Sell(1);
        var line = order.Items.Single().GetProperty("id").GetInt64();
        (await other.Manager.Ask($"GET /api/orders/{order.Id}/lots")).Status.ShouldBe(404);
        (await other.Manager.Ask($"PUT /api/orders/{order.Id}/lots", new { order_item_id = line, lot = "A" })).Status.ShouldBe(404);
        (await other.Manager.Ask($"GET /api/recall?order_id={order.Id}")).Status.ShouldBe(404);
        (await other.Manager.Ask("GET /api/recall?lot=A")).Status.ShouldBe(404);
        (await other.Manager.Ask($"PUT /api/inventory/{bakery.Flour}/lots", new { shelf_life_days = -7 })).Status.ShouldBe(404);
        (await other.Manager.Works("GET /api/lots")).Items.ShouldBeEmpty();
        (await (await bakery.Shop.As("trainee")).Ask($"PUT /api/orders/{order.Id}/lots", new { order_item_id = line, lot = "A" }))
            .Status.ShouldBe(403);
    }

    [Fact]
    public async Task What_comes_back_goes_to_its_lot_and_what_is_thrown_away_goes_from_its_own()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("one", 5, 3, bakery.Baked);
        await bakery.Deliver("two", 5, 9, bakery.Baked);
        var order = await bakery.Sell(6);
        (await bakery.LotsOf(order.Id)).ShouldBe("one 5, two 1");
        await bakery.Manager.Works($"POST /api/orders/{order.Id}/cancel", new { reason = "left" });
        (await bakery.LotsOf(order.Id)).ShouldBe("");
        ((await bakery.Left("one")), (await bakery.Left("two"))).ShouldBe((5, 5));
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/adjust", new { adjustment = -2, reason = "waste", lot = "two" });
        ((await bakery.Left("one")), (await bakery.Left("two"))).ShouldBe((5, 3));
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/adjust", new { counted = 7 });
        ((await bakery.Left("one")), (await bakery.Left("two"))).ShouldBe((4, 3));
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/transfer", new { quantity = 5, to_location = "Window" });
        ((await bakery.Left("one")), (await bakery.Left("two"))).ShouldBe((4, 3));
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    [Fact]
    public async Task What_was_sold_before_the_books_had_it_is_of_the_lot_that_comes_next()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/adjust", new { adjustment = 2, reason = "delivery" });
        await bakery.Sell(3); // before anybody spoke of lots
        await bakery.Deliver("first", 10, 3, bakery.Baked);
        (await bakery.Left("first")).ShouldBe(9);
        var many = await bakery.Sell(12);
        (await bakery.LotsOf(many.Id)).ShouldBe("first 9, - 3");
        await bakery.Deliver("second", 10, 1, bakery.Baked);
        (await bakery.LotsOf(many.Id)).ShouldBe("first 9, second 3");
        (await bakery.Left("second")).ShouldBe(7);
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    [Fact]
    public async Task What_was_there_before_is_a_lot_without_a_name_that_goes_first()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/adjust", new { adjustment = 5, reason = "delivery" });
        await bakery.Sell(1);
        var kept = await bakery.Manager.Works($"PUT /api/inventory/{bakery.Baked}/lots", new { shelf_life_days = 2 });
        (kept.Body.GetProperty("keeps").GetBoolean(), kept.Body.GetProperty("shelf_life_days").GetInt32()).ShouldBe((true, 2));
        await bakery.Deliver("new", 5, null, bakery.Baked);
        var order = await bakery.Sell(6);
        (await bakery.LotsOf(order.Id)).ShouldBe("- 4, new 2");
        (await bakery.Manager.Works("GET /api/lots?lot=new")).Items.Single().GetProperty("best_before").GetString()
            .ShouldBe(((await bakery.Manager.Works("GET /api/lots?lot=new")).Items.Single().GetProperty("day").GetDateTime().AddDays(2))
                .ToString("yyyy-MM-dd"));
        var stale = await bakery.Manager.Ask(
            $"PUT /api/inventory/{bakery.Baked}/lots", new { shelf_life_days = 3 }, ("If-Match", "\"99\""));
        stale.Status.ShouldBe(412);
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    [Fact]
    public async Task Bad_lots_change_nothing_and_are_named()
    {
        var bakery = await Bakery.Open(app);
        var (manager, adjust) = (bakery.Manager, $"POST /api/inventory/{bakery.Flour}/adjust");
        var far = Bakery.Day(5000);
        (await manager.Ask(adjust, new { adjustment = 1, reason = "delivery", lot = "F1", best_before = far })).Fields
            .ShouldBe(["best_before"]);
        (await manager.Ask(adjust, new { adjustment = 1, reason = "delivery", best_before = Bakery.Day(3) })).Fields.ShouldBe(["lot"]);
        (await manager.Ask(adjust, new { adjustment = -1, reason = "waste", lot = "F1" })).Fields.ShouldBe(["lot"]);
        (await manager.Ask(adjust, new { counted = 1, lot = "F1" })).Fields.ShouldBe(["lot"]);
        (await manager.Ask(adjust, new { adjustment = 1, reason = "delivery", lot = new string('x', 51) })).Fields.ShouldBe(["lot"]);
        (await manager.Ask($"PUT /api/inventory/{bakery.Flour}/lots", new { shelf_life_days = -2 })).Fields.ShouldBe(["shelf_life_days"]);
        foreach (var (query, field) in new[] { ("lot=", "lot"), ("expiring_within=-1", "expiring_within"), ("limit=0", "limit") })
            (await manager.Ask("GET /api/lots?" + query)).Fields.ShouldBe([field]);
        (await manager.Works("GET /api/lots")).Items.ShouldBeEmpty();
        (await manager.Stock(bakery.Flour)).ShouldBe(0);

        // The same lot again with another date is another lot.
        await bakery.Deliver("F1", 1, 30);
        (await manager.Ask(adjust, new { adjustment = 1, reason = "delivery", lot = "f1", best_before = Bakery.Day(31) })).Fields
            .ShouldBe(["best_before"]);
        await bakery.Deliver("f1", 1, 30);
        (await bakery.Left("F1")).ShouldBe(2);
    }

    [Fact]
    public async Task A_purchase_comes_in_lots_and_goes_back_from_one()
    {
        var bakery = await Bakery.Open(app);
        var order = await bakery.Manager.Works(
            "POST /api/purchase-orders",
            new { supplier = "Mill", items = new[] { new { inventory_id = bakery.Flour, quantity = 50 } } });
        Task<Answer> Receive(decimal quantity, string lot, DateOnly? keeps) => bakery.Manager.Ask(
            $"POST /api/purchase-orders/{order.Id}/receive",
            new { items = new[] { new { inventory_id = bakery.Flour, quantity, lot, best_before = keeps } } });
        (await Receive(25, "M1", Bakery.Day(60))).Status.ShouldBe(201);
        (await Receive(20, "M2", Bakery.Day(90))).Status.ShouldBe(201);
        (await Receive(-5, "M9", null)).Fields.ShouldBe(["items[0].lot"]);
        (await Receive(1, "M1", Bakery.Day(61))).Fields.ShouldBe(["items[0].best_before"]);
        (await Receive(-5, "M2", null)).Status.ShouldBe(201);
        ((await bakery.Left("M1")), (await bakery.Left("M2"))).ShouldBe((25, 15));
        var lot = (await bakery.Manager.Works("GET /api/lots?lot=M1")).Items.Single();
        lot.GetProperty("purchase_order_id").GetInt64().ShouldBe(order.Id);
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    [Fact]
    public async Task Expiring_lots_are_on_the_bake_list_and_the_dashboard()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("today", 5, 0);
        await bakery.Deliver("soon", 5, 2);
        await bakery.Deliver("later", 5, 20);
        await bakery.Deliver("over", 5, -3);
        await bakery.Manager.Works($"POST /api/inventory/{bakery.Flour}/adjust", new { adjustment = -5, reason = "waste", lot = "over" });
        await GiveLots.CatchUp(app.Database, bakery.Shop.Id, default);
        string?[] Lots(Answer answer, string list) =>
            [.. answer.Body.GetProperty(list).EnumerateArray().Select(l => l.GetProperty("lot").GetString())];
        Lots(await bakery.Manager.Works("GET /api/reports/dashboard"), "expiring_lots").ShouldBe(["today", "soon"]);
        Lots(await bakery.Manager.Works($"GET /api/reports/bake-list?date={Bakery.Day(2):yyyy-MM-dd}"), "use_first")
            .ShouldBe(["today", "soon"]);
        Lots(await bakery.Manager.Works("GET /api/lots?expiring_within=30"), "items").ShouldBe(["later", "soon", "today"]);
    }

    /// <summary>Eight tills sell while flour comes, dough is made and several processes give lots: every lot adds up.</summary>
    [Fact]
    public async Task Sales_and_deliveries_at_once_add_up()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("L0", 20, 5, bakery.Baked);
        using var stop = new CancellationTokenSource();
        var giving = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await GiveLots.CatchUp(app.Database, bakery.Shop.Id, default);
        })).ToArray();
        var selling = Enumerable.Range(0, 6).Select(async _ =>
        {
            for (var i = 0; i < 5; i++)
            {
                var order = await bakery.Sell(1 + (i % 3));
                if (i == 4)
                    await bakery.Manager.Works($"POST /api/orders/{order.Id}/cancel", new { reason = "left" });
            }
        });
        var delivering = Enumerable.Range(1, 4).Select(n => bakery.Deliver("L" + n, 10, 10 - n, bakery.Baked));
        await Task.WhenAll([.. selling, .. delivering]);
        await stop.CancelAsync();
        await Task.WhenAll(giving);
        await app.LotsFollowStock(bakery.Shop.Id);
        await app.StockFollowsOrders(bakery.Shop.Id);
    }

    /// <summary>In a cluster that a backup was restored into, transaction numbers begin anew; lots are given all the same.</summary>
    [Fact]
    public async Task A_restored_shop_goes_on_with_its_lots()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("A", 10, 9, bakery.Baked);
        await bakery.Sell(1);
        await GiveLots.CatchUp(app.Database, bakery.Shop.Id, default);
        await app.Database.Scalar(
            "update lot_positions set done_to = '4000000000000' where shop_id = $1 returning 1", default, bakery.Shop.Id);
        await app.Database.Scalar(
            "update lot_items set since = '4000000000000:4000000000000:' where shop_id = $1 returning 1", default, bakery.Shop.Id);
        var order = await bakery.Sell(2);
        (await bakery.LotsOf(order.Id)).ShouldBe("A 2");
        (await bakery.LotsOf((await bakery.Sell(3)).Id)).ShouldBe("A 3");
        (await bakery.Left("A")).ShouldBe(4);
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    /// <summary>The background service gives lots without anybody asking; a shop without lots has no row of any of it.</summary>
    [Fact]
    public async Task Lots_are_given_soon_after_the_sale_and_shops_without_have_none()
    {
        var (bakery, cafe) = (await Bakery.Open(app), await Bakery.Open(app));
        await bakery.Deliver("A", 10, 9, bakery.Baked);
        await bakery.Sell(2);
        await Answers.Eventually(
            async () => 8000L.Equals(await app.Database.Scalar(
                "select remaining from lots where shop_id = $1 and code = 'A'", default, bakery.Shop.Id)),
            seconds: 60);
        await cafe.Sell(2);
        await GiveLots.CatchUp(app.Database, cafe.Shop.Id, default);
        (await app.Database.Scalar(
            "select (select count(*) from lot_moves where shop_id = $1) + (select count(*) from lots where shop_id = $1) + "
                + "(select count(*) from lot_positions where shop_id = $1)",
            default,
            cafe.Shop.Id)).ShouldBe(0L);
    }
}

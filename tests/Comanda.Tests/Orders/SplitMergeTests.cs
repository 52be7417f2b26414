using Comanda.Data;

namespace Comanda.Tests.Orders;

public sealed class SplitMergeTests(CafeApp app)
{
    private static Task<Answer> Split(ComandaClient client, long order, object body, params (string, string)[] headers) =>
        client.Ask($"POST /api/orders/{order}/split", body, headers);

    private static decimal Total(System.Text.Json.JsonElement order) => order.GetProperty("total_amount").GetDecimal();

    private async Task<(TestShop Shop, ComandaClient Manager, OrderView Order)> TableOfFour()
    {
        var shop = await app.NewShop(("tax_rate", "21"));
        var manager = await shop.As("manager");
        var order = await manager.PlaceOrder(new(
            "dine-in",
            [
                new((await shop.Item("Espresso")).Id, 3, Discount: new("fixed", 0.20m, "spilled")),
                new((await shop.Item("Caffè latte")).Id, 1, ["oat-milk"]),
                new((await shop.Item("Rye loaf")).Id, 2)
            ], Table: "4", Discount: new("percentage", 10, "regulars"), Tip: 1.50m));
        return (shop, manager, order);
    }

    [Fact]
    public async Task Bills_that_were_split_sum_to_the_one_there_was_to_the_cent()
    {
        var (_, manager, order) = await TableOfFour();
        var split = await Split(manager, order.Id, new
        {
            items = new object[]
        {
            new { order_item_id = order.Items[0].Id, quantity = 1 },
            new { order_item_id = order.Items[1].Id }
        }
        });
        split.Status.ShouldBe(201, split.ToString());
        var bills = split.Body.GetProperty("orders").EnumerateArray().ToList();
        bills.Sum(Total).ShouldBe(order.TotalAmount);
        bills.Sum(b => b.GetProperty("subtotal").GetDecimal()).ShouldBe(order.Subtotal);
        bills.Sum(b => b.GetProperty("tax").GetDecimal()).ShouldBe(order.Tax);
        bills.Sum(b => b.GetProperty("discount").GetDecimal()).ShouldBe(order.Discount);
        bills.ShouldAllBe(b => b.GetProperty("items")
            .EnumerateArray()
            .Sum(l => l.GetProperty("total").GetDecimal()) + b.GetProperty("tip").GetDecimal() == Total(b));
        bills[1].GetProperty("items")
            .EnumerateArray()
            .Select(l => (l.GetProperty("name").GetString(), l.GetProperty("quantity").GetInt32()))
            .ShouldBe([("Espresso", 1), ("Caffè latte", 1)]);
        bills[1].GetProperty("table").GetString().ShouldBe("4");
        bills[1].GetProperty("order_number").GetString().ShouldBe("C-2");
        foreach (var bill in bills)
            (await manager.Ask(
                "POST /api/payments",
                new { order_id = bill.GetProperty("id").GetInt64(), method = "cash" })).Status.ShouldBe(201);
        var daily = await manager.GetDailySales();
        (daily.TotalSales, daily.Tips, daily.OrderCount, daily.Unpaid).ShouldBe((order.TotalAmount - 1.50m, 1.50m, 2, 0m));
        (await Split(manager, order.Id, new { ways = 2 })).Code.ShouldBe("already_paid");
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Even_shares_sum_to_what_is_due()
    {
        var (_, manager, order) = await TableOfFour();
        foreach (var ways in new[] { 2, 3, 7 })
        {
            var split = await Split(manager, order.Id, new { ways });
            var shares = split.Body.GetProperty("shares").EnumerateArray().Select(s => s.GetDecimal()).ToList();
            (shares.Count, shares.Sum()).ShouldBe((ways, order.TotalAmount));
            (shares.Max() - shares.Min()).ShouldBeLessThanOrEqualTo(0.01m);
        }
    }

    [Fact]
    public async Task Two_who_split_one_bill_at_once_take_no_line_twice()
    {
        var (shop, manager, order) = await TableOfFour();
        var other = await shop.As("manager", await app.StartProcess());
        var tag = ("If-Match", $"\"v{order.Version}\"");
        var told = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Split(
            i % 2 == 0 ? manager : other,
            order.Id,
            new { items = new[] { new { order_item_id = order.Items[1].Id } } },
            tag)));
        told.Count(t => t.Status == 201).ShouldBe(1);
        told.Where(t => t.Status != 201).ShouldAllBe(t => t.Code == "stale_version");
        (await manager.GetDailySales()).TotalSales.ShouldBe(order.TotalAmount - 1.50m);
        var keyed = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Split(
            i % 2 == 0 ? manager : other,
            order.Id,
            new { items = new[] { new { order_item_id = order.Items[2].Id, quantity = 1 } } },
            ("Idempotency-Key", "split-" + order.Id))));
        keyed.Select(k => k.ToString()).Distinct().ShouldHaveSingleItem();
        (await manager.GetDailySales()).TotalSales.ShouldBe(order.TotalAmount - 1.50m);
    }

    [Fact]
    public async Task Merging_brings_lines_and_tips_over_as_they_were()
    {
        var (shop, manager, order) = await TableOfFour();
        var loaf = (await shop.Item("Rye loaf")).Id;
        await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { quantity = 5 });
        var second = await manager.PlaceOrder(new("dine-in", [new(loaf, 2)], Table: "5", Tip: 1m));
        var third = await manager.PlaceOrder(new("dine-in", [new((await shop.Item("Coffee and croissant")).Id)], Table: "6"));
        await manager.Ask($"PUT /api/menu/items/{loaf}", new { price = 9 });
        var before = await manager.GetDailySales();
        var merged = await manager.Ask($"POST /api/orders/{order.Id}/merge", new { order_ids = new[] { second.Id, third.Id } });
        merged.Status.ShouldBe(200, merged.ToString());
        Total(merged.Body).ShouldBe(order.TotalAmount + second.TotalAmount + third.TotalAmount);
        merged.Items.Count().ShouldBe(order.Items.Count + 3);
        merged.Items.Last().GetProperty("combo").GetProperty("number").GetInt32().ShouldBe(1);
        var gone = await manager.Ask($"GET /api/orders/{second.Id}");
        (gone.Text("status"), gone.Text("cancel_reason"), Total(gone.Body)).ShouldBe(("cancelled", "merged into " + order.OrderNumber, 0m));
        (await manager.Ask($"GET /api/products/{loaf}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(3); // they are still sold
        var after = await manager.GetDailySales();
        (after.TotalSales, after.Tax, after.Tips, after.Discounts).ShouldBe((before.TotalSales, before.Tax, before.Tips, before.Discounts));
        (await manager.Ask($"POST /api/orders/{order.Id}/merge", new { order_id = second.Id })).Code.ShouldBe("invalid_transition");
        (await manager.Ask($"POST /api/orders/{order.Id}/merge", new { order_id = order.Id })).Fields.ShouldBe(["order_ids"]);
        (await manager.Ask($"POST /api/orders/{order.Id}/merge", new { order_id = 999_999_999 })).Fields.ShouldBe(["order_ids"]);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Merging_and_splitting_across_a_close_keeps_every_cent()
    {
        var (shop, manager, order) = await TableOfFour();
        var till = await shop.As("manager");
        var second = (await manager.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } }, tip = 0.70 },
            ("X-Device-Token", shop.TillToken))).Id;
        var third = (await manager.PlaceOrder(new("dine-in", [new((await shop.Item("Espresso")).Id, 2)]))).Id;
        foreach (var open in (await manager.Ask("GET /api/drawers?status=open")).Items.ToList())
            (await manager.Ask($"POST /api/drawers/{open.GetProperty("id").GetInt64()}/close", new { counted = 0 })).Status.ShouldBe(200);
        (await till.Ask($"POST /api/orders/{order.Id}/merge", new { order_ids = new[] { second, third } })).Status.ShouldBe(200);
        (await Split(
            till,
            order.Id,
            new { items = new[] { new { order_item_id = order.Items[0].Id, quantity = 2 } } })).Status.ShouldBe(201);
        foreach (var open in (await manager.Ask("GET /api/drawers?status=open")).Items.ToList())
            (await manager.Ask($"POST /api/drawers/{open.GetProperty("id").GetInt64()}/close", new { counted = 0 })).Status.ShouldBe(200);
        var all = (await manager.Ask("GET /api/drawers?status=closed")).Items.ToList();
        var daily = await manager.GetDailySales();
        (
            Sum("sales"),
            Sum("tax"),
            Sum("tips"),
            Sum("discounts"),
            Sum("orders")).ShouldBe((daily.TotalSales, daily.Tax, daily.Tips, daily.Discounts, daily.OrderCount));

        decimal Sum(string field) => all.Sum(d => d.GetProperty(field).GetDecimal());
    }

    [Fact]
    public async Task Each_bill_of_a_discounted_line_adds_up_in_itself()
    {
        foreach (var exclusive in new[] { false, true })
        {
            var shop = await app.NewShop(("tax_rate", "21"), ("prices_include_tax", exclusive ? "false" : "true"));
            var manager = await shop.As("manager");
            var order = await manager.PlaceOrder(new("takeaway", [new(
                (await shop.Item("Caffè latte")).Id,
                2,
                ["oat-milk"],
                Discount: new("fixed", 0.01m, "x"))]));
            var bills = (await Split(manager, order.Id, new
            {
                items = new[]
            {
                new { order_item_id = order.Items[0].Id, quantity = 1 }
            }
            })).Body.GetProperty("orders").EnumerateArray().ToList();
            foreach (var bill in bills)
            {
                var line = bill.GetProperty("items")[0];
                decimal Of(string field) => line.GetProperty(field).GetDecimal();
                (4.60m - Of("discount") + (exclusive ? Of("tax") : 0)).ShouldBe(Of("total"));
                bill.GetProperty("subtotal").GetDecimal().ShouldBe(4.60m);
                var edited = await manager.Ask(
                    $"PUT /api/orders/{bill.GetProperty("id").GetInt64()}",
                    new { items = new[] { new { id = line.GetProperty("id").GetInt64() } } },
                    ("If-Match", "*"));
                Total(edited.Body).ShouldBe(Total(bill));
            }

            bills.Sum(Total).ShouldBe(order.TotalAmount);
        }
    }

    [Fact]
    public async Task Lines_that_went_and_came_have_places_of_their_own()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (one, two) = ((await shop.Item("Coffee and croissant")).Id, (await shop.Item("Toast and juice")).Id);
        var first = await manager.PlaceOrder(new("dine-in", [new(one), new(two)]));
        var second = await manager.PlaceOrder(new("dine-in", [new(two)]));
        (await Split(
            manager,
            first.Id,
            new { items = first.Items.Take(2).Select(l => new { order_item_id = l.Id }).ToArray() })).Status.ShouldBe(201);
        (await manager.Ask($"POST /api/orders/{first.Id}/merge", new { order_id = second.Id })).Status.ShouldBe(200);
        (await app.Database.Scalar("select count(distinct position) from order_items where order_id = $1", default, first.Id)).ShouldBe(4L);
        var receipt = await (await manager.Send(HttpMethod.Get, $"/api/orders/{first.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.Split("x Toast and juice").Length.ShouldBe(3); // two of them, each named once
    }

    [Fact]
    public async Task What_the_kitchen_must_know_goes_with_every_bill()
    {
        var (shop, manager, _) = await TableOfFour();
        var order = await manager.Ask("POST /api/orders", new
        {
            type = "delivery",
            notes = "allergic to nuts",
            scheduled_for = DateTimeOffset.UtcNow.AddDays(3).ToString("yyyy-MM-dd'T'12:00:00'Z'"),
            delivery_address = new { address = "1 Quay Street" },
            items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id, quantity = 2 } },
        });
        var split = await Split(
            manager,
            order.Id,
            new { items = new[] { new { order_item_id = order.Items.First().GetProperty("id").GetInt64(), quantity = 1 } } });
        foreach (var field in new[] { "notes", "scheduled_for", "delivery_address" })
            split.Body.GetProperty("orders")[1].GetProperty(field).ToString().ShouldBe(order.Body.GetProperty(field).ToString());
        var ready = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var fresh = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        await manager.Ask($"PUT /api/orders/{ready.Id}/status", new { status = "preparing" });
        (await manager.Ask($"POST /api/orders/{ready.Id}/merge", new { order_id = fresh.Id })).Code.ShouldBe("different_stage");
    }

    [Fact]
    public async Task A_table_moves_and_what_is_wrong_is_named()
    {
        var (shop, manager, order) = await TableOfFour();
        (await manager.Ask($"POST /api/orders/{order.Id}/transfer", new { table = "12" })).Text("table").ShouldBe("12");
        (await manager.Ask($"POST /api/orders/{order.Id}/transfer", new { table = " " })).Fields.ShouldBe(["table"]);
        (await Split(manager, order.Id, new { })).Fields.ShouldBe(["items"]);
        (await Split(manager, order.Id, new { ways = 1 })).Fields.ShouldBe(["ways"]);
        (await Split(
            manager,
            order.Id,
            new { items = order.Items.Select(l => new { order_item_id = l.Id }).ToArray() })).Fields.ShouldBe(["items"]);
        (await Split(manager, order.Id, new
        {
            items = new object?[]
        {
            null,
            new { order_item_id = order.Items[0].Id, quantity = 4 }
        }
        })).Fields.ShouldBe(["items[0].order_item_id", "items[1].quantity"], ignoreOrder: true);
        var combo = await manager.PlaceOrder(new("takeaway", [
            new((await shop.Item("Coffee and croissant")).Id, 2),
            new((await shop.Item("Espresso")).Id)
        ]));
        (await Split(manager, combo.Id, new { items = new[] { new { order_item_id = combo.Items[0].Id } } })).Fields.ShouldBe(["items"]);
        (await Split(
            manager,
            combo.Id,
            new { items = combo.Items.Take(2).Select(l => new { order_item_id = l.Id, quantity = 1 }).ToArray() })).Status.ShouldBe(201);
        var trainee = await shop.As("trainee");
        (await Split(trainee, order.Id, new { ways = 2 })).Code.ShouldBe("forbidden");
        (await (await (await app.NewShop()).As("manager")).Ask(
            $"POST /api/orders/{order.Id}/transfer",
            new { table = "1" })).Code.ShouldBe("not_found");
    }
}

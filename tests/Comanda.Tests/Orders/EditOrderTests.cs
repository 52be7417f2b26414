namespace Comanda.Tests.Orders;

public sealed partial class EditOrderTests(CafeApp app)
{
    [Fact]
    public async Task Trap06_two_waiters_add_to_one_table_at_once_and_both_lines_survive()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var waiters = new[] { await shop.As("cashier"), await shop.As("barista", other) };
        var order = await waiters[0].PlaceOrder(new("dine-in", [new((await shop.Item("Flat white")).Id)], Table: "5"));
        var additions = new[] { "Butter croissant", "Carrot cake" };

        var told = await Task.WhenAll(waiters.Select(async (waiter, i) =>
        {
            var item = (await shop.Item(additions[i])).Id;
            var refusals = 0;
            while (true)
            {
                var seen = refusals == 0 ? order : await waiter.GetOrder(order.Id);
                var items = seen.Items.Select(l => (object)new { id = l.Id }).Append(new { menu_item_id = item, quantity = 1 }).ToArray();
                using var response = await waiter.Send(
                    HttpMethod.Put,
                    $"/api/orders/{order.Id}",
                    new { items },
                    new Dictionary<string, string> { ["If-Match"] = $"\"v{seen.Version}\"" });
                if (response.IsSuccessStatusCode)
                    return refusals;
                ((int)response.StatusCode).ShouldBe(412);
                refusals++;
            }
        }));

        told.Order().ShouldBe([0, 1]); // one was told that the order had changed, and repeated
        var after = await waiters[0].GetOrder(order.Id);
        after.Items.Select(l => l.Name).Order().ShouldBe(["Butter croissant", "Carrot cake", "Flat white"]);
        after.TotalAmount.ShouldBe(3.90m + 2.60m + 4.30m);
        after.Items.Sum(l => l.Total).ShouldBe(after.TotalAmount);
        (await (await shop.As("manager")).VerifyJournal()).ShouldBe(new JournalState(true, 3, null));
    }

    [Fact]
    public async Task Trap06_without_a_version_the_second_is_told_as_well_also_on_one_account()
    {
        var shop = await app.NewShop();
        var (one, two) = (await shop.As("cashier"), await shop.As("cashier")); // two tablets, one login
        var order = await one.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var (croissant, cake) = ((await shop.Item("Butter croissant")).Id, (await shop.Item("Carrot cake")).Id);
        object With(long item) => new { items = new object[] { new { id = order.Items[0].Id }, new { menu_item_id = item } } };
        var answers = await Task.WhenAll(Put(one, order.Id, With(croissant)), Put(two, order.Id, With(cake)));
        answers.Order().ShouldBe([200, 412]);
        (await Put(two, order.Id, new { table = "7" })).ShouldBe(200); // loses nobody's line
        (await Put(one, order.Id, new { notes = "window", version = 2 })).ShouldBe(412);
        (await one.GetOrder(order.Id)).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Trap04_paid_on_one_device_and_edited_as_a_draft_on_another_the_payment_survives()
    {
        var shop = await app.NewShop();
        var (till, tablet) = (await shop.As("manager"), await shop.As("cashier", await app.StartProcess()));
        var (espresso, bagel) = ((await shop.Item("Espresso")).Id, (await shop.Item("Smoked salmon bagel")).Id);
        var draft = await tablet.PlaceOrder(new("takeaway", [new(espresso), new(bagel)]));
        (await till.Ask("POST /api/payments", new { order_id = draft.Id, method = "cash" })).Status.ShouldBe(201);
        var more = new { items = draft.Items.Select(l => (object)new { id = l.Id }).Append(new { menu_item_id = espresso }).ToArray() };
        (await tablet.Ask($"PUT /api/orders/{draft.Id}", more)).Status.ShouldBe(412); // it does not say which order it saw
        (await tablet.Ask($"PUT /api/orders/{draft.Id}", more, ("If-Match", "\"v1\""))).Status.ShouldBe(412);
        var seen = await tablet.GetOrder(draft.Id);
        (seen.PaymentStatus, seen.Items.Count).ShouldBe(("paid", 2));
        (await tablet.Ask(
            $"PUT /api/orders/{draft.Id}",
            new { items = new[] { new { id = draft.Items[0].Id } } },
            ("If-Match", $"\"v{seen.Version}\""))).Code.ShouldBe("below_paid");
        var after = await tablet.Ask($"PUT /api/orders/{draft.Id}", more, ("If-Match", $"\"v{seen.Version}\""));
        (
            after.Text("payment_status"),
            after.Body.GetProperty("balance_due").GetDecimal(),
            after.Body.GetProperty("payments")[0].GetProperty("amount").GetDecimal()).ShouldBe(("partially_paid", 2.30m, 12.10m));

        // Both at once, again and again: whoever is first, the money is there.
        for (var i = 0; i < 10; i++)
        {
            var order = await tablet.PlaceOrder(new("takeaway", [new(espresso)]));
            var (paid, edited) = (till.Ask("POST /api/payments", new { order_id = order.Id, method = "card", amount = 2.30m }),
                tablet.Ask(
                    $"PUT /api/orders/{order.Id}",
                    new { items = new object[] { new { id = order.Items[0].Id }, new { menu_item_id = bagel } } },
                    ("If-Match", "\"v1\"")));
            (await paid).Status.ShouldBe(201);
            (await edited).Status.ShouldBeOneOf(200, 412);
            (await till.GetOrder(order.Id)).Payments.Single().Amount.ShouldBe(2.30m);
        }
    }

    [Fact]
    public async Task A_note_changes_no_figure()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = await manager.AddMenuItem(new
        {
            name = "Twins",
            category = "Coffee",
            price = 10,
            modifier_groups = new[]
            {
                new { name = "One", options = new[] { new { name = "X", price = 1 } } },
                new { name = "Two", options = new[] { new { name = "X", price = 5 } } }
            },
            preparation_time = 4,
        });
        item.ModifierGroups.Select(g => g.Name).ShouldBe(["One", "Two"]);
        var options = item.ModifierGroups.Select(g => (object)new { id = g.Options[0].Id }).ToArray();
        using var placed = await manager.Send(
            HttpMethod.Post,
            "/api/orders",
            new { items = new[] { new { menu_item_id = item.Id, modifiers = options } } });
        var order = (await manager.GetOrders()).Items.Single();
        order.TotalAmount.ShouldBe(16m);
        (await Put(manager, order.Id, new { notes = "hi" })).ShouldBe(200);
        var after = await manager.GetOrder(order.Id);
        (after.TotalAmount, after.EstimatedTime).ShouldBe((16m, 4));
        (await Put(manager, order.Id, new { items = new[] { new { id = order.Items[0].Id, quantity = 2 } }, version = 2 })).ShouldBe(200);
        after = await manager.GetOrder(order.Id);
        (after.TotalAmount, after.EstimatedTime).ShouldBe((32m, 8)); // two groups with one key are two options still
    }

    [Fact]
    public async Task A_discount_stays_in_proportion_whoever_edits()
    {
        var shop = await app.NewShop();
        var latte = (await shop.Item("Caffè latte")).Id;
        var order = await (await shop.As("manager")).PlaceOrder(new(
            "takeaway",
            [new(latte, 10)],
            Discount: new("percentage", 10, "party")));
        order.TotalAmount.ShouldBe(36m);
        var cashier = await shop.As("cashier");
        (await Put(cashier, order.Id, new { items = new[] { new { id = order.Items[0].Id, quantity = 1 } } })).ShouldBe(200);
        (await cashier.GetOrder(order.Id)).TotalAmount.ShouldBe(3.60m);
        (await Put(cashier, order.Id, new
        {
            items = new object[]
        {
            new { id = order.Items[0].Id, discount = new { type = "fixed", value = 3, reason = "me" } }
        },
            version = 2
        })).ShouldBe(400);
        (await Put(cashier, order.Id, new
        {
            items = new object[]
        {
            new { menu_item_id = latte, discount = new { type = "fixed", value = 3, reason = "me" } }
        },
            version = 2
        })).ShouldBe(403);
    }

    [Fact]
    public async Task A_line_that_stays_keeps_its_price_and_its_options()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var latte = await shop.Item("Caffè latte");
        var order = await manager.PlaceOrder(new("takeaway", [new(
            latte.Id,
            1,
            ["oat-milk", "extra-shot"],
            new("fixed", 0.35m, "loyal"))]));
        await manager.ChangeMenuItem(latte.Id, new { price = 9.00m });

        (await Put(
            manager,
            order.Id,
            new { items = new object[] { new { id = order.Items[0].Id, quantity = 2 }, new { menu_item_id = latte.Id } } })).ShouldBe(200);

        var after = await manager.GetOrder(order.Id);
        after.Items.Select(l => l.Total).ShouldBe([(5.35m * 2) - 0.35m, 9.00m]);
        after.Items[0].Modifiers.Select(m => m.Key).ShouldBe(["oat-milk", "extra-shot"]);
        after.Version.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_paid_stays_paid_and_the_order_cannot_cost_less()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (mocha, espresso) = ((await shop.Item("Mocha")).Id, (await shop.Item("Espresso")).Id);
        var order = await manager.PlaceOrder(new("takeaway", [new(mocha)], Payments: [new("card")]));
        (await Put(manager, order.Id, new { items = new[] { new { menu_item_id = espresso } } })).ShouldBe(409);
        (await Put(
            manager,
            order.Id,
            new { items = new object[] { new { id = order.Items[0].Id }, new { menu_item_id = espresso } } })).ShouldBe(200);
        var after = await manager.GetOrder(order.Id);
        (after.PaymentStatus, after.BalanceDue).ShouldBe(("partially_paid", 2.30m));
        (await manager.GetDailySales()).TotalSales.ShouldBe(6.80m);
    }

    [Fact]
    public async Task Only_a_pending_order_can_be_edited_and_only_with_its_own_lines()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var order = await manager.PlaceOrder(new("takeaway", [new(espresso)]));
        (await Put(manager, order.Id, new { items = new[] { new { id = 1L << 40 } } })).ShouldBe(400);
        (await Put(manager, order.Id, new { items = Array.Empty<object>() })).ShouldBe(400);
        await manager.MoveOrder(order.Id, "preparing");
        (await Put(manager, order.Id, new { table = "1" })).ShouldBe(409);
    }

    private static async Task<int> Put(ComandaClient client, long id, object edit)
    {
        using var response = await client.Send(HttpMethod.Put, $"/api/orders/{id}", edit);
        return (int)response.StatusCode;
    }

    [Fact]
    public async Task Orders_that_swap_counted_items_never_wait_for_one_another_in_a_ring()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var items = new[] { (await shop.Item("Rye loaf")).Id, (await shop.Item("Seeded roll")).Id };
        foreach (var item in items)
            await manager.Ask($"PUT /api/menu/items/{item}/stock", new { quantity = 1000 });
        // At two registers: the register's row does not keep them apart.
        var orders = new[]
        {
            (await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = items[0] } } })).Id,
            (await manager.Ask(
                "POST /api/orders",
                new { items = new[] { new { menu_item_id = items[1] } } },
                ("X-Device-Token", shop.TillToken))).Id,
        };
        await Task.WhenAll(orders.Select((order, which) => Task.Run(async () =>
        {
            for (var n = 1; n <= 40; n++)
                (await manager.Ask(
                    $"PUT /api/orders/{order}",
                    new { items = new[] { new { menu_item_id = items[(which + n) % 2] } } },
                    ("If-Match", "*"))).Status.ShouldBe(200);
        })));
        foreach (var item in items)
            (await manager.Ask($"GET /api/products/{item}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(999);
    }
}

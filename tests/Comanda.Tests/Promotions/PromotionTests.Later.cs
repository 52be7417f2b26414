using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Promotions;

/// <summary>What becomes of promotions when an order is edited, divided, joined, given back, or comes late.</summary>
public sealed partial class PromotionTests
{
    [Fact]
    public async Task Lines_that_stay_keep_theirs_and_lines_that_come_have_what_is_given_by_itself()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (espresso, croissant) = ((await shop.Item("Espresso")).Id, (await shop.Item("Butter croissant")).Id);
        var id = await manager.Promote(new
        {
            title = "Coffee day",
            discount_type = "percentage",
            discount_value = 50,
            applicable_products = new[] { espresso },
        });
        var order = await manager.Order(espresso, 4); // 9.20 for 4.60
        order.Number("total_amount").ShouldBe(4.60m);
        (await manager.Ask($"PUT /api/admin/promotions/{id}", new { discount_value = 10 })).Status.ShouldBe(200);
        var round = await manager.Ask($"POST /api/orders/{order.Id}/items", new { items = new[] { new { menu_item_id = espresso } } });
        round.Items.Select(l => l.Number("total")).ShouldBe([4.60m, 2.07m], round.ToString());

        // Fewer of them have fewer of it; more of them no more.
        var line = order.Items.First().GetProperty("id").GetInt64();
        var half = await Edit(new { items = new[] { new { id = line, quantity = 2 } } });
        (
            half.Number("discount"),
            half.Items.Single().GetProperty("promotions")[0].Number("amount")).ShouldBe((2.30m, 2.30m), half.ToString());
        var more = await Edit(new { items = new object[] { new { id = line, quantity = 5 }, new { menu_item_id = croissant } } });
        (more.Number("discount"), more.Number("total_amount")).ShouldBe((2.30m, 11.50m - 2.30m + 2.60m), more.ToString());
        // A discount by hand still goes with it.
        var given = await Edit(new { discount = new { type = "fixed", value = 1, reason = "regular" } });
        given.Number("discount").ShouldBe(3.30m, given.ToString());

        async Task<Answer> Edit(object edit)
        {
            var version = (await manager.Ask($"GET /api/orders/{order.Id}")).Text("version")!;
            var edited = await manager.Ask($"PUT /api/orders/{order.Id}", edit, ("If-Match", version));
            edited.Status.ShouldBe(200, edited.ToString());
            return edited;
        }
    }

    [Fact]
    public async Task A_code_may_come_later_to_an_order_once_and_is_tried_on_a_basket_without_one()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var id = await manager.Promote(new
        {
            title = "Ten",
            discount_type = "percentage",
            discount_value = 10,
            code = "TEN",
            usage_limit = 1,
        });
        await manager.Promote(new { title = "Five", discount_type = "percentage", discount_value = 5, code = "FIVE" });
        var tried = await cashier.Ask(
            "POST /api/promotions/apply/ten",
            new { items = new[] { new { menu_item_id = espresso, quantity = 2 } } });
        tried.Status.ShouldBe(200, tried.ToString());
        (tried.Number("discount"), tried.Number("subtotal"), tried.Number("total")).ShouldBe((0.46m, 4.60m, 4.14m));
        (tried.Body.GetProperty("promotion").GetProperty("promotion_id").GetInt64(), await manager.Used(id)).ShouldBe((id, 0));

        var order = await cashier.Order(espresso, 2);
        var applied = await cashier.Ask("POST /api/promotions/apply/TEN", new { order_id = order.Id });
        (applied.Status, applied.Number("total"), await manager.Used(id)).ShouldBe((200, 4.14m, 1), applied.ToString());
        (await cashier.Ask($"GET /api/orders/{order.Id}")).Number("total_amount").ShouldBe(4.14m);
        (await cashier.Ask("POST /api/promotions/apply/TEN", new { order_id = order.Id })).Number("total").ShouldBe(4.14m);
        (await cashier.Ask("POST /api/promotions/apply/FIVE", new { order_id = order.Id })).Code.ShouldBe("has_promotion");
        var other = await cashier.Order(espresso);
        (await cashier.Ask($"PUT /api/orders/{other.Id}", new { promo_code = "TEN" })).Code.ShouldBe("promotion_used_up");
        (await cashier.Ask($"GET /api/orders/{other.Id}")).Number("total_amount").ShouldBe(2.30m);

        (await cashier.Ask("POST /api/promotions/apply/NONE", new { order_id = order.Id })).Status.ShouldBe(404);
        (await cashier.Ask("POST /api/promotions/apply/TEN", new { order_id = 1L << 40 })).Fields.ShouldBe(["order_id"]);
        (await cashier.Ask("POST /api/promotions/apply/TEN", new { })).Fields.ShouldBe(["items"]);
        (await cashier.Ask("POST /api/promotions/apply/TEN", new { items = Array.Empty<object>() })).Status.ShouldBe(409);
    }

    [Fact]
    public async Task A_bill_that_is_divided_has_its_use_until_no_part_of_it_is_left()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var id = await manager.Promote(new { title = "Odd", discount_type = "fixed", discount_value = 1, code = "ODD", usage_limit = 1 });
        var order = await manager.Order(espresso, 3, "ODD"); // 6.90 − 1
        var line = order.Items.Single().GetProperty("id").GetInt64();
        var split = await manager.Ask(
            $"POST /api/orders/{order.Id}/split",
            new { items = new[] { new { order_item_id = line, quantity = 1 } } });
        split.Status.ShouldBe(201, split.ToString());
        var bills = split.Body.GetProperty("orders").EnumerateArray().ToList();
        bills.Sum(b => b.Number("total_amount")).ShouldBe(5.90m);
        bills.Sum(b => b.GetProperty("promotions")[0].Number("amount")).ShouldBe(1m);
        var other = bills[1].GetProperty("id").GetInt64();
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel")).Status.ShouldBe(200);
        (await manager.Used(id)).ShouldBe(1);
        var joined = await manager.Order(espresso);
        (await manager.Ask($"POST /api/orders/{joined.Id}/merge", new { order_id = other })).Status.ShouldBe(200);
        (await manager.Used(id)).ShouldBe(1);
        (await manager.Ask($"GET /api/orders/{joined.Id}")).Body.GetProperty("promotions")[0].Number("amount").ShouldBe(0.33m);
        (await manager.Ask($"POST /api/orders/{joined.Id}/cancel")).Status.ShouldBe(200);
        (await manager.Used(id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_refund_gives_back_what_was_paid_earns_nothing_and_keeps_the_use()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "10"), ("tax_rate", "0"));
        var manager = await shop.As("manager");
        var (espresso, croissant) = ((await shop.Item("Espresso")).Id, (await shop.Item("Butter croissant")).Id);
        var id = await manager.Promote(new
        {
            title = "Ten",
            discount_type = "percentage",
            discount_value = 10,
            code = "TEN",
            applicable_products = new[] { espresso },
        });
        var ana = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso, quantity = 2 }, new { menu_item_id = croissant, quantity = 1 } },
            customer_id = ana,
            promo_code = "TEN",
            payments = new[] { new { method = "card" } },
        });
        // A line with a promotion earns nothing: only the croissant does.
        (order.Number("total_amount"), order.Number("points_earned")).ShouldBe((6.74m, 20m), order.ToString());
        var line = order.Items.First().GetProperty("id").GetInt64();
        var back = await manager.Ask(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "cold" });
        (back.Status, back.Number("amount")).ShouldBe((201, 2.07m), back.ToString());
        (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "all" })).Number("amount").ShouldBe(4.67m);
        (await manager.Used(id)).ShouldBe(1);
        (await manager.Ask($"GET /api/customers/{ana}")).Number("loyalty_points").ShouldBe(0);
    }

    [Fact]
    public async Task A_guest_tries_a_code_orders_with_it_once_and_has_it_back_with_what_they_cancel()
    {
        var shop = await app.NewShop();
        var (manager, guest) = (await shop.As("manager"), await app.Guest(shop));
        var espresso = (await shop.Item("Espresso")).Id;
        var id = await manager.Promote(
            new { title = "Welcome", discount_type = "fixed", discount_value = 1, code = "HELLO", first_order = true });
        var items = new[] { new { menu_item_id = espresso } };
        var tried = await guest.Ask("POST /api/promotions/apply/hello", new { items });
        (tried.Status, tried.Number("total")).ShouldBe((200, 1.30m), tried.ToString());
        (await guest.Ask("POST /api/promotions/apply/hello", new { order_id = 1 })).Fields.ShouldBe(["order_id"]);
        var order = await guest.Ask("POST /api/orders", new { items, promo_code = "hello", payment_method = "cash" });
        (order.Status, order.Number("total_amount"), await manager.Used(id)).ShouldBe((201, 1.30m, 1), order.ToString());
        (await guest.Ask("POST /api/orders", new { items, promo_code = "hello" })).Code.ShouldBe("promotion_not_applicable");
        (await guest.Ask($"POST /api/orders/{order.Id}/cancel")).Status.ShouldBe(200);
        (await manager.Used(id)).ShouldBe(0);
        (await guest.Ask("POST /api/orders", new { items, promo_code = "hello", payment_method = "cash" })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_sale_without_the_server_has_what_its_hour_had_and_waits_where_its_code_is_used_up()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        await manager.Promote(new
        {
            title = "Earlier",
            discount_type = "fixed",
            discount_value = 1,
            code = "EARLY",
            usage_limit = 1,
            end_date = now.AddMinutes(-5),
        });
        (await cashier.Order(espresso, 1, "EARLY")).Code.ShouldBe("promotion_not_applicable");
        var sent = await cashier.Ask("POST /api/orders/sync", new
        {
            sent_at = now,
            orders = new[] { Sale("one"), Sale("two") },
        });
        var results = sent.Body.GetProperty("results").EnumerateArray().ToList();
        results.Select(r => r.GetProperty("status").GetString()).ShouldBe(["placed", "set_aside"], sent.ToString());
        results[0].GetProperty("order").Number("total_amount").ShouldBe(1.30m);
        results[1].GetProperty("set_aside").GetProperty("code").GetString().ShouldBe("promotion_used_up");

        object Sale(string key) => new
        {
            key = shop.Id + key,
            made_at = now.AddMinutes(-10),
            total_amount = 1.30m,
            order = new
            {
                type = "takeaway",
                items = new[] { new { menu_item_id = espresso } },
                promo_code = "EARLY",
                payments = new[] { new { method = "cash" } },
            },
        };
    }

    [Fact]
    public async Task A_rehearsal_tells_what_it_would_have_cost_on_which_baskets()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (espresso, croissant) = ((await shop.Item("Espresso")).Id, (await shop.Item("Butter croissant")).Id);
        foreach (var quantity in new[] { 1, 2, 5 })
            (await manager.Order(espresso, quantity)).Status.ShouldBe(201);
        (await manager.Order(croissant)).Status.ShouldBe(201);
        var cancelled = await manager.Order(espresso, 9);
        (await manager.Ask($"POST /api/orders/{cancelled.Id}/cancel")).Status.ShouldBe(200);
        (await (await shop.As("trainee")).Order(espresso, 9)).Status.ShouldBe(201);
        var id = await manager.Promote(new
        {
            title = "Every second",
            discount_type = "buy_x_get_y",
            applicable_products = new[] { espresso },
            buy_quantity = 1,
            get_quantity = 1,
            start_date = "2100-01-01",
            is_active = false,
        });
        var day = DateOnly.Parse((await manager.Ask("GET /api/reports/sales/daily")).Text("date")!);
        var told = await manager.Ask($"POST /api/promotions/{id}/rehearse", new { from = day, to = day });
        told.Status.ShouldBe(200, told.ToString());
        (
            told.Number("orders"),
            told.Number("baskets"),
            told.Number("discount_total"),
            told.Number("revenue_before"),
            told.Number("revenue_after"))
            .ShouldBe((2m, 4m, 6.90m, 16.10m, 9.20m));
        var sample = told.Body.GetProperty("samples").EnumerateArray().Select(s => (
            s.Number("before"),
            s.Number("discount"),
            s.Number("after")));
        sample.ShouldBe([(11.50m, 4.60m, 6.90m), (4.60m, 2.30m, 2.30m)]);

        // As it is given for real, so it is told; and what it gave then is put back first.
        (await manager.Ask($"PUT /api/admin/promotions/{id}", new { start_date = "", is_active = true })).Status.ShouldBe(200);
        (await manager.Order(espresso, 5)).Number("discount").ShouldBe(4.60m);
        (await manager.Ask($"POST /api/promotions/{id}/rehearse", new { from = day, to = day })).Number("discount_total").ShouldBe(11.50m);
        (await manager.Ask($"PUT /api/admin/promotions/{id}", new { usage_limit = 1 })).Status.ShouldBe(200);
        (await manager.Ask($"POST /api/promotions/{id}/rehearse", new { from = day, to = day })).Number("orders").ShouldBe(1);

        (await manager.Ask($"POST /api/promotions/{id}/rehearse", new { })).Fields.ShouldBe(["from", "to"]);
        (await manager.Ask($"POST /api/promotions/{id}/rehearse", new { from = day, to = day.AddDays(-1) })).Fields.ShouldBe(["to"]);
        (await manager.Ask($"POST /api/promotions/{id}/rehearse", new { from = day, to = day.AddDays(400) })).Fields.ShouldBe(["to"]);
        var stranger = await (await app.NewShop()).As("manager");
        (await stranger.Ask($"POST /api/promotions/{id}/rehearse", new { })).Status.ShouldBe(404);
    }
}

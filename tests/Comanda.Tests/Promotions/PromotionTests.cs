using System.Text.Json;
using Comanda.Data;
using static Comanda.Tests.Promotions.PromotionsOf;

namespace Comanda.Tests.Promotions;

/// <summary>Promotions in orders, from the preview to the last of their uses.</summary>
public sealed partial class PromotionTests(CafeApp app)
{
    [Fact]
    public async Task A_code_takes_its_share_off_each_line_in_the_preview_as_in_the_order_and_says_so()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var id = await manager.Promote(new
        {
            title = "Spring",
            description = "All of it.",
            discount_type = "percentage",
            discount_value = 10,
            code = " spring ",
        });
        object basket = new
        {
            type = "takeaway",
            items = new[]
            {
                new { menu_item_id = (await shop.Item("Espresso")).Id, quantity = 3 }, // 6.90
                new { menu_item_id = (await shop.Item("Butter croissant")).Id, quantity = 1 }, // 2.60
            },
            promo_code = "Spring",
        };
        var preview = await cashier.Ask("POST /api/orders/preview", basket);
        preview.Status.ShouldBe(200, preview.ToString());
        (preview.Number("discount"), preview.Number("total_amount"), preview.Text("promo_code")).ShouldBe((0.95m, 8.55m, "SPRING"));
        var told = preview.Body.GetProperty("explanation").EnumerateArray().ToList();
        told.Select(r => r.GetProperty("text").GetString()).ShouldContain("Espresso: Spring (SPRING)");
        told.Sum(r => r.GetProperty("amount") is { ValueKind: JsonValueKind.Number } a ? a.GetDecimal() : 0).ShouldBe(8.55m);

        var order = await cashier.Ask("POST /api/orders", basket);
        order.Status.ShouldBe(201, order.ToString());
        (order.Number("discount"), order.Number("total_amount"), order.Text("promo_code")).ShouldBe((0.95m, 8.55m, "SPRING"));
        order.Items.Select(l => l.GetProperty("promotions")[0].Number("amount")).ShouldBe([0.69m, 0.26m]);
        var summed = order.Body.GetProperty("promotions")[0];
        (summed.GetProperty("promotion_id").GetInt64(), summed.Number("amount")).ShouldBe((id, 0.95m));
        (await manager.Used(id)).ShouldBe(1);
        var receipt = await (await cashier.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.ShouldContain("Spring (SPRING)");

        // Changed or gone, it is in the order as it was.
        (await manager.Ask($"PUT /api/admin/promotions/{id}", new { title = "Summer", discount_value = 50 })).Status.ShouldBe(200);
        (await manager.Ask($"DELETE /api/admin/promotions/{id}")).Status.ShouldBe(204);
        var kept = await cashier.Ask($"GET /api/orders/{order.Id}");
        (kept.Number("total_amount"), kept.Body.GetProperty("promotions")[0].GetProperty("title").GetString()).ShouldBe((8.55m, "Spring"));
        (await cashier.Order((await shop.Item("Espresso")).Id, 1, "SPRING")).Fields.ShouldBe(["promo_code"]);
    }

    [Fact]
    public async Task What_is_given_by_itself_obeys_the_orders_own_hour()
    {
        var shop = await app.NewShop(("opening_hours", "{}"));
        var manager = await shop.As("manager");
        var zone = DateTime.UtcNow.Hour switch { 23 => -6, 0 => 6, _ => 0 };
        var later = DateTimeOffset.UtcNow.AddHours(zone + 3);
        await manager.Promote(new
        {
            title = "Happy hour",
            discount_type = "percentage",
            discount_value = 50,
            weekdays = new[] { later.ToString("ddd", System.Globalization.CultureInfo.InvariantCulture).ToLowerInvariant() },
            available_from = $"{later:HH}:00",
            available_until = $"{later.AddHours(1):HH}:00",
        });
        var espresso = (await shop.Item("Espresso")).Id;
        (await manager.Order(espresso)).Number("total_amount").ShouldBe(2.30m);
        var planned = await manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = espresso } },
            scheduled_for = DateTimeOffset.UtcNow.AddHours(3),
        });
        (planned.Status, planned.Number("total_amount")).ShouldBe((201, 1.15m), planned.ToString());
    }

    [Fact]
    public async Task Buy_two_get_one_and_a_combo_reach_the_order()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (espresso, croissant) = ((await shop.Item("Espresso")).Id, (await shop.Item("Butter croissant")).Id);
        var bogo = await manager.Promote(new
        {
            title = "Third one free",
            discount_type = "buy_x_get_y",
            applicable_products = new[] { espresso },
            buy_quantity = 2,
            get_quantity = 1,
        });
        (await manager.Order(espresso, 3)).Number("total_amount").ShouldBe(4.60m);
        (await manager.Ask($"DELETE /api/admin/promotions/{bogo}")).Status.ShouldBe(204);
        await manager.Promote(new
        {
            title = "Breakfast",
            discount_type = "combo",
            discount_value = 4,
            combo = new[] { new { products = new[] { espresso } }, new { products = new[] { croissant } } },
        });
        var basket = new { items = new[] { new { menu_item_id = espresso }, new { menu_item_id = croissant } } };
        var order = await manager.Ask("POST /api/orders", basket); // 2.30 + 2.60
        (order.Number("total_amount"), order.Number("tax")).ShouldBe((4m, order.Items.Sum(l => l.Number("tax"))), order.ToString());
    }

    [Fact]
    public async Task Trap23_of_fifty_who_want_the_last_use_one_wins_and_nobody_else_is_charged()
    {
        var shop = await app.NewShop();
        var (manager, one, two) = (await shop.As("manager"), await shop.As("cashier"), await shop.As("cashier1"));
        var id = await manager.Promote(new
        {
            title = "The one",
            discount_type = "fixed",
            discount_value = 1,
            code = "ONCE",
            usage_limit = 1,
        });
        var espresso = (await shop.Item("Espresso")).Id;
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? one : two).Ask(
            "POST /api/orders",
            new
            {
                type = "takeaway",
                items = new[] { new { menu_item_id = espresso } },
                promo_code = "once",
                payments = new[] { new { method = "card" } },
            },
            ("Idempotency-Key", $"last-{i}"))));
        answers.Count(a => a.Status == 201).ShouldBe(1, string.Join('\n', answers.Select(a => a.ToString()).Distinct()));
        answers.Where(a => a.Status != 201)
            .ShouldAllBe(a => a.Status == 409 && a.Code == "promotion_used_up" && a.Fields[0] == "promo_code");
        (await manager.Used(id)).ShouldBe(1);
        (await app.Database.Scalar("select count(*) from payments where shop_id = $1", default, shop.Id)).ShouldBe(1L);
        (await app.Database.Scalar("select count(*) from orders where shop_id = $1", default, shop.Id)).ShouldBe(1L);
        (await manager.Ask("GET /api/journal/verify")).Body.GetProperty("valid").GetBoolean().ShouldBeTrue();

        // Who repeats the request that won gets its answer; and a cancelled order gives its use back.
        var winner = Array.FindIndex(answers, a => a.Status == 201);
        var again = await one.Ask(
            "POST /api/orders",
            new
            {
                type = "takeaway",
                items = new[] { new { menu_item_id = espresso } },
                promo_code = "once",
                payments = new[] { new { method = "card" } },
            },
            ("Idempotency-Key", $"last-{winner}"));
        (again.Status, again.Id).ShouldBe((201, answers[winner].Id));
        (await manager.Ask($"POST /api/orders/{again.Id}/cancel")).Status.ShouldBe(200);
        (await manager.Used(id)).ShouldBe(0);
        (await one.Order(espresso, 1, "ONCE")).Status.ShouldBe(201);
        (await one.Order(espresso, 1, "ONCE")).Code.ShouldBe("promotion_used_up");
    }

    [Fact]
    public async Task Trap23_one_that_is_given_by_itself_is_given_as_often_as_it_is_to_be()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var id = await manager.Promote(new { title = "First three", discount_type = "percentage", discount_value = 50, usage_limit = 3 });
        var espresso = (await shop.Item("Espresso")).Id;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cashier.Order(espresso)));
        answers.ShouldAllBe(a => a.Status == 201 || a.Code == "promotion_used_up");
        answers.Count(a => a.Status == 201 && a.Number("total_amount") == 1.15m).ShouldBe(3);
        (await manager.Used(id)).ShouldBe(3);
        (await cashier.Order(espresso)).Number("total_amount").ShouldBe(2.30m);
    }

    [Fact]
    public async Task A_customer_has_it_once_or_only_for_their_first_order()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var (ana, rui) = (await Customer("Ana"), await Customer("Rui"));
        await manager.Promote(new
        {
            title = "Once",
            discount_type = "fixed",
            discount_value = 1,
            code = "ONE",
            usage_limit_per_customer = 1,
        });
        await manager.Promote(new { title = "Welcome", discount_type = "fixed", discount_value = 2, code = "NEW", first_order = true });
        var nobody = await cashier.Order(espresso, 1, "ONE");
        (nobody.Status, nobody.Code).ShouldBe((409, "promotion_not_applicable"), nobody.ToString());
        var first = await cashier.Order(espresso, 1, "NEW", ana);
        first.Number("total_amount").ShouldBe(0.30m);
        (await cashier.Order(espresso, 1, "NEW", ana)).Code.ShouldBe("promotion_not_applicable");
        (await cashier.Order(espresso, 1, "ONE", ana)).Number("total_amount").ShouldBe(1.30m);
        (await cashier.Order(espresso, 1, "ONE", ana)).Code.ShouldBe("promotion_used_up");
        (await cashier.Order(espresso, 1, "ONE", rui)).Status.ShouldBe(201);

        // Ten at once of one customer: one.
        var eva = await Customer("Eva");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cashier.Order(espresso, 1, "ONE", eva)));
        answers.Count(a => a.Status == 201).ShouldBe(1);

        // Two records of one guest have it once together.
        var twin = await Customer("Eva again");
        (await manager.Ask($"POST /api/customers/{twin}/merge", new { customer_id = eva })).Status.ShouldBe(200);
        (await cashier.Order(espresso, 1, "ONE", twin)).Code.ShouldBe("promotion_used_up");

        async Task<long> Customer(string name) => (await manager.Ask("POST /api/customers", new { name })).Id;
    }

    [Fact]
    public async Task Practice_uses_nothing_up()
    {
        var shop = await app.NewShop();
        var (manager, trainee) = (await shop.As("manager"), await shop.As("trainee"));
        var id = await manager.Promote(new { title = "One", discount_type = "fixed", discount_value = 1, code = "ONE", usage_limit = 1 });
        var espresso = (await shop.Item("Espresso")).Id;
        (await trainee.Order(espresso, 1, "ONE")).Number("total_amount").ShouldBe(1.30m);
        (await trainee.Order(espresso, 1, "ONE")).Status.ShouldBe(201);
        (await manager.Used(id)).ShouldBe(0);
    }

    [Fact]
    public async Task Line_discount_then_promotion_then_the_orders_discount_then_tax()
    {
        var shop = await app.NewShop(("tax_rate", "10"), ("prices_include_tax", "false"));
        var manager = await shop.As("manager");
        await manager.Promote(new { title = "Half", discount_type = "percentage", discount_value = 50, code = "HALF" });
        var item = (await manager.Ask("POST /api/menu/items", new { name = "Toast", category = "Cakes", price = 10 })).Id;
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = item, discount = new { type = "fixed", value = 2, reason = "late" } } },
            discount = new { type = "percentage", value = 10, reason = "regular" },
            promo_code = "HALF",
        });
        // 10 − 2 = 8, half of it is 4, a tenth of that is 0.40; 3.60 and 0.36 of tax.
        (order.Number("discount"), order.Number("tax"), order.Number("total_amount")).ShouldBe((6.40m, 0.36m, 3.96m), order.ToString());
    }

    [Fact]
    public async Task Trap17_no_promotion_reaches_a_gift_card_and_what_is_free_takes_nothing_off_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await manager.Promote(new { title = "All free", discount_type = "percentage", discount_value = 100 });
        var card = await manager.Ask("POST /api/gift-cards", new { amount = 10, method = "card" });
        (card.Status, card.Number("balance")).ShouldBe((201, 10m));
        var free = await manager.Order((await shop.Item("Espresso")).Id);
        (free.Number("total_amount"), free.Text("payment_status")).ShouldBe((0m, "paid"));
        var pay = await manager.Ask(
            "POST /api/payments",
            new { order_id = free.Id, method = "gift_card", reference = card.Text("code"), amount = 1 });
        pay.Code.ShouldBe("overpayment", pay.ToString());
        (await manager.Ask($"GET /api/gift-cards/{card.Text("code")}")).Number("balance").ShouldBe(10m);
    }
}

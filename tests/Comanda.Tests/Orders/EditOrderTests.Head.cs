using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>What changes of an order besides its lines.</summary>
public sealed partial class EditOrderTests
{
    private static decimal Figure(Answer answer, string name) => answer.Body.GetProperty(name).GetDecimal();

    private static string[] Ways(Answer order) => [.. order.Items.Select(l => l.GetProperty("way").GetString()!)];

    private async Task<(TestShop Shop, ComandaClient Manager, long Item)> Cafe(params (string, string)[] settings)
    {
        var shop = await app.NewShop([("tax_rate", "10"), .. settings]);
        return (shop, await shop.As("manager"), (await shop.Item("Flat white")).Id); // 3.90
    }

    private async Task<TimeZoneInfo> Zone(TestShop shop) => TimeZoneInfo.FindSystemTimeZoneById((string)(await app.Database.Scalar(
        "select value from settings where shop_id = $1 and key = 'time_zone'", default, shop.Id))!);

    [Fact]
    public async Task Its_type_changes_and_the_lines_that_followed_it_follow_while_the_fee_comes_and_goes()
    {
        var (_, manager, item) = await Cafe(("delivery_fee", "2.50"));
        var order = await manager.Ask(
            "POST /api/orders",
            new { type = "dine-in", items = new object[] { new { menu_item_id = item }, new { menu_item_id = item, way = "takeaway" } } });
        var address = new { address = "1 Quay Street", zip_code = "1100" };
        var delivered = await manager.Ask($"PUT /api/orders/{order.Id}", new { type = "delivery", delivery_address = address });
        delivered.Status.ShouldBe(200, delivered.ToString());
        delivered.Text("type").ShouldBe("delivery");
        (Figure(delivered, "delivery_fee"), Figure(delivered, "total_amount")).ShouldBe((2.50m, 10.30m));
        delivered.Body.GetProperty("delivery_address").GetProperty("zip_code").GetString().ShouldBe("1100");
        Ways(delivered).ShouldBe(["delivery", "takeaway"]);

        var back = await manager.Ask($"PUT /api/orders/{order.Id}", new { type = "dine_in" });
        (back.Text("type"), Figure(back, "total_amount")).ShouldBe(("dine-in", 7.80m));
        Ways(back).ShouldBe(["dine-in", "takeaway"]);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { type = "drive-in" })).Fields.ShouldBe(["type"]);
        (await manager.Ask("GET /api/journal/verify")).Body.GetProperty("valid").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Its_tip_is_another_one_and_no_line_is_priced_anew()
    {
        var (shop, manager, item) = await Cafe();
        var order = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } }, tip = 1 });
        Figure(order, "total_amount").ShouldBe(4.90m);
        await (await shop.As("admin")).Ask("PUT /api/config/tax_rate", new { value = "20" });
        var changed = await manager.Ask($"PUT /api/orders/{order.Id}", new { tip = 0.60m });
        (Figure(changed, "tip"), Figure(changed, "total_amount"), Figure(changed, "tax")).ShouldBe((0.60m, 4.50m, 0.35m));
        (await manager.Ask("POST /api/payments", new { order_id = order.Id, method = "card" })).Status.ShouldBe(201);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { tip = 0 })).Code.ShouldBe("below_paid");
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { tip = -1 })).Fields.ShouldBe(["tip"]);
        Figure(await manager.Ask($"GET /api/orders/{order.Id}"), "tip").ShouldBe(0.60m);
    }

    [Fact]
    public async Task A_discount_comes_to_an_order_once_and_the_service_charge_goes_and_comes_by_who_may()
    {
        var (shop, manager, item) = await Cafe(("service_charge", "10"));
        var cashier = await shop.As("cashier");
        var two = new[] { new { menu_item_id = item, quantity = 2 } };
        var order = await cashier.Ask("POST /api/orders", new { type = "dine-in", items = two });
        Figure(order, "total_amount").ShouldBe(8.58m);
        (await cashier.Ask($"PUT /api/orders/{order.Id}", new { service_charge = false })).Status.ShouldBe(403);
        var without = await manager.Ask($"PUT /api/orders/{order.Id}", new { service_charge = false });
        (Figure(without, "service_charge"), Figure(without, "total_amount")).ShouldBe((0m, 7.80m));

        var discount = new { type = "percentage", value = 50, reason = "waited" };
        (await cashier.Ask($"PUT /api/orders/{order.Id}", new { discount })).Status.ShouldBe(403);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { discount = new { type = "half", value = 1, reason = "x" } })).Fields
            .ShouldBe(["discount.type"]);
        var half = await manager.Ask($"PUT /api/orders/{order.Id}", new { discount });
        (Figure(half, "discount"), Figure(half, "total_amount")).ShouldBe((3.90m, 3.90m));
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { discount })).Code.ShouldBe("has_discount");
        var charged = await cashier.Ask($"PUT /api/orders/{order.Id}", new { service_charge = true });
        (Figure(charged, "service_charge"), Figure(charged, "total_amount")).ShouldBe((0.39m, 4.29m));
    }

    [Fact]
    public async Task A_guest_says_who_they_are_after_they_paid_and_earns()
    {
        var (shop, manager, item) = await Cafe(("loyalty_points_per_unit", "10"));
        var (ana, bo) = (await Guest("Ana"), await Guest("Bo"));
        var order = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = item } }, payments = new[] { new { method = "card" } } });
        (await manager.Ask($"PUT /api/orders/{order.Id}/status", new { status = "completed" })).Status.ShouldBe(200);
        var journaled = await manager.Ask("GET /api/journal/verify");
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { customer_id = 1L << 40 })).Fields.ShouldBe(["customer_id"]);
        var given = await manager.Ask($"PUT /api/orders/{order.Id}", new { customer_id = ana });
        (given.Status, given.Text("customer_name"), Figure(given, "points_earned")).ShouldBe((200, "Ana", 30m));
        (await Points(ana)).ShouldBe(30);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { customer_id = bo })).Code.ShouldBe("has_customer");
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { customer_id = ana, notes = "late" })).Code.ShouldBe("not_pending");
        (await manager.Ask("GET /api/journal/verify")).Body.GetProperty("entries").GetInt64()
            .ShouldBe(journaled.Body.GetProperty("entries").GetInt64());

        // An unpaid one changes hands freely, and earns for the last.
        var open = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } }, customer_id = ana });
        (await manager.Ask($"PUT /api/orders/{open.Id}", new { customer_id = bo })).Text("customer_name").ShouldBe("Bo");
        (await manager.Ask("POST /api/payments", new { order_id = open.Id, method = "card" })).Status.ShouldBe(201);
        (await Points(ana), await Points(bo)).ShouldBe((30, 30));

        (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "cold" })).Status.ShouldBe(201);
        (await Points(ana)).ShouldBe(0);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { customer_id = ana })).Code.ShouldBe("already_refunded");

        async Task<long> Guest(string name) => (await manager.Ask("POST /api/customers", new { name })).Id;
        async Task<long> Points(long id) =>
            (await manager.Ask($"GET /api/customers/{id}")).Body.GetProperty("loyalty_points").GetInt64();
    }

    [Fact]
    public async Task Trap29_put_off_it_leaves_the_kitchen_and_obeys_its_own_hour()
    {
        var (shop, manager, item) = await Cafe();
        var zone = await Zone(shop);
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, zone).DateTime;
        var (from, until) = (TimeOnly.FromDateTime(local).AddHours(-1), TimeOnly.FromDateTime(local).AddHours(1));
        var order = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } } });
        order.Body.GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { scheduled_for = DateTimeOffset.UtcNow.AddHours(-1) })).Fields
            .ShouldBe(["scheduled_for"]);
        var later = await manager.Ask($"PUT /api/orders/{order.Id}", new { scheduled_for = DateTimeOffset.UtcNow.AddHours(5) });
        later.Status.ShouldBe(200, later.ToString());
        later.Body.GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.Null);
        later.Body.GetProperty("estimated_time").GetInt32().ShouldBeInRange(299, 301);
        (await manager.Ask("GET /api/kitchen/tickets")).Items.ShouldBeEmpty();

        // Sold around now alone: five hours later it is not, for another round too; and what is there is not put off to such an hour.
        var cake = (await shop.Item("Carrot cake")).Id;
        var hours = new { available_from = $"{from:HH:mm}", available_until = $"{until:HH:mm}" };
        (await manager.Ask($"PUT /api/menu/items/{cake}", hours)).Status.ShouldBe(200);
        (await manager.Ask($"POST /api/orders/{order.Id}/items", new { items = new[] { new { menu_item_id = cake } } })).Code
            .ShouldBe("not_sold_now");
        var now = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = cake } } });
        now.Status.ShouldBe(201, now.ToString());
        (await manager.Ask($"PUT /api/orders/{now.Id}", new { scheduled_for = DateTimeOffset.UtcNow.AddHours(5) })).Code
            .ShouldBe("not_sold_now");
        var soon = await manager.Ask($"PUT /api/orders/{order.Id}", new { scheduled_for = DateTimeOffset.UtcNow.AddMinutes(1) });
        soon.Body.GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Trap29_next_weeks_loaves_are_not_todays()
    {
        var (shop, manager, _) = await Cafe();
        var loaf = (await shop.Item("Rye loaf")).Id;
        (await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { quantity = 5 })).Status.ShouldBe(200);
        var week = DateTimeOffset.UtcNow.AddDays(7);
        var five = new[] { new { menu_item_id = loaf, quantity = 5 } };
        var later = await manager.Ask("POST /api/orders", new { items = five, scheduled_for = week });
        later.Status.ShouldBe(201, later.ToString());
        (await Left()).ShouldBe(5);
        (await manager.Ask("POST /api/orders", new { items = five })).Status.ShouldBe(201);
        (await Left()).ShouldBe(0);
        (await manager.Ask("POST /api/orders", new { items = five })).Code.ShouldBe("out_of_stock");

        // Sold out today, and so not on the other day: placed, edited, in another round, and taken back.
        var more = await manager.Ask("POST /api/orders", new { items = five, scheduled_for = week });
        more.Status.ShouldBe(201, more.ToString());
        (await manager.Ask($"POST /api/orders/{more.Id}/items", new { items = five })).Status.ShouldBe(201);
        (await manager.Ask($"DELETE /api/orders/{more.Id}")).Status.ShouldBe(200);
        (await Left()).ShouldBe(0);

        // Wanted today after all, it takes today's; put off again, it gives them back.
        var soon = DateTimeOffset.UtcNow.AddMinutes(20);
        (await manager.Ask($"PUT /api/orders/{later.Id}", new { scheduled_for = soon })).Code.ShouldBe("out_of_stock");
        (await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { quantity = 6 })).Status.ShouldBe(200);
        (await manager.Ask($"PUT /api/orders/{later.Id}", new { scheduled_for = soon })).Status.ShouldBe(200);
        (await Left()).ShouldBe(1);
        (await manager.Ask($"PUT /api/orders/{later.Id}", new { scheduled_for = week })).Status.ShouldBe(200);
        (await Left()).ShouldBe(6);

        async Task<int> Left() => (await manager.Ask($"GET /api/products/{loaf}")).Body.GetProperty("stock_quantity").GetInt32();
    }

    [Fact]
    public async Task Online_orders_are_for_opening_hours_and_are_told_the_next_one()
    {
        // Open tomorrow by the shop's clock, from eight to ten; and the till sells when somebody is there.
        var (shop, manager, item) = await Cafe();
        var admin = await shop.As("admin");
        var zone = await Zone(shop);
        var tomorrow = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, zone).DateTime).AddDays(1);
        var opens = new DateTimeOffset(tomorrow.ToDateTime(new(8, 0)), zone.GetUtcOffset(tomorrow.ToDateTime(new(8, 0)))).ToUniversalTime();
        var day = tomorrow.DayOfWeek.ToString()[..3].ToLowerInvariant();
        var hours = new Dictionary<string, string[]> { [day] = ["08:00-10:00"] };
        (await admin.Ask("PUT /api/config/opening_hours", new { value = hours })).Status.ShouldBe(200);
        object Order(string type, DateTimeOffset? scheduled_for = null) =>
            new { type, items = new[] { new { menu_item_id = item } }, scheduled_for };
        foreach (var path in new[] { "POST /api/orders", "POST /api/orders/preview" })
        {
            var closed = await manager.Ask(path, Order("online"));
            (closed.Status, closed.Code).ShouldBe((409, "closed"));
            closed.Body.GetProperty("next_opening").GetDateTimeOffset().ShouldBe(opens);
            (await manager.Ask(path, Order("online", opens.AddHours(2)))).Body.GetProperty("next_opening").GetDateTimeOffset()
                .ShouldBe(opens.AddDays(7));
        }

        (await manager.Ask("POST /api/orders", Order("takeaway"))).Status.ShouldBe(201);
        var order = await manager.Ask("POST /api/orders", Order("online", opens.AddMinutes(30)));
        order.Status.ShouldBe(201, order.ToString());
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { scheduled_for = opens.AddHours(5) })).Code.ShouldBe("closed");
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { scheduled_for = opens })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_the_guest_was_shown_is_what_it_costs_or_it_is_not_placed()
    {
        var (_, manager, item) = await Cafe();
        object Body(decimal shown, string field) => new Dictionary<string, object>
        {
            ["items"] = new[] { new { menu_item_id = item } },
            [field] = shown,
        };
        foreach (var field in new[] { "total_amount", "total" })
        {
            var other = await manager.Ask("POST /api/orders", Body(3.80m, field));
            (other.Status, other.Code).ShouldBe((409, "total_differs"));
            other.Text("detail")!.ShouldContain("3.90");
            (await manager.Ask("POST /api/orders", Body(3.90m, field))).Status.ShouldBe(201);
        }

        (await manager.Ask("GET /api/orders")).Items.Count().ShouldBe(2);
    }
}

using System.Text.Json;

namespace Comanda.Tests.Orders;

public sealed class ServiceChargeTests(CafeApp app)
{
    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    [Fact]
    public async Task It_is_added_to_what_is_eaten_here_after_discounts_and_taxed_with_it()
    {
        var shop = await app.NewShop(("service_charge", "10"), ("prices_include_tax", "false"), ("tax_rate", "20"));
        var manager = await shop.As("manager");
        var bagel = (await shop.Item("Smoked salmon bagel")).Id; // 9.80
        object Basket(string type, bool? charge = null) => new
        {
            type,
            service_charge = charge,
            items = new[]
        {
            new { menu_item_id = bagel, quantity = 2 }
        },
            discount = new { type = "fixed", value = 1.60m, reason = "late" }
        };
        var preview = (await manager.Ask("POST /api/orders/preview", Basket("dine-in"))).Body;
        var here = (await manager.Ask("POST /api/orders", Basket("dine-in"))).Body;
        foreach (var seen in new[] { preview, here })
            (
                Of(seen, "subtotal"),
                Of(seen, "discount"),
                Of(seen, "service_charge"),
                Of(seen, "tax"),
                Of(seen, "total_amount")).ShouldBe((19.60m, 1.60m, 1.80m, 3.96m, 23.76m));
        preview.GetProperty("explanation")
            .EnumerateArray()
            .Where(r => r.GetProperty("amount").ValueKind == JsonValueKind.Number)
            .Sum(r => Of(r, "amount"))
            .ShouldBe(23.76m);
        preview.GetProperty("explanation")
            .EnumerateArray()
            .ShouldContain(r => r.GetProperty("text").GetString()!.Contains("service charge of 10"));
        Of((await manager.Ask("POST /api/orders", Basket("takeaway"))).Body, "service_charge").ShouldBe(0m);
        Of((await manager.Ask("POST /api/orders", Basket("dine-in", false))).Body, "service_charge").ShouldBe(0m);
        (await (await shop.As("cashier")).Ask(
            "POST /api/orders",
            new { type = "dine-in", service_charge = false, items = new[] { new { menu_item_id = bagel } } })).Code.ShouldBe("forbidden");
        (await manager.GetDailySales()).ServiceCharges.ShouldBe(1.80m);
        (await (await manager.Send(HttpMethod.Get, $"/api/orders/{here.GetProperty("id").GetInt64()}/receipt?format=text")).Content
            .ReadAsStringAsync()).ShouldContain("Service charge 10");
    }

    [Fact]
    public async Task It_follows_its_lines_through_split_edit_and_refund_at_the_rate_of_the_order()
    {
        var shop = await app.NewShop(("service_charge", "12.5"));
        var manager = await shop.As("manager");
        var (espresso, bagel) = ((await shop.Item("Espresso")).Id, (await shop.Item("Smoked salmon bagel")).Id);
        var order = await manager.Ask(
            "POST /api/orders",
            new { items = new object[] { new { menu_item_id = espresso, quantity = 3 }, new { menu_item_id = bagel } } });
        Of(order.Body, "service_charge").ShouldBe(2.09m); // of 16.70
        (await (await shop.As("admin")).Ask("PUT /api/config/service_charge", new { value = "50" })).Status.ShouldBe(200);
        var lines = order.Body.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("id").GetInt64()).ToArray();
        var split = await manager.Ask(
            $"POST /api/orders/{order.Id}/split",
            new { items = new[] { new { order_item_id = lines[0], quantity = 1 } } });
        var bills = split.Body.GetProperty("orders").EnumerateArray().ToList();
        bills.Sum(b => Of(b, "service_charge")).ShouldBe(2.09m);
        bills.Sum(b => Of(b, "subtotal")).ShouldBe(16.70m);
        bills.Sum(b => Of(b, "total_amount")).ShouldBe(18.79m);
        var edited = await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { id = lines[1] } } },
            ("If-Match", $"\"v{bills[0].GetProperty("version").GetInt64()}\""));
        (Of(edited.Body, "service_charge"), Of(edited.Body, "total_amount")).ShouldBe((1.23m, 11.03m)); // still 12.5 % of 9.80
        (await manager.Ask("POST /api/payments", new { order_id = order.Id, method = "card" })).Status.ShouldBe(201);
        Of((await manager.Ask(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { new { order_item_id = lines[1], quantity = 1 } }, reason = "cold" })).Body, "amount").ShouldBe(11.03m);
    }
}

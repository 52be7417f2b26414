using System.Globalization;
using System.Text.Json;

namespace Comanda.Tests.Orders;

/// <summary>What a basket would cost, before anybody orders it.</summary>
public sealed class PreviewTests(CafeApp app)
{
    [Fact]
    public async Task The_taxes_of_a_preview_are_those_of_the_order_and_of_its_receipt()
    {
        var shop = await app.NewShop(("tax_rate", "13"), ("prices_include_tax", "true"));
        var manager = await shop.As("manager");
        var (espresso, croissant) = ((await shop.Item("Espresso")).Id, (await shop.Item("Butter croissant")).Id);
        (await manager.Ask($"PUT /api/menu/items/{croissant}", new { tax_rate = 6 })).Status.ShouldBe(200);
        var basket = new
        {
            items = new[] { new { menu_item_id = espresso, quantity = 3 }, new { menu_item_id = croissant, quantity = 2 } },
            discount = new { type = "fixed", value = 1.01, reason = "regular" },
        };
        var preview = await manager.Ask("POST /api/orders/preview", basket);
        var taxes = preview.Body.GetProperty("taxes");
        taxes.EnumerateArray().Select(t => t.GetProperty("rate").GetDecimal()).ShouldBe([6m, 13m]);
        taxes.EnumerateArray().Sum(t => t.GetProperty("tax").GetDecimal()).ShouldBe(preview.Body.GetProperty("tax").GetDecimal());
        taxes.EnumerateArray().Sum(t => t.GetProperty("net").GetDecimal() + t.GetProperty("tax").GetDecimal())
            .ShouldBe(preview.Body.GetProperty("total_amount").GetDecimal());
        var order = await manager.Ask("POST /api/orders", basket);
        order.Body.GetProperty("taxes").GetRawText().ShouldBe(taxes.GetRawText());
        var receipt = await (await manager.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        foreach (var tax in taxes.EnumerateArray())
        {
            receipt.ShouldContain(tax.GetProperty("net").GetDecimal().ToString("0.00"));
            receipt.ShouldContain(tax.GetProperty("tax").GetDecimal().ToString("0.00"));
        }
    }

    /// <summary>7.22 to pay where the smallest coin is 0.05.</summary>
    [Theory]
    [InlineData("[]", "7.20")]
    [InlineData("""[{"method":"cash"}]""", "7.20")]
    [InlineData("""[{"method":"cash","tendered":10}]""", "7.20")]
    [InlineData("""[{"method":"cash","amount":7.20}]""", "7.20")]
    [InlineData("""[{"method":"cash","amount":3}]""", "7.20")]
    [InlineData("""[{"method":"card","amount":3.11}]""", "4.10")]
    [InlineData("""[{"method":"card","amount":3.11},{"method":"cash"}]""", "4.10")]
    [InlineData("""[{"method":"card"}]""", "0")]
    [InlineData("""[{"method":"card","amount":7.20}]""", "0")]
    public async Task What_is_due_in_cash_is_told_for_the_payments_that_come_with_it(string payments, string told)
    {
        var due = decimal.Parse(told, CultureInfo.InvariantCulture);
        var shop = await app.NewShop(("cash_rounding", "0.05"));
        var manager = await shop.As("manager");
        var body = Basket(await Priced(shop, 7.22m), payments);
        var preview = await manager.Ask("POST /api/orders/preview", body);
        preview.Status.ShouldBe(200, preview.ToString());
        preview.Body.GetProperty("total_amount").GetDecimal().ShouldBe(7.22m);
        preview.Body.GetProperty("cash_due").GetDecimal().ShouldBe(due);
        // What was told is what the order takes: by its payments in cash, and for the rest.
        var placed = (await manager.Ask("POST /api/orders", body)).Body;
        (placed.GetProperty("cash_due").GetDecimal() + placed.GetProperty("payments").EnumerateArray()
            .Where(p => p.GetProperty("method").GetString() == "cash")
            .Sum(p => p.GetProperty("amount").GetDecimal() + p.GetProperty("rounding").GetDecimal())).ShouldBe(due);
    }

    [Fact]
    public async Task A_gift_card_and_points_are_looked_at_and_left_as_they_are()
    {
        var shop = await app.NewShop(("cash_rounding", "0.05"));
        var manager = await shop.As("manager");
        var card = (await manager.Ask("POST /api/gift-cards", new { amount = 2, method = "card" })).Text("code")!;
        var body = Basket(await Priced(shop, 7.22m), $$"""[{"method":"gift_card","reference":"{{card}}"}]""");
        (await manager.Ask("POST /api/orders/preview", body)).Body.GetProperty("cash_due").GetDecimal().ShouldBe(5.20m);
        (await manager.Ask($"GET /api/gift-cards/{card}")).Body.GetProperty("balance").GetDecimal().ShouldBe(2m);
    }

    [Theory]
    [InlineData("""[{"method":"shells"}]""", 400, "payments[0].method")]
    [InlineData("""[{"method":"card","amount":-1}]""", 400, "payments[0].amount")]
    [InlineData("""[{"method":"card","amount":8}]""", 409, "overpayment")]
    public async Task Payments_that_could_not_be_taken_are_refused_as_they_would_be(string payments, int status, string what)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var body = Basket(await Priced(shop, 7.22m), payments);
        foreach (var path in new[] { "POST /api/orders/preview", "POST /api/orders" })
        {
            var refused = await manager.Ask(path, body);
            (refused.Status, refused.Status == 400 ? refused.Fields.Single() : refused.Code).ShouldBe((status, what), path);
        }
    }

    private static async Task<long> Priced(TestShop shop, decimal price) =>
        (await (await shop.As("manager")).Ask("POST /api/menu/items", new { name = "Toast", category = "Cakes", price })).Id;

    private static JsonElement Basket(long item, string payments) => JsonElement.Parse(
        $$"""{"type":"takeaway","items":[{"menu_item_id":{{item}}}],"payments":{{payments}}}""");
}

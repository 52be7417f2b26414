using System.Text.Json;
using static Comanda.Tests.Payments.GiftCards;

namespace Comanda.Tests.Payments;

/// <summary>Gift cards for goods whose tax is certain: taxed when they are sold, and not again when they pay.</summary>
public sealed class VoucherTests(CafeApp app)
{
    private static object Table { get; } = new
    {
        classes = new[]
        {
            new { code = "food" },
            new { code = "drink" },
            new { code = "voucher-single-drink" },
            new { code = "voucher-multi" },
        },
        rows = new object[]
        {
            new { @class = "food", way = "any", name = "VAT", rate = 7 },
            new { @class = "drink", way = "any", name = "VAT", rate = 19 },
            new { @class = "voucher-single-drink", way = "any", name = "VAT", rate = 19 },
        },
        default_class = "food",
    };

    /// <summary>The shared case "de-vouchers": 12.00 and 50.00 are sold, 11.50 of beer is handed over for an older voucher.</summary>
    [Fact]
    public async Task A_voucher_for_beer_is_taxed_when_sold_and_the_beer_is_not_taxed_again()
    {
        var shop = await Shop();
        var manager = await shop.As("manager");
        var beer = await Item(manager, "Beer 1 l", 11.50m, "drink");
        var older = await Single(manager, 11.50m, "voucher-single-drink");
        var before = Declared(await Day(manager)).ShouldHaveSingleItem();
        before.ShouldBe(("VAT", 19m, 9.66m, 1.84m));

        var sold = await manager.Ask(
            "POST /api/gift-cards", new { amount = 12, method = "card", kind = "single", tax_class = "voucher-single-drink" });
        (sold.Status, sold.Text("kind"), sold.Text("way"), Of(sold.Body, "tax"))
            .ShouldBe((201, "single", "dine-in", 1.92m), sold.ToString());
        sold.Body.GetProperty("taxes").EnumerateArray()
            .Select(t => (t.GetProperty("name").GetString(), Of(t, "rate"), Of(t, "net"), Of(t, "tax")))
            .ShouldBe([("VAT", 19m, 10.08m, 1.92m)]);
        var multi = await manager.Ask("POST /api/gift-cards", new { amount = 50, method = "card", kind = "multi" });
        multi.Body.TryGetProperty("taxes", out _).ShouldBeFalse();

        var placed = await manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = beer } },
            payments = new[] { new { method = "gift_card", reference = older } },
        });
        (placed.Status, Of(placed.Body, "total_amount"), Of(placed.Body, "tax"), placed.Text("payment_status"))
            .ShouldBe((201, 11.50m, 0m, "paid"), placed.ToString());
        placed.Body.GetProperty("taxes").GetArrayLength().ShouldBe(0);
        (await Receipt(manager, placed.Id)).ShouldContain("Taxed when the voucher was sold");

        var day = await Day(manager);
        Declared(day).ShouldBe([("VAT", 19m, before.Item3 + 10.08m, before.Item4 + 1.92m)]);
        (Of(day, "tax"), Of(day, "gift_cards_sold"), Of(day, "total_sales")).ShouldBe((before.Item4 + 1.92m, 73.50m, 11.50m));
        // The tax inside the voucher is nothing that the beer earned, sold or taken back.
        (await Earned(manager)).ShouldBe(9.66m);
        (await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { reason = "flat" })).Status.ShouldBe(201);
        (await Earned(manager)).ShouldBe(0);
        await EverythingAgrees(manager);
    }

    [Fact]
    public async Task A_voucher_pays_a_placed_order_as_far_as_its_goods_go_and_the_rest_stays_taxed()
    {
        var shop = await Shop();
        var manager = await shop.As("manager");
        var (beer, bread) = (await Item(manager, "Beer", 4, "drink"), await Item(manager, "Bread", 5.35m, "food"));
        var code = await Single(manager, 3, "drink");
        var order = await manager.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = bread }, new { menu_item_id = beer } } });
        Taxes(order.Body).ShouldBe([("VAT", 7m, 5.00m, 0.35m), ("VAT", 19m, 3.36m, 0.64m)]);

        // What it would cost with the voucher is known before; looked at, it keeps what it has.
        var preview = await manager.Ask("POST /api/orders/preview", new
        {
            items = new[] { new { menu_item_id = bread }, new { menu_item_id = beer } },
            payments = new[] { new { method = "gift_card", reference = code } },
        });
        preview.Status.ShouldBe(200, preview.ToString());
        Taxes(preview.Body).ShouldBe([("VAT", 7m, 5.00m, 0.35m), ("VAT", 19m, 0.84m, 0.16m)]);
        (Of(preview.Body, "total_amount"), Of(preview.Body, "tax"), Of(preview.Body, "cash_due")).ShouldBe((9.35m, 0.51m, 6.35m));
        (await manager.Ask("POST /api/orders/preview", new
        {
            items = new[] { new { menu_item_id = bread } },
            payments = new[] { new { method = "gift_card", reference = code } },
        })).Code.ShouldBe("voucher_not_for_this");

        var onlyFood = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = bread } } });
        var refused = await Pay(manager, onlyFood.Id, code);
        (refused.Status, refused.Code).ShouldBe((409, "voucher_not_for_this"));
        refused.Text("detail")!.ShouldContain("drink (dine-in)");
        await Balances(manager, code, 3);

        (await Pay(manager, order.Id, code)).Status.ShouldBe(201);
        var paid = await manager.Ask($"GET /api/orders/{order.Id}");
        // A quarter of the beer is left: 1.00, of which 0.16 is tax.
        Taxes(paid.Body).ShouldBe([("VAT", 7m, 5.00m, 0.35m), ("VAT", 19m, 0.84m, 0.16m)]);
        (Of(paid.Body, "total_amount"), Of(paid.Body, "tax"), Of(paid.Body, "balance_due")).ShouldBe((9.35m, 0.51m, 6.35m));
        (await manager.Ask("POST /api/payments", new { order_id = order.Id, method = "cash" })).Status.ShouldBe(201);

        // All of it goes back: onto the voucher what came by it, and no tax that was never there.
        var back = await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "all" });
        (back.Status, Of(back.Body, "amount"), Of(back.Body, "tax")).ShouldBe((201, 9.35m, 0.51m), back.ToString());
        await Balances(manager, code, 3);
        await EverythingAgrees(manager);
    }

    [Fact]
    public async Task An_edit_keeps_what_a_voucher_has_paid_untaxed_and_its_goods_there()
    {
        var shop = await Shop();
        var manager = await shop.As("manager");
        var (beer, bread) = (await Item(manager, "Beer", 4, "drink"), await Item(manager, "Bread", 5.35m, "food"));
        var code = await Single(manager, 4, "drink");
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = beer } },
            payments = new[] { new { method = "gift_card", reference = code } },
        });
        Of(order.Body, "tax").ShouldBe(0);
        var more = await manager.Ask($"POST /api/orders/{order.Id}/items", new { items = new[] { new { menu_item_id = bread } } });
        (more.Status, Of(more.Body, "tax"), Of(more.Body, "total_amount")).ShouldBe((201, 0.35m, 9.35m), more.ToString());
        var line = more.Items.Last().GetProperty("id").GetInt64();
        var gone = await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = line } } },
            ("If-Match", more.Text("version")!));
        (gone.Status, gone.Code).ShouldBe((409, "below_paid"));
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "left" })).Status.ShouldBe(200);
        await Balances(manager, code, 4);
        await EverythingAgrees(manager);
    }

    /// <summary>Where tax comes on top, a voucher pays with it: 12.00 buys what costs 10.08 before tax.</summary>
    [Fact]
    public async Task Where_tax_comes_on_top_the_receipt_still_adds_up()
    {
        var shop = await Shop(("prices_include_tax", "false"));
        var manager = await shop.As("manager");
        var beer = await Item(manager, "Beer", 10.08m, "drink");
        var code = await Single(manager, 12, "drink");
        var order = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = beer } } });
        Of(order.Body, "total_amount").ShouldBe(12.00m);
        (await Pay(manager, order.Id, code)).Status.ShouldBe(201);
        var paid = await manager.Ask($"GET /api/orders/{order.Id}");
        (Of(paid.Body, "tax"), Of(paid.Body, "total_amount"), paid.Text("payment_status")).ShouldBe((0m, 12m, "paid"));
        var receipt = await Receipt(manager, order.Id);
        receipt.ShouldMatch("Taxed with the voucher +1.92");
        await EverythingAgrees(manager);
    }

    [Fact]
    public async Task A_voucher_that_goes_back_unused_takes_its_tax_along_on_its_day()
    {
        var shop = await Shop();
        var manager = await shop.As("manager");
        var code = await Single(manager, 11.90m, "drink");
        Declared(await Day(manager)).ShouldBe([("VAT", 19m, 10.00m, 1.90m)]);
        (await manager.Ask("GET /api/gift-cards")).Items.Single().GetProperty("tax_class").GetString().ShouldBe("drink");
        var back = await manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted" });
        (back.Status, Of(back.Body, "tax")).ShouldBe((201, 1.90m), back.ToString());
        Declared(await Day(manager)).ShouldAllBe(t => t.Item3 == 0 && t.Item4 == 0);
        await EverythingAgrees(manager);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { amount = 5, method = "card", kind = "both" }, "kind"),
            (new { amount = 5, method = "card", kind = "single", tax_class = "tea" }, "tax_class"),
            (new { amount = 5, method = "card", tax_class = "drink" }, "tax_class"),
            (new { amount = 5, method = "card", kind = "multi", way = "takeaway" }, "way"),
        })
            (await manager.Ask("POST /api/gift-cards", body)).Fields.ShouldBe([field], JsonSerializer.Serialize(body));
    }

    private async Task<TestShop> Shop(params (string, string)[] settings)
    {
        var shop = await app.NewShop([("tax_rounding", "per_rate"), .. settings]);
        (await (await shop.As("admin")).Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        return shop;
    }

    private static async Task<long> Item(ComandaClient client, string name, decimal price, string taxClass)
    {
        var added = await client.Ask("POST /api/menu/items", new { name, category = "Vouchers", price, tax_class = taxClass });
        added.Status.ShouldBe(201, added.ToString());
        return added.Id;
    }

    private static async Task<string> Single(ComandaClient client, decimal amount, string taxClass)
    {
        var sold = await client.Ask("POST /api/gift-cards", new { amount, method = "card", kind = "single", tax_class = taxClass });
        sold.Status.ShouldBe(201, sold.ToString());
        return sold.Text("code")!;
    }

    private static async Task Balances(ComandaClient client, string code, decimal balance) =>
        (await Balance(client, code)).ShouldBe(balance);

    private static async Task<JsonElement> Day(ComandaClient client) => (await client.Ask("GET /api/reports/sales/daily")).Body;

    private static async Task<decimal> Earned(ComandaClient manager) =>
        Of((await manager.Ask("GET /api/reports/costs?group_by=item")).Body.GetProperty("total"), "net_sales");

    private static async Task<string> Receipt(ComandaClient client, long order) =>
        await (await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?format=text")).Content.ReadAsStringAsync();

    private static List<(string, decimal, decimal, decimal)> Taxes(JsonElement of) =>
    [
        .. of.GetProperty("taxes").EnumerateArray()
            .Select(t => (t.GetProperty("name").GetString()!, Of(t, "rate"), Of(t, "net"), Of(t, "tax"))),
    ];

    private static List<(string, decimal, decimal, decimal)> Declared(JsonElement day) =>
    [
        .. day.GetProperty("taxes").EnumerateArray()
            .Where(t => t.GetProperty("treatment").GetString() is "taxed" or "zero")
            .Select(t => (t.GetProperty("name").GetString()!, Of(t, "rate"), Of(t, "declared_net"), Of(t, "declared_tax"))),
    ];

    /// <summary>Day, period and drawers say one tax, by rate and in all; the money is where it came from; the journal holds.</summary>
    private static async Task EverythingAgrees(ComandaClient manager)
    {
        var day = await Day(manager);
        var listed = day.GetProperty("taxes").EnumerateArray()
            .Where(t => t.GetProperty("treatment").GetString() is "taxed" or "zero")
            .ToList();
        listed.Sum(t => Of(t, "tax")).ShouldBe(Of(day, "tax"));
        listed.Sum(t => Of(t, "refunded_tax")).ShouldBe(Of(day.GetProperty("refunded"), "tax"));
        var sales = (await manager.Ask("GET /api/reports/sales?group_by=category")).Body;
        Of(sales.GetProperty("total"), "tax").ShouldBe(Of(day, "tax"));
        var drawers = (await manager.Ask("GET /api/drawers?limit=200")).Items.ToList();
        drawers.Sum(d => Of(d, "tax")).ShouldBe(Of(day, "tax"));
        drawers.SelectMany(d => d.GetProperty("taxes").EnumerateArray()).Sum(t => Of(t, "tax")).ShouldBe(Of(day, "tax"));
        decimal Sum(string methods) => day.GetProperty(methods).EnumerateObject().Sum(m => m.Value.GetDecimal());
        (Of(day, "total_sales") + Of(day, "tips") + Of(day, "cash_rounding") + Of(day, "gift_cards_sold") - Of(day, "refunds"))
            .ShouldBe(Sum("payment_methods") - Sum("refund_methods") + Of(day, "unpaid"));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }
}

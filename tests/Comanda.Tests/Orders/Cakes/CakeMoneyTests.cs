using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;
using static Comanda.Tests.Orders.Cakes.CakeShop;

namespace Comanda.Tests.Orders.Cakes;

/// <summary>A deposit and a balance are the price, taxed once and when the country asks; what is kept is a sale of its own.</summary>
public sealed class CakeMoneyTests(CafeApp app)
{
    private static async Task<JsonElement> Day(CakeShop shop) => (await shop.Manager.Works("GET /api/reports/sales/daily")).Body;

    private static (decimal Net, decimal Tax) Declared(JsonElement day)
    {
        var taxed = day.GetProperty("taxes").EnumerateArray()
            .Where(t => t.GetProperty("treatment").GetString() == "taxed")
            .ToList();
        return (taxed.Sum(t => t.Decimal("declared_net")), taxed.Sum(t => t.Decimal("declared_tax")));
    }

    /// <summary>Takings are sales and cards sold, and what is not paid yet; the journal holds.</summary>
    private static async Task Agrees(CakeShop shop)
    {
        var day = await Day(shop);
        decimal Sum(string methods) => day.GetProperty(methods).EnumerateObject().Sum(m => m.Value.GetDecimal());
        (day.Decimal("total_sales") + day.Decimal("tips") + day.Decimal("cash_rounding") + day.Decimal("gift_cards_sold")
            - day.Decimal("refunds")).ShouldBe(Sum("payment_methods") - Sum("refund_methods") + day.Decimal("unpaid"));
        (await shop.Manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    private static async Task<(decimal Cards, decimal Cakes)> Owed(CakeShop shop)
    {
        var owed = (await shop.Manager.Works("GET /api/reports/summary")).Body.GetProperty("owed");
        return (owed.Decimal("gift_cards"), owed.Decimal("cake_deposits"));
    }

    [Fact]
    public async Task In_the_EU_the_deposit_is_taxed_when_it_comes_and_the_rest_when_the_cake_is_collected()
    {
        var shop = await Open(app);
        var id = await shop.Decorated(new { inscription = "Anna" }); // 43.00, of which 12.90 ahead
        var ahead = await Day(shop);
        (ahead.Decimal("total_sales"), ahead.Decimal("gift_cards_sold"), Declared(ahead)).ShouldBe((0m, 12.90m, (12.06m, 0.84m)));
        (await Owed(shop)).ShouldBe((12.90m, 12.90m));
        await Agrees(shop);
        var bake = (await shop.Manager.Works($"GET /api/reports/bake-list?date={At(5):yyyy-MM-dd}&all=true")).Items
            .Single(i => i.GetProperty("menu_item_id").GetInt64() == shop.Cake);
        bake.Decimal("already_ordered").ShouldBe(1);

        // Nobody else can pay with it, see it or take it back.
        var code = (string)(await app.Database.Scalar("select code from gift_cards where shop_id = $1 and held", default, shop.Shop.Id))!;
        (await shop.Manager.Ask($"GET /api/gift-cards/{code}")).Status.ShouldBe(404);
        (await shop.Manager.Ask($"POST /api/gift-cards/{code}/refund", new { reason = "mine" })).Status.ShouldBe(404);
        (await shop.Manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = shop.Cake, modifiers = new[] { "small" } } },
            payments = new[] { new { method = "gift_card", reference = code } },
        })).Fields.ShouldBe(["payments[0].reference"]);

        await shop.Manager.Works($"PUT /api/menu/items/{shop.Cake}", new { price = 99, in_stock = false });
        (await shop.Cashier.Ask($"POST {Made}/{id}/collect")).Code.ShouldBe("balance_due");
        (await shop.Cashier.Ask($"POST {Made}/{id}/collect", new { payments = new[] { new { method = "pears" } } })).Fields
            .ShouldBe(["payments[0].method"]);
        var done = await shop.Cashier.Works($"POST {Made}/{id}/collect", new
        {
            payments = new object[] { new { method = "cash", amount = 10, tendered = 10 }, new { method = "card" } },
        });
        (done.Text("stage"), done.Decimal("total"), done.Decimal("balance")).ShouldBe(("collected", 43m, 0m));
        var order = await shop.Manager.Works($"GET /api/orders/{done.Body.GetProperty("order_id").GetInt64()}");
        (order.Decimal("total_amount"), order.Text("payment_status"), order.Text("status"), order.Decimal("tax"))
            .ShouldBe((43m, "paid", "completed", 1.97m));
        order.Body.GetProperty("payments").EnumerateArray().Select(p => (p.GetProperty("method").GetString(), p.Decimal("amount")))
            .ShouldBe([("gift_card", 12.90m), ("cash", 10m), ("card", 20.10m)]);
        order.Items.Single().GetProperty("special_instructions").GetString().ShouldBe("Anna");
        var day = await Day(shop);
        (day.Decimal("total_sales"), day.Decimal("gift_cards_sold")).ShouldBe((43m, 12.90m));
        Declared(day).ShouldBe((40.19m, 2.81m)); // 0.84 + 1.97: the tax of 43.00, once
        (await Owed(shop)).ShouldBe((0m, 0m));
        await Agrees(shop);
        var report = (await shop.Manager.Works($"GET /api/reports/cakes?from={At(0):yyyy-MM-dd}&to={At(9):yyyy-MM-dd}")).Body;
        (report.GetProperty("total").Decimal("value"), report.GetProperty("total").Decimal("collected"), report.Decimal("deposits_held"))
            .ShouldBe((43m, 43m, 0m));
    }

    [Fact]
    public async Task Elsewhere_the_deposit_bears_no_tax_until_the_cake_is_collected()
    {
        var shop = await Open(app, new { deposit_tax = (string?)null }, ("country", "US"), ("prices_include_tax", "false"));
        (await shop.Manager.Works($"GET /api/cakes/{shop.Cake}")).Text("deposit_taxed").ShouldBe("supplied");
        var id = await shop.Decorated(); // 40.00 + 2.80
        var ahead = await Day(shop);
        (ahead.Decimal("gift_cards_sold"), Declared(ahead)).ShouldBe((12.84m, (0m, 0m)));
        await shop.Cashier.Works($"POST {Made}/{id}/collect", new { payments = new[] { new { method = "card" } } });
        var day = await Day(shop);
        (day.Decimal("total_sales"), Declared(day)).ShouldBe((42.80m, (40m, 2.80m)));
        await Agrees(shop);
        // What is kept there is with its tax what is kept: no more than the guest had paid.
        var late = await shop.Accepted();
        await app.Database.Scalar("update cake_orders set collect_at = now() + interval '2 hours' where id = $1", default, late.Id);
        var gone = await shop.Manager.Works($"POST {Made}/{late.Id}/cancel", new { keep = 5 });
        gone.Decimal("kept").ShouldBe(5m);
        await Agrees(shop);
    }

    [Theory]
    [InlineData("cash")]
    [InlineData("card")]
    public async Task Cancelled_in_time_all_goes_back_and_later_what_the_rules_keep_is_a_sale(string method)
    {
        var shop = await Open(app);
        var early = await shop.Accepted(method: method);
        early.Decimal("kept_if_cancelled").ShouldBe(0m);
        (await shop.Cashier.Ask($"POST {Made}/{early.Id}/cancel", new { reason = "ill" })).Status.ShouldBe(403);
        var gone = await shop.Manager.Works($"POST {Made}/{early.Id}/cancel", new { reason = "ill" });
        (gone.Text("stage"), gone.Decimal("kept"), gone.Text("cancel_reason")).ShouldBe(("cancelled", 0m, "ill"));
        var day = await Day(shop);
        (day.Decimal("total_sales"), day.Decimal("gift_cards_sold"), Declared(day)).ShouldBe((0m, 0m, (0m, 0m)));
        await Agrees(shop);

        var late = await shop.Accepted(method: method);
        await app.Database.Scalar("update cake_orders set collect_at = now() + interval '47 hours' where id = $1", default, late.Id);
        (await shop.One(late.Id)).Decimal("kept_if_cancelled").ShouldBe(6m);
        (await shop.Manager.Ask($"POST {Made}/{late.Id}/cancel", new { keep = 12.01 })).Fields.ShouldBe(["keep"]);
        gone = await shop.Manager.Works($"POST {Made}/{late.Id}/cancel", new { reason = "no party" });
        gone.Decimal("kept").ShouldBe(6m);
        (await shop.Manager.Works($"POST {Made}/{late.Id}/cancel")).Decimal("kept").ShouldBe(6m);
        var fee = await shop.Manager.Works($"GET /api/orders/{gone.Body.GetProperty("kept_order_id").GetInt64()}");
        (fee.Items.Single().GetProperty("name").GetString(), fee.Decimal("total_amount"), fee.Text("payment_status"))
            .ShouldBe(("Cancelled: Birthday cake", 6m, "paid"));
        day = await Day(shop);
        (day.Decimal("total_sales"), day.Decimal("gift_cards_sold"), Declared(day)).ShouldBe((6m, 0m, (5.61m, 0.39m)));
        var net = day.GetProperty("payment_methods").Decimal(method)
            - (day.GetProperty("refund_methods").TryGetProperty(method, out var back) ? back.GetDecimal() : 0);
        net.ShouldBe(6m);
        (await Owed(shop)).ShouldBe((0m, 0m));
        await Agrees(shop);
    }

    [Fact]
    public async Task What_is_kept_is_goods_of_the_class_that_the_shop_says()
    {
        var shop = await Open(app, new { kept_tax_class = "none", kept_percent = 100 });
        var late = await shop.Accepted();
        await app.Database.Scalar("update cake_orders set collect_at = now() + interval '1 hour' where id = $1", default, late.Id);
        (await shop.Manager.Works($"POST {Made}/{late.Id}/cancel")).Decimal("kept").ShouldBe(12m);
        var day = await Day(shop);
        (day.Decimal("total_sales"), Declared(day)).ShouldBe((12m, (0m, 0m)));
        await Agrees(shop);
    }

    [Fact]
    public async Task Whoever_pays_more_ahead_pays_less_later_and_all_of_it_needs_no_balance()
    {
        var shop = await Open(app);
        var made = await shop.Order(new { deposit = new { method = "cash", amount = 40, tendered = 50 } });
        (made.Status, made.Text("stage"), made.Decimal("deposit_paid"), made.Decimal("balance")).ShouldBe((201, "accepted", 40m, 0m));
        (await shop.Cashier.Ask($"PUT {Made}/{made.Id}", new { quantity = 1, servings = 12, inscription = "" })).Status.ShouldBe(200);
        foreach (var stage in new[] { "baked", "decorated" })
            await shop.Manager.Works($"POST {Made}/{made.Id}/stage", new { stage });
        (await shop.Cashier.Works($"POST {Made}/{made.Id}/collect")).Text("stage").ShouldBe("collected");
        (await shop.Manager.Ask($"POST {Made}/{made.Id}/cancel")).Code.ShouldBe("invalid_transition");
        await Agrees(shop);
    }

    [Fact]
    public async Task What_was_paid_beyond_the_deposit_is_never_kept_and_what_is_refunded_of_one_is_a_card_of_the_guest()
    {
        var shop = await Open(app);
        var all = await shop.Order(new { deposit = new { method = "card", amount = 40 } });
        await app.Database.Scalar("update cake_orders set collect_at = now() + interval '47 hours' where id = $1", default, all.Id);
        (await shop.One(all.Id)).Decimal("kept_if_cancelled").ShouldBe(6m);

        var id = await shop.Decorated(new { collect_at = At(6) });
        var done = await shop.Cashier.Works($"POST {Made}/{id}/collect", new { payments = new[] { new { method = "card" } } });
        var sale = done.Body.GetProperty("order_id").GetInt64();
        (await shop.Manager.Works("GET /api/gift-cards")).Items.ShouldBeEmpty();
        await shop.Manager.Works($"POST /api/orders/{sale}/refund", new { reason = "it fell" });
        var card = (await shop.Manager.Works("GET /api/gift-cards")).Items.Single();
        card.Decimal("balance").ShouldBe(12m);
        await shop.Manager.Works($"POST /api/gift-cards/{card.GetProperty("code").GetString()}/refund", new { reason = "it fell" });
        (await Owed(shop)).ShouldBe((40m, 40m));
        await Agrees(shop);
    }

    [Fact]
    public async Task What_is_sold_out_on_the_shelf_is_made_to_order_all_the_same()
    {
        var shop = await Open(app);
        await shop.Manager.Works(
            $"PUT /api/menu/items/{shop.Cake}", new { in_stock = false, available_from = "03:00", available_until = "03:01" });
        (await shop.Order()).Status.ShouldBe(201);
    }
}

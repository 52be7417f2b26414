using Comanda.Tests.Stock;

namespace Comanda.Tests.Payments;

/// <summary>Points and gift cards pay for what the shop sells and never for a tip; what goes back leaves the tip where it is.</summary>
public sealed class TipTenderTests(CafeApp app)
{
    /// <summary>A cafe whose espresso is 10.00, and a point 0.10; a guest with 500 points; a gift card with 50.00.</summary>
    private sealed record Cafe(TestShop Shop, ComandaClient Manager, long Espresso, long Guest, string Card)
    {
        public Task<Answer> Place(object? payments, decimal? tip = 1m, int? points = null, int quantity = 1) => Manager.Ask(
            "POST /api/orders", new
            {
                items = new[] { new { menu_item_id = Espresso, quantity } },
                tip,
                customer_id = Guest,
                redeem_points = points,
                payments,
            });

        public Task<Answer> Pay(long order, string method, decimal? amount = null, decimal? tip = null) =>
            Manager.Ask(
                "POST /api/payments", new { order_id = order, method, amount, tip, reference = method == "gift_card" ? Card : null });

        public object Gift(decimal? amount = null) => new { method = "gift_card", reference = Card, amount };

        public Task<Answer> Back(long order, object how) => Manager.Ask($"POST /api/orders/{order}/refund", how);

        public async Task<long> Points() =>
            (await Manager.Ask($"GET /api/customers/{Guest}")).Body.GetProperty("loyalty_points").GetInt64();

        public async Task<decimal> OnCard() => (await Manager.Ask($"GET /api/gift-cards/{Card}")).Body.Decimal("balance");
    }

    private async Task<Cafe> Open()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "0"), ("loyalty_point_value", "0.10"), ("tax_rate", "0"));
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        await manager.Works($"PUT /api/menu/items/{espresso}", new { price = 10, tax_rate = 0 });
        var guest = (await manager.Works("POST /api/customers", new { name = "Ana" })).Id;
        await manager.Works($"POST /api/customers/{guest}/points", new { points = 500, reason = "to begin with" });
        var card = (await manager.Works("POST /api/gift-cards", new { amount = 50, method = "card" })).Text("code")!;
        return new(shop, manager, espresso, guest, card);
    }

    private static string By(Answer answer, string list)
    {
        var parts = answer.Body.GetProperty(list).EnumerateArray()
            .Select(p => $"{p.GetProperty("method").GetString()} {p.Decimal("amount"):0.00}");
        return string.Join(' ', parts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Trap16_a_full_refund_gives_back_the_points_and_all_cash_but_the_tip()
    {
        var cafe = await Open();
        var order = await cafe.Place(new[] { new { method = "cash", amount = 10m } }, points: 10);
        (order.Status, order.Text("payment_status"), By(order, "payments"))
            .ShouldBe((201, "paid", "cash 10.00 points 1.00"), order.ToString());
        var back = await cafe.Back(order.Id, new { reason = "all" });
        (By(back, "allocations"), back.Body.Decimal("amount"), await cafe.Points()).ShouldBe(("cash 9.00 points 1.00", 10m, 500));
        var tip = await cafe.Back(order.Id, new { reason = "tip", tip = 1 });
        (By(tip, "allocations"), tip.Text("payment_status")).ShouldBe(("cash 1.00", "refunded"));

        // Named together, by card as by cash; and the gift card gets back what it paid.
        var other = await cafe.Place(new object[] { cafe.Gift(4), new { method = "card" } });
        var both = await cafe.Back(other.Id, new { amount = 10, tip = 1, reason = "all of it" });
        By(both, "allocations").ShouldBe("card 7.00 gift_card 4.00");
        (await cafe.OnCard()).ShouldBe(50m);
        var day = await cafe.Manager.GetDailySales();
        (day.Tips, day.Refunds, day.RefundMethods["cash"], day.RefundMethods["card"]).ShouldBe((2m, 22m, 10m, 7m));
        (await cafe.Manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap16_goods_go_back_to_points_and_gift_cards_first_and_never_more_money_than_leaves_the_tip()
    {
        var cafe = await Open();
        var tenders = new object[] { cafe.Gift(4), new { method = "cash", amount = 3 }, new { method = "card" } };
        var order = await cafe.Place(tenders, points: 30, quantity: 2);
        By(order, "payments").ShouldBe("card 11.00 cash 3.00 gift_card 4.00 points 3.00");
        By(await cafe.Back(order.Id, new { amount = 5, reason = "some" }), "allocations").ShouldBe("gift_card 4.00 points 1.00");
        var tooMuch = await cafe.Back(order.Id, new { amount = 13.5m, reason = "x", method = "card" });
        (tooMuch.Status, tooMuch.Code).ShouldBe((409, "tender_not_used"));
        // The tip may stay with the card as well as with the cash: each goes back whole, and not both.
        By(await cafe.Back(order.Id, new { amount = 3, reason = "x", method = "cash" }), "allocations").ShouldBe("cash 3.00");
        var last = await cafe.Back(order.Id, new { amount = 10.01m, reason = "x", method = "card" });
        (last.Code, last.ToString().Contains("Only 10.00", StringComparison.Ordinal)).ShouldBe(("tender_not_used", true), last.ToString());
        By(await cafe.Back(order.Id, new { reason = "the rest" }), "allocations").ShouldBe("card 10.00 points 2.00");
        (await cafe.Back(order.Id, new { tip = 1, reason = "x", method = "points" })).Code.ShouldBe("tender_not_used");
        By(await cafe.Back(order.Id, new { tip = 1, reason = "the tip" }), "allocations").ShouldBe("card 1.00");
        (await cafe.Points(), await cafe.OnCard()).ShouldBe((500, 50m));

        // Cancelled, everything goes the way it came, the tip too.
        var cancelled = await cafe.Place(new[] { new { method = "cash" } }, points: 50);
        var gone = await cafe.Manager.Works($"POST /api/orders/{cancelled.Id}/cancel", new { reason = "left" });
        By(gone, "refunds").ShouldBe("cash 6.00 points 5.00");
        // Paid in part, what came paid for the goods.
        var part = await cafe.Place(new[] { new { method = "cash", amount = 10 } });
        By(await cafe.Back(part.Id, new { reason = "all" }), "allocations").ShouldBe("cash 10.00");
    }

    [Fact]
    public async Task Points_and_gift_cards_stop_before_the_tip_wherever_they_pay()
    {
        var cafe = await Open();
        // Placed with them: what no amount is named for stops at the goods, and what is named beyond is refused.
        By(await cafe.Place(null, points: 400), "payments").ShouldBe("points 10.00");
        By(await cafe.Place(new[] { new { method = "gift_card", reference = cafe.Card } }), "payments").ShouldBe("gift_card 10.00");
        By(await cafe.Place(new[] { new { method = "points" }, new { method = "cash" } }), "payments").ShouldBe("cash 1.00 points 10.00");
        foreach (var payments in new object[]
        {
            new[] { new { method = "points", amount = 11m } },
            new[] { cafe.Gift(10.01m) },
            new object[] { new { method = "points", amount = 6 }, cafe.Gift(4.01m) },
            new object[] { new { method = "points" }, cafe.Gift() },
        })
        {
            var refused = await cafe.Place(payments);
            (refused.Status, refused.Code).ShouldBe((409, "tip_needs_money"), refused.ToString());
        }

        (await cafe.Points(), await cafe.OnCard()).ShouldBe((300, 40m)); // what was refused took nothing
        // Paid later, and with a tip that comes later.
        var open = (await cafe.Place(null)).Id;
        (await cafe.Pay(open, "points", 10.01m)).Code.ShouldBe("tip_needs_money");
        (await cafe.Pay(open, "points", 1, tip: 2)).Code.ShouldBe("tip_needs_money");
        (await cafe.Pay(open, "gift_card", tip: 2)).Code.ShouldBe("tip_needs_money");
        (await cafe.Pay(open, "points", 11.01m)).Code.ShouldBe("overpayment");
        (await cafe.Pay(open, "gift_card", 4)).Status.ShouldBe(201);
        (await cafe.Pay(open, "points")).Body.Decimal("amount").ShouldBe(6m);
        (await cafe.Pay(open, "points")).Code.ShouldBe("tip_needs_money");
        (await cafe.Pay(open, "gift_card")).Code.ShouldBe("tip_needs_money");
        var paid = await cafe.Pay(open, "cash", tip: 0.50m);
        (paid.Body.Decimal("amount"), paid.Body.GetProperty("order").Decimal("balance_due")).ShouldBe((1.50m, 0m));
        // Cash first, points after: it is the same bill.
        var first = (await cafe.Place(new[] { new { method = "cash", amount = 10.50m } })).Id;
        (await cafe.Pay(first, "points")).Body.Decimal("amount").ShouldBe(0.50m);
        (await cafe.Points(), await cafe.OnCard()).ShouldBe((235, 36m));
    }

    [Fact]
    public async Task Bills_that_are_edited_split_or_joined_let_points_reach_no_tip()
    {
        var cafe = await Open();
        var order = await cafe.Place(null, points: 100, quantity: 2); // 10.00 of 21.00
        var line = order.Items.Single().GetProperty("id").GetInt64();
        var cheap = (await cafe.Shop.Item("Butter croissant")).Id;
        await cafe.Manager.Works($"PUT /api/menu/items/{cheap}", new { price = 3.20m, tax_rate = 0 });
        var version = (await cafe.Manager.Ask($"GET /api/orders/{order.Id}")).Body.GetProperty("version").GetInt64();
        var three = new[] { new { menu_item_id = cheap, quantity = 3 } };
        var less = await cafe.Manager.Ask($"PUT /api/orders/{order.Id}", new { items = three, version });
        (less.Status, less.Code).ShouldBe((409, "below_paid"), less.ToString());
        less.Text("detail")!.ShouldContain("pay no tip"); // 9.60 and a tip of 1.00 are more than what was paid
        await cafe.Manager.Works($"PUT /api/orders/{order.Id}", new { items = new[] { new { id = line, quantity = 1 } }, version });
        (await cafe.Pay(order.Id, "points")).Code.ShouldBe("tip_needs_money");

        var (one, two) = ((await cafe.Place(null)).Id, (await cafe.Place(null, tip: 3)).Id);
        await cafe.Manager.Works($"POST /api/orders/{one}/merge", new { order_id = two }); // 20.00 and tips of 4.00
        (await cafe.Pay(one, "points", 20.01m)).Code.ShouldBe("tip_needs_money");
        (await cafe.Pay(one, "gift_card")).Body.Decimal("amount").ShouldBe(20m);
        By(await cafe.Manager.Ask($"GET /api/orders/{one}"), "payments").ShouldBe("gift_card 20.00");
        var table = await cafe.Place(null, quantity: 2);
        var half = new { order_item_id = table.Items.Single().GetProperty("id").GetInt64(), quantity = 1 };
        var bills = await cafe.Manager.Works($"POST /api/orders/{table.Id}/split", new { items = new[] { half } });
        foreach (var bill in bills.Body.GetProperty("orders").EnumerateArray().ToList())
            (await cafe.Pay(bill.GetProperty("id").GetInt64(), "gift_card")).Body.Decimal("amount").ShouldBe(10m);
        (await cafe.OnCard()).ShouldBe(10m);
    }

    [Fact]
    public async Task A_till_that_let_points_pay_the_tip_without_us_is_told_and_the_next_sale_goes_through()
    {
        var cafe = await Open();
        object Sale(string key, object[] payments) => new
        {
            key,
            made_at = DateTimeOffset.UtcNow,
            order = new { items = new[] { new { menu_item_id = cafe.Espresso } }, tip = 1, customer_id = cafe.Guest, payments },
        };
        var sent = await cafe.Manager.Works("POST /api/orders/sync", new
        {
            sent_at = DateTimeOffset.UtcNow,
            orders = new[]
            {
                Sale("a", [new { method = "points", amount = 11 }]),
                Sale("b", [new { method = "points", amount = 10 }, new { method = "cash" }]),
            },
        });
        var results = sent.Body.GetProperty("results").EnumerateArray().ToList();
        results.Select(r => r.GetProperty("status").GetString()).ShouldBe(["set_aside", "placed"]);
        results[0].GetProperty("set_aside").GetProperty("code").GetString().ShouldBe("tip_needs_money");
        (await cafe.Points()).ShouldBe(400);
    }
}

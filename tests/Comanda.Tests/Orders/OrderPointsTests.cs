using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>Orders of customers, and the points they earn, spend and give back.</summary>
public sealed partial class OrderPointsTests(CafeApp app)
{
    /// <summary>A shop with a point for each euro, worth five cents; and one of its customers.</summary>
    private async Task<(TestShop Shop, ComandaClient Manager, long Customer)> Cafe(int points = 0, params (string, string)[] settings)
    {
        var shop = await app.NewShop([("loyalty_points_per_unit", "1"), ("loyalty_point_value", "0.05"), ("tax_rate", "0"), .. settings]);
        var manager = await shop.As("manager");
        foreach (var (name, price) in new[] { ("Espresso", 10m), ("Rye loaf", 7.50m), ("Flat white", 3.33m) })
            (await manager.Ask($"PUT /api/menu/items/{(await shop.Item(name)).Id}", new { price, tax_rate = 0 })).Status.ShouldBe(200);
        var customer = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        if (points > 0)
            (await manager.Ask($"POST /api/customers/{customer}/points", new { points, reason = "to begin with" })).Status.ShouldBe(201);
        return (shop, manager, customer);
    }

    private static async Task<object> Line(TestShop shop, string name, int quantity = 1, object? discount = null) =>
        new { menu_item_id = (await shop.Item(name)).Id, quantity, discount };

    private static async Task<(long Has, long Owed)> Points(ComandaClient client, long customer)
    {
        var body = (await client.Ask($"GET /api/customers/{customer}")).Body;
        return (body.GetProperty("loyalty_points").GetInt64(), body.GetProperty("points_owed").GetInt64());
    }

    private static async Task<string> Ledger(ComandaClient client, long customer) => string.Join(' ',
        (await client.Ask($"GET /api/customers/{customer}/points?limit=200")).Items
            .Reverse()
            .Select(e => $"{e.GetProperty("kind").GetString()}{e.GetProperty("points").GetInt64():+0;-0;0}"));

    private async Task LedgerAgrees(ComandaClient client, long customer) =>
        (await app.Database.Scalar(
            "select coalesce(sum(points), 0)::bigint from point_entries where customer_id = $1",
            default,
            customer)).ShouldBe((await Points(client, customer)).Has);

    private static readonly object[] Cash = [new { method = "cash" }];

    [Fact]
    public async Task An_order_knows_its_customer_and_lists_find_it()
    {
        var (shop, manager, customer) = await Cafe();
        var order = await manager.Ask("POST /api/orders", new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer });
        (
            order.Body.GetProperty("customer_id").GetInt64(),
            order.Text("customer_name"),
            order.Body.GetProperty("points_earned").GetInt64()).ShouldBe((customer, "Ana", 0));
        var named = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, customer_name = "for Bo" });
        named.Text("customer_name").ShouldBe("for Bo");
        await manager.Ask("POST /api/orders", new { items = new[] { await Line(shop, "Espresso") } });
        (await manager.Ask($"GET /api/orders?customer_id={customer}")).Items
            .Select(o => o.GetProperty("id").GetInt64())
            .ShouldBe([named.Id, order.Id]);
        (await manager.Ask($"GET /api/customers/{customer}/orders?limit=1")).Items.Single().GetProperty("id").GetInt64().ShouldBe(named.Id);
        var split = await manager.Ask($"POST /api/orders/{named.Id}/merge", new { order_ids = new[] { order.Id } });
        split.Body.GetProperty("customer_id").GetInt64().ShouldBe(customer);
        var elsewhere = (await (await (await app.NewShop()).As("manager")).Ask("POST /api/customers", new { name = "X" })).Id;
        (await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = elsewhere })).Fields.ShouldBe(["customer_id"]);
        (await manager.Ask(
            "POST /api/orders/preview",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = elsewhere })).Fields.ShouldBe(["customer_id"]);
        (await manager.Ask(
            "POST /api/orders/preview",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_may_not_read_customers_is_not_told_what_one_of_them_ordered()
    {
        var (shop, manager, customer) = await Cafe();
        var order = await manager.Ask("POST /api/orders", new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer });
        foreach (var path in new[] { $"/api/customers/{customer}/orders", $"/api/orders?customer_id={customer}" })
        {
            foreach (var role in new[] { "barista", "trainee" })
                (await (await shop.As(role)).Ask("GET " + path)).Code.ShouldBe("forbidden", $"{role} {path}");
            (await (await shop.As("cashier")).Ask("GET " + path)).Items.Single().GetProperty("id").GetInt64().ShouldBe(order.Id);
        }
    }

    [Fact]
    public async Task Points_are_earned_once_when_all_is_paid_however_it_is_paid()
    {
        var (shop, manager, customer) = await Cafe();
        var atOnce = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso"), await Line(shop, "Rye loaf") }, customer_id = customer, payments = Cash });
        (atOnce.Status, atOnce.Body.GetProperty("points_earned").GetInt64()).ShouldBe((201, 17), atOnce.ToString()); // 17.50
        (await Points(manager, customer)).ShouldBe((17, 0));
        var later = await manager.Ask("POST /api/orders", new { items = new[]
        {
            await Line(shop, "Espresso")
        }, customer_id = customer, payments = new[] { new { method = "card", amount = 4m } } });
        (await Points(manager, customer)).ShouldBe((17, 0));
        (await manager.Ask("POST /api/payments", new { order_id = later.Id, method = "cash", amount = 2m })).Status.ShouldBe(201);
        (await Points(manager, customer)).ShouldBe((17, 0));
        (await manager.Ask("POST /api/payments", new { order_id = later.Id, method = "cash" })).Status.ShouldBe(201);
        (await Points(manager, customer)).ShouldBe((27, 0));
        // By card at the provider.
        var intended = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer });
        var intent = await manager.Ask("POST /api/payments/create-intent", new { order_id = intended.Id });
        for (var again = 0; again < 2; again++)
            (await manager.Ask(
                "POST /api/payments/confirm",
                new { payment_id = intent.Body.GetProperty("payment_id").GetInt64() })).Status.ShouldBe(200);
        (await Points(manager, customer)).ShouldBe((37, 0));
        // What an edit adds is earned when it is paid too; an edit that leaves it paid earns at once.
        var edited = await manager.Ask(
            $"PUT /api/orders/{later.Id}",
            new { items = new object[] { new { id = later.Items.Single().GetProperty("id").GetInt64() }, await Line(shop, "Rye loaf") } },
            ("If-Match", (await manager.Ask($"GET /api/orders/{later.Id}")).Response.Headers.ETag!.Tag));
        edited.Status.ShouldBe(200, edited.ToString());
        (await Points(manager, customer)).ShouldBe((37, 0));
        await manager.Ask("POST /api/payments", new { order_id = later.Id, method = "cash" });
        (await Points(manager, customer)).ShouldBe((44, 0));
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task A_retry_earns_and_redeems_once()
    {
        var (shop, manager, customer) = await Cafe(100);
        var body = new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, redeem_points = 100, payments = Cash };
        var told = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(_ => manager.Ask("POST /api/orders", body, ("Idempotency-Key", "one"))));
        told.ShouldAllBe(t => t.Status == 201);
        (await Ledger(manager, customer)).ShouldBe("adjusted+100 redeemed-100 earned+5"); // half of it was paid with points
        // Also when the points are gone.
        (await manager.Ask("POST /api/orders", body, ("Idempotency-Key", "one"))).Status.ShouldBe(201);
        (await manager.Ask("POST /api/orders", body, ("Idempotency-Key", "two"))).Code.ShouldBe("insufficient_points");
    }

    [Fact]
    public async Task Trap16_a_line_with_a_discount_earns_nothing_and_neither_do_tips_fees_tax_service_and_rounding()
    {
        var (shop, manager, customer) = await Cafe(0, ("delivery_fee", "5"), ("service_charge", "10"), ("cash_rounding", "0.05"));
        async Task<long> Earned(object order) => (await manager.Ask("POST /api/orders", order)) is var placed && placed.Status == 201
            ? placed.Body.GetProperty("points_earned").GetInt64()
            : throw new InvalidOperationException(placed.ToString());
        var off = new { type = "fixed", value = 0.01m, reason = "chipped" };
        (await Earned(new { items = new[]
        {
            await Line(shop, "Espresso", 1, off),
            await Line(shop, "Rye loaf")
        }, customer_id = customer, type = "takeaway", payments = Cash })).ShouldBe(7);
        (await Earned(new { items = new[]
        {
            await Line(shop, "Espresso", 1, off)
        }, customer_id = customer, type = "takeaway", payments = Cash })).ShouldBe(0);
        // A discount on the order is a discount on each of its lines.
        (await Earned(new { items = new[]
        {
            await Line(shop, "Espresso")
        }, discount = off, customer_id = customer, type = "takeaway", payments = Cash })).ShouldBe(0);
        (await Earned(new { items = new[]
        {
            await Line(shop, "Espresso")
        }, customer_id = customer, type = "delivery", tip = 20m, payments = Cash })).ShouldBe(10);
        (await Earned(new { items = new[]
        {
            await Line(shop, "Espresso")
        }, customer_id = customer, type = "dine-in", payments = Cash })).ShouldBe(10);
        // Three at 3.33 are 9.99, paid with 10.00 in coins.
        (await Earned(new { items = new[]
        {
            await Line(shop, "Flat white", 3)
        }, customer_id = customer, type = "takeaway", payments = Cash })).ShouldBe(9);
        (await manager.Ask($"PUT /api/menu/items/{(await shop.Item("Espresso")).Id}", new { tax_rate = 25 })).Status.ShouldBe(200);
        // 8.00 and 2.00 tax in it
        (await Earned(new { items = new[]
        {
            await Line(shop, "Espresso")
        }, customer_id = customer, type = "takeaway", payments = Cash })).ShouldBe(8);
        var before = await Points(manager, customer);
        var trainee = await shop.As("trainee");
        (await trainee.Ask("POST /api/orders", new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer })).Body
            .GetProperty("points_earned")
            .GetInt64()
            .ShouldBe(0);
        (await Points(manager, customer)).ShouldBe(before);
    }

    [Theory]
    [InlineData("EUR", "2.5", "1", 25)]
    [InlineData("EUR", "0.1", "1", 1)]
    [InlineData("JPY", "0.01", "1", 10)]
    public async Task Points_for_each_unit_may_be_a_fraction_and_are_cut_to_whole_ones(
        string currency,
        string rate,
        string value,
        long earned)
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", rate), ("loyalty_point_value", value), ("currency", currency));
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        await manager.Ask($"PUT /api/menu/items/{item}", new { price = currency == "JPY" ? 1099m : 10.99m, tax_rate = 0 });
        var customer = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        (await manager.Ask("POST /api/orders", new { items = new[]
        {
            new { menu_item_id = item }
        }, customer_id = customer, payments = Cash })).Body.GetProperty("points_earned").GetInt64().ShouldBe(earned);
    }

    [Fact]
    public async Task Redeeming_takes_only_as_many_whole_points_as_the_amount_needs()
    {
        var (shop, manager, customer) = await Cafe(1000);
        // 3.33 at 0.05 are 66.6 points: 67 go, for 3.33.
        var all = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Flat white") }, customer_id = customer, redeem_points = 500 });
        var paid = all.Body.GetProperty("payments")[0];
        (
            all.Text("payment_status"),
            paid.GetProperty("method").GetString(),
            paid.GetProperty("amount").GetDecimal(),
            all.Body.GetProperty("points_redeemed").GetInt64(),
            all.Body.GetProperty("points_earned").GetInt64()).ShouldBe(("paid", "points", 3.33m, 67, 0));
        (await Points(manager, customer)).ShouldBe((933, 0));
        var part = await manager.Ask("POST /api/orders", new
        {
            items = new[] { await Line(shop, "Espresso") },
            customer_id = customer,
            redeem_points = 33,
            payments = new object[] { new { method = "points", amount = 2.01m }, new { method = "cash" } }
        });
        part.Body.GetProperty("payments")
            .EnumerateArray()
            .Select(p => (p.GetProperty("method").GetString(), p.GetProperty("amount").GetDecimal()))
            .ShouldBe([("points", 1.65m), ("points", 2.01m), ("cash", 6.34m)]);
        (await Points(manager, customer)).ShouldBe((933 - 33 - 41 + 6, 0));
        var open = await manager.Ask("POST /api/orders", new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer });
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = open.Id, method = "points", amount = 10.01m })).Code.ShouldBe("overpayment");
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = open.Id, method = "points", tendered = 10m })).Fields.ShouldBe(["tendered"]);
        var taken = await manager.Ask("POST /api/payments", new { order_id = open.Id, method = "points" });
        (
            taken.Status,
            taken.Body.GetProperty("amount").GetDecimal(),
            taken.Body.GetProperty("order").GetProperty("payment_status").GetString()).ShouldBe((201, 10m, "paid"));
        (await Points(manager, customer)).Has.ShouldBe(865 - 200);
        // Points are no cash in a drawer, and a tender like any other in the day's report.
        (await manager.GetDailySales()).PaymentMethods.ShouldContainKeyAndValue("points", 3.33m + 1.65m + 2.01m + 10m);
        foreach (var drawer in (await manager.Ask("GET /api/drawers?status=open")).Items.ToList())
            drawer.GetProperty("expected").GetDecimal().ShouldBeOneOf(0m, 6.34m);
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task What_cannot_be_redeemed_is_refused_and_changes_nothing()
    {
        var (shop, manager, customer) = await Cafe(10);
        var espresso = new[] { await Line(shop, "Espresso") };
        (await manager.Ask("POST /api/orders", new { items = espresso, redeem_points = 5 })).Fields.ShouldBe(["redeem_points"]);
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = -1 })).Fields.ShouldBe(["redeem_points"]);
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 11 })).Code.ShouldBe("insufficient_points");
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, payments = new[] { new { method = "points" } } })).Fields.ShouldBe(["payments[0].method"]);
        (await (await shop.As("barista")).Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 5 })).Code.ShouldBe("forbidden");
        (await (await shop.As("trainee")).Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 5 })).Code.ShouldBe("forbidden");
        var nobodys = await manager.Ask("POST /api/orders", new { items = espresso });
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = nobodys.Id, method = "points", amount = 0.05m })).Fields.ShouldBe(["method"]);
        var hers = await manager.Ask("POST /api/orders", new { items = espresso, customer_id = customer });
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = hers.Id, method = "points" },
            ("Idempotency-Key", "p"))).Code.ShouldBe("insufficient_points");
        (await manager.Ask($"GET /api/orders/{hers.Id}")).Text("payment_status").ShouldBe("unpaid");
        (await manager.Ask("GET /api/journal/verify")).Body.GetProperty("valid").GetBoolean().ShouldBeTrue();
        (await (await shop.As("owner")).Ask("PUT /api/config/loyalty_point_value", new { value = 0 })).Status.ShouldBe(200);
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, redeem_points = 5 })).Fields.ShouldBe(["redeem_points"]);
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = hers.Id, method = "points", amount = 0.05m })).Fields.ShouldBe(["method"]);
        (await Points(manager, customer)).ShouldBe((10, 0));
    }

    [Fact]
    public async Task A_gift_card_pays_like_money_and_keeps_what_it_has_where_points_do_not_suffice()
    {
        var (shop, manager, customer) = await Cafe(20);
        var card = (await manager.Ask("POST /api/gift-cards", new { amount = 30m, method = "cash" })).Text("code")!;
        async Task<decimal> Left() => (await manager.Ask($"GET /api/gift-cards/{card}")).Body.GetProperty("balance").GetDecimal();
        var espresso = new[] { await Line(shop, "Espresso") };
        var paid = await manager.Ask("POST /api/orders", new
        {
            items = espresso,
            customer_id = customer,
            redeem_points = 20,
            payments = new[] { new { method = "gift_card", reference = card } }
        });
        (paid.Status, paid.Body.GetProperty("points_earned").GetInt64(), await Left()).ShouldBe((201, 9, 21m), paid.ToString());
        var gift = new { method = "gift_card", amount = (decimal?)5m, reference = (string?)card };
        var points = new { method = "points", amount = (decimal?)null, reference = (string?)null };
        (await manager.Ask(
            "POST /api/orders",
            new { items = espresso, customer_id = customer, payments = new[] { gift, points } })).Code.ShouldBe("insufficient_points");
        (await Left()).ShouldBe(21m);
        (await manager.Ask($"POST /api/orders/{paid.Id}/cancel", new { reason = "x" })).Status.ShouldBe(200);
        (await Left()).ShouldBe(30m);
        (await Points(manager, customer)).ShouldBe((20, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_fifty_who_redeem_the_last_points_at_once_one_wins(bool counted)
    {
        var (shop, manager, customer) = await Cafe(200);
        var elsewhere = await shop.As("manager", await app.StartProcess());
        if (counted)
            await manager.Ask($"PUT /api/menu/items/{(await shop.Item("Espresso")).Id}/stock", new { quantity = 100 });
        var open = new List<long>();
        for (var i = 0; i < 25; i++)
            open.Add((await manager.Ask(
                "POST /api/orders",
                new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer })).Id);
        var line = await Line(shop, "Espresso");
        var asked = open.Select((order, i) => (i % 2 == 0 ? manager : elsewhere).Ask(
            "POST /api/payments",
            new { order_id = order, method = "points" }))
            .Concat(Enumerable.Range(0, 25).Select(i => (i % 2 == 0 ? manager : elsewhere).Ask(
                "POST /api/orders",
                new { items = new[] { line }, customer_id = customer, redeem_points = 200 })));
        var told = await Task.WhenAll(asked);
        told.Count(t => t.Status == 201).ShouldBe(1, string.Join('\n', told.Where(t => t.Status != 201).Select(t => t.Code).Distinct()));
        told.Where(t => t.Status != 201).ShouldAllBe(t => t.Code == "insufficient_points");
        (await Points(manager, customer)).ShouldBe((0, 0));
        (await app.Database.Scalar(
            "select coalesce(sum(points), 0)::bigint from payments where shop_id = $1",
            default,
            shop.Id)).ShouldBe(200L);
        if (counted)
            (await manager.Ask($"GET /api/menu/items/{(await shop.Item("Espresso")).Id}")).Body
                .GetProperty("stock_quantity")
                .GetInt32()
                .ShouldBe(100 - 25 - (told.Take(25).Any(t => t.Status == 201) ? 0 : 1));
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task The_receipt_says_in_one_line_what_it_did_to_the_points()
    {
        var (shop, manager, customer) = await Cafe(100);
        var order = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, redeem_points = 40, payments = Cash });
        await manager.Ask($"POST /api/customers/{customer}/points", new { points = 900, reason = "later" });
        async Task<string> Receipt(long id, int columns = 42) => await (await manager.Send(
            HttpMethod.Get,
            $"/api/orders/{id}/receipt?format=text&columns={columns}")).Content.ReadAsStringAsync();
        (await Receipt(order.Id)).ShouldContain("Points: 8 earned, 40 redeemed   balance 68\n");
        (await Receipt(order.Id, 32)).ShouldContain("balance 68\n");
        (await Receipt((await manager.Ask("POST /api/orders", new { items = new[]
        {
            await Line(shop, "Espresso")
        }, customer_id = customer })).Id)).ShouldContain("Points: 0 earned               balance 968\n");
        (await Receipt((await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") } })).Id)).ShouldNotContain("Points");
    }
}

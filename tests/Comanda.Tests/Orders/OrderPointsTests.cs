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
        var later = await manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            await Line(shop, "Espresso")
        },
            customer_id = customer,
            payments = new[] { new { method = "card", amount = 4m } }
        });
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
        async Task<long> Earned(string type, object[] items, object? discount = null, decimal? tip = null)
        {
            var order = new { items, customer_id = customer, type, discount, tip, payments = Cash };
            var placed = await manager.Ask("POST /api/orders", order);
            placed.Status.ShouldBe(201, placed.ToString());
            return placed.Body.GetProperty("points_earned").GetInt64();
        }

        var off = new { type = "fixed", value = 0.01m, reason = "chipped" };
        var (espresso, chipped) = (await Line(shop, "Espresso"), await Line(shop, "Espresso", 1, off));
        (await Earned("takeaway", [chipped, await Line(shop, "Rye loaf")])).ShouldBe(7);
        (await Earned("takeaway", [chipped])).ShouldBe(0);
        // A discount on the order is a discount on each of its lines.
        (await Earned("takeaway", [espresso], discount: off)).ShouldBe(0);
        (await Earned("delivery", [espresso], tip: 20m)).ShouldBe(10);
        (await Earned("dine-in", [espresso])).ShouldBe(10);
        // Three at 3.33 are 9.99, paid with 10.00 in coins.
        (await Earned("takeaway", [await Line(shop, "Flat white", 3)])).ShouldBe(9);
        (await manager.Ask($"PUT /api/menu/items/{(await shop.Item("Espresso")).Id}", new { tax_rate = 25 })).Status.ShouldBe(200);
        // 8.00 and 2.00 tax in it
        (await Earned("takeaway", [espresso])).ShouldBe(8);
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
        (await manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            new { menu_item_id = item }
        },
            customer_id = customer,
            payments = Cash
        })).Body.GetProperty("points_earned").GetInt64().ShouldBe(earned);
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
        (await Receipt((await manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            await Line(shop, "Espresso")
        },
            customer_id = customer
        })).Id)).ShouldContain("Points: 0 earned               balance 968\n");
        (await Receipt((await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") } })).Id)).ShouldNotContain("Points");
    }
}

using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Payments;

public sealed partial class DrawerTests(CafeApp app)
{
    private static decimal Number(Answer answer, string field) => answer.Body.GetProperty(field).GetDecimal();

    private static async Task<Answer> Open(ComandaClient client, decimal opening, TestShop? till = null)
    {
        var opened = await client.Ask(
            "POST /api/drawers/open",
            new { @float = opening },
            till is null ? [] : [("X-Device-Token", till.TillToken)]);
        opened.Status.ShouldBe(201, opened.ToString());
        return opened;
    }

    private static Task<Answer> Close(ComandaClient client, long id, decimal counted) =>
        client.Ask($"POST /api/drawers/{id}/close", new { counted });

    [Fact]
    public async Task What_must_lie_in_the_drawer_is_float_and_all_cash_that_moved()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var drawer = (await Open(manager, 100)).Id;
        await manager.PlaceOrder(new("takeaway", [new(espresso, 2)], Payments: [new("cash", Tendered: 10)])); // 4.60
        // 6.90 and a tip: 3.00 in cash
        await manager.PlaceOrder(new("takeaway", [new(espresso, 3)], Tip: 1.00m, Payments: [new("cash", 3.00m), new("card")]));
        var back = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")])); // 2.30
        await manager.Ask($"POST /api/orders/{back.Id}/refund", new { amount = 1.30, reason = "spilled" });
        var gone = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        await manager.Ask($"POST /api/orders/{gone.Id}/cancel", new { reason = "left" });
        (await manager.Ask(
            $"POST /api/drawers/{drawer}/movements",
            new { type = "out", amount = 20, reason = "milk from the corner shop" })).Status.ShouldBe(201);
        (await manager.Ask(
            $"POST /api/drawers/{drawer}/movements",
            new { type = "in", amount = 5.50, reason = "coins" })).Status.ShouldBe(201);

        var x = await manager.Ask($"GET /api/drawers/{drawer}");
        (
            Number(x, "expected"),
            Number(x, "sales"),
            Number(x, "refunds"),
            Number(x, "tips"),
            Number(x, "orders")).ShouldBe((100 + 4.60m + 3.00m + 2.30m - 1.30m - 20 + 5.50m, 4.60m + 6.90m + 2.30m, 1.30m, 1.00m, 3));
        var z = await Close(manager, drawer, 94.00m);
        z.Status.ShouldBe(200, z.ToString());
        (
            Number(z, "expected"),
            Number(z, "counted"),
            Number(z, "difference"),
            Number(z, "z_number"),
            z.Text("status")).ShouldBe((94.10m, 94.00m, -0.10m, 1, "closed"));
        z.Body.GetProperty("payment_methods").GetProperty("card").GetProperty("in").GetDecimal().ShouldBe(4.90m);
        z.Body.GetProperty("taxes").EnumerateArray().Sum(t => t.GetProperty("gross").GetDecimal()).ShouldBe(Number(z, "sales"));
        var daily = await manager.Ask("GET /api/reports/sales/daily");
        (
            Number(daily, "total_sales"),
            Number(daily, "tax"),
            Number(daily, "refunds")).ShouldBe((Number(z, "sales"), Number(z, "tax"), Number(z, "refunds")));

        // It stands: nothing that happens now changes it.
        await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        await manager.Ask($"POST /api/orders/{back.Id}/refund", new { reason = "the rest" });
        (await manager.Ask($"GET /api/drawers/{drawer}")).ToString().ShouldBe(z.ToString());
        (await manager.Ask(
            $"POST /api/drawers/{drawer}/movements",
            new { type = "in", amount = 1, reason = "x" })).Code.ShouldBe("drawer_closed");
        (await Close(manager, drawer, 1)).Code.ShouldBe("drawer_closed");
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap09_all_closes_together_are_all_sales_while_selling_goes_on()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var (manager, second) = (await shop.As("manager"), await shop.As("manager", other));
        var items = new[] { (await shop.Item("Espresso")).Id, (await shop.Item("Rye loaf")).Id, (await shop.Item("Caffè latte")).Id };
        await Open(manager, 50);
        using var done = new CancellationTokenSource();
        var sellers = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var client = i % 2 == 0 ? manager : second;
            for (var n = 0; n < 25; n++)
            {
                var order = await client.PlaceOrder(new(
                    "takeaway",
                    [new(items[n % 3], 1 + (n % 3))],
                    Tip: n % 4 == 0 ? 0.50m : null,
                    Payments: n % 5 == 0 ? null : [new(n % 2 == 0 ? "cash" : "card")]));
                if (n % 5 == 0)
                    await client.Ask("POST /api/payments", new { order_id = order.Id, method = "cash" });
                if (n % 7 == 0)
                    (await client.Ask($"POST /api/orders/{order.Id}/cancel")).Status.ShouldBe(200);
                else if (n % 6 == 0)
                    (await client.Ask($"POST /api/orders/{order.Id}/refund", new { amount = 1, reason = "x" })).Status.ShouldBe(201);
            }
        })).ToList();
        var selling = Task.WhenAll(sellers);
        var closed = new List<Answer>();
        while (!selling.IsCompleted)
        {
            var open = (await manager.Ask("GET /api/drawers?status=open")).Items.First().GetProperty("id").GetInt64();
            closed.Add(await Close(closed.Count % 2 == 0 ? manager : second, open, 0));
            await Open(manager, 50);
        }

        await selling;
        foreach (var open in (await manager.Ask("GET /api/drawers?status=open")).Items.ToList())
            closed.Add(await Close(manager, open.GetProperty("id").GetInt64(), 0));
        closed.ShouldAllBe(c => c.Status == 200);
        var all = (await manager.Ask("GET /api/drawers?status=closed&limit=200")).Items.ToList();
        decimal Sum(string field) => all.Sum(d => d.GetProperty(field).GetDecimal());
        var daily = await manager.Ask("GET /api/reports/sales/daily");
        closed.Count.ShouldBeGreaterThan(2);
        (Sum("sales"), Sum("tax"), Sum("tips"), Sum("refunds"), Sum("orders")).ShouldBe((
            Number(daily, "total_sales"),
            Number(daily, "tax"),
            Number(daily, "tips"),
            Number(daily, "refunds"),
            Number(daily, "order_count")));
        var cash = all.Sum(d => d.GetProperty("payment_methods").TryGetProperty("cash", out var c) ? c.GetProperty("in").GetDecimal() : 0);
        var taken = await app.Database.Scalar(
            "select sum(amount)::bigint from payments where shop_id = $1 and method = 'cash'",
            default,
            shop.Id);
        cash.ShouldBe((long)taken! / 100m);
        // gap-free
        all.Select(d => d.GetProperty("z_number").GetInt64()).Order().ShouldBe(Enumerable.Range(1, all.Count).Select(n => (long)n));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task An_order_that_changes_after_its_close_changes_the_current_session_and_not_the_closed_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (espresso, loaf) = ((await shop.Item("Espresso")).Id, (await shop.Item("Rye loaf")).Id);
        var first = (await Open(manager, 0)).Id;
        var tab = await manager.PlaceOrder(new("takeaway", [new(espresso, 2)], Table: "4"));
        var left = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        Number(await Close(manager, first, 2.30m), "sales").ShouldBe(6.90m);
        var second = (await Open(manager, 0)).Id;
        (await manager.Ask(
            $"PUT /api/orders/{tab.Id}",
            new { items = new object[] { new { id = tab.Items[0].Id, quantity = 1 }, new { menu_item_id = loaf } } },
            ("If-Match", "*"))).Status.ShouldBe(200);
        await manager.Ask("POST /api/payments", new { order_id = tab.Id, method = "cash" });
        await manager.Ask($"POST /api/orders/{left.Id}/cancel");
        var z = await Close(manager, second, 5.80m);
        (Number(z, "sales"), Number(z, "expected"), Number(z, "difference")).ShouldBe((5.80m - 2.30m - 2.30m, 8.10m - 2.30m, 0m));
        Number(await manager.Ask("GET /api/reports/sales/daily"), "total_sales").ShouldBe(6.90m + Number(z, "sales"));
    }

    [Fact]
    public async Task Each_till_has_a_drawer_of_its_own_and_cash_lies_where_it_was_taken()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var (counter, till) = ((await Open(manager, 10)).Id, (await Open(manager, 20, shop)).Id);
        var order = await manager.PlaceOrder(new("takeaway", [new(espresso)])); // at the counter
        (await manager.Ask(
            "POST /api/payments",
            new { order_id = order.Id, method = "cash" },
            ("X-Device-Token", shop.TillToken))).Status.ShouldBe(201);
        var (atCounter, atTill) = (await manager.Ask($"GET /api/drawers/{counter}"), await manager.Ask($"GET /api/drawers/{till}"));
        (Number(atCounter, "expected"), Number(atCounter, "sales")).ShouldBe((10m, 2.30m));
        (Number(atTill, "expected"), Number(atTill, "sales")).ShouldBe((22.30m, 0m));
        (await manager.Ask("POST /api/drawers/open", new { @float = 1 })).Code.ShouldBe("drawer_open");
    }

    [Fact]
    public async Task Trap10_a_day_of_ten_thousand_orders_closes_right_and_by_index()
    {
        // How long it takes is measured in bench/, where nothing else runs; here, that it is right and reads no more than its own rows.
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id, 2)],
            Tip: 0.40m,
            Payments: [new("cash")]));
        await using (var connection = await app.Database.OpenConnectionAsync())
        {
            await connection.Execute(
                """
                insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', o.id * 100000 + n, 'number', 1000000 + n,
                    'order_number', 'many-' || n))).* from orders o, generate_series(1, 9999) n where o.id = $1
                """, default, order.Id);
            await connection.Execute(
                "insert into order_items select (jsonb_populate_record(i, jsonb_build_object('id', i.id * 100000 + n, 'order_id', "
                    + "$1::bigint * 100000 + n))).* from order_items i, generate_series(1, 9999) n where i.order_id = $1",
                default,
                order.Id);
            await connection.Execute(
                "insert into payments select (jsonb_populate_record(p, jsonb_build_object('id', p.id * 100000 + n, 'order_id', $1::bigint "
                    + "* 100000 + n))).* from payments p, generate_series(1, 9999) n where p.order_id = $1",
                default,
                order.Id);
            await connection.Execute("analyze orders, order_items, payments", default);
            // Who writes orders in bulk says so; reports of days count them anew then.
            await connection.Execute(
                """
                insert into events (shop_id, event, at, actor, data) values ($1, 'product_updated', now(), '{}', '{"imported_orders":9999}')
                """,
                default,
                shop.Id);
        }

        var drawer = (await manager.Ask("GET /api/drawers?status=open")).Items.Single().GetProperty("id").GetInt64();
        var closed = await Close(manager, drawer, 50_000);
        (
            closed.Status,
            Number(closed, "orders"),
            Number(closed, "sales"),
            Number(closed, "tips"),
            Number(closed, "expected"),
            Number(closed, "difference")).ShouldBe((200, 10_000, 46_000m, 4_000m, 50_000m, 0m));
        var daily = await manager.GetDailySales();
        (daily.OrderCount, daily.TotalSales, daily.PaymentMethods["cash"]).ShouldBe((10_000, 46_000m, 50_000m));
        foreach (var table in new[] { "orders", "payments" })
        {
            await using var explain =
                app.Database.CreateCommand($"explain select sum(x.drawer_id) from {table} x where x.drawer_id = {(await manager.Ask(
                    "GET /api/drawers?status=open")).Items
                    .Select(d => d.GetProperty("id").GetInt64())
                    .FirstOrDefault(-1)}");
            await using var reader = await explain.ExecuteReaderAsync();
            var plan = new List<string>();
            while (await reader.ReadAsync())
                plan.Add(reader.GetString(0));
            plan.ShouldContain(l => l.Contains("Index"), string.Join('\n', plan));
        }
    }

    [Fact]
    public async Task Eight_closes_at_once_close_once_and_a_repeated_one_gets_the_same_answer()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var clients = new[] { await shop.As("admin"), await shop.As("manager", other) }; // who may close what the other opened
        var opens = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(i => clients[i % 2].Ask("POST /api/drawers/open", new { @float = 10 })));
        opens.Count(o => o.Status == 201).ShouldBe(1);
        opens.Where(o => o.Status != 201).ShouldAllBe(o => o.Code == "drawer_open");
        var id = opens.Single(o => o.Status == 201).Id;
        var closes = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(i => clients[i % 2].Ask($"POST /api/drawers/{id}/close", new { counted = 10 }, ("Idempotency-Key", "close-" + id))));
        closes.ShouldAllBe(c => c.Status == 200);
        closes.Select(c => c.Text("z_number")).Distinct().ShouldBe(["1"]);
        (await Close(clients[0], id, 10)).Code.ShouldBe("drawer_closed");
    }
}

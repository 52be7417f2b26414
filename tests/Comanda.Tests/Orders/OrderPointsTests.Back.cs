using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>What becomes of points when money goes back.</summary>
public sealed partial class OrderPointsTests
{
    [Fact]
    public async Task Trap16_buying_and_giving_back_nets_nothing_in_any_number_of_steps()
    {
        var (shop, manager, customer) = await Cafe(57);
        var random = new Random(16);
        for (var loop = 0; loop < 12; loop++)
        {
            var lines = new List<object>();
            foreach (var name in new[] { "Espresso", "Rye loaf", "Flat white" })
                lines.Add(await Line(
                    shop,
                    name,
                    random.Next(1, 4),
                    random.Next(4) == 0 ? new { type = "percentage", value = 20, reason = "x" } : null));
            var had = await Points(manager, customer);
            var order = await manager.Ask("POST /api/orders", new
            {
                items = lines,
                customer_id = customer,
                redeem_points = random.Next(2) * random.Next(1, 57),
                tip = random.Next(2) * 1.5m,
                payments = new object[] { new { method = "card", amount = 1.11m }, new { method = "cash" } }
            });
            order.Status.ShouldBe(201, order.ToString());
            if (loop % 4 == 3)
            {
                (await manager.Ask($"POST /api/orders/{order.Id}/cancel")).Status.ShouldBe(200);
            }
            else
            {
                for (var step = 0; step < random.Next(0, 4); step++)
                {
                    var line = order.Items.ElementAt(random.Next(3)).GetProperty("id").GetInt64();
                    var some = random.Next(2) == 0 ? await manager.Ask(
                        $"POST /api/orders/{order.Id}/refund",
                        new { amount = random.Next(1, 500) / 100m, reason = "some" })
                        : await manager.Ask(
                            $"POST /api/orders/{order.Id}/refund",
                            new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "one" });
                    some.Status.ShouldBe(201, some.ToString());
                }

                var tip = order.Body.GetProperty("tip").GetDecimal();
                if (tip > 0)
                    (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "tip", tip })).Status.ShouldBe(201);
                var rest = await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "all" });
                (rest.Status == 201 || rest.Code == "already_refunded").ShouldBeTrue(rest.ToString());
            }

            (await Points(manager, customer)).ShouldBe(had, $"loop {loop}: {await Ledger(manager, customer)}");
            var after = await manager.Ask($"GET /api/orders/{order.Id}");
            (after.Body.GetProperty("points_earned").GetInt64(), after.Body.GetProperty("points_redeemed").GetInt64()).ShouldBe((0, 0));
        }

        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task Trap16_points_that_were_spent_before_their_refund_are_owed_and_made_up_for_by_the_next()
    {
        var (shop, manager, customer) = await Cafe();
        var first = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso", 2) }, customer_id = customer, payments = Cash });
        await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Rye loaf") }, customer_id = customer, redeem_points = 15, payments = Cash });
        (await Points(manager, customer)).ShouldBe((5 + 6, 0)); // 6.75 of the loaf was paid with money
        (await manager.Ask($"POST /api/orders/{first.Id}/refund", new { reason = "all" })).Status.ShouldBe(201);
        (await Points(manager, customer)).ShouldBe((0, 9));
        var entry = (await manager.Ask($"GET /api/customers/{customer}/points")).Items.First();
        (
            entry.GetProperty("kind").GetString(),
            entry.GetProperty("points").GetInt64(),
            entry.GetProperty("owed").GetInt64(),
            entry.GetProperty("balance").GetInt64()).ShouldBe(("taken_back", -11, 9, 0));
        entry.GetProperty("refund_id").GetInt64().ShouldBeGreaterThan(0);
        await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, payments = Cash });
        (await Points(manager, customer)).ShouldBe((1, 0));
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task Trap16_a_refund_follows_the_lines_and_its_points_tender_returns_its_part()
    {
        var (shop, manager, customer) = await Cafe(100);
        // 27.50, of which the loaf with its discount earned nothing; 4.00 by 80 points.
        var off = new { type = "fixed", value = 0.50m, reason = "old" };
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            await Line(shop, "Espresso", 2),
            await Line(shop, "Rye loaf", 1, off)
        },
            customer_id = customer,
            redeem_points = 80,
            payments = Cash
        });
        var earned = order.Body.GetProperty("points_earned").GetInt64();
        earned.ShouldBe(17); // 20.00 × 23.00 ÷ 27.00
        var (espresso, loaf) = (order.Items.First().GetProperty("id").GetInt64(), order.Items.Last().GetProperty("id").GetInt64());
        async Task Back(long line, string method, string ledger)
        {
            var answer = await manager.Ask(
                $"POST /api/orders/{order.Id}/refund",
                new { items = new[] { new { order_item_id = line, quantity = 1 } }, reason = "x", method });
            answer.Status.ShouldBe(201, answer.ToString());
            (await Ledger(manager, customer)).ShouldBe("adjusted+100 redeemed-80 earned+17" + ledger);
        }

        await Back(loaf, "cash", "");
        await Back(espresso, "cash", " taken_back-9");
        await manager.Ask($"POST /api/orders/{order.Id}/refund", new { amount = 1m, reason = "x", method = "points" });
        (await Ledger(manager, customer)).ShouldBe("adjusted+100 redeemed-80 earned+17 taken_back-9 returned+20");
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "all of it" })).Status.ShouldBe(200);
        (await Ledger(manager, customer)).ShouldBe("adjusted+100 redeemed-80 earned+17 taken_back-9 returned+20 returned+60 taken_back-8");
        (await Points(manager, customer)).ShouldBe((100, 0));
    }

    [Fact]
    public async Task What_went_back_before_all_was_paid_and_what_an_edit_took_off_earn_nothing()
    {
        var (shop, manager, customer) = await Cafe();
        var early = await manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            await Line(shop, "Espresso", 2)
        },
            customer_id = customer,
            payments = new[] { new { method = "card", amount = 10m } }
        });
        (await manager.Ask($"POST /api/orders/{early.Id}/refund", new { amount = 5m, reason = "x" })).Status.ShouldBe(201);
        (await Ledger(manager, customer)).ShouldBe("");
        (await manager.Ask("POST /api/payments", new { order_id = early.Id, method = "cash" })).Status.ShouldBe(201);
        (await Ledger(manager, customer)).ShouldBe("earned+20 taken_back-5");
        // Taking a line off leaves the order paid in full.
        var edited = await manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            await Line(shop, "Espresso"),
            await Line(shop, "Rye loaf")
        },
            customer_id = customer,
            payments = new[] { new { method = "card", amount = 10m } }
        });
        (await manager.Ask(
            $"PUT /api/orders/{edited.Id}",
            new { items = new[] { new { id = edited.Items.First().GetProperty("id").GetInt64() } } },
            ("If-Match", "\"v1\""))).Text("payment_status").ShouldBe("paid");
        (await Ledger(manager, customer)).ShouldBe("earned+20 taken_back-5 earned+10");
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task Trap16_an_edit_that_puts_a_discount_where_points_were_earned_takes_them_back()
    {
        var (shop, manager, customer) = await Cafe();
        async Task<Answer> Swap(long order, int loaves, decimal off) => await manager.Ask(
            $"PUT /api/orders/{order}",
            new { items = new[] { await Line(shop, "Rye loaf", loaves, new { type = "fixed", value = off, reason = "x" }) } },
            ("If-Match", (await manager.Ask($"GET /api/orders/{order}")).Response.Headers.ETag!.Tag));
        var paid = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, payments = Cash });
        (await Ledger(manager, customer)).ShouldBe("earned+10");
        // The same 10.00, and all of it is a line with a discount now.
        var swapped = await Swap(paid.Id, 2, 5m);
        (swapped.Text("payment_status"), swapped.Body.GetProperty("points_earned").GetInt64()).ShouldBe(("paid", 0), swapped.ToString());
        (await Ledger(manager, customer)).ShouldBe("earned+10 taken_back-10");
        (await manager.Ask($"POST /api/orders/{paid.Id}/refund", new { reason = "all" })).Status.ShouldBe(201);
        (await Points(manager, customer)).ShouldBe((0, 0));
        // Also where the edit leaves something to pay.
        var dearer = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, payments = Cash });
        (await Swap(dearer.Id, 2, 3m)).Text("payment_status").ShouldBe("partially_paid");
        (await Points(manager, customer)).ShouldBe((0, 0));
        (await manager.Ask("POST /api/payments", new { order_id = dearer.Id, method = "cash" })).Status.ShouldBe(201);
        (await Points(manager, customer)).ShouldBe((0, 0));
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task The_share_of_points_in_what_an_edit_added_earns_what_it_would_have_at_once()
    {
        var (shop, manager, customer) = await Cafe(200);
        var order = await manager.Ask(
            "POST /api/orders",
            new { items = new[] { await Line(shop, "Espresso") }, customer_id = customer, payments = Cash });
        var kept = new { id = order.Items.Single().GetProperty("id").GetInt64() };
        var added = new
        {
            menu_item_id = (await shop.Item("Espresso")).Id,
            quantity = 1,
            discount = new { type = "fixed", value = 5m, reason = "x" }
        };
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { kept, added } },
            ("If-Match", order.Response.Headers.ETag?.Tag ?? "\"v1\""))).Status.ShouldBe(200);
        (await Points(manager, customer)).ShouldBe((210, 0));
        (await manager.Ask("POST /api/payments", new { order_id = order.Id, method = "points" })).Status.ShouldBe(201);
        // 10.00 of merchandise in 15.00, of which 5.00 by points: 10.00 × 10 ÷ 15.
        (await Ledger(manager, customer)).ShouldBe("adjusted+200 earned+10 redeemed-100 taken_back-4");
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "x" })).Status.ShouldBe(200);
        (await Points(manager, customer)).ShouldBe((200, 0));
        await LedgerAgrees(manager, customer);
    }

    [Fact]
    public async Task The_balance_is_the_sum_of_the_ledger_when_orders_payments_and_refunds_happen_at_once()
    {
        var (shop, manager, customer) = await Cafe(300);
        var other = await app.StartProcess();
        var lines = new[] { await Line(shop, "Espresso"), await Line(shop, "Rye loaf") };
        await manager.Ask($"PUT /api/menu/items/{(await shop.Item("Rye loaf")).Id}/stock", new { quantity = 1000 });
        var clients = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => shop.As("manager", i % 2 == 0 ? null : other)));
        var told = await Task.WhenAll(clients.Select(async (client, who) =>
        {
            var random = new Random(who);
            var answers = new List<Answer>();
            var mine = new List<long>();
            (string, string)[] till = who % 3 == 0 ? [("X-Device-Token", shop.TillToken)] : [];
            for (var step = 0; step < 25; step++)
            {
                var order = mine.Count == 0 ? 0 : mine[random.Next(mine.Count)];
                var answer = random.Next(order == 0 ? 1 : 6) switch
                {
                    0 => await client.Ask("POST /api/orders", new
                    {
                        items = lines,
                        customer_id = customer,
                        redeem_points = random.Next(3) * 20,
                        payments = random.Next(2) == 0 ? Cash : null
                    }, till),
                    1 => await client.Ask(
                        "POST /api/payments",
                        new { order_id = order, method = "points", amount = random.Next(1, 80) * 0.05m },
                        till),
                    2 => await client.Ask("POST /api/payments", new { order_id = order, method = "cash" }, till),
                    3 => await client.Ask(
                        $"POST /api/orders/{order}/refund",
                        new { amount = random.Next(1, 900) / 100m, reason = "x", restock = true },
                        till),
                    4 => await client.Ask($"POST /api/orders/{order}/cancel", new { reason = "x" }, till),
                    _ => await client.Ask($"POST /api/customers/{customer}/points", new { points = random.Next(1, 5), reason = "x" }),
                };
                if (answer.Status == 201 && answer.Body.TryGetProperty("order_number", out _))
                    mine.Add(answer.Id);
                answers.Add(answer);
            }

            return answers;
        }));
        told.SelectMany(t => t).ShouldAllBe(t => t.Status < 500);
        told.SelectMany(t => t).Count(t => t.Status < 300).ShouldBeGreaterThan(60);
        await LedgerAgrees(manager, customer);
        (await app.Database.Scalar(
            "select bool_and(balance >= 0 and balance = running) from (select balance, sum(points) over (order by id) as running from "
                + "point_entries where customer_id = $1) e",
            default,
            customer)).ShouldBe(true);
        // The day's report counts what was paid with points like any money.
        var daily = await manager.GetDailySales();
        var gone = (long)(await app.Database.Scalar(
            "select coalesce(sum(r.amount), 0)::bigint from refunds r join orders o on o.id = r.order_id where o.shop_id = $1 and "
                + "o.status = 'cancelled' and r.kind = 'refund'",
            default,
            shop.Id))!;
        (daily.TotalSales + daily.Tips + daily.CashRounding + (gone / 100m)).ShouldBe(daily.PaymentMethods.Values.Sum() + daily.Unpaid);
        daily.PaymentMethods["points"].ShouldBeGreaterThan(0);
        // Order by order, too: the ledger says of each what the order says.
        (await app.Database.Scalar(
            """
            select count(*) from orders o where o.customer_id = $1 and
                (o.points_earned - o.points_taken_back + coalesce((select sum(points) from refunds r where r.order_id = o.id),
                    0) - coalesce((select sum(points) from payments p where p.order_id = o.id), 0))
                is distinct from coalesce((select sum(points - owed) from point_entries e where e.order_id = o.id), 0)
            """,
            default, customer)).ShouldBe(0L);
        (await app.Database.Scalar(
            "select count(*) from orders where customer_id = $1 and status = 'cancelled' and points_earned <> points_taken_back",
            default,
            customer)).ShouldBe(0L);
    }
}

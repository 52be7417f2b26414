using Comanda.Kernel;
using Comanda.Taxes;
using FsCheck;
using FsCheck.Fluent;

namespace Comanda.Tests.Orders;

public sealed class RefundTests(CafeApp app)
{
    private static Task<Answer> Refund(ComandaClient client, long order, object body, string? key = null) =>
        client.Ask($"POST /api/orders/{order}/refund", body, key is null ? [] : [("Idempotency-Key", key)]);

    private static decimal Amount(Answer answer) => answer.Body.GetProperty("amount").GetDecimal();

    private static async Task<decimal> Daily(ComandaClient client, string field) =>
        (await client.Ask("GET /api/reports/sales/daily")).Body.GetProperty(field).GetDecimal();

    [Fact]
    public async Task Lines_go_back_with_their_tax_and_the_last_of_a_line_takes_the_rest()
    {
        var shop = await app.NewShop(("tax_rate", "21"));
        var manager = await shop.As("manager");
        var (espresso, loaf) = ((await shop.Item("Espresso")).Id, (await shop.Item("Rye loaf")).Id);
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new(espresso, 3, Discount: new("fixed", 0.20m, "spilled")), new(loaf)],
            Payments: [new("cash")]));
        var line = order.Items[0]; // 6.70 for three, 1.16 of it tax
        var parts = new List<Answer>();
        for (var i = 0; i < 3; i++)
            parts.Add(await Refund(
                manager,
                order.Id,
                new { items = new[] { new { order_item_id = line.Id, quantity = 1 } }, reason = "cold" }));
        parts.ShouldAllBe(p => p.Status == 201);
        parts.Select(Amount).ShouldBe([2.23m, 2.24m, 2.23m]);
        parts.Sum(p => p.Body.GetProperty("tax").GetDecimal()).ShouldBe(line.Tax);
        (await Refund(
            manager,
            order.Id,
            new { items = new[] { new { order_item_id = line.Id, quantity = 1 } }, reason = "cold" })).Code.ShouldBe("already_refunded");
        var rest = await Refund(manager, order.Id, new { reason = "all of it" });
        (Amount(rest), rest.Text("payment_status")).ShouldBe((order.Items[1].Total, "refunded"));
        (await Refund(manager, order.Id, new { reason = "once more" })).Code.ShouldBe("already_refunded");
        (await Daily(manager, "refunds")).ShouldBe(order.TotalAmount);
        (await Daily(manager, "total_sales")).ShouldBe(order.TotalAmount); // the sale stays
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap15_money_goes_back_only_by_a_tender_it_came_by_and_no_more_than_came()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        // 19.60: 5.00 and 14.60
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Smoked salmon bagel")).Id, 2)],
            Payments: [new("cash", 5.00m), new("card")]));
        (await Refund(manager, order.Id, new { amount = 3, reason = "x", method = "mobile" })).Code.ShouldBe("tender_not_used");
        (await Refund(manager, order.Id, new { amount = 5.01m, reason = "x", method = "cash" })).Code.ShouldBe("tender_not_used");
        (await Refund(manager, order.Id, new { amount = 19.61m, reason = "x" })).Code.ShouldBe("refund_too_large");
        var byCash = await Refund(manager, order.Id, new { amount = 2, reason = "x", method = "cash" });
        byCash.Body.GetProperty("allocations")[0].GetProperty("method").GetString().ShouldBe("cash");
        var rest = await Refund(manager, order.Id, new { reason = "x" });
        rest.Body.GetProperty("allocations")
            .EnumerateArray()
            .Select(a => (a.GetProperty("method").GetString(), a.GetProperty("amount").GetDecimal()))
            .ShouldBe([("card", 14.60m), ("cash", 3.00m)]);
    }

    [Fact]
    public async Task Many_refunds_at_once_never_exceed_what_was_paid()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var managers = new[] { await shop.As("manager"), await shop.As("manager", other) };
        var order = await managers[0].PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id, 5)],
            Payments: [new("card")])); // 11.50
        var told = await Task.WhenAll(Enumerable.Range(
            0,
            20).Select(i => Refund(managers[i % 2], order.Id, new { amount = 1.50m, reason = "x" })));
        told.Count(t => t.Status == 201).ShouldBe(7); // 10.50
        told.Where(t => t.Status != 201).ShouldAllBe(t => t.Code == "refund_too_large");
        var key = Guid.NewGuid().ToString();
        var last = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(i => Refund(managers[i % 2], order.Id, new { reason = "the rest" }, key)));
        last.Select(l => (l.Status, l.Id)).Distinct().ShouldHaveSingleItem().Status.ShouldBe(201);
        (await managers[0].GetOrder(order.Id)).Refunds.Sum(r => r.Amount).ShouldBe(11.50m);
        (await Daily(managers[0], "refunds")).ShouldBe(11.50m);
    }

    [Fact]
    public async Task A_cashier_needs_a_managers_word_and_what_is_wrong_is_named()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id, 2)], Payments: [new("cash")]));
        (await Refund(cashier, order.Id, new { amount = 1, reason = "x" })).Code.ShouldBe("forbidden");
        (await Refund(cashier, order.Id, new { amount = 1, reason = "x", approval = new { pin = "3456" } })).Code.ShouldBe("forbidden");
        (await Refund(cashier, order.Id, new { amount = 1, reason = "x", approval = new { pin = "2345" } })).Status.ShouldBe(201);
        var manager = await shop.As("manager");
        (await Refund(manager, order.Id, new { amount = 1, reason = new string('x', 501) })).Fields.ShouldBe(["reason"]);
        (await Refund(manager, order.Id, new { amount = 0.001m, reason = "x", tip = -1, method = "gold" })).Fields.ShouldBe(
            ["amount", "tip", "method"],
            ignoreOrder: true);
        (await Refund(manager, order.Id, new { amount = 1, items = new[] { new { order_item_id = 1L } }, reason = "x" })).Fields.ShouldBe(
            ["amount", "items[0].order_item_id"],
            ignoreOrder: true);
        (await Refund(manager, order.Id, new
        {
            items = new object?[]
        {
            null,
            new { order_item_id = order.Items[0].Id, quantity = 3 }
        },
            reason = "x"
        })).Fields.ShouldBe(["items[0].order_item_id", "items[1].quantity"], ignoreOrder: true);
        (await Refund(manager, 999_999_999, new { amount = 1, reason = "x" })).Code.ShouldBe("not_found");
        var unpaid = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        (await Refund(manager, unpaid.Id, new { reason = "x" })).Code.ShouldBe("not_paid");
        (await (await (await app.NewShop()).As("manager")).Ask(
            $"POST /api/orders/{order.Id}/refund",
            new { reason = "x" })).Code.ShouldBe("not_found");
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = order.Items[0].Id, quantity = 3 } } },
            ("If-Match", "*"))).Code.ShouldBe("already_refunded");
        var log = (await (await shop.As("admin")).Ask("GET /api/audit?action=refund")).Items.Single();
        log.ToString().ShouldContain("Marta Manager"); // who approved
    }

    [Fact]
    public async Task A_tip_goes_back_only_where_it_is_named_and_counted_items_where_restock_is()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var loaf = (await shop.Item("Rye loaf")).Id;
        await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { quantity = 3 });
        var order = await manager.PlaceOrder(new("takeaway", [new(loaf, 3)], Tip: 2.00m, Payments: [new("card")])); // 17.40 and a tip
        var some = await Refund(
            manager,
            order.Id,
            new { items = new[] { new { order_item_id = order.Items[0].Id, quantity = 2 } }, reason = "stale", restock = true });
        Amount(some).ShouldBe(11.60m);
        (await manager.Ask($"GET /api/products/{loaf}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(2);
        Amount(await Refund(manager, order.Id, new { reason = "all" })).ShouldBe(5.80m);
        (await manager.Ask($"GET /api/products/{loaf}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(2);
        (await Refund(manager, order.Id, new { amount = 1, reason = "x" })).Code.ShouldBe("refund_too_large");
        (await Refund(manager, order.Id, new { tip = 2.01m, reason = "x" })).Code.ShouldBe("refund_too_large");
        var tip = await Refund(manager, order.Id, new { tip = 2, reason = "x" });
        (Amount(tip), tip.Text("payment_status")).ShouldBe((2m, "refunded"));
    }

    [Fact]
    public async Task Refunds_and_payments_at_once_never_wait_for_one_another_in_a_ring()
    {
        var shop = await app.NewShop();
        var small = await app.StartProcess(); // of eight connections
        var manager = await shop.As("manager", small);
        var espresso = (await shop.Item("Espresso")).Id;
        var orders = await Task.WhenAll(Enumerable.Range(
            0,
            12).Select(_ => manager.PlaceOrder(new("takeaway", [new(espresso, 40)], Payments: [new("card", 50)]))));
        var told = await Task.WhenAll(Enumerable.Range(0, 160).Select(i => i % 2 == 0
            ? Refund(manager, orders[i % 12].Id, new { amount = 0.01m, reason = "x" })
            : manager.Ask("POST /api/payments", new { order_id = orders[i % 12].Id, method = "cash", amount = 0.01m })));
        told.Where(t => t.Status != 201).Select(t => t.ToString()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_paid_in_part_and_given_back_can_be_cancelled_and_then_nothing_is_owed()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var loaf = (await shop.Item("Rye loaf")).Id;
        await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { quantity = 5 });
        var drawer = (await manager.Ask("POST /api/drawers/open", new { @float = 0 })).Id;
        var order = await manager.PlaceOrder(new("takeaway", [new(loaf, 3)], Payments: [new("cash", 11.60m)]));
        (await Refund(manager, order.Id, new
        {
            items = new[]
        {
            new { order_item_id = order.Items[0].Id, quantity = 1 }
        },
            reason = "burnt",
            restock = true
        })).Status.ShouldBe(201);
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "left" })).Status.ShouldBe(200);
        (await manager.Ask($"GET /api/products/{loaf}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(5); // and not six
        var daily = await manager.GetDailySales();
        (daily.TotalSales, daily.Unpaid, daily.Refunds).ShouldBe((0m, 0m, 5.80m));
        (await manager.Ask($"GET /api/drawers/{drawer}")).Body.GetProperty("expected").GetDecimal().ShouldBe(0m);
        (await manager.GetOrder(order.Id)).Refunds.Sum(r => r.Amount).ShouldBe(11.60m);
    }

    [Fact]
    public async Task An_amount_takes_no_free_line_with_it_and_a_tip_alone_no_line_at_all()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var loaf = (await shop.Item("Rye loaf")).Id;
        await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { quantity = 10 });
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new(loaf, 3, Discount: new("percentage", 100, "late")), new((await shop.Item("Espresso")).Id)],
            Tip: 1m,
            Payments: [new("card")]));
        var tip = await Refund(manager, order.Id, new { tip = 1, reason = "x" });
        (Amount(tip), tip.Items.Count()).ShouldBe((1m, 0));
        var part = await Refund(manager, order.Id, new { amount = 0.01, reason = "x", restock = true });
        (part.Items.Count(), part.Body.GetProperty("restocked").GetBoolean()).ShouldBe((1, false));
        (await Refund(manager, order.Id, new { reason = "all", restock = true })).Body.GetProperty("restocked").GetBoolean().ShouldBeTrue();
        (await manager.Ask($"GET /api/products/{loaf}")).Body.GetProperty("stock_quantity").GetInt32().ShouldBe(10);
    }

    [Fact]
    public async Task One_key_for_two_orders_at_once_is_told_and_not_a_fault()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        for (var round = 0; round < 10; round++)
        {
            // At two registers, so that nothing else keeps them apart.
            var orders = new[]
            {
                (await manager.PlaceOrder(new("takeaway", [new(espresso, 2)], Payments: [new("card", 2)]))).Id,
                (await manager.Ask(
                    "POST /api/orders",
                    new { items = new[] { new { menu_item_id = espresso } }, payments = new[] { new { method = "card", amount = 2 } } },
                    ("X-Device-Token", shop.TillToken))).Id,
            };
            foreach (var (path, body) in new (Func<long, string>, Func<long, object>)[]
            {
                (id => $"/api/orders/{id}/refund", _ => new { amount = 1, reason = "x" }),
                (_ => "/api/payments", id => new { order_id = id, method = "card", amount = 0.10 })
            })
            {
                var key = Guid.NewGuid().ToString();
                var told = await Task.WhenAll(orders.Select(id => manager.Ask("POST " + path(id), body(id), ("Idempotency-Key", key))));
                told.Select(t => t.Status).Order().ShouldBe([201, 422]);
            }
        }
    }

    [Fact]
    public void Trap13_whatever_goes_back_in_whatever_order_sums_to_the_line_and_its_tax() =>
        Check.QuickThrowOnFailure(Prop.ForAll<PositiveInt, PositiveInt, NonNegativeInt[]>((total, quantity, amounts) =>
        {
            var n = (quantity.Get % 12) + 1;
            var gross = new Money(total.Get);
            BorneTax[] bears =
            [
                new(new("State", null, TaxRate.OfPercent(21), TaxTreatment.Taxed, null), gross, TaxRate.OfPercent(21).Within(gross)),
                new(new("City", null, TaxRate.OfPercent(4.5m), TaxTreatment.Taxed, null), gross, TaxRate.OfPercent(4.5m).Within(gross)),
            ];
            var sold = new OrderLine
            {
                Id = 1,
                Name = "X",
                Category = "Y",
                Modifiers = "[]",
                TaxClass = "food",
                Quantity = n,
                Total = gross,
                Discount = new(total.Get / 3),
                Taxes = FrozenTaxes.Freeze(bears),
            };
            var line = new RefundableLine(sold, 0, Money.Zero);
            var went = new List<RefundedLine>();
            foreach (var amount in amounts.Take(8))
            {
                // By turns so many of it, and a part of its price.
                var back = amount.Get % 2 == 0 && line.LeftQuantity > 1
                    ? line.Take(1)
                    : RefundShares.OfAmount(new Money(amount.Get % (line.Left.Minor + 1)), [line], Money.Zero).Lines is [var one]
                    ? one
                    : new RefundedLine(1, 0, Money.Zero, []);
                if (back.Amount > line.Left || back.Amount.IsNegative)
                    return false;
                line = line with
                {
                    BackQuantity = line.BackQuantity + back.Quantity,
                    BackAmount = line.BackAmount + back.Amount,
                };
                went.Add(back);
            }

            went.Add(line.Take(line.LeftQuantity, line.Left));
            return went.Sum(w => w.Amount.Minor) == gross.Minor
                && went.Sum(w => w.Discount.Minor) == sold.Discount.Minor
                && TaxedBasket.Merged(went.SelectMany(w => w.Taxes)).SequenceEqual(TaxedBasket.Merged(bears));
        }));
}

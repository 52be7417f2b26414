using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Orders;

/// <summary>
/// Days in which everything happens in no order, several people at once; in the evening every figure agrees with every other.
/// </summary>
public sealed class RandomDayTests(CafeApp app)
{
    private const int Steps = 60, People = 3;

    [Theory]
    [InlineData(1, "EUR", "true", "per_line", "0.05", "0")]
    [InlineData(2, "EUR", "false", "per_rate", "0.05", "12.5")]
    [InlineData(3, "JPY", "true", "per_rate", "0", "10")]
    [InlineData(4, "JPY", "false", "per_line", "10", "7")]
    public async Task Trap14_every_report_drawer_and_journal_agrees_to_the_cent(
        int seed,
        string currency,
        string inclusive,
        string rounding,
        string coin,
        string service)
    {
        var shop = await app.NewShop(
            ("currency", currency),
            ("prices_include_tax", inclusive),
            ("tax_rounding", rounding),
            ("delivery_fee", currency == "JPY" ? "300" : "250"),
            ("cash_rounding", coin),
            ("service_charge", service),
            ("loyalty_points_per_unit", "1"), ("loyalty_point_value", currency == "JPY" ? "3" : "0.03"));
        var other = await app.StartProcess();
        var first = await shop.As("manager");
        var menu = (await first.GetMenu()).Items.ToList();
        foreach (var (item, rate) in menu.Take(6).Zip([5m, 21m, 13.5m, 0m, 7m, 19m]))
            (await first.Ask($"PUT /api/menu/items/{item.Id}", new { tax_rate = rate })).Status.ShouldBe(200);
        await first.Ask($"PUT /api/menu/items/{menu[3].Id}/stock", new { quantity = 100 });
        var (milk, beans) = (
            await first.Ingredient("Milk", "l", 20, cost: 1.05m),
            await first.Ingredient("Beans", "g", 5000, cost: 0.018m));
        foreach (var item in menu.Take(8).Where((_, i) => i != 2))
            await first.Works(
                $"PUT /api/menu/items/{item.Id}/recipe",
                new object[] { new { inventory_id = beans, quantity = 18 }, new { inventory_id = milk, quantity = 0.12 } });
        var guest = (await first.Works("POST /api/customers", new { name = "Ana" })).Id;
        await first.Works($"POST /api/customers/{guest}/points", new { points = 20_000, reason = "to begin with" });
        var days = Enumerable.Range(0, People).Select(async who =>
        {
            var client = who % 2 == 0 ? await shop.As("manager") : await shop.As("manager", other);
            var till = who == 2 ? shop.TillToken : null;
            var day = new Day(client, new Random((seed * 100) + who), menu, currency == "JPY" ? 1 : 0.01m, till, guest);
            for (var step = 0; step < Steps; step++)
                await day.Step();
            return day;
        });
        var done = await Task.WhenAll(days);
        done.Sum(d => d.Worked).ShouldBeGreaterThan(People * Steps / 2); // it was no idle day
        await app.StockFollowsOrders(shop.Id);
        await Agrees(shop, first, currency == "JPY" ? 1 : 0.01m, decimal.Parse(coin, CultureInfo.InvariantCulture));
    }

    private async Task Agrees(TestShop shop, ComandaClient manager, decimal cent, decimal coin)
    {
        foreach (var open in (await manager.Ask("GET /api/drawers?status=open")).Items.ToList())
            (await manager.Ask($"POST /api/drawers/{open.GetProperty("id").GetInt64()}/close", new { counted = 0 })).Status.ShouldBe(200);
        var sessions = (await manager.Ask("GET /api/drawers?status=closed&limit=200")).Items.ToList();
        decimal OfSessions(string field) => sessions.Sum(s => s.GetProperty(field).GetDecimal());
        var daily = await manager.GetDailySales();
        (
            OfSessions("sales"),
            OfSessions("tax"),
            OfSessions("tips"),
            OfSessions("discounts"),
            OfSessions("refunds"),
            OfSessions("orders"),
            OfSessions("service_charges"),
            OfSessions("gift_cards_sold"))
            .ShouldBe((
                daily.TotalSales,
                daily.Tax,
                daily.Tips,
                daily.Discounts,
                daily.Refunds,
                daily.OrderCount,
                daily.ServiceCharges,
                daily.GiftCardsSold));
        var byHour = await manager.GetSales(daily.Date, daily.Date, "hour");
        (byHour.Total.Sales, byHour.Total.Tax, byHour.Rows.Sum(r => r.Sales)).ShouldBe((daily.TotalSales, daily.Tax, daily.TotalSales));
        daily.ByHour.Sum(h => h.Total).ShouldBe(daily.TotalSales);

        // The orders themselves: each adds up in itself, and all of them are the day.
        var orders = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await manager.Ask($"GET /api/orders?limit=200{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            orders.AddRange(page.Items);
            cursor = page.Body.GetProperty("next_cursor").GetString();
        }

        decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();
        decimal Sum(JsonElement order, string list, string field) => order.GetProperty(list).EnumerateArray().Sum(e => Of(e, field));
        foreach (var order in orders)
        {
            (Sum(order, "items", "total") + Of(order, "delivery_fee") + Of(order, "tip")).ShouldBe(
                Of(order, "total_amount"),
                order.ToString());
            (Sum(order, "items", "tax"), Sum(order, "items", "discount"), Sum(order, "taxes", "tax"), Sum(
                order,
                "items",
                "service_charge")).ShouldBe((Of(order, "tax"), Of(order, "discount"), Of(order, "tax"), Of(order, "service_charge")));
            (Of(order, "subtotal") - Of(order, "discount")
                + Of(order, "service_charge")
                + (order.GetProperty("prices_include_tax").GetBoolean() ? 0 : Of(order, "tax"))).ShouldBe(Sum(order, "items", "total"));
            foreach (var payment in order.GetProperty("payments").EnumerateArray())
                order.GetProperty("refunds")
                    .EnumerateArray()
                    .Where(r => Of(r, "payment_id") == Of(payment, "id"))
                    .Sum(r => Of(r, "amount"))
                    .ShouldBeLessThanOrEqualTo(Of(payment, "amount"));
        }

        var sold = orders.Where(o => o.GetProperty("status").GetString() != "cancelled").ToList();
        (
            sold.Sum(o => Of(o, "total_amount") - Of(o, "tip")),
            sold.Sum(o => Of(o, "tax")),
            (long)sold.Count).ShouldBe((daily.TotalSales, daily.Tax, daily.OrderCount));
        (daily.TotalSales + daily.Tips - orders.Sum(o => Sum(o, "payments", "amount")) + orders.Where(
            o => o.GetProperty("status").GetString() == "cancelled").Sum(o => Sum(o, "refunds", "amount"))).ShouldBe(daily.Unpaid);

        // A tip is paid in money, and stays there unless it is named.
        var tipped = orders.FindAll(o => Of(o, "tip") > 0 && o.GetProperty("payments").EnumerateArray().Any(p => !IsMoney(p)));
        tipped.Count.ShouldBeGreaterThan(0);
        foreach (var order in orders)
        {
            var goods = order.GetProperty("payments").EnumerateArray().Where(p => !IsMoney(p)).Sum(p => Of(p, "amount"));
            goods.ShouldBeLessThanOrEqualTo(Of(order, "total_amount") - Of(order, "tip"), order.ToString());
        }

        await using var kept = app.Database.Command($"""
            select o.id from orders o where o.shop_id = {shop.Id} and o.status <> 'cancelled' and o.paid >= o.total
                and (select coalesce(sum(p.amount), 0) from payments p where p.order_id = o.id and p.method not in ('points', 'gift_card'))
                    - (select coalesce(sum(r.amount), 0) from refunds r where r.order_id = o.id and r.method not in ('points', 'gift_card'))
                    < o.tip - (select coalesce(sum(r.tip), 0) from order_refunds r where r.order_id = o.id)
            """);
        (await kept.List(r => r.GetInt64(0), default)).ShouldBeEmpty();

        // Takings: what was sold, but for refunds of sales that are gone altogether.
        var gone = (long)(await app.Database.Scalar(
            "select coalesce(sum(r.amount), 0)::bigint from refunds r join orders o on o.id = r.order_id where o.shop_id = $1 and "
                + "o.status = 'cancelled' and r.kind = 'refund'",
            default,
            shop.Id))!;
        (daily.TotalSales + daily.Tips + daily.CashRounding + daily.GiftCardsSold - daily.Refunds + (gone * cent))
            .ShouldBe(daily.PaymentMethods.Values.Sum() - daily.RefundMethods.Values.Sum() + daily.Unpaid);

        // The day says of each tender, and of what small coins made of it, what its drawers say.
        OfSessions("cash_rounding").ShouldBe(daily.CashRounding);
        foreach (var method in daily.PaymentMethods.Keys.Union(daily.RefundMethods.Keys))
        {
            var moved = sessions.Sum(
                s => s.GetProperty("payment_methods").TryGetProperty(method, out var tender) ? Of(tender, "in") - Of(tender, "back") : 0);
            moved.ShouldBe(daily.PaymentMethods.GetValueOrDefault(method) - daily.RefundMethods.GetValueOrDefault(method), method);
        }

        // Cash: what came and went is what all drawers expect, floats and movements aside; and it is made of coins that there are.
        decimal Cash(JsonElement order, string list) => order.GetProperty(list)
            .EnumerateArray()
            .Where(p => p.GetProperty("method").GetString() == "cash")
            .Sum(p => Of(p, "amount") + Of(p, "rounding"));
        if (coin > 0)
            orders.TrueForAll(o => Cash(o, "payments") % coin == 0 && Cash(o, "refunds") % coin == 0).ShouldBeTrue();
        orders.Where(o => o.GetProperty("status").GetString() == "cancelled" || o.GetProperty("payment_status").GetString() == "refunded")
            .ToList()
            .TrueForAll(o => Cash(o, "payments") == Cash(o, "refunds"))
            .ShouldBeTrue();
        var cards = await CardsAgree(shop, manager, orders, cent, coin);
        daily.GiftCardsSold.ShouldBe(cards.Sold);
        OfSessions("cash_rounding").ShouldBe(orders.Sum(o => Sum(
            o,
            "payments",
            "rounding") - Sum(o, "refunds", "rounding")) + cards.Rounding);
        var cash = orders.Sum(o => Cash(o, "payments") - Cash(o, "refunds")) + cards.Cash;
        sessions.Sum(s => Of(s, "expected") - Of(s, "float") - Of(s, "paid_in") + Of(s, "paid_out")).ShouldBe(cash);
        var state = await manager.VerifyJournal();
        state.Valid.ShouldBeTrue(state.FirstBroken?.ToString());
        var counted = await app.Database.Scalar(
            """
            select 100 - coalesce(sum(i.quantity), 0)::int + (select coalesce(sum(l.quantity),
                0)::int from order_refund_lines l join order_refunds r on r.id = l.refund_id and r.restocked join order_items x on x.id =
                    l.order_item_id and x.counted
                    join orders y on y.id = x.order_id and y.status <> 'cancelled' where y.shop_id = $1)
            from order_items i join orders o on o.id = i.order_id where o.shop_id = $1 and i.counted and o.status <> 'cancelled'
            """,
            default, shop.Id);
        (await app.Database.Scalar(
            "select stock_quantity from menu_items where shop_id = $1 and stock_quantity is not null",
            default,
            shop.Id)).ShouldBe(counted);
    }

    private static bool IsMoney(JsonElement payment) => payment.GetProperty("method").GetString() is not ("points" or "gift_card");

    /// <summary>
    /// Gift cards: each has what its movements say; what is on all of them is what they were sold for less what they paid for; and for cash
    /// came what there are coins for. Answers what they were sold for, in all and in cash, and what of that was rounding.
    /// </summary>
    private async Task<(decimal Sold, decimal Cash, decimal Rounding)> CardsAgree(
        TestShop shop,
        ComandaClient manager,
        List<JsonElement> orders,
        decimal cent,
        decimal coin)
    {
        decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();
        var cards = new List<JsonElement>();
        foreach (var card in (await manager.Ask("GET /api/gift-cards?limit=200")).Items.ToList())
            cards.Add((await manager.Ask($"GET /api/gift-cards/{card.GetProperty("code").GetString()}")).Body);
        cards.Count.ShouldBeGreaterThan(3);
        cards.TrueForAll(c => Of(c, "balance") >= 0
            && Of(c, "balance") == c.GetProperty("movements").EnumerateArray().Sum(m => Of(m, "amount"))).ShouldBeTrue();
        decimal Moved(params string[] kinds) => cards.SelectMany(c => c.GetProperty("movements").EnumerateArray())
            .Where(m => kinds.Contains(m.GetProperty("kind").GetString()))
            .Sum(m => Of(m, "amount"));
        decimal ByCard(string list) => orders.SelectMany(o => o.GetProperty(list).EnumerateArray())
            .Where(p => p.GetProperty("method").GetString() == "gift_card")
            .Sum(p => Of(p, "amount"));
        (-Moved("payment"), Moved("refund")).ShouldBe((ByCard("payments"), ByCard("refunds")));
        ByCard("payments").ShouldBeGreaterThan(0);
        async Task<decimal> Sum(string what) => (long)(await app.Database.Scalar(
            $"select coalesce(sum({what}), 0)::bigint from gift_card_movements where shop_id = $1 and method = 'cash'",
            default,
            shop.Id))! * cent;
        var (cash, rounding) = (await Sum("amount + rounding"), await Sum("rounding"));
        if (coin > 0)
            (cash % coin).ShouldBe(0);
        return (Moved("sale", "void"), cash, rounding);
    }

    /// <summary>One person's day: what they do is refused as often as it is not, and never fails.</summary>
    private sealed class Day(ComandaClient client, Random random, List<MenuItemView> menu, decimal cent, string? till, long guest)
    {
        private readonly List<long> orders = [];
        private readonly List<string> cards = [];

        public int Worked { get; private set; }

        public async Task Step()
        {
            var order = orders.Count == 0 || random.Next(4) == 0 ? 0 : orders[random.Next(orders.Count)];
            var answer = order == 0 ? await Place() : random.Next(13) switch
            {
                0 => await Edit(order),
                1 => await Do(
                    $"POST /api/orders/{order}/split",
                    new { items = new[] { new { order_item_id = await LineOf(order), quantity = 1 } } }),
                2 => await Do($"POST /api/orders/{order}/merge", new { order_id = orders[random.Next(orders.Count)] }),
                3 or 4 => await Do("POST /api/payments", new
                {
                    order_id = order,
                    method = random.Next(2) == 0 ? "cash" : "card",
                    amount = random.Next(2) == 0 ? (decimal?)null : Some(300),
                    tip = random.Next(3) == 0 ? (decimal?)Some(200) : null
                }),
                11 => await Do("POST /api/payments", new
                {
                    order_id = order,
                    method = "points",
                    amount = random.Next(2) == 0 ? (decimal?)null : Some(300),
                    tip = random.Next(6) == 0 ? (decimal?)Some(200) : null,
                }),
                5 => await Do($"POST /api/orders/{order}/refund", random.Next(5) switch
                {
                    3 => (object)new { tip = Some(200), reason = "tip" },
                    4 => new { amount = Some(300), reason = "cash", method = "cash" },
                    0 => new { reason = "all", restock = random.Next(2) == 0 },
                    1 => (object)new { amount = Some(200), reason = "some" },
                    _ => new { items = new[]
                    {
                        new { order_item_id = await LineOf(order), quantity = 1 }
                    }, reason = "one", restock = random.Next(2) == 0 },
                }),
                6 => await Do($"POST /api/orders/{order}/cancel", new { reason = "left" }),
                7 => await Do($"PUT /api/orders/{order}/status", new { status = random.Next(2) == 0 ? "preparing" : "completed" }),
                8 or 9 => await Card(order),
                10 => await Sync(),
                _ => await Drawer(),
            };
            answer.Status.ShouldBeLessThan(500, answer.ToString());
            Worked += answer.Status < 300 ? 1 : 0;
            if (answer.Status == 201 && answer.Body.TryGetProperty("orders", out var bills) && bills.ValueKind == JsonValueKind.Array)
                orders.AddRange(bills.EnumerateArray().Skip(1).Select(b => b.GetProperty("id").GetInt64()));
        }

        private decimal Some(int cents) => random.Next(1, cents) * cent;

        private Task<Answer> Do(string what, object body) => client.Ask(what, body, till is null ? [] : [("X-Device-Token", till)]);

        private object Line() => new
        {
            menu_item_id = menu[random.Next(random.Next(3) == 0 ? menu.Count : 6)].Id,
            quantity = random.Next(1, 4),
            discount = random.Next(5) switch { 0 => (object)new { type = "fixed", value = Some(90), reason = "x" }, 1 =>
                new { type = "percentage", value = random.Next(101), reason = "y" }, _ => null! },
        };

        private async Task<Answer> Place()
        {
            var placed = await Do("POST /api/orders", new
            {
                type = random.Next(6) == 0 ? "delivery" : "dine-in", items = Enumerable.Range(0, random.Next(1, 4))
                    .Select(_ => Line())
                    .ToArray(), tip = random.Next(4) == 0 ? (decimal?)Some(200) : null,
                service_charge = random.Next(5) == 0 ? (bool?)false : null,
                discount = random.Next(4) == 0 ? new { type = "percentage", value = 10, reason = "z" } : null,
                payments = random.Next(3) == 0 ? new[] { new { method = "cash", amount = Some(100) } } : null,
                customer_id = guest,
                redeem_points = random.Next(2) == 0 ? (int?)random.Next(1, 200) : null,
            });
            return Kept(placed);
        }

        /// <summary>Sold a moment ago, or more than one; a drawer may have been closed since.</summary>
        private async Task<Answer> Sync()
        {
            var now = DateTimeOffset.UtcNow;
            var sent = await Do("POST /api/orders/sync", new
            {
                sent_at = now,
                orders = Enumerable.Range(0, random.Next(1, 4)).Select(i => new
                {
                    key = $"{till}{random.Next():x}-{i}",
                    made_at = now.AddSeconds(-4 * random.NextDouble()),
                    handed_over = random.Next(2) == 0,
                    order = new { items = new[] { Line() }, tip = random.Next(4) == 0
                        ? (decimal?)Some(200)
                        : null, payments = new[] { new { method = "cash", amount = random.Next(2) == 0 ? (decimal?)null : Some(100) } } },
                    }).ToArray(),
            });
            orders.AddRange(sent.Body.GetProperty("results")
                .EnumerateArray()
                .Where(r => r.GetProperty("status").GetString() == "placed")
                .Select(r => r.GetProperty("order").GetProperty("id").GetInt64()));
            return sent;
        }

        private async Task<Answer> Card(long order)
        {
            if (cards.Count == 0 || random.Next(3) == 0)
            {
                var sold = await Do("POST /api/gift-cards", new { amount = Some(1500), method = random.Next(2) == 0 ? "cash" : "card" });
                if (sold.Status == 201)
                    cards.Add(sold.Text("code")!);
                return sold;
            }

            var code = cards[random.Next(cards.Count)];
            return random.Next(8) switch
            {
                0 => await Do($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted" }),
                1 or 2 => Kept(await Do("POST /api/orders", new
                {
                    items = new[] { Line() },
                    tip = random.Next(2) == 0 ? (decimal?)Some(200) : null,
                    payments = new[]
                    {
                        new { method = "gift_card", reference = code, amount = random.Next(2) == 0 ? (decimal?)Some(200) : null },
                        new { method = "gift_card", reference = cards[^1], amount = (decimal?)Some(100) }
                    }[..random.Next(1, 3)],
                })),
                _ => await Do("POST /api/payments", new
                {
                    order_id = order,
                    method = "gift_card",
                    reference = code,
                    amount = random.Next(2) == 0 ? (decimal?)Some(300) : null
                }),
            };
        }

        private Answer Kept(Answer placed)
        {
            if (placed.Status == 201)
                orders.Add(placed.Id);
            return placed;
        }

        private async Task<long> LineOf(long order) =>
            (await client.GetOrder(order)).Items is { Count: > 0 } lines ? lines[random.Next(lines.Count)].Id : 1;

        private async Task<Answer> Edit(long order)
        {
            var now = await client.GetOrder(order);
            var kept = now.Items.Where(_ => random.Next(4) > 0).Select(l => (object)new { id = l.Id, quantity = l.Combo is null
                ? random.Next(1, 4)
                : l.Quantity });
            return await client.Ask(
                $"PUT /api/orders/{order}",
                new { items = kept.Append(Line()).ToArray() },
                ("If-Match", $"\"v{now.Version}\""));
        }

        private async Task<Answer> Drawer()
        {
            if (random.Next(2) == 0)
                return await Do("POST /api/drawers/open", new { @float = Some(10_000) });
            var open = (await client.Ask("GET /api/drawers?status=open")).Items.Select(d => d.GetProperty("id").GetInt64()).ToList();
            if (open.Count == 0)
                return await Place();
            var drawer = open[random.Next(open.Count)];
            return random.Next(2) == 0
                ? await Do(
                    $"POST /api/drawers/{drawer}/movements",
                    new { type = random.Next(2) == 0 ? "in" : "out", amount = Some(1000), reason = "x" })
                : await Do($"POST /api/drawers/{drawer}/close", new { counted = Some(10_000) });
        }
    }
}

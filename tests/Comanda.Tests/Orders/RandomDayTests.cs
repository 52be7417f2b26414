using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.Orders;
using Comanda.Tests.Stock;
using Comanda.Tests.Taxes;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>
/// Days in which everything happens in no order, several people at once; in the evening every figure agrees with every other.
/// </summary>
public sealed partial class RandomDayTests(CafeApp app)
{
    private const int Steps = 60, People = 3;

    /// <summary>There are forty places, and what differs between them is how an order is taxed.</summary>
    private const int OfPlace = 25;

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
        var first = await shop.As("manager");
        var menu = (await first.GetMenu()).Items.ToList();
        foreach (var (item, rate) in menu.Take(6).Zip([5m, 21m, 13.5m, 0m, 7m, 19m]))
            (await first.Ask($"PUT /api/menu/items/{item.Id}", new { tax_rate = rate })).Status.ShouldBe(200);
        await Live(shop, first, menu, seed, currency == "JPY" ? 1 : 0.01m, decimal.Parse(coin, CultureInfo.InvariantCulture));
    }

    public static TheoryData<string> Places { get; } =
        TaxCase.Ids.Count == 0 ? ["none"] : [.. TaxCase.Ids];

    /// <summary>The same under the taxes of places: several on a line, split items, every way of rounding, fees that bear tax.</summary>
    [Theory]
    [MemberData(nameof(Places))]
    public async Task Trap14_taxes_by_rate_agree_under_the_taxes_of_any_place(string place)
    {
        Assert.SkipWhen(TaxCase.Ids.Count == 0, "the shared cases are not beside the repository");
        var it = TaxCase.Of(place);
        var cent = 1m / it.Currency.UnitsPerMajor;
        var shop = await app.NewShop([
            .. it.Settings(),
            ("loyalty_points_per_unit", "1"),
            ("loyalty_point_value", (3 * cent).ToString(CultureInfo.InvariantCulture)),
        ]);
        (await (await shop.As("admin")).Ask("PUT /api/taxes", it.TableOfTheDay())).Status.ShouldBe(200);
        var first = await shop.As("manager");
        var menu = (await first.GetMenu()).Items.ToList();
        var classes = it.Table().Classes.Select(c => c.Code).ToList();
        foreach (var (i, item) in menu.Take(7).Index())
        {
            var one = classes[i % classes.Count];
            object change = i == 6
                ? new { tax_split = new[] { new { @class = one, weight = 70 }, new { @class = classes[0], weight = 30 } } }
                : new { tax_class = one };
            var changed = await first.Ask($"PUT /api/menu/items/{item.Id}", change);
            changed.Status.ShouldBe(200, changed.ToString());
        }

        // Coins are as checked above; here small sums and other scopes may make them others.
        await Live(shop, first, menu, place.Length, cent, coin: 0, OfPlace);
    }

    private async Task Live(
        TestShop shop, ComandaClient first, List<MenuItemView> menu, int seed, decimal cent, decimal coin, int steps = Steps)
    {
        // Every second one writes its orders one by one beside a process whose orders go together.
        var other = await app.StartProcess(seed % 2 == 0
            ? null
            : services => services.AddSingleton(OrderTrains.Limits.Usual with { Orders = 1 }));
        await first.Ask($"PUT /api/menu/items/{menu[3].Id}/stock", new { quantity = 100 });
        var (milk, beans) = (
            await first.Ingredient("Milk", "l", 20, cost: 1.05m),
            await first.Ingredient("Beans", "g", 5000, cost: 0.018m));
        foreach (var item in menu.Take(8).Where((_, i) => i != 2))
            await first.Works(
                $"PUT /api/menu/items/{item.Id}/recipe",
                new object[] { new { inventory_id = beans, quantity = 18 }, new { inventory_id = milk, quantity = 0.12 } });
        // A deposit that goes along with what leaves the shop, and comes back.
        var deposit = (await first.Works(
            "POST /api/menu/items", new { name = "Deposit", category = "Deposits", price = 25 * cent, is_deposit = true })).Id;
        foreach (var item in menu.Take(2))
            await first.Works($"PUT /api/menu/items/{item.Id}", new { deposit_item_id = deposit });
        var guest = (await first.Works("POST /api/customers", new { name = "Ana" })).Id;
        await first.Works($"POST /api/customers/{guest}/points", new { points = 20_000, reason = "to begin with" });
        var days = Enumerable.Range(0, People).Select(async who =>
        {
            var client = who % 2 == 0 ? await shop.As("manager") : await shop.As("manager", other);
            var till = who == 2 ? shop.TillToken : null;
            var day = new Day(client, new Random((seed * 100) + who), menu, cent, till, guest) { Deposit = deposit };
            for (var step = 0; step < steps; step++)
                await day.Step();
            return day;
        });
        var done = await Task.WhenAll(days);
        done.Sum(d => d.Worked).ShouldBeGreaterThan(People * steps / 3); // it was no idle day
        await app.StockFollowsOrders(shop.Id);
        await Agrees(shop, first, cent, coin, steps);
        await TaxesAgree(first);
    }

    private async Task Agrees(TestShop shop, ComandaClient manager, decimal cent, decimal coin, int steps)
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
        var orders = await AllOrders(manager);
        decimal Sum(JsonElement order, string list, string field) => order.GetProperty(list).EnumerateArray().Sum(e => Of(e, field));
        foreach (var order in orders)
        {
            (Sum(order, "items", "total") + Of(order, "delivery_fee") + Of(order, "tip")).ShouldBe(
                Of(order, "total_amount"),
                order.ToString());
            // A fee for delivery may bear tax too, which is its own.
            var ofLines = Sum(order, "items", "tax");
            (Of(order, "tax") - ofLines).ShouldBeInRange(0, Of(order, "delivery_fee"));
            (Sum(order, "items", "discount"), Sum(order, "taxes", "tax"), Sum(order, "items", "service_charge"))
                .ShouldBe((Of(order, "discount"), Of(order, "tax"), Of(order, "service_charge")));
            (Of(order, "subtotal") - Of(order, "discount")
                + Of(order, "service_charge")
                + (order.GetProperty("prices_include_tax").GetBoolean() ? 0 : ofLines)).ShouldBe(Sum(order, "items", "total"));
            foreach (var payment in order.GetProperty("payments").EnumerateArray())
                order.GetProperty("refunds")
                    .EnumerateArray()
                    .Where(r => Of(r, "payment_id") == Of(payment, "id"))
                    .Sum(r => Of(r, "amount"))
                    .ShouldBeLessThanOrEqualTo(Math.Max(0, Of(payment, "amount")));
        }

        var sold = orders.Where(o => o.GetProperty("status").GetString() != "cancelled").ToList();
        (
            sold.Sum(o => Of(o, "total_amount") - Of(o, "tip")),
            sold.Sum(o => Of(o, "tax")),
            (long)sold.Count).ShouldBe((daily.TotalSales, daily.Tax - await TaxOfCards(shop, cent), daily.OrderCount));
        (daily.TotalSales + daily.Tips - orders.Sum(o => Sum(o, "payments", "amount")) + orders.Where(
            o => o.GetProperty("status").GetString() == "cancelled").Sum(o => Sum(o, "refunds", "amount"))).ShouldBe(daily.Unpaid);

        // A tip is paid in money, and stays there unless it is named.
        var tipped = orders.FindAll(o => Of(o, "tip") > 0 && o.GetProperty("payments").EnumerateArray().Any(p => !IsMoney(p)));
        if (steps == Steps)
            tipped.Count.ShouldBeGreaterThan(0);
        foreach (var order in orders)
        {
            var goods = order.GetProperty("payments").EnumerateArray().Where(p => !IsMoney(p)).Sum(p => Of(p, "amount"));
            goods.ShouldBeLessThanOrEqualTo(Math.Max(0, Of(order, "total_amount") - Of(order, "tip")), order.ToString());
        }

        await using var kept = app.Database.Command($"""
            select o.id from orders o where o.shop_id = {shop.Id} and o.status <> 'cancelled' and o.paid >= o.total and o.tip > 0
                and (select coalesce(sum(p.amount), 0) from payments p where p.order_id = o.id and p.method not in ('points', 'gift_card'))
                    - (select coalesce(sum(r.amount), 0) from refunds r where r.order_id = o.id and r.method not in ('points', 'gift_card'))
                    < o.tip - (select coalesce(sum(r.tip), 0) from order_refunds r where r.order_id = o.id)
            """);
        foreach (var without in await kept.List(r => r.GetInt64(0), default))
            Assert.Fail("the tip went back though nobody named it: " + orders.Find(o => o.GetProperty("id").GetInt64() == without));

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
        var cards = await CardsAgree(shop, manager, orders, (cent, coin), steps);
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
        (decimal Cent, decimal Coin) money,
        int steps)
    {
        var (cent, coin) = money;
        var cards = new List<JsonElement>();
        foreach (var card in (await manager.Ask("GET /api/gift-cards?limit=200")).Items.ToList())
            cards.Add((await manager.Ask($"GET /api/gift-cards/{card.GetProperty("code").GetString()}")).Body);
        cards.Count.ShouldBeGreaterThan(0);
        cards.TrueForAll(c => Of(c, "balance") >= 0
            && Of(c, "balance") == c.GetProperty("movements").EnumerateArray().Sum(m => Of(m, "amount"))).ShouldBeTrue();
        decimal Moved(params string[] kinds) => cards.SelectMany(c => c.GetProperty("movements").EnumerateArray())
            .Where(m => kinds.Contains(m.GetProperty("kind").GetString()))
            .Sum(m => Of(m, "amount"));
        decimal ByCard(string list) => orders.SelectMany(o => o.GetProperty(list).EnumerateArray())
            .Where(p => p.GetProperty("method").GetString() == "gift_card")
            .Sum(p => Of(p, "amount"));
        (-Moved("payment"), Moved("refund")).ShouldBe((ByCard("payments"), ByCard("refunds")));
        if (steps == Steps)
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
}

using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>Sales that may be missing in the books.</summary>
public sealed class LostSalesTests(CafeApp app)
{
    [Fact]
    public async Task A_shop_that_lost_nothing_is_told_so()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        for (var n = 0; n < 3; n++)
            await manager.PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]));
        var open = await manager.PlaceOrder(new("takeaway", [new(item)])); // somebody is still sitting there
        await manager.Works($"POST /api/orders/{open.Id}/cancel", new { reason = "changed their mind" });
        (await Lost(manager)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_way_of_losing_a_sale_is_told_with_its_order_its_amount_why_and_what_to_do()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id; // 2.30
        async Task<OrderView> Sell(int count, string? method = null) => await manager.PlaceOrder(
            new("takeaway", [new(item, count)], Payments: method is null ? null : [new(method)]));

        var drawer = await manager.Works("POST /api/drawers/open", new { @float = 50 });
        var served = await Sell(1);
        await manager.Works($"PUT /api/orders/{served.Id}/status", new { status = "completed" });
        var cancelled = await Sell(2, "card");
        foreach (var status in (string[])["preparing", "ready"])
            await manager.Works($"PUT /api/orders/{cancelled.Id}/status", new { status });
        await manager.Works($"POST /api/orders/{cancelled.Id}/cancel", new { reason = "cold" });
        var left = await Sell(3);
        await Sql("update orders set created_at = created_at - interval '30 hours' where id = $1 returning 1", left.Id);
        var intent = await Sell(4);
        await manager.Works("POST /api/payments/create-intent", new { order_id = intent.Id });
        await Sql("update card_intents set status = 'succeeded' where order_id = $1 returning 1", intent.Id);
        var begun = await Sell(5);
        await manager.Works("POST /api/payments/create-intent", new { order_id = begun.Id });
        await Sql("update card_intents set created_at = created_at - interval '2 hours' where order_id = $1 returning 1", begun.Id);
        var byHand = await Sell(6);
        await manager.Works("POST /api/payments/create-intent", new { order_id = byHand.Id });
        await manager.Works("POST /api/payments", new { order_id = byHand.Id, method = "card" });
        await manager.Works($"POST /api/drawers/{drawer.Id}/close", new { counted = 57.50 });
        await manager.Works("POST /api/orders/sync", new
        {
            orders = new[]
            {
                new
                {
                    key = Guid.NewGuid().ToString(),
                    made_at = DateTimeOffset.UtcNow,
                    order = new { items = new[] { new { menu_item_id = 987654321, quantity = 1 } } },
                },
            },
        });

        var lost = await Lost(manager);
        lost.ToDictionary(l => l.Key, l => (l.Value.Order, l.Value.Amount)).ShouldBe(
            new Dictionary<string, (long?, decimal?)>
            {
                ["set_aside_waiting"] = (null, null),
                ["served_not_paid"] = (served.Id, 2.30m),
                ["left_open"] = (left.Id, 6.90m),
                ["cancelled_after_served"] = (cancelled.Id, 4.60m),
                ["card_paid_not_booked"] = (intent.Id, 9.20m),
                ["card_begun_not_paid"] = (begun.Id, 11.50m),
                ["card_noted_by_hand"] = (byHand.Id, 13.80m),
                ["cash_over"] = (null, 7.50m),
            },
            ignoreOrder: true);
        lost.Values.ShouldAllBe(l => l.Why.Length > 20 && l.WhatToDo.Length > 20);
        (await Lost(await (await app.NewShop()).As("manager"))).ShouldBeEmpty();
        (await (await shop.As("cashier")).Ask("GET /api/reports/lost-sales")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Orders_that_are_gone_from_the_database_leave_their_numbers()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        var orders = new List<OrderView>();
        for (var n = 0; n < 5; n++)
            orders.Add(await manager.PlaceOrder(new("takeaway", [new(item)], Payments: [new("cash")])));
        foreach (var gone in new[] { orders[1], orders[2], orders[4] })
        {
            foreach (var table in (string[])["order_items", "payments", "order_moves"])
                await app.Database.Scalar($"delete from {table} where order_id = {gone.Id}", default);
            await app.Database.Scalar($"delete from orders where id = {gone.Id}", default);
        }

        var lost = await Lost(manager);
        lost.Keys.ShouldBe(["number_missing", "last_numbers_missing"], ignoreOrder: true);
        lost["number_missing"].Order.ShouldBe(orders[3].Id);
    }

    private Task<object?> Sql(string sql, long id) => app.Database.Scalar(sql, default, id);

    /// <summary>What is told, of which there is one of each kind here.</summary>
    private static async Task<Dictionary<string, (long? Order, decimal? Amount, string Why, string WhatToDo)>> Lost(ComandaClient manager)
    {
        var told = (await manager.Works("GET /api/reports/lost-sales")).Body;
        var items = told.GetProperty("items").EnumerateArray().ToDictionary(
            i => i.GetProperty("kind").GetString()!,
            i => (
                i.GetProperty("order_id").ValueKind == JsonValueKind.Null ? (long?)null : i.GetProperty("order_id").GetInt64(),
                i.GetProperty("amount").ValueKind == JsonValueKind.Null ? (decimal?)null : i.Decimal("amount"),
                i.GetProperty("why").GetString()!,
                i.GetProperty("what_to_do").GetString()!));
        told.GetProperty("kinds").EnumerateArray().Select(k => k.GetProperty("kind").GetString()).ShouldBe(items.Keys, ignoreOrder: true);
        told.GetProperty("kinds").EnumerateArray().ShouldAllBe(k => k.GetProperty("count").GetInt64() == 1);
        return items;
    }
}

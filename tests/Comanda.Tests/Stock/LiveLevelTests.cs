using System.Text.Json;
using Comanda.Client;
using Comanda.Data;

namespace Comanda.Tests.Stock;

/// <summary>Devices see what there is of an ingredient while it is sold.</summary>
public sealed class LiveLevelTests(CafeApp app)
{
    [Fact]
    public async Task Levels_that_sales_move_are_told_live_and_not_once_for_each_sale()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var beans = await manager.Ingredient("Beans", "g", 10_000);
        var cups = await manager.Ingredient("Cups", "piece", 500);
        var espresso = (await shop.Item("Espresso")).Id;
        await manager.Works(
            $"PUT /api/menu/items/{espresso}/recipe",
            new[] { new { inventory_id = beans, quantity = 18 }, new { inventory_id = cups, quantity = 1 } });
        var before = (await cashier.GetEvents(0)).LastSeq;
        using var socket = await cashier.OpenSocket();
        const int sales = 40;
        await Task.WhenAll(Enumerable.Range(0, sales).Select(_ => cashier.PlaceOrder(new("takeaway", [new(espresso)]))));

        var levels = new Dictionary<long, List<decimal>> { [beans] = [], [cups] = [] };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (levels[beans].LastOrDefault() != 10_000 - (sales * 18) || levels[cups].LastOrDefault() != 500 - sales)
        {
            var heard = (await socket.Read(patience.Token))!;
            if (heard.Event == "stock_updated")
                levels[heard.Data.GetProperty("inventory_id").GetInt64()].Add(heard.Data.GetProperty("current_stock").GetDecimal());
        }

        levels[beans].ShouldBe(levels[beans].Distinct().OrderDescending()); // never back to what was told before
        levels[beans].Count.ShouldBeLessThan(sales / 2);
        var last = (await cashier.GetEvents(before)).Items.Last(e => e.Event == "stock_updated").Data;
        last.GetProperty("changed").GetString().ShouldBe("level");
        last.GetProperty("unit").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task What_is_changed_by_hand_is_told_once_and_much_at_once_as_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var milk = await manager.Ingredient("Milk", "l", 10);
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = -3, reason = "waste" });
        await Task.Delay(1_500);
        (await Told(manager)).Count(e => e.TryGetProperty("inventory_id", out _)).ShouldBe(2); // added, adjusted; neither again

        await app.Database.Scalar(
            """
            with many as (
                insert into stock_items (shop_id, name, unit, made, created_at)
                select $1, 'thing ' || n, 'piece', (select made from stock_items where id = $2), now() from generate_series(1, 150) n
                returning id
            )
            insert into stock_movements (shop_id, item_id, quantity, reason, unit_cost, at, day)
            select $1, id, 5000, 'correction', 0, now(), current_date from many
            """,
            default, shop.Id, milk);
        await manager.Works($"POST /api/inventory/{milk}/adjust", new { adjustment = 1, reason = "delivery" }); // wakes the watch
        await Answers.Eventually(async () =>
            (await Told(manager)).Any(e => e.TryGetProperty("count", out var count) && count.GetInt32() == 150));
    }

    private static async Task<List<JsonElement>> Told(ComandaClient client) =>
    [
        .. (await client.GetEvents(0)).Items.Where(e => e.Event == "stock_updated").Select(e => e.Data),
    ];
}

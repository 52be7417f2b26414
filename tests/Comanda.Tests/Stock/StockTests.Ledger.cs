using Comanda.Data;
using Comanda.Stock;

namespace Comanda.Tests.Stock;

/// <summary>The ledger, and levels that are its sum.</summary>
public sealed partial class StockTests
{
    [Fact]
    public async Task Adjustments_are_movements_in_any_unit_and_the_level_is_their_sum()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var added = await manager.Works(
            "POST /api/inventory",
            new { name = "Flour", unit = "kg", packs = new[] { new { name = "sack", quantity = 25 } } });
        var id = added.Id;
        var delivered = await manager.Works(
            "POST /api/inventory/adjustment",
            new { inventory_id = id, adjustment = 2, unit = "Sack", reason = "delivery", unit_cost = 30, note = "by van" });
        (
            delivered.Text("current_stock"),
            delivered.Body.GetProperty("movement").Decimal("quantity"),
            delivered.Body.GetProperty("movement").Decimal("cost"),
            delivered.Body.GetProperty("inventory").Decimal("unit_cost")).ShouldBe(("50", 50m, 60m, 1.2m));
        (await manager.Works($"POST /api/inventory/{id}/adjust", new { adjustment = -250, unit = "g", reason = "waste" }))
            .Text("current_stock")
            .ShouldBe("49.75");
        (await manager.Works("POST /api/inventory", new { id, adjustment = -0.75, reason = "correction" }))
            .Text("current_stock")
            .ShouldBe("49");
        var counted = await manager.Works($"POST /inventory/{id}/adjust", new { counted = 48.5, reason = "count" });
        (
            counted.Text("current_stock"),
            counted.Body.GetProperty("movement").Decimal("quantity"),
            counted.Body.GetProperty("movement").Decimal("counted")).ShouldBe(("48.5", -0.5m, 48.5m));
        // as expected, and said so
        (await manager.Works($"POST /api/inventory/{id}/adjust", new { counted = 48.5 })).Body
            .GetProperty("movement")
            .Decimal("quantity")
            .ShouldBe(0);
        (await manager.Works($"PUT /api/inventory/{id}", new { current_stock = 40 })).Text("current_stock").ShouldBe("40");

        var trail = (await manager.Ask($"GET /api/inventory/{id}/movements")).Items.ToList();
        trail.Select(m => m.GetProperty("reason").GetString()).ShouldBe(["count", "count", "count", "correction", "waste", "delivery"]);
        trail.Sum(m => m.Decimal("quantity")).ShouldBe(40);
        trail[^1].GetProperty("note").GetString().ShouldBe("by van");
        trail[^1].GetProperty("user_name").GetString().ShouldBe("Marta Manager");
        (await manager.Ask($"GET /api/inventory/{id}/movements?reason=waste")).Items.Count().ShouldBe(1);
        (await manager.Ask($"GET /api/inventory/{id}/movements?limit=2&cursor={(await manager.Ask(
            $"GET /api/inventory/{id}/movements?limit=2")).Text("next_cursor")}")).Items
            .First()
            .GetProperty("reason")
            .GetString()
            .ShouldBe("count");
    }

    [Fact]
    public async Task A_repeated_key_moves_stock_once_however_many_send_it()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var id = await manager.Ingredient("Milk", "l", 10);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => manager.Ask(
            $"POST /api/inventory/{id}/adjust",
            new { adjustment = 5, reason = "delivery" },
            ("Idempotency-Key", "d1"))));
        answers.Select(a => (a.Status, a.Body.ToString())).Distinct().Count().ShouldBe(1);
        (await manager.Stock(id)).ShouldBe(15);
        (await manager.Ask(
            $"POST /api/inventory/{id}/adjust",
            new { adjustment = 6, reason = "delivery" },
            ("Idempotency-Key", "d1"))).Status.ShouldBe(422);
        var twice = await Task.WhenAll(Enumerable.Range(
            0,
            4).Select(_ => manager.Ask("POST /api/inventory", new { name = "Oats", current_stock = 3 }, ("Idempotency-Key", "i1"))));
        twice.Select(a => a.Id).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Counts_at_once_take_turns_and_the_last_one_holds()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var id = await manager.Ingredient("Milk", "l", 10);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => manager.Works($"POST /api/inventory/{id}/adjust", new { counted = 7 })));
        (await manager.Stock(id)).ShouldBe(7);
    }

    [Fact]
    public async Task The_ledger_refuses_to_be_changed_and_every_level_is_the_sum_of_its_movements()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ids = new[] { await manager.Ingredient("A", "g", 10), await manager.Ingredient("B", "g", 20) };
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Scalar(
            "update stock_movements set quantity = 1 where item_id = $1 returning 1",
            default,
            ids[0]));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Scalar(
            "delete from stock_movements where item_id = $1 returning 1",
            default,
            ids[0]));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Scalar(
            "delete from stock_items where id = $1 returning 1",
            default,
            ids[0]));

        // Movements from many transactions, some of them long, while the folding goes on all the time.
        using var stop = new CancellationTokenSource();
        var watch = (WatchStock)app.FirstProcess.Services.GetService(typeof(WatchStock))!;
        var fold = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await watch.Look(shop.Id, default);
        });
        var seen = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                (await FoldStock.Wrong(app.Database, shop.Id, default)).ShouldBeEmpty();
        });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
        {
            for (var i = 0; i < 10; i++)
            {
                await using var connection = await app.Database.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                await StockMovement.Write(
                    connection,
                    [.. ids.Select(id => new StockMovement(id, n % 2, -1000, MovementReason.Sale, 0))],
                    new(shop.Id, null, DateTimeOffset.UtcNow, new(2026, 1, 1)),
                    default);
                await Task.Delay(n * 3);
                if (i % 5 == 4)
                    await transaction.RollbackAsync();
                else
                    await transaction.CommitAsync();
            }
        }));
        await stop.CancelAsync();
        await Task.WhenAll(fold, seen);
        (await manager.Stock(ids[0]), await manager.Stock(ids[1])).ShouldBe((10 - 96m, 20 - 96m));
        await Answers.Eventually(async () =>
        {
            await watch.Look(shop.Id, default);
            // all of it folded, in the end
            return await app.Database.Scalar(
                "select sum(quantity)::bigint from stock_levels where shop_id = $1 and item_id = $2",
                default,
                shop.Id,
                ids[0]) is -86_000L;
        });
    }

    [Theory]
    [InlineData("update stock_levels set quantity = quantity + 1 where item_id = $1 returning 1")]
    [InlineData("update stock_days set quantity = quantity + 1 where item_id = $1 returning 1")]
    [InlineData("update stock_days set cost = cost + 1 where item_id = $1 returning 1")]
    [InlineData("delete from stock_levels where item_id = $1 returning 1")]
    public async Task What_somebody_changed_by_hand_is_found_by_the_sum(string tampering)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await manager.Ingredient("A", "g", 10);
        var wrong = await manager.Ingredient("B", "g", 20);
        var watch = (WatchStock)app.FirstProcess.Services.GetService(typeof(WatchStock))!;
        await Answers.Eventually(async () =>
        {
            await watch.Look(shop.Id, default);
            return await app.Database.Scalar("select count(*) from stock_levels where shop_id = $1", default, shop.Id) is 2L;
        });
        (await FoldStock.Wrong(app.Database, shop.Id, default)).ShouldBeEmpty();
        await app.Database.Scalar(tampering, default, wrong);
        (await FoldStock.Wrong(app.Database, shop.Id, default)).ShouldBe([wrong]);
    }

    [Fact]
    public async Task A_restored_backup_whose_transactions_count_anew_keeps_its_levels()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var id = await manager.Ingredient("A", "g", 10);
        // As a ledger looks that another cluster wrote: its numbers are ahead of ours.
        await app.Database.Scalar("update stock_positions set folded_to = '900000000000' where shop_id = $1 returning 1", default, shop.Id);
        await ((WatchStock)app.FirstProcess.Services.GetService(typeof(WatchStock))!).Look(shop.Id, default);
        (await manager.Stock(id)).ShouldBe(10);
        await manager.Works($"POST /api/inventory/{id}/adjust", new { adjustment = 5 });
        (await manager.Stock(id)).ShouldBe(15);
        (await FoldStock.Wrong(app.Database, shop.Id, default)).ShouldBeEmpty();
    }
}

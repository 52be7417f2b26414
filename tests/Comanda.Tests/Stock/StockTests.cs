using Comanda.Data;
using Comanda.Stock;

namespace Comanda.Tests.Stock;

public sealed class StockTests(CafeApp app)
{
    [Fact]
    public async Task An_item_is_added_read_changed_and_archived_in_every_spelling()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var added = await manager.Works("POST /api/inventory", new
        {
            ingredient_name = " Espresso beans ",
            unit = "grams",
            quantity_in_stock = 4000.5,
            reorder_threshold = 500,
            unit_cost = 0.012,
            supplier = "Roaster",
            location = "Bar",
            lead_time_days = 3
        });
        added.Response.Headers.Location!.ToString().ShouldBe($"/api/inventory/{added.Id}");
        var read = await manager.Works($"GET /api/v1/inventory/{added.Id}");
        (
            read.Text("name"),
            read.Text("unit"),
            read.Text("current_stock"),
            read.Text("low_stock_threshold"),
            read.Text("unit_cost"),
            read.Text("supplier"),
            read.Text("location"),
            read.Text("lead_time_days"),
            read.Text("is_low"))
            .ShouldBe(("Espresso beans", "g", "4000.5", "500", "0.012", "Roaster", "Bar", "3", "False"));
        (await manager.Ask($"GET /inventory")).Items.Count().ShouldBe(1);
        (await manager.Ask("GET /api/inventory?q=ESPRESSO")).Items.Count().ShouldBe(1);
        (await manager.Ask("GET /api/inventory?q=milk")).Items.ShouldBeEmpty();

        var changed = await manager.Works(
            $"PUT /api/inventory/{added.Id}",
            new { low_stock_threshold = -1, supplier = "", name = "Beans" },
            ("If-Match", "\"v1\""));
        (
            changed.Text("name"),
            changed.Text("low_stock_threshold"),
            changed.Text("supplier"),
            changed.Text("version")).ShouldBe(("Beans", "", "", "2"));
        (await manager.Ask($"PUT /api/inventory/{added.Id}", new { name = "X" }, ("If-Match", "\"v1\""))).Status.ShouldBe(412);
        (await manager.Ask("POST /api/inventory", new { name = "beans" })).Code.ShouldBe("already_exists");
        (await manager.Ask($"PUT /api/inventory/{added.Id}", new { unit = "kg" })).Code.ShouldBe("unit_in_use");

        (await manager.Ask($"DELETE /api/inventory/{added.Id}")).Status.ShouldBe(204);
        (await manager.Ask($"GET /api/inventory/{added.Id}")).Status.ShouldBe(404);
        (await manager.Ask($"GET /api/inventory/{added.Id}/movements")).Items.Count().ShouldBe(1); // the trail stays
    }

    [Fact]
    public async Task Bad_input_names_its_field_and_changes_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        (await manager.Ask("POST /api/inventory", new { })).Fields.ShouldBe(["name"]);
        (await manager.Ask("POST /api/inventory", new
        {
            name = "A",
            current_stock = 1.0005,
            low_stock_threshold = -3,
            unit_cost = -1,
            lead_time_days = 400,
            packs = new[] { new { name = "kg", quantity = 2 } },
            unit = "g"
        })).Fields
            .ShouldBe(["current_stock", "low_stock_threshold", "unit_cost", "lead_time_days", "packs[0].name"], ignoreOrder: true);
        (await manager.Ask("GET /api/inventory")).Items.ShouldBeEmpty();
        var id = await manager.Ingredient("Milk", "l", 10);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { }, "adjustment"),
            (new { adjustment = 0 }, "adjustment"),
            (new { adjustment = 1, counted = 2 }, "adjustment"),
            (new { adjustment = 1, reason = "theft" }, "reason"),
            (new { adjustment = -1, reason = "delivery" }, "adjustment"),
            (new { adjustment = 1, reason = "waste" }, "adjustment"),
            (new { adjustment = 1, unit = "kg" }, "unit"),
            (new { adjustment = 0.5, unit = "ml" }, "adjustment"),
            (new { adjustment = 1, unit_cost = 2, reason = "waste" }, "adjustment"),
            (new { counted = -1 }, "counted"),
            (new { adjustment = 1, location_id = 99999999 }, "location_id"),
            (new { adjustment = 1e12 }, "adjustment"),
            })
        {
            (await manager.Ask($"POST /api/inventory/{id}/adjust", body)).Fields.ShouldContain(field, body.ToString());
        }

        (await manager.Ask("POST /api/inventory/adjustment", new { adjustment = 1, reason = "count" })).Fields.ShouldBe(["inventory_id"]);
        (await manager.Ask(
            "POST /api/inventory/adjustment",
            new { inventory_id = 99999999, adjustment = 1, reason = "count" })).Fields.ShouldBe(["inventory_id"]);
        (await manager.Ask("POST /api/inventory/99999999/adjust", new { adjustment = 1 })).Status.ShouldBe(404);
        (await manager.Stock(id)).ShouldBe(10);
    }

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
    public async Task Stock_goes_from_place_to_place_and_from_shop_to_shop()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var id = await owner.Ingredient("Milk", "l", 10, cost: 1.2m);
        var moved = await owner.Works($"POST /api/inventory/{id}/transfer", new { quantity = 4000, unit = "ml", to_location = "Bar" });
        moved.Text("current_stock").ShouldBe("10");
        var places = (await owner.Ask($"GET /api/inventory/{id}")).Body
            .GetProperty("locations")
            .EnumerateArray()
            .Select(p => (p.GetProperty("location").ToString(), p.Decimal("quantity")))
            .ToList();
        places.ShouldBe([("", 6m), ("Bar", 4m)]);
        (await owner.Ask($"POST /api/inventory/{id}/adjust", new { counted = 9 })).Fields.ShouldBe(["location"]); // which of them?
        (await owner.Works($"POST /api/inventory/{id}/adjust", new { counted = 3, location = "bar" })).Text("current_stock").ShouldBe("9");
        (await owner.Ask(
            $"POST /api/inventory/{id}/transfer",
            new { quantity = 1, from_location = "Bar", to_location = "bar" })).Fields.ShouldBe(["to_location"]);
        await owner.Works($"PUT /api/inventory/{id}", new { location = "Bar" }); // what lies at the old place goes along
        (await owner.Ask($"GET /api/inventory/{id}")).Body
            .GetProperty("locations")
            .EnumerateArray()
            .Select(p => p.Decimal("quantity"))
            .ShouldBe([9m]);
        var bar = (await owner.Ask("GET /api/stock/locations")).Items.Single().GetProperty("id").GetInt64();
        (await owner.Ask($"DELETE /api/stock/locations/{bar}")).Code.ShouldBe("location_in_use");

        var second = (await owner.Works("POST /api/shops", new { name = "Second", currency = "EUR" })).Id;
        (await owner.Ask(
            $"POST /api/inventory/{id}/transfer",
            new { quantity = 2, to_shop_id = second })).Fields.ShouldBe(["to_inventory_id"]);
        var there = (await owner.Works($"POST /api/shops/{second}/inventory", new { name = "milk", unit = "ml" })).Id;
        var sent = await owner.Works(
            $"POST /api/inventory/{id}/transfer",
            new { quantity = 2, to_shop_id = second },
            ("Idempotency-Key", "t1"));
        sent.Body.GetProperty("movements").EnumerateArray().Sum(m => m.Decimal("cost")).ShouldBe(0);
        (
            await owner.Stock(id),
            (await owner.Ask($"GET /api/shops/{second}/inventory/{there}")).Body.Decimal("current_stock")).ShouldBe((7m, 2000m));
        // Somebody who has no say there sends nothing there.
        (await (await shop.As("manager")).Ask(
            $"POST /api/inventory/{id}/transfer",
            new { quantity = 2, to_shop_id = second })).Fields.ShouldBe(["to_shop_id"]);
        // another shop's id
        (await owner.Ask($"POST /api/shops/{second}/inventory/{id}/adjust", new { adjustment = 1 })).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Locations_and_suppliers_are_kept_and_not_removed_while_they_are_used()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var cellar = (await manager.Works("POST /api/stock/locations", new { name = "Cellar" })).Id;
        (await manager.Ask("POST /api/stock/locations", new { name = "cellar" })).Code.ShouldBe("already_exists");
        (await manager.Works($"PUT /api/stock/locations/{cellar}", new { name = "Cold store" }, ("If-Match", "\"v1\"")))
            .Text("name")
            .ShouldBe("Cold store");
        (await manager.Ask($"PUT /api/stock/locations/{cellar}", new { name = "X" }, ("If-Match", "\"v1\""))).Status.ShouldBe(412);
        var dairy = await manager.Works("POST /api/suppliers", new { name = "Dairy", email = "orders@dairy.example", lead_time_days = 2 });
        (await manager.Ask("POST /api/suppliers", new { name = "X", email = "no", lead_time_days = 999 })).Fields.ShouldBe(
            ["email", "lead_time_days"],
            ignoreOrder: true);
        (await manager.Works($"PUT /api/suppliers/{dairy.Id}", new { lead_time_days = -1, phone = "+351 1" }))
            .Text("lead_time_days")
            .ShouldBe("");
        var milk = (await manager.Works(
            "POST /api/inventory",
            new { name = "Milk", unit = "l", supplier_id = dairy.Id, location_id = cellar })).Id;
        (await manager.Ask($"GET /api/inventory?supplier_id={dairy.Id}&location_id={cellar}")).Items.Count().ShouldBe(1);
        (await manager.Ask($"DELETE /api/suppliers/{dairy.Id}")).Code.ShouldBe("supplier_in_use");
        await manager.Works($"DELETE /api/inventory/{milk}");
        (await manager.Ask($"DELETE /api/suppliers/{dairy.Id}")).Status.ShouldBe(204);
        (await manager.Ask($"DELETE /api/stock/locations/{cellar}")).Status.ShouldBe(204);
        (await manager.Ask("GET /api/suppliers")).Items.ShouldBeEmpty();
        var stranger = await (await app.NewShop()).As("manager");
        (await stranger.Ask($"DELETE /api/suppliers/{dairy.Id}")).Status.ShouldBe(404);
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
                    shop.Id,
                    null,
                    DateTimeOffset.UtcNow,
                    new(2026, 1, 1),
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

    [Theory]
    [InlineData(1.5, "kg", "g", 1_500_000)]
    [InlineData(25, "cl", "l", 250)]
    [InlineData(2, "dozen", "piece", 24_000)]
    [InlineData(3, "tray", "piece", 90_000)]
    [InlineData(7, "Grams", "kg", 7)]
    public void Units_convert_exactly(double amount, string unit, string itemUnit, long thousandths)
    {
        var errors = new Comanda.Kernel.FieldErrors();
        Quantity.Read((decimal)amount, unit, itemUnit, [new("tray", 30)], "quantity", errors).ShouldBe(thousandths);
        errors.Any.ShouldBeFalse();
    }
}

using Comanda.Data;
using Comanda.Stock;

namespace Comanda.Tests.Stock;

public sealed partial class StockTests(CafeApp app)
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
        var read = await manager.Works($"GET /inventory/{added.Id}");
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

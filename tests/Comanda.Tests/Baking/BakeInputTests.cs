using Comanda.Tests.Stock;

namespace Comanda.Tests.Baking;

/// <summary>What is wrong names its field, and changes nothing.</summary>
public sealed class BakeInputTests(CafeApp app)
{
    [Fact]
    public async Task Bad_steps_stations_and_plans_name_each_field()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var manager = house.Manager;
        async Task Refused(string methodAndPath, object body, params string[] fields)
        {
            var answer = await manager.Ask(methodAndPath, body);
            answer.Status.ShouldBe(400, $"{methodAndPath} {answer}");
            answer.Fields.ShouldBe(fields, ignoreOrder: true, answer.ToString());
        }

        var steps = $"PUT /api/menu/items/{house.Croissant}/steps";
        await Refused(steps, new { }, "steps");
        await Refused(steps, new { steps = new[] { new { kind = "fry", minutes = 20 } } }, "steps[0].kind");
        await Refused(
            steps,
            new
            {
                on_shelf_at = "7 o'clock",
                steps = new object[]
                {
                    new { kind = "bake", minutes = 0 },
                    new { kind = "bake", minutes = 4321, station_id = 987_654_321 },
                    new { kind = "bake", minutes = 20, load = 3 },
                    new { kind = "bake", minutes = 20, station_id = house.Oven, load = -1 },
                    new { kind = "bake", minutes = 20, station_id = house.Oven, load = 2.5 },
                },
            },
            "on_shelf_at",
            "steps[0].minutes",
            "steps[1].minutes",
            "steps[1].station_id",
            "steps[2].load",
            "steps[3].load",
            "steps[4].load");
        await Refused(
            $"PUT /api/inventory/{house.Dough}/steps", new { steps = Array.Empty<object>(), on_shelf_at = "07:00" }, "on_shelf_at");
        var flour = await manager.Ingredient("Rye flour", "kg", 10);
        (await manager.Ask($"PUT /api/inventory/{flour}/steps", new { steps = Array.Empty<object>() })).Code.ShouldBe("not_made_ahead");
        (await manager.Ask("GET /api/menu/items/987654321/steps")).Status.ShouldBe(404);
        (await manager.Ask(steps, new { steps = Array.Empty<object>(), version = 7 })).Status.ShouldBe(412);

        await Refused(
            "PUT /api/bakery/stations",
            new object[]
            {
                new { name = "", units = 0 },
                new { name = "Oven", opens = "02:00" },
                new { name = "oven", opens = "25:00", closes = "10:00" },
                new { id = 987_654_321, name = "Elsewhere" },
            },
            "[0].name",
            "[0].units",
            "[1].closes",
            "[2].name",
            "[2].opens",
            "[3].id");
        // A step of twenty minutes would never be done in ten.
        var shorter = new object[]
        {
            new { id = house.Mixer, name = "Mixer", opens = "02:00", closes = "02:10" },
            new { id = house.Hands, name = "Hands", units = 2 },
            new { id = house.Oven, name = "Oven" },
        };
        await Refused("PUT /api/bakery/stations", shorter, "[0].closes");
        (await manager.Ask("PUT /api/bakery/stations", shorter[1..])).Code.ShouldBe("station_in_use");

        await Refused("POST /api/bakery/plan/2020-01-01", new { }, "date");
        await Refused("GET /api/bakery/plan?date=2299-01-01", null!, "date");
        var espresso = (await house.Shop.Item("Espresso")).Id;
        await Refused(
            "POST " + house.Path,
            new
            {
                items = new object[]
                {
                    new { quantity = 3 },
                    new { menu_item_id = 987_654_321, quantity = 3 },
                    new { menu_item_id = espresso, quantity = 3 },
                    new { menu_item_id = house.Croissant },
                    new { menu_item_id = house.Croissant, quantity = -1, due_at = "dawn" },
                },
                doughs = new object[]
                {
                    new { quantity = 1 },
                    new { inventory_id = flour, quantity = 1 },
                    new { inventory_id = house.Dough },
                },
            },
            "items[0].menu_item_id",
            "items[1].menu_item_id",
            "items[2].menu_item_id",
            "items[3].quantity",
            "items[4].quantity",
            "items[4].due_at",
            "doughs[0].inventory_id",
            "doughs[1].inventory_id",
            "doughs[2].quantity");
        await Refused(
            "POST " + house.Path, new { items = new[] { new { menu_item_id = house.Croissant, quantity = 100_000 } } }, "items");
        (await manager.Ask("POST /api/bakery/tasks/987654321/start")).Status.ShouldBe(404);
        (await manager.Works("GET /api/bakery/plan")).Body.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_station_keeps_its_steps_under_another_name_and_a_kept_plan_the_steps_it_was_made_of()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var kept = await house.Keep(20);
        await house.Manager.Works("PUT /api/bakery/stations", new object[]
        {
            new { id = house.Oven, name = "Deck oven", units = 2, opens = "02:00", closes = "12:00" },
            new { id = house.Hands, name = "Hands", units = 2 },
            new { id = house.Mixer, name = "Mixer", units = 1 },
        });
        var method = (await house.Manager.Works($"GET /api/menu/items/{house.Croissant}/steps")).Body;
        method.GetProperty("steps")[1].GetProperty("station").GetString().ShouldBe("Deck oven");
        await house.Manager.Works($"PUT /api/menu/items/{house.Croissant}/steps", new { steps = Array.Empty<object>() });
        (await house.Manager.Works("GET /api/bakery/methods")).Items.Single().GetProperty("name").GetString().ShouldBe("Croissant dough");
        var plan = (await house.Manager.Works("GET /api/bakery/plan")).Body;
        Bakehouse.Left(plan).ShouldBe(Bakehouse.Left(kept.Body));
    }
}

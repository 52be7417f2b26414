using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Baking;

/// <summary>Tomorrow's list becomes timed tasks, and the kitchen works by them.</summary>
public sealed class BakingTests(CafeApp app)
{
    private static readonly string[] FiftyAtSeven =
        ["04:15 mix 5", "04:35 rest 5", "05:35 shape 25", "05:35 shape 25", "06:05 bake 20", "06:25 bake 30", "06:45 cool 50"];

    private static object Ordered(Bakehouse house, int quantity, int hour) => new
    {
        type = "takeaway",
        items = new[] { new { menu_item_id = house.Croissant, quantity } },
        scheduled_for = house.At(hour),
    };

    [Fact]
    public async Task What_is_ordered_becomes_tasks_backwards_from_the_shelf_through_dough_and_ovens()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        await house.Manager.Works("POST /api/orders", Ordered(house, 40, 9));
        await house.Manager.Works("POST /api/orders", Ordered(house, 10, 6)); // before it is on the shelf
        var plan = (await house.Manager.Works($"GET /api/bakery/plan?date={house.Day:yyyy-MM-dd}")).Body;
        plan.GetProperty("version").GetInt64().ShouldBe(0);
        plan.GetProperty("items").EnumerateArray().Select(i => $"{i.GetProperty("due_time")} {i.GetProperty("quantity")}")
            .ShouldBe(["06:00 10", "07:00 40"]);
        // The ten: cool from 5:45, bake from 5:25, shape from 4:55. Their dough is that of the forty, too.
        Bakehouse.Left(plan).ShouldBe(
        [
            "03:35 mix 5", "03:55 rest 5", "04:55 shape 10", "05:35 shape 25", "05:25 bake 10", "05:35 shape 15", "06:05 bake 10",
            "05:45 cool 10", "06:25 bake 30", "06:45 cool 40",
        ], ignoreOrder: true);
        plan.GetProperty("late_minutes").GetInt32().ShouldBe(0);
        var bake = Bakehouse.Task(plan, "bake");
        (bake.GetProperty("temperature").GetString(), bake.GetProperty("station").GetString()).ShouldBe(("220 °C, steam", "Oven"));
        var batches = plan.GetProperty("batches").EnumerateArray().ToList();
        batches.ConvertAll(b => $"{b.GetProperty("name")} {b.GetProperty("quantity")} {b.GetProperty("due_time")}").ShouldBe(
            ["Croissant dough 5 04:55", "Butter croissant 10 06:00", "Butter croissant 40 07:00"]);
        batches[1].GetProperty("made_of")[0].GetString().ShouldBe("Croissant dough");

        // Kept with what the baker thinks right, it has a version, and says who keeps it.
        var kept = await house.Manager.Works("POST " + house.Path, new
        {
            items = new object[] { new { menu_item_id = house.Croissant, quantity = 60, due_at = "08:00" } },
            doughs = new[] { new { inventory_id = house.Dough, quantity = 12 } },
            version = 0,
        });
        (kept.Body.GetProperty("version").GetInt64(), kept.Text("kept_by")).ShouldBe((1L, (await house.Manager.Me()).Name));
        Bakehouse.Left(kept.Body).Where(t => t.Contains("mix")).ShouldBe(["04:25 mix 2", "04:45 mix 10"]);
        (await house.Manager.Ask("POST " + house.Path, new { version = 0 })).Status.ShouldBe(412);
        // The plan in hand is shown where no day is asked for.
        (await house.Manager.Works("GET /api/bakery/plan")).Text("date").ShouldBe($"{house.Day:yyyy-MM-dd}");
    }

    [Fact]
    public async Task Standing_orders_that_are_no_orders_yet_are_in_it_and_what_has_no_steps_is_named()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var espresso = (await house.Shop.Item("Espresso")).Id;
        var guest = (await house.Manager.Works("POST /api/customers", new { name = "Rita", phone = "+351912000333" })).Id;
        var day = house.Day.AddDays(3);
        await house.Manager.Works("POST /api/standing-orders", new
        {
            customer_id = guest,
            weekdays = new[] { day.DayOfWeek.ToString()[..3].ToLowerInvariant() },
            at = "08:30",
            days_ahead = 0,
            items = new[] { new { menu_item_id = house.Croissant, quantity = 7 }, new { menu_item_id = espresso, quantity = 2 } },
        });
        var plan = (await house.Manager.Works($"GET /api/bakery/plan?date={day:yyyy-MM-dd}")).Body;
        plan.GetProperty("items").EnumerateArray().Single().GetProperty("quantity").GetInt32().ShouldBe(7);
        var without = plan.GetProperty("without_method").EnumerateArray().Single();
        (without.GetProperty("name").GetString(), without.GetProperty("quantity").GetInt32()).ShouldBe(("Espresso", 2));
    }

    [Fact]
    public async Task Two_bakers_who_begin_at_once_are_one_and_the_other_hears_who_was_first()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var plan = (await house.Keep(50)).Body;
        var barista = await house.When(house.At(4, 15), "barista");
        var cashier = await house.Shop.As("cashier", house.Process);
        var mix = Bakehouse.IdOf(Bakehouse.Task(plan, "mix"));
        var both = await Task.WhenAll(
            barista.Ask($"POST /api/bakery/tasks/{mix}/start"), cashier.Ask($"POST /api/bakery/tasks/{mix}/start"));
        both.Select(b => b.Status).ShouldBe([200, 409], ignoreOrder: true);
        both.Single(b => b.Status == 409).Code.ShouldBe("task_begun");
        var first = both[0].Status == 200 ? barista : cashier;
        (await first.Works($"POST /api/bakery/tasks/{mix}/start")).Body.GetProperty("tasks")[0].GetProperty("status").GetString()
            .ShouldBe("begun"); // a second tap of the same hand
        var manager = await house.Shop.As("manager", house.Process);
        var told = (await manager.Works("GET /api/events?after=0&limit=200")).Items
            .Where(e => e.GetProperty("event").GetString() == "bake_plan_updated").ToList();
        told[^1].GetProperty("data").GetProperty("task_id").GetInt64().ShouldBe(mix);
        told[^1].GetProperty("data").GetProperty("status").GetString().ShouldBe("begun");
    }

    [Fact]
    public async Task Whoever_is_late_has_the_rest_planned_anew_and_is_told_by_how_much_and_why()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var plan = (await house.Keep(50)).Body;
        Bakehouse.Left(plan).ShouldBe(FiftyAtSeven);
        // More than half an hour late, and nobody has begun.
        var baker = await house.When(house.At(4, 50), "barista");
        var late = (await baker.Works($"GET /api/bakery/plan?date={house.Day:yyyy-MM-dd}")).Body;
        late.GetProperty("late_minutes").GetInt32().ShouldBe(35); // the first load goes in when all are shaped
        var mix = Bakehouse.Task(late, "mix");
        (mix.GetProperty("from_time").GetString(), mix.GetProperty("late_minutes").GetInt32(), mix.GetProperty("late_reason").GetString())
            .ShouldBe(("04:50", 35, "not_begun"));
        var shape = Bakehouse.Task(late, "shape");
        (shape.GetProperty("late_reason").GetString(), shape.GetProperty("late_of").GetString()).ShouldBe(("dough", "Croissant dough"));
        var bake = Bakehouse.Task(late, "bake");
        (bake.GetProperty("late_reason").GetString(), bake.GetProperty("late_of").GetString()).ShouldBe(("step_before", "shape"));
        mix.GetProperty("planned_from").GetDateTimeOffset().ShouldBe(house.At(4, 15));

        // Begun now, done five minutes early; the rest begins by itself.
        await baker.Works($"POST /api/bakery/tasks/{Bakehouse.IdOf(mix)}/start");
        baker = await house.When(house.At(5, 5), "barista");
        var after = (await baker.Works($"POST /api/bakery/tasks/{Bakehouse.IdOf(mix)}/done")).Body;
        var rest = Bakehouse.Task(after, "rest");
        (rest.GetProperty("status").GetString(), rest.GetProperty("until_time").GetString()).ShouldBe(("begun", "06:05"));
        Bakehouse.Left(after).ShouldBe(
            ["05:05 rest 5", "06:05 shape 25", "06:05 shape 25", "06:35 bake 30", "06:55 bake 20", "07:15 cool 50"], ignoreOrder: true);

        // A step that comes later waits for what somebody has to do before it.
        baker = await house.When(house.At(6, 5), "barista");
        var tooSoon = await baker.Ask($"POST /api/bakery/tasks/{Bakehouse.IdOf(bake)}/start");
        (tooSoon.Status, tooSoon.Code).ShouldBe((409, "step_before_not_done"));
        var shapes = after.GetProperty("tasks").EnumerateArray().Where(t => t.GetProperty("kind").GetString() == "shape")
            .Select(Bakehouse.IdOf).ToList();
        foreach (var one in shapes)
            await baker.Works($"POST /api/bakery/tasks/{one}/start");
        baker = await house.When(house.At(6, 20), "barista"); // they are quick
        foreach (var one in shapes)
            after = (await baker.Works($"POST /api/bakery/tasks/{one}/done")).Body;
        after.GetProperty("late_minutes").GetInt32().ShouldBe(15);
        Bakehouse.Left(after).ShouldBe(["06:20 bake 30", "06:40 bake 20", "07:00 cool 50"], ignoreOrder: true);

        // One oven: the second load waits until somebody says that the first is out.
        var loads = new[] { 30m, 20m }.Select(q => Bakehouse.IdOf(Bakehouse.Task(after, "bake", q))).ToList();
        await baker.Works($"POST /api/bakery/tasks/{loads[0]}/start");
        var taken = await baker.Ask($"POST /api/bakery/tasks/{loads[1]}/start");
        (taken.Status, taken.Code).ShouldBe((409, "station_busy"));
        baker = await house.When(house.At(6, 38), "barista");
        await baker.Works($"POST /api/bakery/tasks/{loads[0]}/done");
        await baker.Works($"POST /api/bakery/tasks/{loads[1]}/start");
        // A slip of the finger.
        await baker.Works($"POST /api/bakery/tasks/{loads[1]}/done");
        var back = (await baker.Works($"POST /api/bakery/tasks/{loads[1]}/back")).Body;
        Bakehouse.Task(back, "bake", 20).GetProperty("status").GetString().ShouldBe("begun");
        baker = await house.When(house.At(6, 58), "barista");
        await baker.Works($"POST /api/bakery/tasks/{loads[1]}/done");
        var manager = await house.When(house.At(7, 20));
        var end = (await manager.Works($"GET /api/bakery/plan?date={house.Day:yyyy-MM-dd}")).Body;
        end.GetProperty("batches").EnumerateArray().ShouldAllBe(b => b.GetProperty("status").GetString() == "done");

        // Planned against actual: the dough half an hour late, the croissants thirteen minutes.
        var report = (await manager.Works($"GET /api/reports/baking?from={house.Day:yyyy-MM-dd}&to={house.Day:yyyy-MM-dd}")).Body;
        var row = report.GetProperty("days")[0];
        (row.GetProperty("batches").GetInt32(), row.GetProperty("done").GetInt32(), row.GetProperty("in_time").GetInt32(),
            row.GetProperty("latest_minutes").GetInt32()).ShouldBe((2, 2, 0, 30));
        report.GetProperty("stations").EnumerateArray()
            .Select(s => $"{s.GetProperty("station")} {s.GetProperty("tasks")} {s.GetProperty("in_time")} {s.GetProperty("late_minutes")}")
            .ShouldBe(["Hands 2 0 30", "Mixer 1 0 30", "Oven 2 1 33"]);
    }

    [Fact]
    public async Task What_was_made_goes_into_stock_where_it_is_asked_for_and_once()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var plan = (await house.Keep(50)).Body;
        var mix = Bakehouse.IdOf(Bakehouse.Task(plan, "mix"));
        var manager = await house.When(house.At(4, 20));
        var shape = Bakehouse.IdOf(Bakehouse.Task(plan, "shape"));
        var refused = await manager.Ask($"POST /api/bakery/tasks/{shape}/done", new { book = true });
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["book"]); // a product takes from stock when it is sold
        var key = ("Idempotency-Key", "done-once");
        await manager.Works($"POST /api/bakery/tasks/{mix}/done", new { book = true, quantity = 4.8, lot = "D-1" }, key);
        await manager.Works($"POST /api/bakery/tasks/{mix}/done", new { book = true, quantity = 4.8, lot = "D-1" }, key);
        (await manager.Stock(house.Dough)).ShouldBe(4.8m);
        var again = await manager.Ask($"POST /api/bakery/tasks/{mix}/done", new { book = true });
        (again.Status, again.Code).ShouldBe((409, "already_booked"));
        var batch = (await manager.Works($"GET /api/bakery/plan?date={house.Day:yyyy-MM-dd}")).Body.GetProperty("batches")[0];
        (batch.Decimal("booked"), batch.Decimal("in_stock")).ShouldBe((4.8m, 4.8m));
        // Who may not move stock may say that it is done, and no more.
        var barista = await house.Shop.As("barista", house.Process);
        (await barista.Ask($"POST /api/bakery/tasks/{mix}/back")).Status.ShouldBe(200);
        (await barista.Ask($"POST /api/bakery/tasks/{mix}/done", new { book = true })).Status.ShouldBe(403);
    }

    [Fact]
    public async Task What_nobody_has_touched_for_six_hours_after_it_was_due_is_in_nobodys_way()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        await house.Keep(50);
        var manager = await house.When(house.At(12, 59));
        var late = (await manager.Works("GET /api/bakery/plan")).Body;
        (late.GetProperty("date").GetString(), late.GetProperty("late_minutes").GetInt32()).ShouldBe(($"{house.Day:yyyy-MM-dd}", 524));
        manager = await house.When(house.At(13, 1));
        (await manager.Works("GET /api/bakery/plan")).Text("date").ShouldBe($"{house.Day.AddDays(1):yyyy-MM-dd}");
        var missed = (await manager.Works($"GET /api/bakery/plan?date={house.Day:yyyy-MM-dd}")).Body;
        missed.GetProperty("batches").EnumerateArray().Select(b => b.GetProperty("status").GetString()).Distinct().ShouldBe(["missed"]);
        missed.GetProperty("late_minutes").GetInt32().ShouldBe(0);
        var day = (await manager.Works($"GET /api/reports/baking?from={house.Day:yyyy-MM-dd}&to={house.Day:yyyy-MM-dd}")).Body
            .GetProperty("days")[0];
        (day.GetProperty("done").GetInt32(), day.GetProperty("missed").GetInt32()).ShouldBe((0, 2));
    }

    [Fact]
    public async Task Planned_again_what_is_begun_stays_and_only_what_goes_beyond_it_is_added()
    {
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var plan = (await house.Keep(50)).Body;
        var manager = await house.When(house.At(4, 20));
        await manager.Works($"POST /api/bakery/tasks/{Bakehouse.IdOf(Bakehouse.Task(plan, "mix"))}/start");
        var more = (await manager.Works(
            "POST " + house.Path, new { items = new[] { new { menu_item_id = house.Croissant, quantity = 80 } } })).Body;
        more.GetProperty("version").GetInt64().ShouldBe(2);
        more.GetProperty("batches").EnumerateArray()
            .Select(b => $"{b.GetProperty("name")} {b.GetProperty("quantity")} {b.GetProperty("status")}")
            .ShouldBe(["Croissant dough 5 begun", "Croissant dough 3 planned", "Butter croissant 80 planned"], ignoreOrder: true);
    }
}

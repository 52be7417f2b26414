using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Baking;

/// <summary>Whatever the clock does, and whoever taps what when.</summary>
public sealed class BakeNightTests(CafeApp app)
{
    [Fact]
    public async Task In_the_nights_in_which_the_clocks_change_dough_takes_as_long_as_ever()
    {
        // A cluster of its own: to a server in another year, what other tests have left is old.
        await using var own = new CafeApp();
        await own.InitializeAsync();
        var clock = new FrozenClock(new(2027, 3, 27, 17, 0, 0, TimeSpan.Zero));
        var house = await Bakehouse.Open(own, clock, ("time_zone", "Europe/Berlin"), ("day_starts_at", "04:00"));
        await house.Manager.Works($"PUT /api/menu/items/{house.Croissant}/steps", new
        {
            on_shelf_at = "07:00",
            steps = new object[] { new { kind = "proof", minutes = 300 }, new { kind = "bake", minutes = 60, station_id = house.Oven } },
        });
        // Seven in summer time is five in UTC: six hours before it are eleven at night, winter time still.
        var spring = (await house.Keep(10)).Body;
        var proof = Bakehouse.Task(spring, "proof");
        (
            proof.GetProperty("from_date").GetString(),
            proof.GetProperty("from_time").GetString(),
            proof.GetProperty("until_time").GetString())
            .ShouldBe(("2027-03-28", "00:00", "06:00"));
        proof.GetProperty("from").GetDateTimeOffset().ShouldBe(new(2027, 3, 27, 23, 0, 0, TimeSpan.Zero));
        // What is early in the morning belongs to the night of the day before.
        var night = (await house.Manager.Works("POST /api/bakery/plan/2027-03-28", new
        {
            items = new[] { new { menu_item_id = house.Croissant, quantity = 10, due_at = "03:30" } },
        })).Body;
        night.GetProperty("batches").EnumerateArray().Last().GetProperty("due_at").GetDateTimeOffset()
            .ShouldBe(new(2027, 3, 29, 1, 30, 0, TimeSpan.Zero));

        clock.Move(new DateTimeOffset(2027, 10, 30, 17, 0, 0, TimeSpan.Zero) - clock.GetUtcNow());
        var manager = await house.Shop.As("manager", house.Process);
        var autumn = (await manager.Works("POST /api/bakery/plan/2027-10-31", new
        {
            items = new[] { new { menu_item_id = house.Croissant, quantity = 10 } },
        })).Body;
        proof = Bakehouse.Task(autumn, "proof");
        (proof.GetProperty("from_time").GetString(), proof.GetProperty("until_time").GetString()).ShouldBe(("02:00", "06:00"));
        proof.GetProperty("from").GetDateTimeOffset().ShouldBe(new(2027, 10, 31, 0, 0, 0, TimeSpan.Zero)); // the first two o'clock
        // A station that closes at half past two closes once.
        await manager.Works("PUT /api/bakery/stations", new object[]
        {
            new { id = house.Mixer, name = "Mixer", opens = "18:00", closes = "02:30" },
            new { id = house.Hands, name = "Hands", units = 2 },
            new { id = house.Oven, name = "Oven" },
        });
        var again = (await manager.Works("GET /api/bakery/plan?date=2027-10-31")).Body;
        again.GetProperty("late_minutes").GetInt32().ShouldBe(0);
    }

    /// <summary>
    /// Two days' plans that share an oven, made and worked at by whoever comes along, at any time: no unit is planned for two things at
    /// once, and nothing that is planned lies in the past.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Schedules_never_overlap_whatever_is_begun_and_done_when(int seed)
    {
        var random = new Random(seed);
        var house = await Bakehouse.Open(app, Bakehouse.Evening());
        var rye = (await house.Shop.Item("Rye loaf")).Id;
        await house.Manager.Works($"PUT /api/menu/items/{rye}/steps", new
        {
            on_shelf_at = "06:30",
            steps = new object[]
            {
                new { kind = "mix", minutes = 15, station_id = house.Mixer, load = 20 },
                new { kind = "proof", minutes = 50 },
                new { kind = "bake", minutes = 45, station_id = house.Oven, load = 12 },
                new { kind = "other", name = "brush", minutes = 5, station_id = house.Hands, load = 10 },
            },
        });
        async Task Keep(ComandaClient manager, DateOnly day) => await manager.Works($"POST /api/bakery/plan/{day:yyyy-MM-dd}", new
        {
            items = new[]
            {
                new { menu_item_id = house.Croissant, quantity = random.Next(1, 120) },
                new { menu_item_id = rye, quantity = random.Next(1, 60) },
            },
        });
        await Keep(house.Manager, house.Day);
        await Keep(house.Manager, house.Day.AddDays(1));
        var now = house.At(2);
        for (var round = 0; round < 12; round++)
        {
            now = now.AddMinutes(random.Next(1, 50));
            var manager = await house.When(now);
            var tasks = await Planned(manager, house, now);
            foreach (var task in tasks.OrderBy(_ => random.Next()).Take(4))
            {
                var answer = await manager.Ask(
                    $"POST /api/bakery/tasks/{Bakehouse.IdOf(task)}/{(random.Next(3) == 0 ? "done" : "start")}");
                answer.Status.ShouldBeOneOf(200, 409);
            }

            if (round == 5)
                await Keep(manager, house.Day);
            await Planned(manager, house, now);
        }
    }

    private static async Task<List<JsonElement>> Planned(ComandaClient manager, Bakehouse house, DateTimeOffset now)
    {
        var tasks = new List<JsonElement>();
        foreach (var day in new[] { house.Day, house.Day.AddDays(1) })
            tasks.AddRange((await manager.Works($"GET /api/bakery/plan?date={day:yyyy-MM-dd}")).Body.GetProperty("tasks").EnumerateArray());
        tasks.RemoveAll(t => t.GetProperty("status").GetString() is "done" or "missed");
        var spans = tasks.Where(t => t.GetProperty("station_id").ValueKind != JsonValueKind.Null).ToLookup(
            t => (t.GetProperty("station").GetString(), t.GetProperty("station_unit").GetInt32()),
            t => (From: t.GetProperty("from").GetDateTimeOffset(), Until: t.GetProperty("until").GetDateTimeOffset()));
        foreach (var unit in spans)
        {
            var inOrder = unit.Where(s => s.Until > now).OrderBy(s => s.From).ThenBy(s => s.Until).ToList();
            foreach (var (before, after) in inOrder.Zip(inOrder.Skip(1)))
                after.From.ShouldBeGreaterThanOrEqualTo(before.Until, $"{unit.Key}");
        }

        tasks.Where(t => t.GetProperty("status").GetString() == "planned")
            .ShouldAllBe(t => t.GetProperty("from").GetDateTimeOffset() >= now);
        return tasks;
    }
}

using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Baking;

/// <summary>
/// A bakery at work, at a time that stands still: croissants are shaped and baked of dough that is mixed and rests. Dough, of 6 kg of flour
/// for 10 kg: mix 20 at the mixer (10 kg at once), rest 60. Croissant, of 100 g of it: shape 30 with two pairs of hands (25 at once), bake
/// 20 in the one oven (30 at once), cool 15.
/// </summary>
internal sealed record Bakehouse(TestShop Shop, FrozenClock Clock, Uri Process, ComandaClient Manager)
{
    public long Croissant { get; private init; }

    public long Dough { get; private init; }

    public long Mixer { get; private init; }

    public long Hands { get; private init; }

    public long Oven { get; private init; }

    /// <summary>The day whose plan it is: the shop's business day after the one in which the clock stands.</summary>
    public DateOnly Day { get; private init; }

    public string Path => $"/api/bakery/plan/{Day:yyyy-MM-dd}";

    public static async Task<Bakehouse> Open(CafeApp app, FrozenClock clock, params (string Key, string Value)[] settings)
    {
        var shop = await app.NewShop([("time_zone", "Etc/UTC"), ("opening_hours", "{}"), .. settings]);
        var process = await app.StartProcess(s => s.Replace(clock));
        var manager = await shop.As("manager", process);
        var stations = (await manager.Works("PUT /api/bakery/stations", new object[]
        {
            new { name = "Mixer", units = 1 },
            new { name = "Hands", units = 2 },
            new { name = "Oven", units = 1 },
        })).Body.EnumerateArray().Select(s => s.GetProperty("id").GetInt64()).ToList();
        var flour = await manager.Ingredient("Flour", "kg", 100, cost: 1);
        var dough = await manager.Ingredient("Croissant dough", "kg", 0);
        await manager.Works(
            $"PUT /api/inventory/{dough}/recipe",
            new { made = "ahead", yield = 10, items = new[] { new { inventory_id = flour, quantity = 6 } } });
        var croissant = (await shop.Item("Butter croissant")).Id;
        await manager.Works(
            $"PUT /api/menu/items/{croissant}/recipe", new[] { new { inventory_id = dough, quantity = 0.1 } });
        var house = new Bakehouse(shop, clock, process, manager)
        {
            Croissant = croissant,
            Dough = dough,
            Mixer = stations[0],
            Hands = stations[1],
            Oven = stations[2],
            Day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1),
        };
        await manager.Works($"PUT /api/inventory/{dough}/steps", new
        {
            steps = new object[]
            {
                new { kind = "mix", minutes = 20, station_id = house.Mixer, load = 10, temperature = "dough 24 °C" },
                new { kind = "rest", minutes = 60 },
            },
        });
        await manager.Works($"PUT /api/menu/items/{croissant}/steps", new
        {
            on_shelf_at = "07:00",
            steps = new object[]
            {
                new { kind = "shape", minutes = 30, station_id = house.Hands, load = 25 },
                new { kind = "bake", minutes = 20, station_id = house.Oven, load = 30, temperature = "220 °C, steam" },
                new { kind = "cool", minutes = 15 },
            },
        });
        return house;
    }

    /// <summary>The evening before the day.</summary>
    public static FrozenClock Evening() => new(new(DateTime.UtcNow.Date.AddDays(1).AddHours(18), TimeSpan.Zero));

    /// <summary>An instant of the day in UTC.</summary>
    public DateTimeOffset At(int hour, int minute = 0) => new(Day.ToDateTime(new(hour, minute)), TimeSpan.Zero);

    /// <summary>It is then; whoever is asked for signs in anew.</summary>
    public Task<ComandaClient> When(DateTimeOffset at, string who = "manager")
    {
        Clock.Move(at - Clock.GetUtcNow());
        return Shop.As(who, Process);
    }

    public Task<Answer> Keep(int croissants) =>
        Manager.Works("POST " + Path, new { items = new[] { new { menu_item_id = Croissant, quantity = croissants } } });

    /// <summary>Kind, quantity, from, of those of a plan that are not done.</summary>
    public static string[] Left(JsonElement plan) =>
    [
        .. plan.GetProperty("tasks").EnumerateArray().Where(t => t.GetProperty("status").GetString() != "done")
            .Select(t => $"{t.GetProperty("from_time")} {t.GetProperty("kind")} {t.GetProperty("quantity")}"),
    ];

    public static JsonElement Task(JsonElement plan, string kind, decimal? quantity = null) => plan.GetProperty("tasks").EnumerateArray()
        .First(t => t.GetProperty("kind").GetString() == kind && (quantity is null || t.Decimal("quantity") == quantity));

    public static long IdOf(JsonElement task) => task.GetProperty("id").GetInt64();
}

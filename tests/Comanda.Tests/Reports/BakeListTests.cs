using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

public sealed class BakeListTests(CafeApp app)
{
    [Fact]
    public async Task A_day_that_sold_out_counts_for_what_it_would_have_sold()
    {
        var shop = await app.NewShop(("time_zone", "Etc/UTC"));
        var clock = new MovableClock();
        var process = await app.StartProcess(services => services.Replace(clock));
        var first = DateTime.UtcNow.Date.AddDays(1);
        var item = (await shop.Item("Butter croissant")).Id;
        async Task<ComandaClient> At(int day, int hour, int minute)
        {
            clock.Move(new DateTimeOffset(first.AddDays(day).AddHours(hour).AddMinutes(minute), TimeSpan.Zero) - clock.GetUtcNow());
            return await shop.As("manager", process);
        }

        async Task Sell(ComandaClient manager, int quantity) => await manager.PlaceOrder(new("takeaway", [new(item, quantity)]));

        // Sold out at 12:40; and a week later there was enough: a quarter of it in the morning, a quarter at noon, half of it after.
        await (await At(0, 7, 0)).Works($"PUT /api/menu/items/{item}/stock", new { quantity = 10 });
        await Sell(await At(0, 8, 5), 4);
        await Sell(await At(0, 12, 40), 6);
        await (await At(7, 7, 0)).Works($"PUT /api/menu/items/{item}/stock", new { quantity = 100 });
        await Sell(await At(7, 8, 5), 10);
        await Sell(await At(7, 12, 5), 10);
        await Sell(await At(7, 16, 5), 20);

        var manager = await At(13, 18, 0);
        var list = await manager.Works("GET /api/reports/bake-list");
        list.Text("date").ShouldBe(DateOnly.FromDateTime(first.AddDays(14)).ToString("yyyy-MM-dd"));
        var row = list.Items.Single(); // nothing else is counted
        (
            row.GetProperty("menu_item_id").GetInt64(),
            row.GetProperty("bake").GetInt32(),
            row.Decimal("average"),
            row.GetProperty("left_now").GetInt32()).ShouldBe((item, 30, 30m, 60));
        var days = row.GetProperty("days").EnumerateArray().ToList();
        days.ConvertAll(d => (d.GetProperty("sold").GetInt32(), d.GetProperty("estimate").GetInt32())).ShouldBe([(40, 40), (10, 20)]);
        row.GetProperty("reason").GetString()!.ShouldContain("10, sold out 12:40, would have been 20");

        // What is ordered for the day already is baked in any case.
        await manager.Works("POST /api/orders", new
        {
            type = "takeaway",
            items = new[]
        {
            new { menu_item_id = item, quantity = 35 }
        },
            scheduled_for = new DateTimeOffset(first.AddDays(14).AddHours(9), TimeSpan.Zero)
        });
        row = (await manager.Works("GET /api/reports/bake-list")).Items.Single();
        (row.GetProperty("bake").GetInt32(), row.GetProperty("already_ordered").GetInt32()).ShouldBe((35, 35));
        var quiet = (await manager.Works($"GET /api/reports/bake-list?date={first.AddDays(15):yyyy-MM-dd}")).Items.Single();
        (quiet.GetProperty("bake").GetInt32(), quiet.GetProperty("reason").GetString()).ShouldBe((
            0,
            $"Nothing was sold in the shop on the last {first.AddDays(15).DayOfWeek}s."));
        (await manager.Ask("GET /api/reports/bake-list?weeks=0")).Fields.ShouldBe(["weeks"]);
        (await (await shop.As("barista", process)).Ask("GET /api/reports/bake-list")).Status.ShouldBe(200);
    }

    /// <summary>Ordered for next week: no other day's list knows of it, and its own does, wherever an edit moves it.</summary>
    [Fact]
    public async Task Trap29_what_is_ordered_for_later_is_on_the_list_of_its_own_day_alone()
    {
        var shop = await app.NewShop(("time_zone", "Etc/UTC"));
        var clock = new MovableClock();
        var process = await app.StartProcess(services => services.Replace(clock));
        var first = DateTime.UtcNow.Date.AddDays(1);
        var item = (await shop.Item("Butter croissant")).Id;
        clock.Move(new DateTimeOffset(first.AddHours(8), TimeSpan.Zero) - clock.GetUtcNow());
        var manager = await shop.As("manager", process);
        await manager.Works($"PUT /api/menu/items/{item}/stock", new { quantity = 10 });
        var later = await manager.Works("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = item, quantity = 25 } }, // more than there are today
            scheduled_for = At(7, 9),
        });
        foreach (var day in new[] { 0, 1, 6, 8 })
            (await Row(day)).ShouldBe((0, 0));
        (await Row(7)).ShouldBe((25, 25));
        (await manager.Works("GET /api/reports/bake-list")).Items.Single().GetProperty("left_now").GetInt32().ShouldBe(10);

        // Moved, changed, another round, cancelled: each time the list of its own day follows.
        var moved = await manager.Ask(
            $"PUT /api/orders/{later.Id}", new { scheduled_for = At(8, 9) }, ("If-Match", later.Text("version")!));
        moved.Status.ShouldBe(200, moved.ToString());
        (await Row(7)).ShouldBe((0, 0));
        (await Row(8)).ShouldBe((25, 25));
        var round = new { items = new[] { new { menu_item_id = item, quantity = 5 } } };
        await manager.Works($"POST /api/orders/{later.Id}/items", round);
        (await Row(8)).ShouldBe((30, 30));
        var other = await manager.Works("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = item, quantity = 4 } },
            scheduled_for = At(8, 23),
        });
        (await Row(8)).ShouldBe((34, 34));
        await manager.Works($"POST /api/orders/{other.Id}/cancel", new { reason = "ill" });
        (await Row(8)).ShouldBe((30, 30));

        // A week after it was handed over, it counts where it was eaten and not where it was ordered.
        clock.Move(TimeSpan.FromDays(14));
        manager = await shop.As("manager", process);
        (await Row(15, "sold")).ShouldBe((30, 0));
        (await Row(14, "sold")).ShouldBe((0, 0));

        DateTimeOffset At(int day, int hour) => new(first.AddDays(day).AddHours(hour), TimeSpan.Zero);

        async Task<(int, int)> Row(int day, string of = "")
        {
            var list = await manager.Works($"GET /api/reports/bake-list?date={first.AddDays(day):yyyy-MM-dd}");
            var row = list.Items.Single(r => r.GetProperty("menu_item_id").GetInt64() == item);
            return of == "sold"
                ? (row.GetProperty("days").EnumerateArray().Sum(d => d.GetProperty("sold").GetInt32()), 0)
                : (row.GetProperty("bake").GetInt32(), row.GetProperty("already_ordered").GetInt32());
        }
    }
}

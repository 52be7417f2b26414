using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Reports;

/// <summary>What was promised against what it took; and what the next guest is told.</summary>
public sealed class WaitsTests(CafeApp app)
{
    [Fact]
    public async Task The_quote_learns_from_what_it_took_and_says_how_often_it_is_right()
    {
        var shop = await app.NewShop(("time_zone", "Etc/UTC"), ("kitchen_hands", "50"));
        var manager = await shop.As("manager");
        var soup = (await manager.Works(
            "POST /api/menu/items", new { name = "Soup", category = "From the oven", price = 5, preparation_time = 10 })).Id;
        object basket = new { type = "takeaway", items = new[] { new { menu_item_id = soup } } };
        var first = (await manager.Works("POST /api/orders/preview", basket)).Body;
        first.GetProperty("estimated_time").GetInt32().ShouldBe(10);
        first.TryGetProperty("estimate_right_percent", out _).ShouldBeFalse();

        // Twenty that took 1 to 20 minutes.
        for (var minutes = 1; minutes <= 20; minutes++)
        {
            var order = await manager.Works("POST /api/orders", basket);
            await manager.Works($"PUT /api/orders/{order.Id}/status", new { status = "preparing" });
            await manager.Works($"PUT /api/orders/{order.Id}/status", new { status = "ready" });
            await app.Database.Scalar(
                """
                with m as (
                    update order_moves m set at = o.fired_at + make_interval(mins => $2) from orders o
                    where o.id = m.order_id and o.id = $1 and m.status = 'ready'
                )
                update order_items i set ready_at = o.fired_at + make_interval(mins => $2) from orders o
                where o.id = i.order_id and o.id = $1
                """,
                default,
                order.Id,
                minutes);
        }

        var report = (await manager.Works("GET /api/reports/waits")).Body;
        var total = report.GetProperty("total");
        (total.Decimal("orders"), total.Decimal("promised"), total.Decimal("took"), total.Decimal("kept_percent"))
            .ShouldBe((20, 10m, 10.5m, 50m));
        report.GetProperty("hours").EnumerateArray().Sum(h => h.Decimal("orders")).ShouldBe(20);
        var station = report.GetProperty("stations").EnumerateArray().Single();
        (station.GetProperty("key").GetString(), station.Decimal("took")).ShouldBe(("counter", 10.5m));
        (await manager.Ask("GET /api/reports/waits?from=x")).Status.ShouldBe(400);

        // Another process begins with what is known by now: eight in ten took 16 minutes at most.
        var there = await shop.As("manager", await app.StartProcess());
        var learned = (await there.Works("POST /api/orders/preview", basket)).Body;
        (learned.GetProperty("estimated_time").GetInt32(), learned.GetProperty("estimate_right_percent").GetInt32()).ShouldBe((16, 80));
        var placed = await there.Works("POST /api/orders", basket);
        placed.Body.GetProperty("estimated_time").GetInt32().ShouldBe(16);
        (await app.Database.Scalar("select quoted from orders where id = $1", default, placed.Id)).ShouldBe(10);
        var quote = (await there.Works("GET /api/reports/waits")).Body.GetProperty("quotes")[0];
        (quote.Decimal("factor"), quote.Decimal("right_percent"), quote.Decimal("orders")).ShouldBe((1.6m, 80, 20));
    }

    /// <summary>Whatever it took: the lesson is learned of enough, and says no wait that is not there.</summary>
    [Property(MaxTest = 300)]
    public void A_lesson_is_right_for_eight_in_ten_where_it_may_go_so_far((byte Hour, byte Quoted, byte Took)[] past, byte at)
    {
        var taken = past.Select(p => new WaitTaken(p.Hour % 24, p.Quoted, p.Took)).ToList();
        var lesson = WaitLesson.Of(taken, at % 24);
        if (taken.Count(t => t.Quoted > 0) < WaitLesson.Enough)
        {
            lesson.ShouldBeNull();
            return;
        }

        lesson.ShouldNotBeNull();
        lesson.Factor.ShouldBeInRange(0.5, 4);
        lesson.Orders.ShouldBeGreaterThanOrEqualTo(WaitLesson.Enough);
        if (lesson.Factor < 4)
            lesson.RightPercent.ShouldBeGreaterThanOrEqualTo(80);
        lesson.Say(0).ShouldBe(0);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>Sales that come after their hour, their day or their close.</summary>
public sealed partial class SyncOrdersTests
{
    [Fact]
    public async Task Trap29_an_hour_that_is_over_is_refused_but_not_of_a_sale_that_was_made_before_it()
    {
        var shop = await app.NewShop();
        var (clock, process) = await AtNoon();
        var manager = await shop.As("manager", process);
        var items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } };
        foreach (var path in new[] { "POST /api/orders", "POST /api/orders/preview" })
        {
            var now = clock.GetUtcNow();
            foreach (var over in new object[] { now.AddHours(-1), now.AddMinutes(-6), "2006-05-04T10:00:00Z", "0001-01-01T00:00:00Z" })
            {
                var refused = await manager.Ask(path, new { items, scheduled_for = over });
                (refused.Status, string.Join(",", refused.Fields)).ShouldBe((400, "scheduled_for"), $"{path} {over}: {refused}");
            }

            // Chosen, and then paid for.
            (await manager.Ask(path, new { items, scheduled_for = now.AddMinutes(-1) })).Status.ShouldBeLessThan(300, path);
        }

        var soon = clock.GetUtcNow().AddMinutes(30);
        var placed = await manager.Ask("POST /api/orders", new { items, scheduled_for = soon }, ("Idempotency-Key", "lost answer"));
        clock.Move(TimeSpan.FromHours(1));
        manager = await shop.As("manager", process);
        var again = await manager.Ask("POST /api/orders", new { items, scheduled_for = soon }, ("Idempotency-Key", "lost answer"));
        again.Id.ShouldBe(placed.Id);

        // Sold an hour ago for half an hour ago, and it comes only now; and one that was for an hour that was over when it was sold.
        object Queued(string key, int sold, int wanted) => new
        {
            key,
            made_at = clock.GetUtcNow().AddMinutes(sold),
            order = new { items, scheduled_for = clock.GetUtcNow().AddMinutes(wanted) },
        };
        var queue = new[] { Queued("earlier", -60, -30), Queued("over", -60, -90), Queued("later", -60, 60) };
        var results = await Send(manager, clock.GetUtcNow(), queue);
        Statuses(results).ShouldBe(["placed", "set_aside", "placed"]);
        Why(results[1]).ShouldBe("invalid_request");
        results[1].GetProperty("set_aside").ToString().ShouldContain("scheduled_for");
    }

    [Fact]
    public async Task Trap03_a_sale_from_before_the_close_keeps_its_day_in_a_late_session_and_the_close_stands()
    {
        var shop = await app.NewShop();
        var (clock, process) = await AtNoon();
        var manager = await shop.As("manager", process);
        var espresso = (await shop.Item("Espresso")).Id;
        var drawer = (await manager.Ask("POST /api/drawers/open", new { @float = 50 })).Id;
        var first = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        clock.Move(TimeSpan.FromMinutes(10));
        var sold = clock.GetUtcNow();
        clock.Move(TimeSpan.FromMinutes(10));
        manager = await shop.As("manager", process);
        var z = await manager.Ask($"POST /api/drawers/{drawer}/close", new { counted = 54.60m }); // the offline sale's cash lies in it
        var before = await manager.GetDailySales(first.BusinessDay);

        clock.Move(TimeSpan.FromDays(1));
        manager = await shop.As("manager", process);
        var today = (await manager.Ask("POST /api/drawers/open", new { @float = 20 })).Id;
        // The till's clock is three hours behind; ours decides.
        var slow = TimeSpan.FromHours(-3);
        var result = (await Send(manager, clock.GetUtcNow() + slow, Sale(espresso, sold + slow, "late-1"))).Single();
        result.GetProperty("status").GetString().ShouldBe("placed", result.ToString());
        var order = result.GetProperty("order");
        order.GetProperty("business_day").GetString().ShouldBe(first.BusinessDay.ToString("yyyy-MM-dd"));
        order.GetProperty("status").GetString().ShouldBe("completed"); // of a day that is over: nobody waits for it
        (order.GetProperty("created_at").GetDateTimeOffset() - sold).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));
        (order.GetProperty("till_clock").GetDateTimeOffset() - sold - slow).Duration().ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
        (order.GetProperty("received_at").GetDateTimeOffset() - clock.GetUtcNow()).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));

        (await manager.Ask($"GET /api/drawers/{drawer}")).ToString().ShouldBe(z.ToString());
        (
            Number((await manager.Ask($"GET /api/drawers/{today}")).Body, "orders"),
            (await manager.GetDailySales()).TotalSales).ShouldBe((0m, 0m));
        var late = (await manager.Ask("GET /api/drawers?status=open")).Items.Single(d => d.GetProperty("late").GetBoolean());
        (Number(late, "orders"), Number(late, "sales"), Number(late, "expected")).ShouldBe((1m, 2.30m, 2.30m));
        var day = await manager.GetDailySales(first.BusinessDay);
        (
            day.TotalSales,
            day.OrderCount,
            day.PaymentMethods["cash"]).ShouldBe((before.TotalSales + 2.30m, before.OrderCount + 1, before.PaymentMethods["cash"] + 2.30m));

        // The two counts together are right: what was too much there is too little here.
        var closed = await manager.Ask($"POST /api/drawers/{late.GetProperty("id").GetInt64()}/close", new { counted = 0 });
        (Number(closed.Body, "z_number"), Number(closed.Body, "difference") + Number(z.Body, "difference")).ShouldBe((2m, 0m));
        await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash")]));
        Number((await manager.Ask($"GET /api/drawers/{today}")).Body, "orders").ShouldBe(1m); // the till's own session goes on

        // One more that comes has a late session of its own.
        (await Send(manager, clock.GetUtcNow() + slow, Sale(espresso, sold + slow, "late-2")))[0]
            .GetProperty("status")
            .GetString()
            .ShouldBe("placed");
        (await manager.Ask($"GET /api/drawers/{closed.Id}")).ToString().ShouldBe(closed.ToString());
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap03_late_sales_and_closes_at_once_leave_every_sale_in_one_session()
    {
        var shop = await app.NewShop();
        var (clock, process) = await AtNoon();
        var manager = await shop.As("manager", process);
        var espresso = (await shop.Item("Espresso")).Id;
        var sold = clock.GetUtcNow();
        clock.Move(TimeSpan.FromMinutes(5));
        async Task<int> CloseAll()
        {
            var closed = 0;
            foreach (var open in (await manager.Ask("GET /api/drawers?status=open")).Items)
                closed += (await manager.Ask(
                    $"POST /api/drawers/{open.GetProperty("id").GetInt64()}/close",
                    new { counted = 0 })).Status == 200 ? 1 : 0;
            return closed;
        }

        (await manager.Ask("POST /api/drawers/open", new { @float = 50 })).Status.ShouldBe(201);
        (await CloseAll()).ShouldBe(1);
        var selling = Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            for (var n = 0; n < 3; n++)
                await Send(
                    manager,
                    clock.GetUtcNow(),
                    Sale(espresso, sold, $"late-{i}-{n}"),
                    Sale(espresso, clock.GetUtcNow(), $"now-{i}-{n}"));
        }));
        var closes = 0;
        while (!selling.IsCompleted)
            closes += await CloseAll();
        await selling;
        closes.ShouldBeGreaterThan(0);

        var sessions = (await manager.Ask("GET /api/drawers?limit=200")).Items.ToList();
        (sessions.Sum(d => Number(d, "orders")), sessions.Sum(d => Number(d, "sales"))).ShouldBe((300m, 690m));
        sessions.ShouldContain(d => d.GetProperty("late").GetBoolean());
        (await manager.GetDailySales()).TotalSales.ShouldBe(690m);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }
}

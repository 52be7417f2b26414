using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

public sealed partial class SyncOrdersTests(CafeApp app)
{
    private static object Sale(
        long item,
        DateTimeOffset madeAt,
        string key,
        int quantity = 1,
        bool? handedOver = null,
        long? cashier = null,
        decimal? total = null) => new
        {
            key,
            made_at = madeAt,
            handed_over = handedOver,
            cashier_id = cashier,
            total_amount = total,
            order = new
            {
                type = "takeaway",
                items = new[]
        {
            new { menu_item_id = item, quantity }
        },
                payments = new[] { new { method = "cash" } }
            },
        };

    private static async Task<JsonElement[]> Send(ComandaClient client, DateTimeOffset sentAt, params object[] sales)
    {
        var answer = await client.Ask("POST /api/orders/sync", new { sent_at = sentAt, orders = sales });
        answer.Status.ShouldBe(200, answer.ToString());
        return [.. answer.Body.GetProperty("results").EnumerateArray()];
    }

    private static string[] Statuses(IEnumerable<JsonElement> results) => [.. results.Select(r => r.GetProperty("status").GetString()!)];

    private static string Why(JsonElement result) => result.GetProperty("set_aside").GetProperty("code").GetString()!;

    private static decimal Number(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private async Task<(MovableClock Clock, Uri Process)> AtNoon()
    {
        var clock = new MovableClock();
        clock.Move(new DateTimeOffset(DateTime.UtcNow.Date.AddDays(1).AddHours(12), TimeSpan.Zero) - DateTimeOffset.UtcNow);
        return (clock, await app.StartProcess(services => services.Replace(clock)));
    }

    [Fact]
    public async Task Trap02_two_tabs_and_two_processes_flush_one_queue_of_sales_some_of_which_had_come()
    {
        var shop = await app.NewShop();
        var (one, two) = (await shop.As("cashier"), await shop.As("cashier", await app.StartProcess()));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var keys = Enumerable.Range(0, 20).Select(i => $"queue-{i}").ToArray();
        // These were tried before the network went, and came; the till never knew.
        foreach (var key in keys[..5])
            (await one.Ask("POST /api/orders", new
            {
                type = "takeaway",
                items = new[]
            {
                new { menu_item_id = espresso, quantity = 1 }
            },
                payments = new[] { new { method = "cash" } }
            }, ("Idempotency-Key", key))).Status.ShouldBe(201);
        var queue = keys.Select(k => Sale(espresso, now.AddMinutes(-2), k)).ToArray();

        var flushes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Send(i % 2 == 0 ? one : two, now, queue)));

        flushes.SelectMany(f => f).Select(r => r.GetProperty("status").GetString()).ShouldAllBe(s => s == "placed" || s == "repeated");
        flushes.SelectMany(f => f).Count(r => r.GetProperty("status").GetString() == "placed").ShouldBe(15);
        foreach (var i in Enumerable.Range(0, 20))
            flushes.Select(f => f[i].GetProperty("order").GetProperty("id").GetInt64()).Distinct().Count().ShouldBe(1);
        (await (await shop.As("manager")).GetDailySales()).OrderCount.ShouldBe(20);
    }

    [Fact]
    public async Task A_tills_clock_decides_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var years = now.AddYears(-6);
        var results = await Send(
            manager,
            years,
            Sale(espresso, years.AddMinutes(-7), "slow"),
            Sale(espresso, years.AddHours(2), "set back in between"));
        Statuses(results).ShouldBe(["placed", "placed"]);
        DateTimeOffset Created(int i) => results[i].GetProperty("order").GetProperty("created_at").GetDateTimeOffset();
        (Created(0) - now.AddMinutes(-7)).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
        (Created(1) - now).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
        results[1].GetProperty("order").GetProperty("received_at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(Created(1));
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
    }

    [Fact]
    public async Task The_kitchen_hears_of_what_nobody_has_yet_and_of_nothing_else()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var barista = (await manager.Ask("GET /api/users?limit=200")).Items
            .Single(u => u.GetProperty("username").GetString() == shop.Username("barista"))
            .GetProperty("id")
            .GetInt64();
        var trainee = (await manager.Ask("GET /api/users?limit=200")).Items
            .Single(u => u.GetProperty("username").GetString() == shop.Username("trainee"))
            .GetProperty("id")
            .GetInt64();
        var results = await Send(
            cashier,
            now,
            Sale(espresso, now.AddSeconds(-5), "waits"),
            Sale(espresso, now.AddMinutes(-5), "has it", handedOver: true, cashier: barista),
            Sale(espresso, now, "practice", cashier: trainee),
            Sale(espresso, now, "nobody", cashier: 987654321));
        Statuses(results).ShouldBe(["placed", "placed", "set_aside", "set_aside"]);
        (Why(results[2]), Why(results[3])).ShouldBe(("training_order", "invalid_request"));
        var (waits, has) = (results[0].GetProperty("order"), results[1].GetProperty("order"));
        (
            waits.GetProperty("status").GetString(),
            has.GetProperty("status").GetString(),
            has.GetProperty("cashier_id").GetInt64()).ShouldBe(("pending", "completed", barista));
        var tickets = (await manager.Ask("GET /api/kitchen/tickets")).Items.Select(t => t.GetProperty("order_id").GetInt64()).ToArray();
        tickets.ShouldBe([waits.GetProperty("id").GetInt64()]);
        var track = await manager.Ask($"GET /api/orders/{has.GetProperty("id").GetInt64()}/track");
        track.Body.GetProperty("timeline")
            .EnumerateArray()
            .Select(t => t.GetProperty("status").GetString())
            .ShouldBe(["pending", "completed"]);
        // It can be given back like any other.
        (await manager.Ask($"POST /api/orders/{has.GetProperty("id").GetInt64()}/refund", new { reason = "cold" })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task What_is_no_queue_is_refused_as_a_whole()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        (await cashier.Ask("POST /api/orders/sync", new { orders = Array.Empty<object>() })).Fields.ShouldBe(["orders"]);
        (await cashier.Ask(
            "POST /api/orders/sync",
            new { orders = Enumerable.Range(0, 101).Select(i => new { key = $"{i}" }) })).Fields.ShouldBe(["orders"]);
        (await cashier.Ask("POST /api/orders/sync", new { orders = 7 })).Fields.ShouldBe(["orders"]);
        (await cashier.Ask(
            "POST /api/orders/sync",
            new { orders = new[] { new { key = "x" } } },
            ("X-Device-Token", "a stranger's"))).Fields.ShouldBe(["X-Device-Token"]);
        (await (await shop.As("barista")).Ask("POST /api/orders/sync", new { orders = new[] { new { key = "x" } } })).Status.ShouldBe(403);
        (await (await shop.As("manager")).Ask("GET /api/orders/set-aside")).Items.ShouldBeEmpty();
    }
}

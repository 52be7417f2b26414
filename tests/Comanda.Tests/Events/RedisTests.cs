using System.Diagnostics;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comanda.Tests.Events;

/// <summary>With Redis everything is as without: killed, emptied, cut, nothing is lost and nothing wrong.</summary>
public sealed class RedisTests(CafeApp app)
{
    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    [Fact]
    public async Task Every_event_arrives_in_order_while_redis_is_killed_emptied_and_cut()
    {
        await using var redis = await RedisServer.Start();
        await using var line = new CuttableLine(redis.Port);
        var addresses = new List<Uri>();
        foreach (var port in new[] { redis.Port, line.Port })
            addresses.Add(await app.StartProcess(choose: o => o with { Redis = $"127.0.0.1:{port}" }));
        var shop = await app.NewShop();
        var listening = new List<(EventSocket Socket, List<long> Orders)>();
        foreach (var address in addresses)
            listening.Add((await (await shop.As("barista", address)).OpenSocket(), []));
        var sellers = await Task.WhenAll(addresses.Select(a => shop.As("cashier", a)));

        var sold = new List<long>();
        var troubles = new Func<Task>[]
        {
            () => Task.CompletedTask,
            () => redis.Ask("FLUSHALL"),
            () => { line.Cut(); return Task.CompletedTask; },
            () => { line.Down(); return Task.CompletedTask; },
            () => { line.Up(); return Task.CompletedTask; },
            redis.Pause, // it hangs, and answers nobody
            redis.Kill,
            redis.StartAgain,
            () => Task.CompletedTask,
        };
        foreach (var trouble in troubles)
        {
            await trouble();
            for (var n = 0; n < 6; n++)
                sold.Add(await Sell(sellers[n % 2], shop));
        }

        foreach (var (socket, orders) in listening)
        {
            var last = 0L;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (orders.Count < sold.Count)
            {
                var heard = (await socket.Read(patience.Token))!;
                heard.Seq.ShouldBeGreaterThan(last);
                last = heard.Seq;
                if (heard.Event == "order_created")
                    orders.Add(heard.Data.GetProperty("id").GetInt64());
            }

            orders.ShouldBe(sold);
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_ring_reaches_the_other_process_by_redis_too()
    {
        await using var redis = await RedisServer.Start();
        await using var one = RedisLink.Open($"redis://127.0.0.1:{redis.Port}/0", app.Database, NullLogger<RedisLink>.Instance);
        await using var other = RedisLink.Open($"127.0.0.1:{redis.Port}", app.Database, NullLogger<RedisLink>.Instance);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        other.Listen("events", heard.Enqueue);
        await Answers.Eventually(() => Task.FromResult(one.IsThere && !heard.IsEmpty));
        one.Publish("events", "ring");
        await Answers.Eventually(() => Task.FromResult(heard.Contains("ring")));
        await redis.Kill();
        await Answers.Eventually(() => Task.FromResult(!one.IsThere));
        one.Publish("events", "lost"); // to nobody, and no exception
        (await one.Get("anything")).ShouldBeNull();
        await redis.StartAgain();
        await Answers.Eventually(
            () =>
            {
                one.Publish("events", "again");
                return Task.FromResult(heard.Contains("again"));
            },
            seconds: 30);
        heard.ShouldNotContain("lost");
    }

    [Fact]
    public async Task Limits_hold_whether_redis_remembers_or_not()
    {
        await using var redis = await RedisServer.Start();
        var link = RedisLink.Open($"127.0.0.1:{redis.Port}", app.Database, NullLogger<RedisLink>.Instance);
        await Answers.Eventually(() => Task.FromResult(link.IsThere));
        var clock = new MovableClock();
        var (here, there) = (new Attempts(app.Database, clock, link), new Attempts(app.Database, clock, link));
        var key = "codes:phone:" + Guid.NewGuid();
        for (var n = 0; n < 3; n++)
            (await here.Use(key, 3, TimeSpan.FromHours(1), default)).ShouldBeNull();
        // On a machine that is busy Redis may be left alone for a moment; sooner or later it says it, and the row is not touched.
        await Answers.Eventually(async () =>
        {
            (await there.Use(key, 3, TimeSpan.FromHours(1), default)).ShouldNotBeNull();
            var before = await Count();
            (await here.Use(key, 3, TimeSpan.FromHours(1), default)).ShouldNotBeNull();
            return await redis.Ask("DBSIZE") == ":1" && Equals(await Count(), before);
        });

        await redis.Ask("FLUSHALL");
        (await here.Use(key, 3, TimeSpan.FromHours(1), default)).ShouldNotBeNull(); // empty: the database says it
        await redis.Kill();
        (await there.Use(key, 3, TimeSpan.FromHours(1), default)).ShouldNotBeNull();
        await redis.StartAgain();
        clock.Move(TimeSpan.FromMinutes(61));
        (await here.Use(key, 3, TimeSpan.FromHours(1), default)).ShouldBeNull(); // over is over, whatever Redis remembers
        await link.DisposeAsync();

        async Task<object?> Count() => await app.Database.Scalar("select count from attempts where key = $1", default, key);
    }

    [Fact]
    public async Task Nobody_waits_for_a_redis_that_hangs()
    {
        await using var redis = await RedisServer.Start();
        await using var link = RedisLink.Open($"127.0.0.1:{redis.Port}", app.Database, NullLogger<RedisLink>.Instance);
        await Answers.Eventually(() => Task.FromResult(link.IsThere));
        link.Put("kept", [1, 2, 3], TimeSpan.FromMinutes(1));
        await Answers.Eventually(async () => await link.Get("kept") is [1, 2, 3]);
        await redis.Pause();
        var asked = Stopwatch.StartNew();
        for (var n = 0; n < 50; n++)
            (await link.Get("kept")).ShouldBeNull();
        asked.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2)); // one moment for all of them, not one for each
    }

    [Fact]
    public async Task Products_kept_in_redis_are_never_older_than_the_menu()
    {
        await using var redis = await RedisServer.Start();
        var at = await app.StartProcess(choose: o => o with { Redis = $"127.0.0.1:{redis.Port}" });
        var shop = await app.NewShop();
        var manager = await shop.As("manager", at);
        var stranger = app.Stranger(shop, at);
        var espresso = await shop.Item("Espresso");
        await Answers.Eventually(() => Task.FromResult(true));
        for (var price = 3; price < 9; price++)
        {
            (await manager.Ask($"PUT /api/products/{espresso.Id}", new { price })).Status.ShouldBe(200);
            for (var times = 0; times < 3; times++)
            {
                var found = await stranger.Ask("GET /api/products?q=espresso");
                found.Items.First(i => i.GetProperty("id").GetInt64() == espresso.Id).GetProperty("price").GetDecimal().ShouldBe(price);
            }

            if (price == 5)
                await redis.Ask("FLUSHALL");
            if (price == 7)
                await redis.Kill();
        }
    }

    [Fact]
    public void The_setting_is_checked_at_the_start()
    {
        RedisLink.FromEnvironment(name => name == "REDIS_URL" ? "redis://localhost:6379" : null).ShouldBe("redis://localhost:6379");
        RedisLink.FromEnvironment(_ => null).ShouldBeNull();
        Should.Throw<StartupException>(() => RedisLink.FromEnvironment(_ => "http://localhost:6379")).Message
            .ShouldContain("COMANDA_REDIS");
    }
}

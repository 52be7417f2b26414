using System.Globalization;
using Comanda.Data;
using Comanda.Operations;

namespace Comanda.Tests.Operations;

/// <summary>Those who ask for much and do not read it.</summary>
public sealed class SlowReaderTests(CafeApp app)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task What_a_hundred_connections_do_not_read_is_not_held_a_hundred_times()
    {
        var large = await LargeMenu.Make(app);
        var manager = await large.Shop.As("manager");
        var token = "Authorization: Bearer " + manager.AccessToken;
        var data = Path.Combine(Path.GetTempPath(), "comanda-slow-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(data);
        try
        {
            var database = app.ConnectionString + ";Maximum Pool Size=8";
            await using var server = await ServerProcess.Serve(data, ServerProcess.FreePort(), database);
            string[] stranger = [$"X-Shop-Id: {large.Shop.Id}"];
            foreach (var (path, headers) in new[]
            {
                ("/api/menu", stranger),
                ($"/api/categories/{large.Category}/products", stranger),
                ("/api/menu/items/export", [.. stranger, token]),
            })
            {
                for (var warm = 0; warm < 4; warm++)
                {
                    using var whole = await UnreadRequest.Send(server.Address, "127.0.0.1", path, [.. headers, "Connection: close"]);
                    (await whole.ReadToEnd()).ShouldBeGreaterThan(1_500_000, path);
                }

                var before = server.Memory();
                var unread = new List<UnreadRequest>();
                for (var n = 0; n < 100; n++)
                    unread.Add(await UnreadRequest.Send(server.Address, $"127.0.1.{n + 1}", path, headers));
                foreach (var request in unread)
                    (await request.Status()).ShouldBe(200);
                // As one copy each it would be 600 MB, and twice that as text.
                (server.Memory() - before).ShouldBeLessThan(150_000_000, path);
                unread.ForEach(request => request.Dispose());
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_reader_who_takes_nothing_is_cut_off_and_one_who_reads_gets_everything()
    {
        var large = await LargeMenu.Make(app);
        await using var process = await app.StartPassingProcess(
            o => o with { ReaderPatience = TimeSpan.FromSeconds(2), LongAnswers = new(PerAddress: 1) });
        using var unread = await large.Unread(process.Address, "127.0.0.21");
        (await unread.Status()).ShouldBe(200);
        var stranger = app.StrangerFrom("127.0.0.21", large.Shop.Id, process.Address);

        // The one place of the address is free again only when the first connection has ended.
        await Answers.Eventually(async () => (await stranger.Ask("GET /api/menu")).Status == 200, 60);
        (await unread.ReadToEnd()).ShouldBeLessThan(LargeMenu.Least);
        using var whole = await stranger.Send(HttpMethod.Get, "/api/menu");
        (await whole.Content.ReadAsByteArrayAsync()).Length.ShouldBeGreaterThan(LargeMenu.Least);
    }

    [Fact]
    public async Task Strangers_of_one_address_get_so_many_long_answers_at_once_and_the_till_beside_them_goes_on()
    {
        var large = await LargeMenu.Make(app);
        await using var process = await app.StartPassingProcess(o => o with { ReaderPatience = Long, LongAnswers = new(PerAddress: 2) });
        var stranger = app.Stranger(large.Shop, process.Address);
        var tag = (await stranger.Ask("GET /api/menu")).Response.Headers.ETag!.Tag;
        using var first = await large.Unread(process.Address, "127.0.0.1");
        using var second = await large.Unread(process.Address, "127.0.0.1");
        (await first.Status(), await second.Status()).ShouldBe((200, 200));

        var refused = await stranger.Ask("GET /api/menu");
        (refused.Status, refused.Code, refused.Response.Headers.ETag).ShouldBe((429, "too_many_requests", null));
        refused.Response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        (await stranger.Ask($"GET /api/categories/{large.Category}/products")).Status.ShouldBe(429);
        (await stranger.Ask("GET /api/products?limit=200")).Status.ShouldBe(429);
        (await stranger.Ask("GET /swagger/swagger-ui-bundle.js")).Status.ShouldBe(429);
        (await stranger.Ask("GET /api/menu", null, ("X-Device-Token", "made up"))).Status.ShouldBe(429);

        // What is short, or known already, is not bounded; nor is who works here, a till, or somebody elsewhere.
        (await stranger.Ask("GET /api/products?limit=20")).Status.ShouldBe(200);
        (await stranger.Ask("GET /api/menu", null, ("If-None-Match", tag))).Status.ShouldBe(304);
        (await stranger.Ask("GET /api/menu", null, ("X-Device-Token", large.Shop.TillToken))).Status.ShouldBe(200);
        (await (await large.Shop.As("barista", process.Address)).Ask("GET /api/menu")).Status.ShouldBe(200);
        (await app.StrangerFrom("127.0.0.22", large.Shop.Id, process.Address).Ask("GET /api/menu")).Status.ShouldBe(200);

        first.Dispose();
        await Answers.Eventually(async () => (await stranger.Ask("GET /api/menu")).Status == 200, 30);
    }

    [Fact]
    public async Task All_strangers_together_are_bounded_too()
    {
        var large = await LargeMenu.Make(app);
        await using var process = await app.StartPassingProcess(
            o => o with { ReaderPatience = Long, LongAnswers = new(PerAddress: 2, InAll: 3) });
        var unread = new List<UnreadRequest>();
        foreach (var from in new[] { "127.0.0.31", "127.0.0.32", "127.0.0.33" })
            unread.Add(await large.Unread(process.Address, from));
        foreach (var request in unread)
            (await request.Status()).ShouldBe(200);
        (await app.StrangerFrom("127.0.0.34", large.Shop.Id, process.Address).Ask("GET /api/menu")).Status.ShouldBe(429);
        (await (await large.Shop.As("cashier", process.Address)).Ask("GET /api/menu")).Status.ShouldBe(200);
        unread.ForEach(request => request.Dispose());
    }

    [Fact]
    public async Task Behind_a_named_proxy_the_address_is_the_forwarded_one_and_elsewhere_it_is_not()
    {
        var large = await LargeMenu.Make(app);
        await using var process = await app.StartPassingProcess(
            o => o with { ReaderPatience = Long, LongAnswers = new(PerAddress: 1), TrustedProxies = ["127.0.0.1"] });
        using var unread = await large.Unread(process.Address, "127.0.0.1", "X-Forwarded-For: 203.0.113.7");
        using var forged = await large.Unread(process.Address, "127.0.0.41", "X-Forwarded-For: 203.0.113.8");
        (await unread.Status(), await forged.Status()).ShouldBe((200, 200));

        var proxied = app.Stranger(large.Shop, process.Address);
        (await proxied.Ask("GET /api/menu", null, ("X-Forwarded-For", "203.0.113.7"))).Status.ShouldBe(429);
        (await proxied.Ask("GET /api/menu", null, ("X-Forwarded-For", "203.0.113.8"))).Status.ShouldBe(200);
        var forger = app.StrangerFrom("127.0.0.41", large.Shop.Id, process.Address);
        (await forger.Ask("GET /api/menu", null, ("X-Forwarded-For", "203.0.113.9"))).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Readers_of_outdated_menus_are_cut_off_where_those_come_to_too_much()
    {
        var large = await LargeMenu.Make(app);
        await using var process = await app.StartPassingProcess(
            o => o with { ReaderPatience = Long, LongAnswers = new(PerAddress: 1, MostOutdated: LargeMenu.Least) });
        var manager = await large.Shop.As("manager", process.Address);
        var item = (await manager.Ask("GET /api/products?limit=1")).Items.Single().GetProperty("id").GetInt64();
        async Task Change(decimal price)
        {
            (await manager.Ask($"PUT /api/menu/items/{item}", new { price })).Status.ShouldBe(200);
            (await manager.Ask("GET /api/menu")).Status.ShouldBe(200);
        }

        async Task<int> Ask(string from) => (await app.StrangerFrom(from, large.Shop.Id, process.Address).Ask("GET /api/menu")).Status;

        using var oldest = await large.Unread(process.Address, "127.0.0.51");
        (await oldest.Status()).ShouldBe(200);
        await Change(5.10m);
        using var older = await large.Unread(process.Address, "127.0.0.52");
        (await older.Status()).ShouldBe(200);
        (await Ask("127.0.0.51")).ShouldBe(429); // still there: one outdated menu may be
        await Change(5.20m);

        await Answers.Eventually(async () => await Ask("127.0.0.51") == 200, 30);
        (await Ask("127.0.0.52")).ShouldBe(429);
        (await oldest.ReadToEnd()).ShouldBeLessThan(LargeMenu.Least);
    }

    [Fact]
    public void How_many_is_the_operators_choice()
    {
        var options = new ServeOptions();
        options.WithEnvironment(name => name == "COMANDA_LONG_ANSWERS_PER_ADDRESS" ? "7" : null).LongAnswers.PerAddress.ShouldBe(7);
        options.WithEnvironment(_ => null).LongAnswers.PerAddress.ShouldBe(32);
        foreach (var wrong in new[] { "0", "-1", "many", 20_000.ToString(CultureInfo.InvariantCulture) })
        {
            Should.Throw<StartupException>(() => options.WithEnvironment(name => name == "COMANDA_LONG_ANSWERS_PER_ADDRESS" ? wrong : null))
                .Message.ShouldContain("COMANDA_LONG_ANSWERS_PER_ADDRESS");
        }
    }
}

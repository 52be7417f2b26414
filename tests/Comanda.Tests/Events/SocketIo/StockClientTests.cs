using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Events.SocketIo;

/// <summary>The stock socket.io-client from npm, unchanged, through a shift.</summary>
public sealed class StockClientTests(CafeApp app)
{
    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    private static Task<NodePeer> Client(Uri at, object options) =>
        NodePeer.Start("socket-io.js", at.ToString(), JsonSerializer.Serialize(options));

    private static bool Tells(JsonElement line, long order) =>
        line.TryGetProperty("event", out var name)
        && name.GetString() == "order_created"
        && line.GetProperty("args")[0].GetProperty("data").GetProperty("id").GetInt64() == order;

    private static List<long> Seqs(NodePeer client) =>
    [
        .. client.Said.Where(s => s.TryGetProperty("event", out _)).Select(s => s.GetProperty("args")[0].GetProperty("seq").GetInt64()),
    ];

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    [InlineData("polling,websocket")]
    public async Task It_connects_hears_and_comes_back_after_a_cut_with_nothing_lost_or_repeated(string transports)
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        await using var line = new CuttableLine(app.Address.Port);
        await using var client = await Client(
            line.Address,
            new { auth = new { token = cashier.AccessToken }, transports = transports.Split(',') });
        await client.Tell(new { @do = "connect" });
        await client.Hears(s => s.TryGetProperty("connected", out _));
        if (transports.Contains(','))
            await client.Hears(s => s.TryGetProperty("upgraded", out var to) && to.GetString() == "websocket");

        var sold = new List<long> { await Sell(cashier, shop) };
        await client.Hears(s => Tells(s, sold[^1]));
        for (var cut = 1; cut <= 3; cut++)
        {
            line.Down();
            await client.Hears("disconnected", cut);
            sold.Add(await Sell(cashier, shop)); // while it is away
            line.Up();
            var back = (await client.Hears("connected", cut + 1))[^1];
            back.GetProperty("recovered").GetBoolean().ShouldBeTrue();
            sold.Add(await Sell(cashier, shop));
            await client.Hears(s => Tells(s, sold[^1]));
        }

        client.Said.Where(s => s.TryGetProperty("event", out var name) && name.GetString() == "order_created")
            .Select(s => s.GetProperty("args")[0].GetProperty("data").GetProperty("id").GetInt64())
            .ShouldBe(sold);
        Seqs(client).ShouldBe(Seqs(client).Distinct().Order());
    }

    [Fact]
    public async Task It_is_kept_alive_by_pings_on_either_way()
    {
        var shop = await app.NewShop();
        var quick = await app.StartProcess(services => services.AddSingleton(new SocketIoOptions
        {
            PingInterval = TimeSpan.FromMilliseconds(300),
            PingTimeout = TimeSpan.FromMilliseconds(1_500),
        }));
        var cashier = await shop.As("cashier", quick);
        foreach (var transport in new[] { "polling", "websocket" })
        {
            await using var client = await Client(
                quick,
                new { auth = new { token = cashier.AccessToken }, transports = new[] { transport } });
            await client.Tell(new { @do = "connect" });
            await client.Hears("ping", 12);
            client.Said.Any(s => s.TryGetProperty("disconnected", out _)).ShouldBeFalse();
            client.Said.Count(s => s.TryGetProperty("connected", out _)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_session_that_ends_is_told_and_the_client_stays_away()
    {
        var shop = await app.NewShop();
        var second = await app.StartProcess();
        foreach (var transport in new[] { "polling", "websocket" })
        {
            var cashier = await shop.As("cashier");
            await using var client = await Client(
                second,
                new { auth = new { token = cashier.AccessToken }, transports = new[] { transport } });
            await client.Tell(new { @do = "connect" });
            await client.Hears("connected", 1);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await cashier.SignOut(); // at another process
            var end = await client.Hears(s => s.TryGetProperty("disconnected", out _));
            clock.ElapsedMilliseconds.ShouldBeLessThan(3_000);
            end.GetProperty("disconnected").GetString().ShouldBe("io server disconnect");
            end.GetProperty("active").GetBoolean().ShouldBeFalse();
            await Task.Delay(500);
            client.Said.Count(s => s.TryGetProperty("connected", out _)).ShouldBe(1);

            // With the old token it is refused in words; signed in anew it is let in.
            await client.Tell(new { @do = "connect" });
            var refused = await client.Hears(s => s.TryGetProperty("refused", out _));
            refused.GetProperty("refused").GetString().ShouldBe("session_ended");
            refused.GetProperty("data").GetProperty("status").GetInt32().ShouldBe(401);
            var again = await shop.As("cashier");
            await client.Tell(new { @do = "auth", auth = new { token = again.AccessToken } });
            await client.Tell(new { @do = "connect" });
            await client.Hears("connected", 2);
        }
    }

    [Fact]
    public async Task A_session_that_runs_out_ends_as_one_that_is_ended()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        await using var client = await Client(app.Address, new { auth = new { token = cashier.AccessToken } });
        await client.Tell(new { @do = "connect" });
        await client.Hears("connected", 1);
        await app.Database.Scalar(
            "update sessions set expires_at = now() where id = (select max(id) from sessions where shop_id = $1)", default, shop.Id);
        var end = await client.Hears(s => s.TryGetProperty("disconnected", out _)); // at the next look
        end.GetProperty("disconnected").GetString().ShouldBe("io server disconnect");
    }

    [Fact]
    public async Task A_restart_only_hangs_up_and_the_client_finds_the_next_process()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        foreach (var transport in new[] { "polling", "websocket" })
        {
            var old = await app.StartPassingProcess(o => o);
            await using var line = new CuttableLine(old.Address.Port);
            await using var client = await Client(
                line.Address,
                new { auth = new { token = cashier.AccessToken }, transports = new[] { transport } });
            await client.Tell(new { @do = "connect" });
            await client.Hears("connected", 1);
            var before = await Sell(cashier, shop);
            await client.Hears(s => Tells(s, before));
            line.LeadTo(app.Address.Port);
            await old.DisposeAsync();
            var end = await client.Hears(s => s.TryGetProperty("disconnected", out _));
            end.GetProperty("disconnected").GetString().ShouldBe("transport close");
            end.GetProperty("active").GetBoolean().ShouldBeTrue();
            var back = (await client.Hears("connected", 2))[^1];
            back.GetProperty("recovered").GetBoolean().ShouldBeTrue(); // by another process than it was at
            var after = await Sell(cashier, shop);
            await client.Hears(s => Tells(s, after));
            Seqs(client).ShouldBe(Seqs(client).Distinct().Order());
        }
    }

    [Fact]
    public async Task What_it_emits_is_refused_politely_bytes_too_and_it_goes_on()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        foreach (var transports in new[] { "polling", "websocket", "polling,websocket" })
        {
            await using var client = await Client(
                app.Address,
                new { auth = new { token = cashier.AccessToken }, transports = transports.Split(',') });
            await client.Tell(new { @do = "connect" });
            await client.Hears("connected", 1);
            await client.Tell(new { @do = "emit", @event = "order", args = new[] { 1 } });
            await client.Tell(new { @do = "emit", @event = "photo", binary = 300_000, ack = true });
            await client.Tell(new { @do = "emit", @event = "order", args = new[] { 2 }, ack = true });
            var answers = await client.Hears("ack", 2);
            answers.ShouldAllBe(a => a.GetProperty("ack")[0].GetProperty("status").GetInt32() == 405);
            var order = await Sell(cashier, shop);
            await client.Hears(s => Tells(s, order));
            client.Said.Any(s => s.TryGetProperty("disconnected", out _)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_program_that_connects_twice_has_one_socket()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        await using var client = await Client(app.Address, new { auth = new { token = cashier.AccessToken } });
        await client.Tell(new { @do = "connect-twice" });
        await client.Hears("connected", 1);
        var order = await Sell(cashier, shop);
        await client.Hears(s => Tells(s, order));
        await Task.Delay(300);
        client.Said.Count(s => Tells(s, order)).ShouldBe(1);
        client.Said.Any(s => s.TryGetProperty("disconnected", out _)).ShouldBeFalse();
    }

    [Fact]
    public async Task It_leaves_and_comes_again()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        await using var client = await Client(app.Address, new { auth = new { token = cashier.AccessToken, screen = "till" } });
        for (var times = 1; times <= 2; times++)
        {
            await client.Tell(new { @do = "connect" });
            await client.Hears("connected", times);
            await client.Tell(new { @do = "disconnect" });
            var ends = await client.Hears("disconnected", times);
            ends[^1].GetProperty("disconnected").GetString().ShouldBe("io client disconnect");
        }
    }
}

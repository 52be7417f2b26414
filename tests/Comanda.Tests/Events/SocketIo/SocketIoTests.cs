using System.Diagnostics;
using System.Text.Json;
using Comanda.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Events.SocketIo;

/// <summary>Socket.IO by hand: who is let in, what they get, how it ends.</summary>
public sealed class SocketIoTests(CafeApp app)
{
    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    [Fact]
    public async Task An_event_comes_by_its_name_with_the_envelope_and_its_seq()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken });
        var order = await Sell(cashier, shop);
        var args = JsonElement.Parse((await engine.Next())["42".Length..]);
        args[0].GetString().ShouldBe("order_created");
        args[1].GetProperty("event").GetString().ShouldBe("order_created");
        args[1].GetProperty("shop_id").GetInt64().ShouldBe(shop.Id);
        args[1].GetProperty("data").GetProperty("id").GetInt64().ShouldBe(order);
        args[2].GetString().ShouldBe(args[1].GetProperty("seq").GetInt64().ToString()); // what the stock client resumes from
    }

    [Fact]
    public async Task Without_a_token_that_holds_nobody_is_let_in()
    {
        var shop = await app.NewShop();
        var (cashier, gone) = (await shop.As("cashier"), await shop.As("barista"));
        await gone.SignOut();
        foreach (var (auth, code) in new[]
        {
            ("", "unauthenticated"),
            ("{}", "unauthenticated"),
            ("{\"token\":\"nonsense\"}", "unauthenticated"),
            ($"{{\"token\":\"{gone.AccessToken}\"}}", "session_ended"),
            ($"{{\"token\":\"{cashier.AccessToken}\",\"shop_id\":{shop.Id + 1_000_000}}}", "not_found"),
            ($"{{\"token\":\"{cashier.AccessToken}\",\"after\":\"yesterday\"}}", "invalid_request"),
            ($"{{\"token\":\"{cashier.AccessToken}\",\"screen\":\"{new string('x', 101)}\"}}", "invalid_request"),
        })
        {
            using var engine = await RawEngine.Poll(app.Address);
            (await engine.Post("40" + auth)).ShouldBe((200, "ok"));
            var answer = await engine.Next();
            answer.ShouldStartWith("44{");
            JsonElement.Parse(answer[2..]).GetProperty("message").GetString().ShouldBe(code, auth);
            JsonElement.Parse(answer[2..]).GetProperty("data").GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
            // The connection is still there, and a better token opens it.
            await engine.Post("40" + JsonSerializer.Serialize(new { token = "Bearer " + cashier.AccessToken }));
            (await engine.Next()).ShouldStartWith("40{");
        }
    }

    [Fact]
    public async Task There_is_one_namespace_and_one_socket_in_it()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Poll(app.Address);
        var connect = "40" + JsonSerializer.Serialize(new { token = cashier.AccessToken });
        await engine.Post($"40/admin,{RawEngine.Separator}{connect}{RawEngine.Separator}{connect}");
        (await engine.Next()).ShouldBe("44/admin,{\"message\":\"Invalid namespace\"}");
        (await engine.Next()).ShouldStartWith("40{");
        await engine.Post(connect);
        await Sell(cashier, shop);
        (await engine.Next()).ShouldStartWith("42[\"order_created\"");
        await cashier.SignOut();
        var rest = await engine.Next();
        while (rest.StartsWith("42[\"user_activity\"", StringComparison.Ordinal))
            rest = await engine.Next();
        rest.ShouldBe("41"); // neither a second event nor a second socket
    }

    [Fact]
    public async Task After_the_probe_sending_stays_on_polling_until_the_client_changes_over()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken });
        var hanging = engine.Get();
        await Task.Delay(50);
        using var socket = await engine.Upgrade();
        (await hanging).ShouldBe((200, "6")); // so that the client may change over at once
        var again = Stopwatch.StartNew();
        (await engine.Get()).ShouldBe((200, "6")); // and again, where it asked once more
        again.ElapsedMilliseconds.ShouldBeLessThan(5_000);
        var first = await Sell(cashier, shop);
        var stillPolled = "6";
        while (stillPolled == "6")
            stillPolled = (await engine.Get()).Body;
        stillPolled.ShouldContain($"\"id\":{first},");
        var second = await Sell(cashier, shop);
        await socket.Send("5");
        (await socket.Next())!.ShouldContain($"\"id\":{second},"); // the rest is flushed there

        (await engine.Get()).Status.ShouldBe(400);
        JsonElement.Parse((await engine.Get()).Body).GetProperty("code").GetInt32().ShouldBe(3);
        JsonElement.Parse((await engine.Post("3")).Body).GetProperty("code").GetInt32().ShouldBe(3);
        using var late = await RawWebSocket.Open(app.Address, "&sid=" + engine.Sid);
        (await late.Next()).ShouldBeNull(); // a second upgrade is closed, and the first goes on
        var third = await Sell(cashier, shop);
        (await socket.Next())!.ShouldContain($"\"id\":{third},");
    }

    [Fact]
    public async Task An_upgrade_that_comes_to_nothing_leaves_the_polling_as_it_is()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken });
        using (await engine.Upgrade())
            await Task.Delay(20);
        using (var wrong = await RawWebSocket.Open(app.Address, "&sid=" + engine.Sid))
        {
            await wrong.Send("42[\"x\"]");
            (await wrong.Next()).ShouldBeNull();
        }

        var order = await Sell(cashier, shop);
        (await engine.Next()).ShouldContain($"\"id\":{order},");
    }

    [Fact]
    public async Task A_binary_event_is_refused_and_may_come_in_two_requests()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken });
        await engine.Post("451-7[\"photo\",{\"_placeholder\":true,\"num\":0}]");
        (await engine.Post("bAAECAwQ=")).ShouldBe((200, "ok"));
        (await engine.Next()).ShouldStartWith("437[{\"status\":405,"); // who waits for an answer gets one
        var order = await Sell(cashier, shop);
        (await engine.Next()).ShouldContain($"\"id\":{order},");

        using var socket = await RawWebSocket.Enter(app.Address, new { token = cashier.AccessToken });
        await socket.Send("452-[\"photo\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
        await socket.SendBytes([1, 2, 3]);
        await socket.SendBytes([4]);
        order = await Sell(cashier, shop);
        (await socket.Next())!.ShouldContain($"\"id\":{order},");
        await socket.SendBytes([5]); // bytes of nothing
        (await socket.Next()).ShouldBeNull();
    }

    [Fact]
    public async Task Only_an_answered_ping_is_life()
    {
        var shop = await app.NewShop();
        var quick = await app.StartProcess(services => services.AddSingleton(new SocketIoOptions
        {
            PingInterval = TimeSpan.FromMilliseconds(200),
            PingTimeout = TimeSpan.FromMilliseconds(600),
            ConnectTimeout = TimeSpan.FromSeconds(1),
        }));
        var cashier = await shop.As("cashier", quick);
        using (var answers = await RawWebSocket.Enter(quick, new { token = cashier.AccessToken }))
        {
            for (var pings = 0; pings < 6; pings++)
            {
                (await answers.Next()).ShouldBe("2");
                await answers.Send("3");
            }
        }

        using var talks = await RawWebSocket.Enter(quick, new { token = cashier.AccessToken });
        var clock = Stopwatch.StartNew();
        var chatter = Task.Run(async () =>
        {
            while (clock.ElapsedMilliseconds < 5_000)
            {
                await talks.Send("42[\"still here\"]");
                await Task.Delay(50);
            }
        });
        (await talks.Next()).ShouldBe("2");
        (await talks.Next()).ShouldBeNull();
        clock.ElapsedMilliseconds.ShouldBeLessThan(4_000);
        await Task.WhenAny(chatter);

        using var stranger = await RawWebSocket.Open(quick); // never says who it is
        (await stranger.Next())![0].ShouldBe('0');
        string? last;
        while ((last = await stranger.Next()) == "2")
            await stranger.Send("3");
        last.ShouldBeNull();
    }

    [Fact]
    public async Task Pages_of_other_sites_are_refused_unless_the_list_names_them()
    {
        var at = await app.StartProcess(choose: options => options with { CrossOrigins = new(["https://till.example"]) });
        foreach (var (origin, status) in new[]
        {
            ("https://evil.example", 403),
            ("null", 403),
            ("https://till.example", 200),
            ($"http://{at.Authority}", 200),
        })
        {
            using var http = new HttpClient { BaseAddress = at };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
            request.Headers.Add("Origin", origin);
            using var response = await http.SendAsync(request);
            ((int)response.StatusCode).ShouldBe(status, origin);
            response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed);
            (allowed?.Single()).ShouldBe(origin == "https://till.example" ? origin : null);
            if (status == 200)
                (await RawWebSocket.Open(at, origin: origin)).Dispose();
            else
                await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() => RawWebSocket.Open(at, origin: origin));
        }
    }
}

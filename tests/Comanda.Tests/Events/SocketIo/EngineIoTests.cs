using System.Net.WebSockets;
using System.Text.Json;

namespace Comanda.Tests.Events.SocketIo;

/// <summary>Engine.IO below Socket.IO: handshake, polling, errors, limits.</summary>
public sealed class EngineIoTests(CafeApp app)
{
    [Fact]
    public async Task The_handshake_says_what_the_stock_client_reads()
    {
        using var polling = await RawEngine.Poll(app.Address);
        var said = polling.Handshake;
        said.GetProperty("upgrades").EnumerateArray().Select(u => u.GetString()).ShouldBe(["websocket"]);
        said.GetProperty("pingInterval").GetInt32().ShouldBe(25_000);
        said.GetProperty("pingTimeout").GetInt32().ShouldBe(20_000);
        said.GetProperty("maxPayload").GetInt32().ShouldBe(1_000_000);
        polling.Sid.Length.ShouldBeGreaterThan(15);

        using var socket = await RawWebSocket.Open(app.Address);
        var direct = JsonElement.Parse((await socket.Next())![1..]);
        direct.GetProperty("upgrades").GetArrayLength().ShouldBe(0); // nowhere to go from a WebSocket, but the member is there
        direct.GetProperty("sid").GetString().ShouldNotBe(polling.Sid);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("?EIO=4", 0)]
    [InlineData("?EIO=3&transport=carrier-pigeon", 0)] // the transport first
    [InlineData("?EIO=3&transport=polling", 5)]
    [InlineData("?transport=polling&sid=nobody", 5)] // then the version
    [InlineData("?EIO=4&transport=polling&sid=nobody", 1)]
    [InlineData("?EIO=4&transport=websocket", 3)] // without being one
    public async Task Errors_are_400_with_the_stock_servers_code(string query, int code)
    {
        using var engine = await RawEngine.Poll(app.Address);
        var (status, body) = await engine.Get("/socket.io/" + query);
        status.ShouldBe(400, body);
        JsonElement.Parse(body).GetProperty("code").GetInt32().ShouldBe(code);
        JsonElement.Parse(body).GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_handshake_is_a_get()
    {
        using var engine = await RawEngine.Poll(app.Address);
        var (status, body) = await engine.Post("40", path: "/socket.io/?EIO=4&transport=polling");
        (status, JsonElement.Parse(body).GetProperty("code").GetInt32()).ShouldBe((400, 2));
    }

    [Theory]
    [InlineData("&sid=nobody", "")]
    [InlineData("&EIO=3", "")]
    public async Task A_refused_upgrade_is_refused_before_it_is_one(string more, string _)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var query = more == "&EIO=3" ? "EIO=3&transport=websocket" : "EIO=4&transport=websocket" + more;
        await Should.ThrowAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{app.Address.Authority}/socket.io/?{query}"), default));
        ((int)socket.HttpStatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task A_post_is_answered_ok_and_may_bring_several_packets()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Poll(app.Address);
        var token = JsonSerializer.Serialize(new { token = cashier.AccessToken });
        (await engine.Post($"3{RawEngine.Separator}40{token}{RawEngine.Separator}3")).ShouldBe((200, "ok"));
        (await engine.Next()).ShouldStartWith("40{\"sid\":\"");
    }

    [Fact]
    public async Task A_second_get_while_one_hangs_ends_the_session()
    {
        using var engine = await RawEngine.Poll(app.Address);
        var hanging = engine.Get();
        await Task.Delay(100);
        (await engine.Get()).Status.ShouldBe(400);
        (await hanging).ShouldBe((200, "1"));
        JsonElement.Parse((await engine.Get()).Body).GetProperty("code").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_second_post_while_one_is_open_ends_the_session()
    {
        using var engine = await RawEngine.Poll(app.Address);
        using var body = new SlowContent();
        using var first = new HttpRequestMessage(HttpMethod.Post, $"/socket.io/?EIO=4&transport=polling&sid={engine.Sid}")
        {
            Content = body,
        };
        var posting = engine.Send(first);
        await body.Begun;
        (await engine.Post("3")).Status.ShouldBe(400);
        body.Finish();
        (await posting).Dispose();
        JsonElement.Parse((await engine.Get()).Body).GetProperty("code").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_packet_over_the_limit_ends_it_by_either_way()
    {
        var large = "42[\"x\",\"" + new string('x', 1_000_001) + "\"]";
        using var polling = await RawEngine.Poll(app.Address);
        (await polling.Post(large)).Status.ShouldBe(413);
        JsonElement.Parse((await polling.Get()).Body).GetProperty("code").GetInt32().ShouldBe(1);

        using var socket = await RawWebSocket.Open(app.Address);
        await socket.Next();
        await socket.Send(large);
        (await socket.Next()).ShouldBeNull();
        socket.CloseCode.ShouldBe(1009);
    }

    [Theory]
    [InlineData("2")] // the server pings, not the client
    [InlineData("9")]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("47")]
    [InlineData("42[\"early\"]")] // before it was let in
    [InlineData("40{\"token\":")]
    [InlineData("42{}")]
    [InlineData("451-[\"x\",{\"_placeholder\":true,\"num\":0}]\u001e42[\"y\"]")] // bytes were to come
    [InlineData("bAAAA")] // and here none
    [InlineData("4511-[\"x\"]")] // too many
    public async Task What_is_no_packet_ends_the_session(string body)
    {
        using var engine = await RawEngine.Poll(app.Address);
        await engine.Post(body);
        JsonElement.Parse((await engine.Get()).Body).GetProperty("code").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Goodbye_by_polling_ends_it()
    {
        using var engine = await RawEngine.Poll(app.Address);
        (await engine.Post("1")).ShouldBe((200, "ok"));
        JsonElement.Parse((await engine.Get()).Body).GetProperty("code").GetInt32().ShouldBe(1);
    }

    /// <summary>A body that stays open.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly TaskCompletionSource begun = new(), finish = new();

        public Task Begun => begun.Task;

        public void Finish() => finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync("3"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(200); // until the server has seen it
            begun.SetResult();
            await finish.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

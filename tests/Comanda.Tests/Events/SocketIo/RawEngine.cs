using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Comanda.Tests.Events.SocketIo;

/// <summary>Engine.IO by hand: requests and frames as they go over the network, for what no stock client does.</summary>
internal sealed class RawEngine : IDisposable
{
    public const char Separator = '\u001e';

    private readonly HttpClient http;
    private readonly Queue<string> read = [];

    private RawEngine(Uri at) => http = new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = at,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public string Sid { get; private set; } = "";

    /// <summary>What the server said at the handshake.</summary>
    public JsonElement Handshake { get; private set; }

    private string Path => $"/socket.io/?EIO=4&transport=polling&sid={Sid}";

    /// <summary>A handshake by polling.</summary>
    public static async Task<RawEngine> Poll(Uri at, string more = "")
    {
        var engine = new RawEngine(at);
        var (status, body) = await engine.Get("/socket.io/?EIO=4&transport=polling" + more);
        status.ShouldBe(200, body);
        body[0].ShouldBe('0');
        engine.Handshake = JsonElement.Parse(body[1..]);
        engine.Sid = engine.Handshake.GetProperty("sid").GetString()!;
        return engine;
    }

    /// <summary>A handshake by polling, and let in by a token; the answer to that is read.</summary>
    public static async Task<RawEngine> Enter(Uri at, object auth)
    {
        var engine = await Poll(at);
        (await engine.Post("40" + JsonSerializer.Serialize(auth))).ShouldBe((200, "ok"));
        (await engine.Next()).ShouldStartWith("40{\"sid\":");
        return engine;
    }

    public async Task<(int Status, string Body)> Get(string? path = null)
    {
        using var response = await http.GetAsync(path ?? Path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Body)> Post(string body, string type = "text/plain", string? path = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await http.PostAsync(path ?? Path, content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> Send(HttpRequestMessage request) => http.SendAsync(request);

    /// <summary>The next packet by polling, beside pings and nothing.</summary>
    public async Task<string> Next()
    {
        while (true)
        {
            while (read.TryDequeue(out var packet))
            {
                if (packet == "2")
                    (await Post("3")).ShouldBe((200, "ok"));
                else if (packet != "6")
                    return packet;
            }

            var (status, body) = await Get();
            status.ShouldBe(200, body);
            foreach (var packet in body.Split(Separator))
                read.Enqueue(packet);
        }
    }

    /// <summary>The seq of the next event.</summary>
    public async Task<long> NextSeq() => SeqOf(await Next());

    public static long SeqOf(string packet)
    {
        packet.ShouldStartWith("42[");
        return long.Parse(JsonElement.Parse(packet[2..])[2].GetString()!);
    }

    public async Task<RawWebSocket> Upgrade()
    {
        var socket = await RawWebSocket.Open(http.BaseAddress!, "&sid=" + Sid);
        await socket.Send("2probe");
        (await socket.Next()).ShouldBe("3probe");
        return socket;
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A WebSocket of Engine.IO by hand.</summary>
internal sealed class RawWebSocket(ClientWebSocket socket) : IDisposable
{
    public int? CloseCode => (int?)socket.CloseStatus;

    public static async Task<RawWebSocket> Open(Uri at, string more = "", string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri($"ws://{at.Authority}/socket.io/?EIO=4&transport=websocket{more}"), default);
        return new(socket);
    }

    public static async Task<RawWebSocket> Enter(Uri at, object auth)
    {
        var socket = await Open(at);
        (await socket.Next())![0].ShouldBe('0');
        await socket.Send("40" + JsonSerializer.Serialize(auth));
        string? answer;
        while ((answer = await socket.Next()) == "2")
            await socket.Send("3");
        answer.ShouldStartWith("40{\"sid\":");
        return socket;
    }

    public Task Send(string packet) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, default);

    public Task SendBytes(byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, default);

    /// <summary>The next packet, pings too; null where the server has closed.</summary>
    public async Task<string?> Next(int seconds = 10)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var (buffer, length) = (new byte[1024 * 1024], 0);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                    return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Cut, as a network does it.</summary>
    public void Dispose() => socket.Abort();
}

using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>The live events of a document's client, over a plain WebSocket or over Socket.IO spoken by hand.</summary>
internal sealed class DocumentEvents : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
    private readonly bool isSocketIo;

    private DocumentEvents(bool isSocketIo) => this.isSocketIo = isSocketIo;

    public static async Task<DocumentEvents> OfWebSocket(CafeApp app, string token, string more = "")
    {
        var events = new DocumentEvents(false);
        await events.socket.ConnectAsync(At(app, $"/ws?access_token={token}{more}"), events.patience.Token);
        return events;
    }

    public static async Task<DocumentEvents> OfSocketIo(CafeApp app, string token, string more = "")
    {
        var events = new DocumentEvents(true);
        await events.socket.ConnectAsync(At(app, $"/socket.io/?EIO=4&transport=websocket{more}"), events.patience.Token);
        (await events.Receive()).ShouldStartWith("0{");
        await events.Send($"40{{\"token\":\"{token}\"}}");
        (await events.Receive()).ShouldStartWith("40");
        return events;
    }

    /// <summary>The next event of this name, whatever else comes before it: what it carries.</summary>
    public async Task<JsonElement> Next(string name)
    {
        while (true)
        {
            var text = await Receive();
            if (isSocketIo && text == "2")
            {
                await Send("3");
                continue;
            }

            var said = JsonElement.Parse(isSocketIo ? text[text.IndexOf('[')..] : text);
            if (isSocketIo ? said[0].GetString() == name : said.TryGetProperty("event", out var ours) && ours.GetString() == name)
                return isSocketIo ? said[1] : said;
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        patience.Dispose();
        await Task.CompletedTask;
    }

    private static Uri At(CafeApp app, string path) => new($"ws://{app.Address.Authority}{path}");

    private Task Send(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, patience.Token);

    private async Task<string> Receive()
    {
        using var whole = new MemoryStream();
        var piece = new byte[8192];
        while (true)
        {
            var got = await socket.ReceiveAsync(piece, patience.Token);
            whole.Write(piece, 0, got.Count);
            if (got.EndOfMessage)
                return Encoding.UTF8.GetString(whole.ToArray());
        }
    }
}

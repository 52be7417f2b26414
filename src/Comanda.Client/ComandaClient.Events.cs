using System.Net.WebSockets;
using System.Text.Json;
using Comanda.Events;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<EventPage> GetEvents(long after, int limit = 200, CancellationToken cancel = default) =>
        Ask<EventPage>(HttpMethod.Get, $"/api/events?after={after}&limit={limit}", cancel: cancel);

    /// <summary>
    /// Opens /ws; the answer is a live connection whose events are read with <see cref="EventSocket.Read"/>. Without
    /// <paramref name="after"/> it begins with what happens from now on.
    /// </summary>
    public Task<EventSocket> OpenSocket(long? after = null, CancellationToken cancel = default) => Open(after, null, cancel);

    /// <summary>The same, where <paramref name="screen"/> says which screen it is that follows.</summary>
    public Task<EventSocket> OpenSocket(string screen, long? after, CancellationToken cancel) => Open(after, screen, cancel);

    private async Task<EventSocket> Open(long? after, string? screen, CancellationToken cancel)
    {
        var address = new UriBuilder(http.BaseAddress!)
        {
            Path = "/ws",
            Query = $"access_token={AccessToken}{(after is null ? "" : $"&after={after}")}{(screen is null ? "" : $"&screen={screen}")}"
        };
        address.Scheme = address.Scheme == "https" ? "wss" : "ws";
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address.Uri, cancel);
        return new EventSocket(socket);
    }
}

/// <summary>A live connection to the event log.</summary>
public sealed class EventSocket(ClientWebSocket socket) : IDisposable
{
    private readonly MemoryStream frame = new();
    private readonly byte[] buffer = new byte[16 * 1024];

    /// <summary>Why the server closed; null while it is open.</summary>
    public int? CloseCode => (int?)socket.CloseStatus;

    /// <summary>The next event, or null when the server has closed.</summary>
    public async Task<EventView?> Read(CancellationToken cancel = default)
    {
        frame.SetLength(0);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return null;
            }

            frame.Write(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return JsonSerializer.Deserialize<EventView>(frame.GetBuffer().AsSpan(0, (int)frame.Length), ComandaClient.Json);
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        frame.Dispose();
    }
}

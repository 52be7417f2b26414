using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Comanda.Bench;

/// <summary>Connections that send a request and read nothing of its answer.</summary>
internal sealed class UnreadConnections : IDisposable
{
    private readonly List<Socket> sockets = [];

    /// <summary>So many, each from an address of its own on the loopback; headers as <c>Name: value</c>.</summary>
    public static async Task<UnreadConnections> Open(Uri at, int count, string path, CancellationToken cancel, params string[] headers)
    {
        string[] lines = [$"GET {path} HTTP/1.1", "Host: localhost", .. headers, "", ""];
        var request = Encoding.ASCII.GetBytes(string.Join("\r\n", lines));
        var opened = new UnreadConnections();
        for (var n = 0; n < count; n++)
        {
            // A small window, as a phone that went to sleep has.
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
            opened.sockets.Add(socket);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(n + 1)]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, at.Port, cancel);
            await socket.SendAsync(request, cancel);
        }

        return opened;
    }

    public void Dispose() => sockets.ForEach(socket => socket.Dispose());
}

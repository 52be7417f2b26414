using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Comanda.Tests.Operations;

/// <summary>A request whose answer nobody reads but for its first line: its connection stays as the server leaves it.</summary>
internal sealed class UnreadRequest : IDisposable
{
    private readonly Socket socket;

    private UnreadRequest(Socket socket) => this.socket = socket;

    /// <summary>Sends a GET from an address of the loopback; headers as <c>Name: value</c>.</summary>
    public static async Task<UnreadRequest> Send(Uri at, string from, string path, params string[] headers)
    {
        // Small, or the kernel would read in our place.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, at.Port);
        string[] lines = [$"GET {path} HTTP/1.1", "Host: localhost", .. headers, "", ""];
        await socket.SendAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        return new(socket);
    }

    /// <summary>Reads the status, and no more.</summary>
    public async Task<int> Status()
    {
        var line = new byte[12]; // HTTP/1.1 200
        for (var read = 0; read < line.Length;)
        {
            var more = await socket.ReceiveAsync(line.AsMemory(read));
            more.ShouldBeGreaterThan(0, "the connection was closed without an answer");
            read += more;
        }

        return int.Parse(Encoding.ASCII.GetString(line)[9..]);
    }

    /// <summary>Reads what there is to the connection's end; answers how many bytes came.</summary>
    public async Task<long> ReadToEnd()
    {
        var (buffer, all) = (new byte[64 * 1024], 0L);
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var read)
                all += read;
        }
        catch (SocketException)
        {
            // cut
        }

        return all;
    }

    public void Dispose() => socket.Dispose();
}

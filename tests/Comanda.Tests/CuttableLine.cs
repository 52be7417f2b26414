using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Comanda.Tests;

/// <summary>A line to a server that can be cut: bytes go through as they are, until somebody trips over it.</summary>
public sealed class CuttableLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> open = [];
    private readonly CancellationTokenSource over = new();
    private readonly Task listening;
    private int port;
    private volatile bool isDown;

    public CuttableLine(int toPort)
    {
        port = toPort;
        listener.Start();
        listening = Listen();
    }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Cuts what goes over it now; what comes after goes through again, unless it stays <see cref="Down"/>.</summary>
    public void Cut()
    {
        foreach (var client in open.Keys)
            client.Client.Close(0); // a reset, no goodbye
    }

    /// <summary>Cut, and nobody gets through until <see cref="Up"/>.</summary>
    public void Down()
    {
        isDown = true;
        Cut();
    }

    public void Up() => isDown = false;

    /// <summary>From now on it leads elsewhere.</summary>
    public void LeadTo(int otherPort) => port = otherPort;

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        Cut();
        await Task.WhenAny(listening);
        over.Dispose();
    }

    private async Task Listen()
    {
        while (!over.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(over.Token);
            _ = Carry(client);
        }
    }

    private async Task Carry(TcpClient client)
    {
        using var server = new TcpClient();
        open[client] = true;
        try
        {
            if (isDown)
                return;
            await server.ConnectAsync(IPAddress.Loopback, port);
            client.NoDelay = server.NoDelay = true;
            var (there, back) = (client.GetStream(), server.GetStream());
            await Task.WhenAny(there.CopyToAsync(back, over.Token), back.CopyToAsync(there, over.Token));
        }
        catch (Exception cut) when (cut is IOException or SocketException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            // that is what it is for
        }
        finally
        {
            open.TryRemove(client, out _);
            client.Client?.Close(0);
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Comanda.Bench;

/// <summary>
/// Many devices on WebSockets, as lean as they can be so that what is measured is the server: a socket each, frames read by hand. Each
/// notes when an event came, against the time that the event says it was sent at (<c>"t":…</c>, in ticks of this process's clock).
/// </summary>
internal sealed class LiveDevices : IDisposable
{
    private const int ConnectAtOnce = 64;

    private readonly List<Socket> sockets = [];
    private readonly ConcurrentBag<double> latencies = [];
    private long received;

    /// <summary>Milliseconds from sent to there, of every event at every device.</summary>
    public IReadOnlyCollection<double> Latencies => latencies;

    public long Received => Interlocked.Read(ref received);

    public int Count => sockets.Count;

    /// <summary>Connects devices, each with a path of its own and what it says once it is connected.</summary>
    public static async Task<LiveDevices> Connect(
        Uri at,
        IEnumerable<(string Path, string? Hello)> devices,
        CancellationToken cancel)
    {
        var all = new LiveDevices();
        var nth = 0;
        await Parallel.ForEachAsync(
            devices,
            new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = cancel },
            async (device, stop) =>
            {
                var socket = await Open(at, device.Path, Interlocked.Increment(ref nth), stop);
                if (device.Hello is { } hello)
                    await socket.SendAsync(Frame(hello), stop);
                lock (all.sockets)
                    all.sockets.Add(socket);
                _ = all.Read(socket);
            });
        return all;
    }

    /// <summary>What has been measured so far is forgotten.</summary>
    public void Forget() => latencies.Clear();

    public void Dispose() => sockets.ForEach(s => s.Dispose());

    private static async Task<Socket> Open(Uri at, string path, int nth, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveBufferSize = 16 * 1024,
        };
        // From many addresses: one has not enough ports for all.
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, (byte)(1 + (nth / 200 % 200)), (byte)(1 + (nth % 200))]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, at.Port, cancel);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: {at.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            cancel);
        // One byte after the other: what comes behind the head is a frame.
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await socket.ReceiveAsync(one, cancel) == 0)
                throw new BenchException($"the server hung up: {head}");
            head.Append((char)one[0]);
        }

        return head.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal)
            ? socket
            : throw new BenchException($"the server did not take a WebSocket: {head}");
    }

    private async Task Read(Socket socket)
    {
        var kept = Array.Empty<byte>();
        try
        {
            while (true)
            {
                await socket.ReceiveAsync(Memory<byte>.Empty); // no buffer while nothing comes
                var now = Stopwatch.GetTimestamp();
                var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
                kept.CopyTo(buffer, 0);
                var length = kept.Length + await socket.ReceiveAsync(buffer.AsMemory(kept.Length));
                if (length == kept.Length)
                    return;
                var at = 0;
                while (FrameAt(buffer.AsSpan(at, length - at)) is { } frame)
                {
                    Take(socket, buffer.AsSpan(at + frame.Start, frame.Length), now);
                    at += frame.Start + frame.Length;
                }

                kept = buffer.AsSpan(at, length - at).ToArray();
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // the end of the measurement
        }
    }

    private void Take(Socket socket, ReadOnlySpan<byte> payload, long now)
    {
        if (payload.SequenceEqual("2"u8))
        {
            socket.Send(Frame("3"));
            return;
        }

        if (payload.StartsWith("0{"u8))
        {
            Interlocked.Increment(ref received);
            return;
        }

        var at = payload.IndexOf("\"t\":"u8);
        if (at < 0 || !System.Buffers.Text.Utf8Parser.TryParse(payload[(at + 4)..], out long sent, out _))
            return;
        Interlocked.Increment(ref received);
        latencies.Add(Stopwatch.GetElapsedTime(sent, now).TotalMilliseconds);
    }

    private static (int Start, int Length)? FrameAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
            return null;
        var (start, length) = ((bytes[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 }, bytes[1] & 0x7F);
        if (bytes.Length < start)
            return null;
        if (start == 4)
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (start == 10)
            length = (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
        return bytes.Length >= start + length ? (start, length) : null;
    }

    /// <summary>A text frame with a mask of nothing.</summary>
    private static byte[] Frame(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        byte[] head = payload.Length < 126
            ? [0x81, (byte)(0x80 | payload.Length), 0, 0, 0, 0]
            : [0x81, 0xFE, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0];
        return [.. head, .. payload];
    }
}

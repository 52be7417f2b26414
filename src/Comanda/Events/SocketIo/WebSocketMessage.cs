using System.Buffers;
using System.Net.WebSockets;

namespace Comanda.Events;

/// <summary>A whole message as it came in. A connection at rest holds no buffer for the next.</summary>
internal readonly struct WebSocketMessage(WebSocketMessageType type, byte[]? rented, int length, bool isTooLarge) : IDisposable
{
    private const int UsualSize = 1024;

    public WebSocketMessageType Type => type;

    public bool IsTooLarge => isTooLarge;

    public ReadOnlyMemory<byte> Bytes => rented is null ? default : rented.AsMemory(0, length);

    public static async Task<WebSocketMessage> Read(WebSocket from, int most, CancellationToken cancel)
    {
        // Into no buffer: returns when something is there.
        var first = await from.ReceiveAsync(Memory<byte>.Empty, cancel);
        if (first.MessageType == WebSocketMessageType.Close || first.EndOfMessage)
            return new(first.MessageType, null, 0, false);
        var (rented, length) = (ArrayPool<byte>.Shared.Rent(UsualSize), 0);
        while (true)
        {
            var part = await from.ReceiveAsync(rented.AsMemory(length), cancel);
            length += part.Count;
            if (length > most || part.MessageType == WebSocketMessageType.Close)
            {
                ArrayPool<byte>.Shared.Return(rented);
                return new(part.MessageType, null, 0, isTooLarge: length > most);
            }

            if (part.EndOfMessage)
                return new(part.MessageType, rented, length, false);
            if (length < rented.Length)
                continue;
            var larger = ArrayPool<byte>.Shared.Rent(rented.Length * 2);
            rented.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(rented);
            rented = larger;
        }
    }

    public bool IsText(ReadOnlySpan<byte> text) => type == WebSocketMessageType.Text && Bytes.Span.SequenceEqual(text);

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}

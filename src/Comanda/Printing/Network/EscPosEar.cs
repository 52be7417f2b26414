using System.Threading.Channels;

namespace Comanda.Printing;

/// <summary>What a printer at TCP 9100 said.</summary>
internal abstract record EscPosSign
{
    /// <summary>Why it is offline (DLE EOT 2).</summary>
    public sealed record Cause(byte Bits) : EscPosSign
    {
        public string Condition => (Bits & 0x04) != 0 ? Conditions.CoverOpen
            : (Bits & 0x20) != 0 ? Conditions.PaperOut
            : (Bits & 0x40) != 0 ? Conditions.Fault
            : Conditions.Ready;
    }

    /// <summary>Its automatic status: three bytes that tell something, of four.</summary>
    public sealed record Automatic(byte First, byte Second, byte Third) : EscPosSign
    {
        public string Condition => (Third & 0x0c) != 0 ? Conditions.PaperOut
            : (First & 0x20) != 0 ? Conditions.CoverOpen
            : (Second & 0x68) != 0 ? Conditions.Fault
            : Conditions.Ready;

        public bool IsPaperLow => (Third & 0x03) != 0;
    }

    /// <summary>Its paper, asked for in the queue (GS r 1): all before is processed.</summary>
    public sealed record Paper(byte Bits) : EscPosSign;

    /// <summary>A process id that was sent along (GS ( H): all before is printed.</summary>
    public sealed record Process(string Id) : EscPosSign;

    /// <summary>The connection is over.</summary>
    public sealed record Closed : EscPosSign;
}

/// <summary>
/// Reads what a printer sends while it is sent to. Answers have fixed bits by which they are told apart, may come late and in pieces.
/// Source: Epson's ESC/POS reference of DLE EOT, GS a, GS r and GS ( H.
/// </summary>
internal sealed class EscPosEar
{
    private readonly Channel<EscPosSign> signs = Channel.CreateUnbounded<EscPosSign>();
    private readonly List<byte> open = [];

    /// <summary>Reads until the other side ends, or nobody listens any more.</summary>
    public async Task Listen(Stream from, CancellationToken cancel)
    {
        var piece = new byte[256];
        try
        {
            for (int read; (read = await from.ReadAsync(piece, cancel)) > 0;)
            {
                foreach (var b in piece.AsSpan(0, read))
                    Hear(b);
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // reset, or nobody listens any more
        }

        signs.Writer.TryWrite(new EscPosSign.Closed());
        signs.Writer.TryComplete();
    }

    /// <summary>The next sign; null where none comes in time.</summary>
    public async Task<EscPosSign?> Next(TimeSpan within, CancellationToken cancel)
    {
        if (signs.Reader.TryRead(out var there))
            return there;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(within > TimeSpan.Zero ? within : TimeSpan.Zero);
        try
        {
            return await signs.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException)
        {
            return new EscPosSign.Closed();
        }
    }

    private void Hear(byte b)
    {
        if (open.Count == 0)
        {
            if ((b & 0x93) == 0x12)
                signs.Writer.TryWrite(new EscPosSign.Cause(b));
            else if (b == 0x37 || (b & 0x93) == 0x10)
                open.Add(b);
            else if ((b & 0x90) == 0)
                signs.Writer.TryWrite(new EscPosSign.Paper(b));
            return;
        }

        open.Add(b);
        if (open[0] != 0x37 && open.Count == 4)
        {
            signs.Writer.TryWrite(new EscPosSign.Automatic(open[0], open[1], open[2]));
            open.Clear();
        }
        else if (open[0] == 0x37 && open.Count == 7)
        {
            signs.Writer.TryWrite(new EscPosSign.Process(string.Concat(open.Skip(2).Take(4).Select(c => (char)c))));
            open.Clear();
        }
    }
}

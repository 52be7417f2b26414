using System.Net.WebSockets;

namespace Comanda.Events;

/// <summary>WebSocket: one packet in each frame, both ways; and the way from polling to it.</summary>
internal sealed partial class EngineConnection
{
    /// <summary>A poll that hangs is answered this often while the client waits to change over.</summary>
    private static readonly TimeSpan Nudge = TimeSpan.FromMilliseconds(100);

    private WebSocket? socket;
    private bool upgrading;
    private bool writing;
    private long sendingSince;
    private Task hangingUp = Task.CompletedTask;

    /// <summary>Serves a client that begins with a WebSocket, to its end.</summary>
    public async Task Serve(WebSocket accepted)
    {
        lock (gate)
            socket = accepted;
        Flush();
        await ReadOn(accepted);
        accepted.Dispose();
    }

    /// <summary>
    /// A client that polls opens a WebSocket beside it: 2probe, 3probe, then 5 and it has changed over. Until then everything goes by
    /// polling, and where it comes to nothing it stays so. A second one is closed.
    /// </summary>
    public async Task Upgrade(WebSocket candidate)
    {
        bool first;
        lock (gate)
        {
            first = !ended && !upgrading && socket is null;
            upgrading |= first;
        }

        if (!first || !await Probe(candidate) || !ChangeOver(candidate))
        {
            if (first)
                upgrading = false;
            await Task.WhenAll(HangUp(candidate, WebSocketCloseStatus.NormalClosure, ""), Drain(candidate));
            candidate.Dispose();
            return;
        }

        Flush();
        await ReadOn(candidate);
        candidate.Dispose();
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAll();

    private async Task<bool> Probe(WebSocket candidate)
    {
        using var patience = new CancellationTokenSource(server.Options.UpgradeTimeout);
        try
        {
            using (var probe = await WebSocketMessage.Read(candidate, server.Options.MaxPayload, patience.Token))
            {
                if (!probe.IsText("2probe"u8))
                    return false;
            }

            await candidate.SendAsync("3probe"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            var nudging = KeepPollsShort(over.Token);
            try
            {
                using var upgrade = await WebSocketMessage.Read(candidate, server.Options.MaxPayload, patience.Token);
                return upgrade.IsText("5"u8);
            }
            finally
            {
                await over.CancelAsync();
                await nudging;
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            return false;
        }
    }

    /// <summary>
    /// The client changes over when its poll has been answered, and does not ask again. Without an answer it would wait for the next
    /// ping, and what it sends with it.
    /// </summary>
    private async Task KeepPollsShort(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                lock (gate)
                    poll?.TrySetResult();
                await Task.Delay(Nudge, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // it has changed over, or will not
        }
    }

    private bool ChangeOver(WebSocket candidate)
    {
        lock (gate)
        {
            if (ended)
                return false;
            socket = candidate;
            upgrading = false;
            poll?.TrySetResult();
            return true;
        }
    }

    private async Task ReadOn(WebSocket from)
    {
        try
        {
            while (true)
            {
                using var message = await WebSocketMessage.Read(from, server.Options.MaxPayload, CancellationToken.None);
                if (message.Type == WebSocketMessageType.Close)
                    break;
                if (message.IsTooLarge)
                {
                    End(WebSocketCloseStatus.MessageTooBig, "larger than maxPayload");
                    break;
                }

                if (!(message.Type == WebSocketMessageType.Binary ? ReceiveBinary() : Receive(message.Bytes)))
                    break;
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // gone without a word
        }

        End();
        await Drain(from);
        await hangingUp;
    }

    /// <summary>Sends what there is, one packet after another, and then rests; only one at a time does.</summary>
    private async Task WriteAll()
    {
        try
        {
            while (true)
            {
                byte[] packet;
                lock (gate)
                {
                    if (ended || !TryNext(out packet))
                    {
                        writing = false;
                        sendingSince = 0;
                        return;
                    }
                }

                Volatile.Write(ref sendingSince, LiveClock.Now);
                await socket!.SendAsync(packet, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            sendingSince = 0;
            End();
        }
    }

    /// <summary>Closes with a word where somebody is there to hear it, gives them a moment to answer it, and hangs up.</summary>
    private async Task HangUp(WebSocket open, WebSocketCloseStatus code, string why)
    {
        try
        {
            using var patience = new CancellationTokenSource(server.Options.GoodbyeTimeout);
            if (open.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await open.CloseOutputAsync(code, why, patience.Token);
            while (open.State == WebSocketState.CloseSent) // its answer is seen by whoever reads
                await Task.Delay(20, patience.Token);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // nobody there to be told
        }

        open.Abort();
    }

    /// <summary>Reads past what the other side has sent, up to its goodbye.</summary>
    private static async Task Drain(WebSocket from)
    {
        var buffer = new byte[256];
        try
        {
            while (from.State is WebSocketState.Open or WebSocketState.CloseSent)
                await from.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // it has hung up, or we have
        }
    }

    private static bool IsGone(Exception failure) =>
        failure is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException;
}

namespace Comanda.Events;

/// <summary>What the client sends: packets of Engine.IO, and in its messages those of Socket.IO.</summary>
internal sealed partial class EngineConnection
{
    /// <summary>Takes a packet in; false where the client does not keep to the protocol, or says goodbye.</summary>
    private bool Receive(ReadOnlyMemory<byte> packet)
    {
        if (packet.IsEmpty)
            return false;
        switch (packet.Span[0])
        {
            case (byte)'3':
                Pong();
                return true;
            case (byte)'4':
                return ReceiveMessage(packet[1..]);
            case (byte)'b': // a binary message, as polling writes it
                return ReceiveBinary();
            case (byte)'0' or (byte)'5' or (byte)'6':
                return true; // nothing that a client has to say here; the stock server passes over them too
            default:
                return false; // 1 is goodbye; it is not for clients to ping
        }
    }

    /// <summary>Bytes that belong to an event: nothing is done by them, so nothing is kept of them.</summary>
    private bool ReceiveBinary()
    {
        if (attachments == 0)
            return false;
        attachments--;
        return true;
    }

    private bool ReceiveMessage(ReadOnlyMemory<byte> message)
    {
        if (attachments > 0 || SocketIoPacket.Read(message) is not { } packet)
            return false;
        attachments = packet.Attachments;
        if (packet.Kind == SocketIoKind.Connect)
        {
            if (packet.Namespace == SocketIoPacket.Main)
                Join(packet.Payload);
            else
                Send(SocketIoPacket.NoSuchNamespace(packet.Namespace));
            return true;
        }

        if (packet.Namespace != SocketIoPacket.Main)
            return false;
        if (packet.Kind == SocketIoKind.Disconnect)
        {
            if (joined is { } live)
                Leave(live);
            return true;
        }

        // Before it is let in, and after it was sent away, nobody speaks; but what was on its way then is no offence.
        if (packet.Kind is SocketIoKind.Event or SocketIoKind.BinaryEvent && packet.Ack is { } ack && joined is not null)
            Send(SocketIoPacket.NotDoneHere(ack));
        return joined is not null || hangUpAt != 0 || joining;
    }

    /// <summary>A client may ask twice, where its program does so before the answer is there: it is one socket.</summary>
    private void Join(ReadOnlyMemory<byte> payload)
    {
        lock (gate)
        {
            if (ended || joining || joined is not null || hangUpAt != 0)
                return;
            joining = true;
        }

        var asked = SocketIoAsk.Read(payload.Span, visit);
        _ = Task.Run(() => Join(asked));
    }

    private async Task Join(SocketIoAsk asked)
    {
        try
        {
            var (live, refusal) = await server.LetIn(this, asked);
            if (live is null)
            {
                joining = false;
                strangerSince = LiveClock.Now;
                Send(SocketIoPacket.Refused(SocketIoPacket.Main, refusal!));
                return;
            }

            lock (gate)
            {
                joining = false;
                if (!ended)
                    joined = live;
            }

            if (joined != live)
            {
                live.Dispose();
                return;
            }

            Send(SocketIoPacket.Connected(live.Id, live.Pid));
            live.Begin();
        }
        catch (Exception unknown) when (unknown is not OutOfMemoryException)
        {
            // The database does not answer. "Not let in" would keep the client away for good; hung up on, it comes back.
            server.Note(unknown);
            End();
        }
    }

    private bool Leave(LiveSocket live)
    {
        lock (gate)
        {
            if (joined != live)
                return false;
            (joined, source) = (null, null);
            strangerSince = LiveClock.Now;
        }

        live.Dispose();
        return true;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Comanda.Printing;

/// <summary>How a conversation with a printer ended.</summary>
internal enum TalkEnd
{
    /// <summary>No byte of the job left: it may be tried again.</summary>
    NotSent,

    /// <summary>The printer said that it is printed.</summary>
    Printed,

    /// <summary>All of it went out, to a printer that never says anything.</summary>
    Sent,

    /// <summary>Something of it went out, and nobody knows what became of it.</summary>
    Doubt,
}

/// <summary>The end, how the printer is, and whether it answers at all.</summary>
internal sealed record Talked(TalkEnd End, Heard Heard, string Code)
{
    public bool? Answers { get; init; }
}

/// <summary>
/// One job by one connection to a printer at TCP 9100: look whether it is well, initialise it, send, ask for a proof that it is printed,
/// wait for that, and close. Bytes that TCP has acknowledged lie in a buffer that a power cut empties: only a proof counts. Where the
/// paper runs out in between, the connection is held and goes on once there is some: nothing is sent twice.
/// </summary>
public sealed class TalkEscPos(PrinterNetworks networks)
{
    private static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(3), BetweenTries = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(2), ToWakeUp = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan ToTellStatus = TimeSpan.FromMilliseconds(400);

    /// <summary>What wakes a printer that sleeps and drops the first bytes it gets.</summary>
    private static readonly byte[] Nothing = new byte[8192];

    internal static readonly byte[] AskCause = [0x10, 0x04, 0x02];

    /// <summary>Prints a job.</summary>
    /// <param name="printer">By whom.</param>
    /// <param name="body">The job's bytes, without what initialises the printer.</param>
    /// <param name="use">How long it is of use.</param>
    /// <param name="events">What is told meanwhile.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<Talked> Print(Printer printer, byte[] body, TimeSpan use, TalkEvents events, CancellationToken cancel)
    {
        if (await networks.Find(printer.Host!, cancel) is not { } address)
            return new(TalkEnd.NotSent, new(Conditions.Elsewhere) { WasSeen = false }, Conditions.Elsewhere);
        var (socket, refused) = await Connect(address, printer.Port!.Value, cancel);
        if (socket is null)
        {
            var condition = refused ? Conditions.Refused : Conditions.Offline;
            return new(TalkEnd.NotSent, new(condition) { WasSeen = false }, condition);
        }

        var ear = new EscPosEar();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var listening = ear.Listen(stream, over.Token);
        try
        {
            return await new EscPosTalk(printer, stream, ear, events).Run(body, use, cancel);
        }
        finally
        {
            await Close(socket, listening, over);
        }
    }

    /// <summary>Whether it is well. Null where it does not answer; a sleeper is woken by bytes that print nothing.</summary>
    internal static async Task<EscPosSign?> Ask(Stream stream, EscPosEar ear, bool wake, CancellationToken cancel)
    {
        await stream.WriteAsync(AskCause, cancel);
        var sign = await Answer(ear, ToAnswer, cancel);
        for (var waited = TimeSpan.Zero; sign is null && wake && waited < ToWakeUp; waited += TimeSpan.FromSeconds(1))
        {
            await stream.WriteAsync(Nothing, cancel);
            await stream.WriteAsync(AskCause, cancel);
            sign = await Answer(ear, TimeSpan.FromSeconds(1), cancel);
        }

        return sign;
    }

    /// <summary>The first automatic status after it was asked for, or null.</summary>
    internal static async Task<EscPosSign.Automatic?> FirstStatus(EscPosEar ear, CancellationToken cancel)
    {
        while (await ear.Next(ToTellStatus, cancel) is { } sign and not EscPosSign.Closed)
        {
            if (sign is EscPosSign.Automatic status)
                return status;
        }

        return null;
    }

    private static async Task<EscPosSign?> Answer(EscPosEar ear, TimeSpan within, CancellationToken cancel)
    {
        while (await ear.Next(within, cancel) is { } sign)
        {
            if (sign is EscPosSign.Cause or EscPosSign.Closed)
                return sign;
        }

        return null;
    }

    /// <summary>Who has no power any more acknowledges nothing, and the connection ends. Who has no paper does.</summary>
    private static void NoticePowerCuts(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 3);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 5);
    }

    /// <summary>Two tries: the first packet wakes sleepers.</summary>
    private static async Task<(Socket? Socket, bool Refused)> Connect(IPAddress address, int port, CancellationToken cancel)
    {
        var refused = false;
        for (var tries = 0; tries < 2; tries++)
        {
            if (tries > 0)
                await Task.Delay(BetweenTries, cancel);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            NoticePowerCuts(socket);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(ToConnect);
            try
            {
                await socket.ConnectAsync(address, port, patience.Token);
                return (socket, false);
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancel.ThrowIfCancellationRequested();
                refused = failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            }
        }

        return (null, refused);
    }

    /// <summary>Says that nothing more comes, and lets the other side end: whose connections stay open refuses all after.</summary>
    private static async Task Close(Socket socket, Task listening, CancellationTokenSource over)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            await listening.WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (Exception gone) when (gone is SocketException or TimeoutException or ObjectDisposedException)
        {
            // it does not end; we do
        }

        await over.CancelAsync();
        await listening;
    }
}

/// <summary>What is told of a conversation while it lasts.</summary>
/// <param name="Sends">A byte of the job leaves now; false where it must not.</param>
/// <param name="Heard">How the printer is, by its own word.</param>
internal sealed record TalkEvents(Func<Task<bool>> Sends, Func<Heard, Task> Heard);

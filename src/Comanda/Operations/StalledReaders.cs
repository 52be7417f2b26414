using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Comanda.Operations;

/// <summary>
/// Ends connections whose reader takes nothing of what waits to be sent. The server's own limit
/// (<c>MinResponseDataRate</c>, 240 bytes a second) counts the whole answer from its beginning: what the network took at once is
/// time gained, and a reader who took a megabyte may then hold the connection for an hour. Here each wait counts by itself:
/// half of the connection's buffer of 128 kB has to go out in <see cref="ServeOptions.ReaderPatience"/>, so about 2 kB a second,
/// which the slowest mobile network gives.
/// </summary>
public static class StalledReaders
{
    /// <summary>TCP_NOTSENT_LOWAT of Linux, which .NET has no name for: bytes that the kernel takes beyond what is on its way.</summary>
    private const int Tcp = 6, NotSentLowWater = 25, MostNotSent = 128 * 1024;

    public static void EndStalledReaders(this KestrelServerOptions kestrel, TimeSpan patience) =>
        kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => Serve(connection, next, patience)));

    private static async Task Serve(ConnectionContext connection, ConnectionDelegate next, TimeSpan patience)
    {
        // Left alone, the kernel takes some megabytes for a reader that does not read, and we would not know.
        if (OperatingSystem.IsLinux() && connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
            KeepShort(socket);

        var transport = connection.Transport;
        var output = new Output(transport.Output);
        connection.Transport = new Duplex(transport.Input, output);
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(_ => EndIfStalled(), output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }

        void EndIfStalled()
        {
            if (output.Waiting > patience)
                connection.Abort(new ConnectionAbortedException("The reader takes nothing of what is sent."));
        }
    }

    private static void KeepShort(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(Tcp, NotSentLowWater, BitConverter.GetBytes(MostNotSent));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // closed again already; or a kernel that does not know it, and then takes more
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>What a connection sends, and how long what is to go out has waited for the reader.</summary>
    private sealed class Output(PipeWriter inner) : PipeWriter
    {
        private long since;

        public TimeSpan Waiting => Volatile.Read(ref since) is > 0 and var start ? Stopwatch.GetElapsedTime(start) : TimeSpan.Zero;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            Watch(inner.FlushAsync(cancellationToken));

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            Watch(inner.WriteAsync(source, cancellationToken));

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private ValueTask<FlushResult> Watch(ValueTask<FlushResult> flush) => flush.IsCompleted ? flush : Wait(flush);

        private async ValueTask<FlushResult> Wait(ValueTask<FlushResult> flush)
        {
            Volatile.Write(ref since, Stopwatch.GetTimestamp());
            try
            {
                return await flush;
            }
            finally
            {
                Volatile.Write(ref since, 0);
            }
        }
    }
}

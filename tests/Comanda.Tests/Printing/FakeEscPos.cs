using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Comanda.Tests.Printing;

/// <summary>How a fake printer answers: like Epson's, like most others, or not at all.</summary>
internal enum Tongue
{
    Epson,
    Generic,
    Silent,
}

/// <summary>
/// A printer at TCP 9100: takes one connection after the other, understands the commands that are used, keeps code page and the Chinese
/// mode, tells its status, and stops taking bytes while it has no paper. What it prints is what a person would see.
/// </summary>
internal sealed class FakeEscPos : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Tongue tongue;
    private readonly ConcurrentQueue<string> papers = [];
    private TcpListener? listener;
    private Task? serving;
    private Socket? current;

    static FakeEscPos() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public FakeEscPos(Tongue tongue)
    {
        this.tongue = tongue;
        // All of 127.0.0.0/8 is this machine; tests beside these have other addresses.
        Host = $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(255)}.{Random.Shared.Next(1, 255)}";
    }

    public string Host { get; }

    /// <summary>What lies there, cut by cut; a pulse is one of its own.</summary>
    public List<string> Papers => [.. papers];

    public List<byte> Taken { get; } = [];

    public int Connections { get; private set; }

    /// <summary>There is no paper: nothing more is taken of a job.</summary>
    public volatile bool HasNoPaper;

    /// <summary>After so many bytes of a job the paper is out.</summary>
    public int? RunsOutAfter { get; set; }

    /// <summary>After so many bytes of a job the power goes, and with it what is in the buffer.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>After so long the power is back: it knows nothing, and its network says so. Null: it stays dark.</summary>
    public TimeSpan? RevivesAfter { get; set; }

    /// <summary>After so many bytes of a job it resets the connection.</summary>
    public int? ResetsAfter { get; set; }

    /// <summary>So many bytes of a connection are lost while it wakes up.</summary>
    public int Sleeps { get; set; }

    /// <summary>It ends connections at once: somebody else prints.</summary>
    public volatile bool IsBusy;

    /// <summary>It never says that it has printed.</summary>
    public bool ProvesNothing { get; set; }

    /// <summary>
    /// As a printer without power on a network: whoever calls gets no answer at all. A queue of callers that is full drops the next call.
    /// </summary>
    public IDisposable Dark()
    {
        var all = new Darkness();
        var full = all.Add();
        full.Bind(new IPEndPoint(IPAddress.Parse(Host), 9100));
        full.Listen(0);
        for (var n = 0; n < 3; n++)
        {
            var waiting = all.Add();
            waiting.Blocking = false;
            try
            {
                waiting.Connect(IPAddress.Parse(Host), 9100);
            }
            catch (SocketException)
            {
                // it waits
            }
        }

        return all;
    }

    private sealed class Darkness : IDisposable
    {
        private readonly List<Socket> sockets = [];

        public Socket Add()
        {
            sockets.Add(new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            return sockets[^1];
        }

        public void Dispose() => sockets.ForEach(s => s.Dispose());
    }

    public FakeEscPos Start()
    {
        listener = new(IPAddress.Parse(Host), 9100);
        listener.Start();
        serving = Serve(listener);
        return this;
    }

    public async Task Stop()
    {
        listener?.Stop();
        current?.Close();
        if (serving is not null)
            await serving;
        listener = null;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Stop();
        end.Dispose();
    }

    private async Task Serve(TcpListener at)
    {
        try
        {
            while (true)
            {
                using var socket = await at.AcceptSocketAsync(end.Token);
                Connections++;
                current = socket;
                if (IsBusy)
                {
                    socket.LingerState = new(true, 0); // RST, as Star's do
                    continue;
                }

                await Serve(socket);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // stopped
        }
    }

    private async Task Serve(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var head = new EscPosHead(tongue, b => Answer(stream, b), papers.Enqueue) { IsChinese = tongue == Tongue.Silent };
        var (piece, job, lost) = (new byte[512], 0, Sleeps);
        try
        {
            for (int read; (read = await stream.ReadAsync(piece, end.Token)) > 0;)
            {
                foreach (var b in piece.AsSpan(0, read).ToArray())
                {
                    if (lost-- > 0)
                        continue;
                    job++;
                    if (RunsOutAfter is { } few && job == few)
                    {
                        HasNoPaper = true;
                        RunsOutAfter = null;
                        await head.TellStatus(noPaper: true);
                    }

                    if (DiesAfter is { } last && job >= last)
                    {
                        DiesAfter = null;
                        head.Forget();
                        await Task.Delay(RevivesAfter ?? Timeout.InfiniteTimeSpan, end.Token); // no RST, nothing: it is just gone
                        socket.LingerState = new(true, 0);
                        return;
                    }

                    if (ResetsAfter is { } broken && job >= broken)
                    {
                        ResetsAfter = null;
                        head.Forget();
                        socket.LingerState = new(true, 0);
                        return;
                    }

                    // Questions in real time are answered at once; the rest waits for paper.
                    var wasOut = HasNoPaper && head.HasStatus;
                    while (HasNoPaper && head.HasStatus)
                        await Task.Delay(10, end.Token);
                    if (wasOut)
                        await head.TellStatus(noPaper: false);
                    Taken.Add(b);
                    await head.Take(b, HasNoPaper, ProvesNothing);
                }
            }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException)
        {
            // reset, or cut off
        }

        head.Leave();
    }

    private async Task Answer(Stream to, byte[] bytes)
    {
        if (tongue == Tongue.Silent)
            return;
        foreach (var b in bytes) // in pieces
            await to.WriteAsync(new[] { b }, end.Token);
    }
}

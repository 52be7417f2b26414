using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Comanda.Bench.Printing;

/// <summary>How long after an order's answer the first byte is at the socket of a printer at TCP 9100.</summary>
internal static class MeasureFirstByte
{
    private const int WarmUp = 100, Orders = 500;

    public static async Task Run(BenchCluster cluster, string dll, CancellationToken cancel)
    {
        await using var cafe = await PrintingCafe.Open(cluster, dll, "first_byte", cancel);
        using var printer = new TcpListener(IPAddress.Parse("127.77.1.1"), 9100);
        printer.Start();
        var (connected, first, whole) = (Channel(), Channel(), Channel());
        var serving = Serve(printer, connected, first, whole, cancel);
        await cafe.Add(
            new { name = "Pass", kind = "tcp9100", host = "127.77.1.1", model = "TM-m30III", prints = (string[])["kitchen"] }, cancel);
        var (drink, _) = await cafe.Menu(cancel);
        var body = new { items = new[] { new { menu_item_id = drink, quantity = 1 } } };
        var (toConnect, toFirst, toWhole) = (new List<double>(), new List<double>(), new List<double>());
        for (var n = 0; n < WarmUp + Orders; n++)
        {
            var order = await cafe.Owner.Ask("POST /api/orders", body, Guid.NewGuid().ToString(), cancel: cancel);
            var answered = Stopwatch.GetTimestamp();
            if (order.Status != 201)
                throw new BenchException($"no order: {order}");
            // All three before anything is kept: the next order comes when this one is printed.
            var times = new[] { Next(connected, cancel), Next(first, cancel), Next(whole, cancel) };
            if (n < WarmUp)
                continue;
            foreach (var (list, at) in new[] { toConnect, toFirst, toWhole }.Zip(times))
                list.Add(Math.Max(0, (at - answered) * 1000.0 / Stopwatch.Frequency));
            await Task.Delay(Random.Shared.Next(5, 50), cancel); // not in step with anything
        }

        printer.Stop();
        await serving;
        var table = new MarkdownTable(
            $"From an order's answer to a printer at TCP 9100, {Orders} orders, milliseconds", "what", "p50", "p95", "p99", "worst");
        foreach (var (what, times) in new[] { ("connection", toConnect), ("first byte", toFirst), ("whole ticket", toWhole) })
            table.Row(
                what,
                $"{times.Percentile(50):F1}",
                $"{times.Percentile(95):F1}",
                $"{times.Percentile(99):F1}",
                $"{times.Percentile(100):F1}");
        table.Print(
            "The aim is 50 ms p99 to the first byte. The first byte asks the printer whether it is well; the ticket follows its answer.");
    }

    private static BlockingCollection<long> Channel() => [];

    private static long Next(BlockingCollection<long> of, CancellationToken cancel) => of.TryTake(out var at, 30_000, cancel)
        ? at
        : throw new BenchException("nothing came to the printer");

    private static async Task Serve(
        TcpListener printer,
        BlockingCollection<long> connected,
        BlockingCollection<long> first,
        BlockingCollection<long> whole,
        CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                using var socket = await printer.AcceptSocketAsync(cancel);
                connected.Add(Stopwatch.GetTimestamp(), cancel);
                socket.NoDelay = true;
                var (piece, isFirst) = (new byte[4096], true);
                for (int read; (read = await socket.ReceiveAsync(piece, cancel)) > 0; isFirst = false)
                {
                    if (isFirst)
                        first.Add(Stopwatch.GetTimestamp(), cancel);
                    await Answer(socket, piece.AsMemory(0, read), whole, cancel);
                }
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the measurement is over
        }
    }

    /// <summary>It is well, tells its status, and has printed as soon as it is asked.</summary>
    private static async Task Answer(Socket socket, ReadOnlyMemory<byte> said, BlockingCollection<long> whole, CancellationToken cancel)
    {
        if (said.Span.IndexOf("\u0010\u0004\u0002"u8) >= 0)
            await socket.SendAsync(new byte[] { 0x12 }, cancel);
        if (said.Span.IndexOf((byte[])[0x1d, (byte)'a', 0xff]) >= 0)
            await socket.SendAsync(new byte[] { 0x10, 0, 0, 0 }, cancel);
        if (said.Span.LastIndexOf("\u001d(H\u0006\u0000"u8) is >= 0 and var at)
        {
            whole.Add(Stopwatch.GetTimestamp(), cancel);
            await socket.SendAsync((byte[])[0x37, 0x22, .. said.Span.Slice(at + 7, 4), 0], cancel);
        }
    }
}

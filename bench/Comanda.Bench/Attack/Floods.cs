using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Comanda.Data;

namespace Comanda.Bench.Attack;

/// <summary>
/// Strangers from many addresses (all of 127.0.0.0/8 is loopback) hold connections, do not read, guess and register, while a till sells:
/// no order is refused or waits for long, and the server does not grow without bound.
/// </summary>
internal sealed class Floods(Arena arena, CancellationToken cancel)
{
    private const string Part = "floods";

    /// <summary>A till must never wait so long, whatever strangers do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const double MostMoreMegabytes = 700;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(12);

    /// <summary>The same for all rounds: a large menu stays in memory, as every menu does while there is room.</summary>
    private ArenaShop? large;

    private Uri Server => arena.First.Address;

    public async Task Run()
    {
        var shop = large ??= await LargeShop();
        using var till = Person.Of(shop, arena.First, "cashier", atTill: true);
        var item = (await till.Ask("GET /api/menu/items?limit=1", cancel: cancel)).Items[0].GetProperty("id").GetInt64();
        var quiet = await Sell(till, item, TimeSpan.FromSeconds(4));
        foreach (
            var (name, flood) in ((string, Func<CancellationToken, Task>)[])
                [
                    ("200 who do not read a large menu", stop =>
                        Hold(200, $"GET /api/menu HTTP/1.1\r\nHost: x\r\nX-Shop-Id: {shop.Id}\r\n\r\n", stop)
                    ),
                    ("200 WebSockets that do not read", stop => Sockets(200, till, stop)),
                    ("500 who never end their headers", stop => Drip(500, "GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n", stop)),
                    ("500 who never end their body", stop =>
                        Drip(
                            500,
                            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                            " ",
                            stop
                        )
                    ),
                    ("2000 idle connections", stop => Hold(2000, "", stop)),
                    ("owners who register", stop => Post(
                            300,
                            "/api/auth/register",
                            n => new
                            {
                                name = "Eve",
                                email = $"e{Guid.NewGuid():N}@x.example",
                                password = "a long password 7",
                                shop_name = "Eve's" + n,
                            },
                            stop
                        )),
                    ("guests who register", stop =>
                        Post(
                            300,
                            "/api/auth/register",
                            n => new { name = "Gus", phone = $"+4917{Random.Shared.Next(10_000_000, 99_999_999)}" },
                            stop
                        )
                    ),
                    ("sign-ins that guess, all from one address", stop =>
                        Post(1500, "/api/auth/login", n => new { username = $"owner{n % 7}", password = "guess " + n }, stop, _ => 7)
                    ),
                    ("sign-ins that guess", stop =>
                        Post(300, "/api/auth/login", n => new { username = $"owner{n % 7}", password = "guess " + n }, stop)
                    ),
                ]
        )
        {
            await One(name, till, item, quiet, flood);
        }
    }

    private async Task One(string name, Person till, long item, List<double> quiet, Func<CancellationToken, Task> flood)
    {
        var memory = arena.First.ResidentMegabytes;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(Length + TimeSpan.FromSeconds(3));
        var flooding = flood(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        var busy = await Sell(till, item, Length);
        var peak = arena.First.ResidentMegabytes;
        await stop.CancelAsync();
        try
        {
            await flooding;
        }
        catch (Exception over)
            when (over
                    is OperationCanceledException
                        or SocketException
                        or IOException
                        or HttpRequestException
                        or System.Net.WebSockets.WebSocketException
            )
        {
            // the flood is over
        }

        arena.Findings.Say(
            $"flood, {name}: {busy.Count} orders, p95 {busy.Percentile(95):F0} ms (quiet {quiet.Percentile(95):F0}), "
                + $"worst {busy.Percentile(100):F0}; memory {memory:F0} → {peak:F0} MB"
        );
        arena.Findings.Check(busy.Count > 0 && busy.Max() < Patience.TotalMilliseconds, Part, name, () =>
            $"orders waited up to {busy.Percentile(100):F0} ms"
        );
        arena.Findings.Check(peak - memory < MostMoreMegabytes, Part, name + ": memory", () => $"{memory:F0} → {peak:F0} MB");
        arena.Findings.Count("floods");
    }

    /// <summary>One till that sells one order after another; milliseconds of each.</summary>
    private async Task<List<double>> Sell(Person till, long item, TimeSpan length)
    {
        var body = new { items = new[] { new { menu_item_id = item, quantity = 1 } }, payments = new[] { new { method = "cash" } } };
        var times = new List<double>();
        for (var time = Stopwatch.StartNew(); time.Elapsed < length;)
        {
            var since = Stopwatch.GetTimestamp();
            var reply = await till.Ask("POST /api/orders", body, Guid.NewGuid().ToString(), cancel: cancel);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            arena.Findings.Check(reply.Status == 201, Part, "an order was refused meanwhile", reply.ToString);
            await Task.Delay(50, cancel);
        }

        return times;
    }

    private async Task<ArenaShop> LargeShop()
    {
        var shop = await arena.NewShop(cancel);
        await using var connection = await arena.Database.OpenConnectionAsync(cancel);
        await connection.Execute(
            """
            insert into menu_items (shop_id, category_id, name, description, price)
            select $1, (select min(id) from categories where shop_id = $1), 'Thing ' || n, repeat('words and words ', 40), 100 + n
            from generate_series(1, 8000) n
            """,
            cancel,
            shop.Id
        );
        return shop;
    }

    private async Task<Socket> Connect(int n)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Bind(new IPEndPoint(new IPAddress([127, 1, (byte)(n / 250), (byte)(1 + (n % 250))]), 0));
        await socket.ConnectAsync(Server.Host, Server.Port, cancel);
        return socket;
    }

    /// <summary>Opens connections, says one thing and reads nothing.</summary>
    private async Task Hold(int many, string said, CancellationToken stop)
    {
        var sockets = new ConcurrentBag<Socket>();
        try
        {
            await Parallel.ForAsync(0, many, stop, async (n, _) =>
            {
                var socket = await Connect(n);
                sockets.Add(socket);
                if (said.Length > 0)
                    await socket.SendAsync(Encoding.ASCII.GetBytes(said));
            });
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    /// <summary>Begins a request and goes on with it for ever, a few bytes a second.</summary>
    private async Task Drip(int many, string begin, string drop, CancellationToken stop)
    {
        var sockets = new ConcurrentBag<Socket>();
        try
        {
            await Parallel.ForAsync(0, many, stop, async (n, _) =>
            {
                var socket = await Connect(n);
                sockets.Add(socket);
                await socket.SendAsync(Encoding.ASCII.GetBytes(begin));
            });
            while (true)
            {
                await Task.Delay(1000, stop);
                foreach (var socket in sockets)
                {
                    try
                    {
                        await socket.SendAsync(Encoding.ASCII.GetBytes(drop));
                    }
                    catch (SocketException)
                    {
                        // the server has had enough of it
                    }
                }
            }
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private async Task Sockets(int many, Person person, CancellationToken stop)
    {
        var token = await person.Token(cancel);
        await Hold(
            many,
            $"GET /ws?after=0&access_token={token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            stop
        );
    }

    /// <summary>Posts without end, each time from another address.</summary>
    private async Task Post(int clients, string path, Func<int, object> body, CancellationToken stop, Func<int, int>? addressOf = null)
    {
        var answers = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(async client =>
                {
                    var address = addressOf?.Invoke(client) ?? client;
                    using var http = new HttpClient(
                        new SocketsHttpHandler
                        {
                            ConnectCallback = async (_, _) => new NetworkStream(await Connect(address), ownsSocket: true),
                            UseCookies = false,
                        }
                    )
                    {
                        BaseAddress = Server,
                        Timeout = TimeSpan.FromSeconds(60),
                    };
                    for (var n = 0; !stop.IsCancellationRequested; n++)
                    {
                        try
                        {
                            using var answer = await http.PostAsJsonAsync(path, body((client * 1000) + n), stop);
                            answers.AddOrUpdate((int)answer.StatusCode, 1, (_, before) => before + 1);
                            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                                await Task.Delay(500, stop);
                            arena.Findings.Check((int)answer.StatusCode < 500, Part, $"{path} answered {(int)answer.StatusCode}", () => "");
                        }
                        catch (Exception over) when (over is OperationCanceledException or HttpRequestException)
                        {
                            return;
                        }
                    }
                })
        );
        arena.Findings.Say($"flood of {path}: " + string.Join(", ", answers.OrderBy(a => a.Key).Select(a => $"{a.Value} × {a.Key}")));
    }
}

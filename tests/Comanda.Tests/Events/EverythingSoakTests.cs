using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Comanda.Tests.Events.SocketIo;

namespace Comanda.Tests.Events;

/// <summary>
/// A shop sells while lines are cut, server processes are killed, Redis is killed and hangs, and PostgreSQL dies, at random: every device,
/// however it follows, has every event once and in order. COMANDA_SOAK_SECONDS makes it longer, COMANDA_SOAK_SEED repeats a run.
/// </summary>
public sealed class EverythingSoakTests
{
    private const int DevicesOfAKind = 3;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(Number("COMANDA_SOAK_SECONDS") ?? 40);

    private static readonly TimeSpan ToSettle = TimeSpan.FromSeconds(90);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var set)
            ? set
            : null;

    [Fact]
    public async Task Trap05_whatever_dies_every_device_has_every_event_once_and_in_order()
    {
        var seed = Number("COMANDA_SOAK_SEED") ?? Random.Shared.Next(1_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var cafe = await SoakedCafe.Open();
        var cashier = await cafe.Cashier();
        var espresso = (await cashier.GetMenu()).Items.First(i => i.Name == "Espresso").Id;
        var begin = (await cashier.GetEvents(0)).LastSeq;
        using var over = new CancellationTokenSource();
        var devices = new List<Device>();
        for (var n = 0; n < DevicesOfAKind; n++)
        {
            devices.Add(new BySocket(cafe, n, begin));
            devices.Add(new ByStream(cafe, n + 1, begin));
            devices.Add(new BySocketIo(cafe, n, begin));
        }

        var following = devices.ConvertAll(d => Task.Run(() => d.Follow(over.Token)));
        var (sold, happened, random) = (0, new List<string>(), new Random(seed));
        var troubling = Task.Run(() => Trouble(cafe, random, happened));
        while (!troubling.IsCompleted)
        {
            await cafe.Sell(cashier, espresso, sold++);
            await Task.Delay(Random.Shared.Next(150));
        }

        await troubling;
        await cafe.Sell(cashier, espresso, sold++);
        var log = await cafe.Log(cashier, begin);
        var story = $"seed {seed}, {sold} sales: {string.Join(", ", happened)}";
        log.Count(e => e.Event == "order_created").ShouldBe(sold, story); // each sold once
        devices.ForEach(d => d.EndWith(log[^1].Seq));
        over.CancelAfter(ToSettle); // only now: on a busy machine the troubles take longer than they were to
        await Task.WhenAll(following);
        // What the stock says a moment later, some have heard and the log that was read has not.
        foreach (var device in devices)
            device.Seqs.Where(s => s <= log[^1].Seq).ShouldBe(log.Select(e => e.Seq), $"{device.GetType().Name}: {story}");
        TestContext.Current.TestOutputHelper?.WriteLine(story);
    }

    /// <summary>A deck of troubles, in another order each time, until the time is over. All of it happens at least once.</summary>
    private static async Task Trouble(SoakedCafe cafe, Random random, List<string> happened)
    {
        (string Name, Func<Task> Do)[] deck =
        [
            ("cut", () => cafe.Cut(random.Next(2))),
            ("cut", () => cafe.Cut(random.Next(2))),
            ("cut", () => cafe.Cut(random.Next(2))),
            ("line down", () => cafe.LineDown(random.Next(2), TimeSpan.FromMilliseconds(random.Next(1500)))),
            ("process killed", () => cafe.KillProcess(random.Next(2))),
            ("database killed", cafe.KillDatabase),
            ("redis killed", cafe.KillRedis),
            ("redis hangs", cafe.RedisHangs),
        ];
        var since = Stopwatch.StartNew();
        do
        {
            random.Shuffle(deck);
            foreach (var (name, cause) in deck)
            {
                await Task.Delay(random.Next(1500));
                happened.Add(name);
                await cause();
            }
        }
        while (since.Elapsed < Length);
    }

    /// <summary>Follows from where it is, over one line or the other, until it has the last event.</summary>
    private abstract class Device(SoakedCafe cafe, int first, long begin)
    {
        private long last = long.MaxValue;
        private int connections = first;

        public List<long> Seqs { get; } = [];

        /// <summary>This is the last; who has it is done.</summary>
        public void EndWith(long seq) => Interlocked.Exchange(ref last, seq);

        protected long After => Seqs.Count > 0 ? Seqs[^1] : begin;

        protected bool HasAll => After >= Interlocked.Read(ref last);

        public async Task Follow(CancellationToken over)
        {
            var cashier = await cafe.Cashier();
            while (!HasAll && !over.IsCancellationRequested)
            {
                try
                {
                    await Listen(cafe.Line(connections++), cashier.AccessToken!, over);
                }
                catch (Exception) when (!over.IsCancellationRequested)
                {
                    await Task.Delay(50, CancellationToken.None); // and again
                }
            }
        }

        /// <summary>One connection, to its end, or until it has all.</summary>
        protected abstract Task Listen(Uri at, string token, CancellationToken over);

        protected void Hear(long seq, string name)
        {
            if (name != "user_activity")
                Seqs.Add(seq);
        }
    }

    private sealed class BySocket(SoakedCafe cafe, int first, long begin) : Device(cafe, first, begin)
    {
        protected override async Task Listen(Uri at, string token, CancellationToken over)
        {
            var client = new ComandaClient(new HttpClient { BaseAddress = at }) { AccessToken = token };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(over);
            patience.CancelAfter(TimeSpan.FromSeconds(10));
            using var socket = await client.OpenSocket(After, patience.Token);
            while (!HasAll && await socket.Read(patience.Token) is { } heard)
            {
                Hear(heard.Seq, heard.Event);
                patience.CancelAfter(TimeSpan.FromSeconds(10));
            }
        }
    }

    private sealed class ByStream(SoakedCafe cafe, int first, long begin) : Device(cafe, first, begin)
    {
        protected override async Task Listen(Uri at, string token, CancellationToken over)
        {
            using var http = new HttpClient { BaseAddress = at };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
            request.Headers.Add("Authorization", "Bearer " + token);
            request.Headers.Add("Accept", "text/event-stream");
            request.Headers.Add("Last-Event-ID", After.ToString(CultureInfo.InvariantCulture));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(over);
            patience.CancelAfter(TimeSpan.FromSeconds(10));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
            var (id, name) = (0L, "");
            while (!HasAll && await reader.ReadLineAsync(patience.Token) is { } line)
            {
                patience.CancelAfter(TimeSpan.FromSeconds(10));
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                    id = long.Parse(line[4..]);
                else if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                else if (line.Length == 0 && id > 0) // an event is whole with the empty line behind it, and not before
                {
                    Hear(id, name);
                    id = 0;
                }
            }
        }
    }

    private sealed class BySocketIo(SoakedCafe cafe, int first, long begin) : Device(cafe, first, begin)
    {
        protected override async Task Listen(Uri at, string token, CancellationToken over)
        {
            using var socket = await RawWebSocket.Enter(at, new { token, after = After });
            while (!HasAll && await socket.Next() is { } packet)
            {
                if (packet == "2")
                    await socket.Send("3");
                else if (packet.StartsWith("42", StringComparison.Ordinal))
                    Hear(RawEngine.SeqOf(packet), JsonElement.Parse(packet[2..])[0].GetString()!);
            }
        }
    }
}

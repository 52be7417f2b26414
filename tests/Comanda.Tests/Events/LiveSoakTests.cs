using System.Text.Json;
using Comanda.Tests.Events.SocketIo;

namespace Comanda.Tests.Events;

/// <summary>Lines are cut and processes restarted at random, while a shop sells: every device has every event, once and in order.</summary>
public sealed class LiveSoakTests(CafeApp app)
{
    private const int Devices = 8, Sales = 60;

    [Fact]
    public async Task Trap05_whatever_is_cut_every_device_has_every_event_once_and_in_order()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var processes = new[] { await app.StartPassingProcess(o => o), await app.StartPassingProcess(o => o) };
        await using var first = new CuttableLine(processes[0].Address.Port);
        await using var second = new CuttableLine(processes[1].Address.Port);
        CuttableLine[] lines = [first, second];
        var begin = (await cashier.GetEvents(0)).LastSeq;
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(120));

        var heard = Enumerable.Range(0, Devices).Select(_ => new List<long>()).ToArray();
        var last = long.MaxValue;
        var devices = heard.Select((seqs, n) => Task.Run(() => Follow(n, seqs))).ToList();
        var random = new Random(20);
        for (var sold = 0; sold < Sales; sold++)
        {
            await cashier.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("card")]));
            await Task.Delay(random.Next(120));
            if (sold % 4 == 3)
                lines[random.Next(2)].Cut();
            if (sold % 20 == 19)
            {
                var which = random.Next(2);
                await processes[which].DisposeAsync();
                processes[which] = await app.StartPassingProcess(o => o);
                lines[which].LeadTo(processes[which].Address.Port);
            }
        }

        var log = new List<long>();
        for (var after = begin; ;)
        {
            var page = await cashier.GetEvents(after);
            log.AddRange(page.Items.Where(e => e.Event != "user_activity").Select(e => e.Seq));
            after = page.LastSeq;
            if (page.NextCursor is null)
                break;
        }

        log.Count.ShouldBeGreaterThanOrEqualTo(Sales * 2);
        Interlocked.Exchange(ref last, log[^1]);
        await Task.WhenAll(devices);
        foreach (var seqs in heard)
            seqs.ShouldBe(log);
        foreach (var process in processes)
            await process.DisposeAsync();

        async Task Follow(int n, List<long> seqs)
        {
            var known = begin;
            while (!over.IsCancellationRequested && known < Interlocked.Read(ref last))
            {
                try
                {
                    var at = lines[(n + seqs.Count) % 2].Address;
                    if (n % 2 == 0)
                        await BySocketIo(at, seqs);
                    else
                        await ByWebSocket(at, seqs);
                }
                catch (Exception) when (!over.IsCancellationRequested)
                {
                    await Task.Delay(50); // and again
                }

                known = seqs.Count > 0 ? seqs[^1] : begin;
            }
        }

        async Task BySocketIo(Uri at, List<long> seqs)
        {
            using var socket = await RawWebSocket.Enter(
                at,
                new { token = cashier.AccessToken, after = seqs.Count > 0 ? seqs[^1] : begin });
            while (await socket.Next() is { } packet)
            {
                if (packet == "2")
                    await socket.Send("3");
                else if (JsonElement.Parse(packet[2..])[0].GetString() != "user_activity")
                    seqs.Add(RawEngine.SeqOf(packet));
                if (seqs.Count > 0 && seqs[^1] >= Interlocked.Read(ref last))
                    return;
            }
        }

        async Task ByWebSocket(Uri at, List<long> seqs)
        {
            var client = app.Client(at);
            client.AccessToken = cashier.AccessToken;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            using var socket = await client.OpenSocket(seqs.Count > 0 ? seqs[^1] : begin, patience.Token);
            while (await socket.Read(patience.Token) is { } next)
            {
                if (next.Event != "user_activity")
                    seqs.Add(next.Seq);
                if (seqs.Count > 0 && seqs[^1] >= Interlocked.Read(ref last))
                    return;
            }
        }
    }
}

using Comanda.Data;
using Comanda.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Events;

public sealed class EventFeedTests(CafeApp app)
{
    [Fact]
    public async Task Two_processes_show_each_others_events_in_order_under_load_with_none_lost()
    {
        var shop = await app.NewShop();
        var addresses = new[] { app.Address, await app.StartProcess() };
        var espresso = (await shop.Item("Espresso")).Id;
        using var done = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        const int orders = 200;

        var listening = new List<Task<List<EventView>>>();
        foreach (var address in addresses)
        {
            var client = await shop.As("barista", address);
            var socket = await client.OpenSocket(cancel: done.Token);
            listening.Add(Hear(socket, orders * 2, done.Token));
        }

        var sellers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => shop.As("cashier", addresses[i % 2])));
        await Task.WhenAll(Enumerable.Range(0, orders).GroupBy(i => i % 8).Select(async mine =>
        {
            foreach (var i in mine)
                await sellers[i % 8].PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("card")], CustomerName: $"guest {i}"));
        }));

        var heard = await Task.WhenAll(listening);
        var log = await All(sellers[0]);
        log.Count(e => e.Event == "order_created").ShouldBe(orders);
        foreach (var events in heard)
        {
            events.Select(e => e.Seq).ShouldBe(log.Select(e => e.Seq)); // the same events, each once, in the log's order
            events.Select(e => e.Seq).ShouldBe(events.Select(e => e.Seq).Order());
        }
    }

    [Fact]
    public async Task A_device_resumes_where_it_was()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        for (var i = 0; i < 5; i++)
            await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        var log = await All(cashier);
        using var socket = await cashier.OpenSocket(log[1].Seq);
        var first = await socket.Read(Soon());
        first!.Seq.ShouldBe(log[2].Seq);
        await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        var seqs = new List<long> { first.Seq };
        while (seqs.Count < 4)
            seqs.Add((await socket.Read(Soon()))!.Seq);
        seqs.ShouldBe([log[2].Seq, log[3].Seq, log[4].Seq, seqs[3]]);
        seqs[3].ShouldBeGreaterThan(log[4].Seq);
    }

    [Fact]
    public async Task A_stream_of_server_sent_events_resumes_by_last_event_id()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var first = await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        var second = await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        var log = await All(cashier);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Add("Authorization", "Bearer " + cashier.AccessToken);
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Last-Event-ID", log[0].Seq.ToString());
        using var response = await cashier.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var lines = new List<string>();
        while (!lines.Any(l => l.StartsWith("data: ", StringComparison.Ordinal)))
            lines.Add((await reader.ReadLineAsync(Soon()))!);
        lines.ShouldContain("id: " + log[1].Seq);
        lines.ShouldContain("event: order_created");
        lines.Last().ShouldContain($"\"id\":{second.Id},");
        lines.ShouldAllBe(l => !l.Contains($"\"id\":{first.Id},"));
    }

    [Fact]
    public async Task Trap05_a_sync_cut_after_any_message_loses_and_repeats_nothing()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var orders = new List<long>();
        for (var i = 0; i < 6; i++)
            orders.Add((await cashier.PlaceOrder(new("takeaway", [new(espresso)], Payments: i % 2 == 0 ? [new("cash")] : null))).Id);
        var log = await All(cashier);
        log.Count.ShouldBeGreaterThan(orders.Count);
        for (var cut = 1; cut <= log.Count; cut++)
        {
            // So many messages, then the line is dead without a goodbye; the device comes back with the last that it acted on.
            var heard = new List<long>();
            while (heard.Count < log.Count)
            {
                using var socket = await cashier.OpenSocket(heard.Count == 0 ? log[0].Seq - 1 : heard[^1]);
                for (var i = 0; i < cut && heard.Count < log.Count; i++)
                    heard.Add((await socket.Read(Soon()))!.Seq);
            }

            heard.ShouldBe(log.Select(e => e.Seq));
        }
    }

    [Fact]
    public async Task The_log_is_paged_and_bounded()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        for (var i = 0; i < 7; i++)
            await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        var seen = new List<long>();
        var after = 0L;
        while (true)
        {
            var page = await cashier.GetEvents(after, 3);
            page.Items.Count.ShouldBeLessThanOrEqualTo(3);
            seen.AddRange(page.Items.Where(e => e.Event != "user_activity").Select(e => e.Seq));
            if (page.NextCursor is null)
                break;
            after = long.Parse(page.NextCursor);
        }

        seen.Count.ShouldBe(7);
        seen.ShouldBe(seen.Distinct().Order());
        (await Should.ThrowAsync<ComandaException>(() => cashier.GetEvents(0, 500))).Problem!.Errors!.ShouldContainKey("limit");
    }

    [Fact]
    public async Task Another_shops_events_are_not_heard()
    {
        var (mine, theirs) = (await app.NewShop(), await app.NewShop());
        var cashier = await mine.As("cashier");
        using var socket = await cashier.OpenSocket();
        await (await theirs.As("cashier")).PlaceOrder(new("takeaway", [new((await theirs.Item("Espresso")).Id)]));
        var own = await cashier.PlaceOrder(new("takeaway", [new((await mine.Item("Espresso")).Id)]));
        var heard = await socket.Read(Soon());
        heard!.ShopId.ShouldBe(mine.Id);
        heard.Data.GetProperty("id").GetInt64().ShouldBe(own.Id);
        (await All(cashier)).ShouldAllBe(e => e.ShopId == mine.Id);
    }

    [Fact]
    public async Task A_reader_that_falls_behind_is_closed_with_4008_and_resumes_without_a_loss()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var socket = await cashier.OpenSocket();
        // More than the buffer and the network together take, while the device does not read.
        const int count = 12_000;
        var last = (long)(await app.Database.Scalar(
            """
            with flood as (insert into events (shop_id, event, at, actor, data) select $1, 'flood', now(), '{}', '"' || repeat('x',
                2000) || '"' from generate_series(1, $2) returning seq)
            select max(seq) from flood
            """,
            default, shop.Id, count))!;
        // Not for some time, but until the server has it all to send: a reader that begins sooner may keep up, and is not closed.
        var feed = app.FirstProcess.Services.GetRequiredService<EventFeed>();
        for (var tries = 0; tries < 1200 && feed.Settled < last; tries++)
            await Task.Delay(50);
        feed.Settled.ShouldBeGreaterThanOrEqualTo(last);

        var seqs = new List<long>();
        while (await socket.Read(Soon()) is { } heard)
            seqs.Add(heard.Seq);
        socket.CloseCode.ShouldBe(4008);
        seqs.Count.ShouldBeLessThan(count);

        socket.Dispose();
        while (seqs.Count < count)
        {
            socket = await cashier.OpenSocket(seqs.LastOrDefault());
            while (seqs.Count < count && await socket.Read(Soon()) is { } heard)
                seqs.Add(heard.Seq);
            socket.Dispose();
        }

        seqs.ShouldBe(seqs.Distinct().Order());
        seqs.Count.ShouldBe(count);
    }

    [Fact]
    public async Task A_socket_ends_with_its_session()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var socket = await cashier.OpenSocket();
        await cashier.SignOut();
        // At once, not at the next look-round: the event of the sign-out, at most, and then the end.
        while (await socket.Read(Soon(3)) is { } heard)
            heard.Event.ShouldBe("user_activity");
        socket.CloseCode.ShouldBe(4001);
    }

    private static CancellationToken Soon(int seconds = 10) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;

    private static async Task<List<EventView>> Hear(EventSocket socket, int count, CancellationToken cancel)
    {
        var events = new List<EventView>();
        while (events.Count < count)
        {
            if (await socket.Read(cancel) is { Event: not "user_activity" } heard) // the sellers sign in meanwhile
                events.Add(heard);
        }

        socket.Dispose();
        return events;
    }

    private static async Task<List<EventView>> All(ComandaClient client)
    {
        var events = new List<EventView>();
        while (true)
        {
            var page = await client.GetEvents(events.Count == 0 ? 0 : events[^1].Seq);
            events.AddRange(page.Items);
            if (page.NextCursor is null)
                return events.FindAll(e => e.Event != "user_activity");
        }
    }

    /// <summary>A consumer that remembers what it handled of one shop, and fails on one guest until it is mended.</summary>
}

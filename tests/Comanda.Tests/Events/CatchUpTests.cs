using Comanda.Data;
using Comanda.Events;
using Comanda.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Events;

/// <summary>Devices that come back, many at once, for what they missed.</summary>
public sealed class CatchUpTests(CafeApp app)
{
    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    /// <summary>A past of so many events of so many bytes; answers their seqs.</summary>
    private async Task<List<long>> Past(TestShop shop, int events, int bytes)
    {
        await app.Database.Scalar(
            """
            insert into events (shop_id, event, at, actor, data)
            select $1, 'order_updated', now(), '{}', json_build_object('n', n, 'text', repeat('x', $3)) from generate_series(1, $2) n
            """,
            default, shop.Id, events, bytes);
        await using var command = app.Database.Command(
            "select seq from events where shop_id = $1 and event = 'order_updated' order by seq", shop.Id);
        return await command.List(r => r.GetInt64(0), default);
    }

    [Fact]
    public async Task A_fleet_gets_its_past_a_few_at_a_time_each_event_once_and_in_order()
    {
        var turns = app.FirstProcess.Services.GetRequiredService<EventFeed>().Turns;
        var shop = await app.NewShop();
        var past = await Past(shop, 120, 300);
        var cashier = await shop.As("cashier");
        var heard = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            using var socket = await cashier.OpenSocket(past[0] - 1, Soon());
            var seqs = new List<long>();
            while (seqs.Count < past.Count && await socket.Read(Soon()) is { } next)
            {
                if (next.Event == "order_updated")
                    seqs.Add(next.Seq);
            }

            return seqs;
        }));
        foreach (var seqs in heard)
            seqs.ShouldBe(past);
        turns.Most.ShouldBeInRange(1, CatchUpTurns.AtOnce);
    }

    [Fact]
    public async Task Devices_that_do_not_read_keep_no_other_from_its_past()
    {
        var shop = await app.NewShop();
        var past = await Past(shop, 60, 100_000);
        var cashier = await shop.As("cashier");
        var unread = new List<UnreadRequest>();
        for (var n = 0; n < 20; n++)
        {
            unread.Add(await UnreadRequest.Send(
                app.Address,
                "127.0.0.1",
                $"/ws?after=0&access_token={cashier.AccessToken}",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
            unread.Add(await UnreadRequest.Send(
                app.Address,
                "127.0.0.1",
                "/api/events?after=0",
                "Accept: text/event-stream",
                "Authorization: Bearer " + cashier.AccessToken));
        }

        foreach (var request in unread)
            (await request.Status()).ShouldBeOneOf(101, 200);
        using var socket = await cashier.OpenSocket(past[^21], Soon());
        for (var n = 20; n > 0; n--)
            (await socket.Read(Soon()))!.Seq.ShouldBe(past[^n]);
        unread.ForEach(request => request.Dispose());
    }

    [Fact]
    public async Task A_turn_whose_device_does_not_take_its_page_ends_by_itself()
    {
        var turns = new CatchUpTurns();
        for (var n = 0; n < CatchUpTurns.AtOnce * 3; n++)
        {
            var turn = await turns.Take(1, Soon()); // never disposed
            turn.EndSoon();
        }

        turns.Most.ShouldBe(CatchUpTurns.AtOnce);
    }

    [Fact]
    public async Task A_page_of_the_log_is_bounded_in_bytes_and_says_where_to_go_on()
    {
        var shop = await app.NewShop();
        var past = await Past(shop, 30, 20_000);
        var cashier = await shop.As("cashier");
        var seen = new List<long>();
        for (var after = past[0] - 1; ;)
        {
            var page = await cashier.Ask($"GET /api/events?after={after}&limit=200");
            page.Body.GetRawText().Length.ShouldBeLessThan(160_000);
            seen.AddRange(page.Items
                .Where(e => e.GetProperty("event").GetString() == "order_updated")
                .Select(e => e.GetProperty("seq").GetInt64()));
            if (page.Body.GetProperty("next_cursor").GetString() is not { } next)
                break;
            after = long.Parse(next);
        }

        seen.ShouldBe(past);
    }
}

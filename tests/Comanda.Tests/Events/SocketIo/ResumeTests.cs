using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Events.SocketIo;

/// <summary>Away for a second or a month: what was missed comes, in order, each once.</summary>
public sealed class ResumeTests(CafeApp app)
{
    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    /// <summary>A past of so many events; answers their seqs.</summary>
    private async Task<List<long>> Past(TestShop shop, int events, int bytes = 300, string at = "now()")
    {
        await app.Database.Scalar(
            $"""
            insert into events (shop_id, event, at, actor, data)
            select $1, 'order_updated', {at}, '{"{}"}', json_build_object('n', n, 'text', repeat('x', $3)) from generate_series(1, $2) n
            """,
            default, shop.Id, events, bytes);
        await using var command = app.Database.Command(
            "select seq from events where shop_id = $1 and event = 'order_updated' order by seq", shop.Id);
        return await command.List(r => r.GetInt64(0), default);
    }

    [Fact]
    public async Task After_in_auth_resumes_and_goes_on_live()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var orders = new[] { await Sell(cashier, shop), await Sell(cashier, shop), await Sell(cashier, shop) };
        var log = (await cashier.GetEvents(0)).Items.Where(e => e.Event == "order_created").ToList();
        using var engine = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken, after = log[0].Seq });
        (await engine.NextSeq()).ShouldBe(log[1].Seq);
        (await engine.NextSeq()).ShouldBe(log[2].Seq);
        var next = await Sell(cashier, shop);
        (await engine.Next()).ShouldContain($"\"id\":{next},");
        orders.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Recovery_checks_the_token_again_and_goes_on_only_with_what_was_theirs()
    {
        var shop = await app.NewShop();
        var (cashier, barista) = (await shop.As("cashier"), await shop.As("barista"));
        var (pid, first) = await Connect(new { token = cashier.AccessToken });
        var log = new List<long>();
        await Sell(cashier, shop);
        log.Add(await first.NextSeq());
        await first.Post("1");
        await Sell(cashier, shop);
        await Sell(cashier, shop);

        // Mine: the same pid, and what was missed.
        var (again, second) = await Connect(new { token = cashier.AccessToken, pid, offset = log[0].ToString() });
        again.ShouldBe(pid);
        log.Add(await second.NextSeq());
        log.Add(await second.NextSeq());

        // Before anything came there is no offset: then it goes on from where it was let in.
        var (fromTheStart, third) = await Connect(new { token = cashier.AccessToken, pid });
        fromTheStart.ShouldBe(pid);
        (await third.NextSeq()).ShouldBe(log[0]);

        // Another's: a beginning, and nothing of what came before.
        var (other, fourth) = await Connect(new { token = barista.AccessToken, pid, offset = log[0].ToString() });
        other.ShouldNotBe(pid);
        var order = await Sell(cashier, shop);
        var heard = await fourth.Next();
        while (heard.Contains("\"user_activity\"", StringComparison.Ordinal)) // who is there is told to everybody
            heard = await fourth.Next();
        heard.ShouldContain($"\"id\":{order},");

        // A token that no longer holds recovers nothing, whatever the pid.
        await cashier.SignOut();
        using var fifth = await RawEngine.Poll(app.Address);
        await fifth.Post("40" + JsonSerializer.Serialize(new { token = cashier.AccessToken, pid, offset = log[0].ToString() }));
        (await fifth.Next()).ShouldStartWith("44{\"message\":\"session_ended\"");
        foreach (var engine in new[] { first, second, third, fourth })
            engine.Dispose();

        async Task<(string Pid, RawEngine Engine)> Connect(object auth)
        {
            var engine = await RawEngine.Poll(app.Address);
            await engine.Post("40" + JsonSerializer.Serialize(auth));
            var answer = await engine.Next();
            answer.ShouldStartWith("40{");
            return (JsonElement.Parse(answer[2..]).GetProperty("pid").GetString()!, engine);
        }
    }

    [Fact]
    public async Task Trap25_away_for_a_month_a_device_gets_all_in_order_by_every_door()
    {
        var shop = await app.NewShop();
        var past = await Past(shop, 2_500, 300, "now() - interval '31 days'");
        var cashier = await shop.As("cashier");
        using var polling = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken, after = past[0] - 1 });
        using var socket = await RawWebSocket.Enter(app.Address, new { token = cashier.AccessToken, after = past[0] - 1 });
        var byPolling = ReadAll(polling.Next, past.Count);
        var bySocket = ReadAll(async () => await socket.Next() ?? "", past.Count);
        (await byPolling).ShouldBe(past);
        (await bySocket).ShouldBe(past);
    }

    [Fact]
    public async Task Trap05_a_connection_cut_after_any_event_loses_and_repeats_nothing()
    {
        var shop = await app.NewShop();
        var past = await Past(shop, 7);
        var cashier = await shop.As("cashier");
        for (var cut = 1; cut <= past.Count; cut++)
        {
            var heard = new List<long>();
            string? pid = null;
            while (heard.Count < past.Count)
            {
                using var socket = await RawWebSocket.Open(app.Address);
                await socket.Next();
                await socket.Send("40" + JsonSerializer.Serialize(pid is null
                    ? new { token = cashier.AccessToken, after = past[0] - 1 }
                    : (object)new { token = cashier.AccessToken, after = past[0] - 1, pid, offset = heard[^1].ToString() }));
                pid = JsonElement.Parse((await socket.Next())![2..]).GetProperty("pid").GetString();
                for (var i = 0; i < cut && heard.Count < past.Count; i++)
                    heard.Add(RawEngine.SeqOf((await socket.Next())!));
            }

            heard.ShouldBe(past);
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_little_and_has_the_log_at_its_own_speed()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var engine = await RawEngine.Enter(app.Address, new { token = cashier.AccessToken });
        // Far more than waits for anybody, while it does not ask.
        var flood = await Past(shop, 6_000, 2_000);
        var feed = app.FirstProcess.Services.GetRequiredService<EventFeed>();
        await Answers.Eventually(() => Task.FromResult(feed.Settled >= flood[^1]), seconds: 60);
        (await ReadAll(engine.Next, flood.Count)).ShouldBe(flood);
        var order = await Sell(cashier, shop);
        (await engine.Next()).ShouldContain($"\"id\":{order},");
    }

    [Fact]
    public async Task A_customer_hears_only_of_their_own()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var guest = app.Client();
        guest.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.Id.ToString());
        await guest.Ask("POST /api/auth/send-otp", new { phone = "+351912345678" });
        var signedIn = await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone = "+351912345678", otp = await shop.CodeFor("+351912345678") });
        var token = signedIn.Text("access_token");
        using var engine = await RawEngine.Enter(app.Address, new { token });
        await Sell(cashier, shop);
        var own = await app.Database.Scalar(
            """
            insert into events (shop_id, event, at, actor, data, customer_id) values ($1, 'order_updated', now(), '{}', '{}', $2)
            returning seq
            """,
            default, shop.Id, signedIn.Body.GetProperty("user").GetProperty("id").GetInt64());
        (await engine.NextSeq()).ShouldBe((long)own!);
    }

    private static async Task<List<long>> ReadAll(Func<Task<string>> next, int count)
    {
        var seqs = new List<long>();
        while (seqs.Count < count)
        {
            var packet = await next();
            if (packet.StartsWith("42[\"order_updated\"", StringComparison.Ordinal))
                seqs.Add(RawEngine.SeqOf(packet));
        }

        return seqs;
    }
}

using System.Net;
using System.Text.Json;
using Comanda.Data;
using Comanda.Webhooks;

namespace Comanda.Tests.Webhooks;

/// <summary>Webhooks, received and checked by the real library of Standard Webhooks.</summary>
public sealed class WebhookTests(CafeApp app)
{
    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    private static async Task<(NodePeer Peer, Answer Hook)> Add(ComandaClient owner, object? more = null, string path = "/hook")
    {
        var peer = await NodePeer.Start("webhook.js");
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["url"] = $"http://127.0.0.1:{peer.Port}{path}";
        var added = await owner.Ask("POST /api/webhooks", body);
        added.Status.ShouldBe(201, added.ToString());
        await peer.Tell(new { secret = added.Text("secret") });
        return (peer, added);
    }

    private static List<long> Calls(NodePeer peer, string? what = null) =>
    [
        .. peer.Said.Where(s => s.TryGetProperty("call", out _) && (what is null || s.GetProperty("event").GetString() == what))
            .Select(s => s.GetProperty("call").GetInt64()),
    ];

    [Fact]
    public async Task What_happens_is_sent_signed_in_order_and_only_what_was_asked_for()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var (all, first) = await Add(owner);
        var (some, _) = await Add(owner, new { events = new[] { "order_created", "order_cancelled" } });
        await using var closing = all;
        await using var closingToo = some;
        first.Text("secret")!.ShouldStartWith("whsec_");
        var orders = new List<long>();
        for (var n = 0; n < 5; n++)
            orders.Add(await Sell(owner, shop));
        await owner.Ask($"POST /api/orders/{orders[0]}/cancel");
        await some.Hears(s => s.TryGetProperty("event", out var name) && name.GetString() == "order_cancelled");
        await all.Hears(s => s.TryGetProperty("event", out var name) && name.GetString() == "order_cancelled");
        foreach (var call in some.Said.Where(s => s.TryGetProperty("call", out _)))
        {
            call.GetProperty("verified").GetBoolean().ShouldBeTrue(call.ToString());
            call.GetProperty("id").GetString().ShouldBe("evt_" + call.GetProperty("call").GetInt64());
            call.GetProperty("type").GetString().ShouldBe(call.GetProperty("event").GetString());
            call.GetProperty("timestamp").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        }

        some.Said.Where(s => s.TryGetProperty("call", out _)).Select(s => s.GetProperty("data").GetProperty("id").GetInt64())
            .ShouldBe([.. orders, orders[0]]);
        Calls(all).ShouldBe(Calls(all).Distinct().Order());
        var view = (await owner.Ask("GET /api/webhooks")).Items.First();
        view.GetProperty("status").GetString().ShouldBe("active");
        view.TryGetProperty("secret", out var secret).ShouldBeFalse(secret.ToString()); // it was shown once
    }

    [Fact]
    public async Task While_it_does_not_answer_nothing_is_lost_and_the_order_stays()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var (peer, hook) = await Add(owner, new { events = new[] { "order_created" } });
        await using var closing = peer;
        await peer.Tell(new { answers = new[] { 503 } });
        var orders = new List<long>();
        for (var n = 0; n < 3; n++)
            orders.Add(await Sell(owner, shop));
        await peer.Hears(s => s.TryGetProperty("status", out var status) && status.GetInt32() == 503);
        await Answers.Eventually(async () => (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Text("status") == "retrying");
        var waiting = (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Body;
        waiting.GetProperty("last_status").GetInt32().ShouldBe(503);
        waiting.GetProperty("next_try_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        (await peer.Hears("call", 4, 30)).Count.ShouldBe(4); // five seconds later, by itself
        var calls = Calls(peer);
        calls[1].ShouldBe(calls[0]); // the same one again, with the same id
        calls.Skip(1).ShouldBe(calls.Skip(1).Order());
        await Answers.Eventually(async () => (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Text("status") == "active");
    }

    [Fact]
    public async Task An_event_that_it_does_not_want_is_set_aside_and_the_rest_goes_on()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var (peer, hook) = await Add(owner, new { events = new[] { "order_created", "order_cancelled" } });
        await using var closing = peer;
        await peer.Tell(new { refuse = "order_created" });
        var order = await Sell(owner, shop);
        await owner.Ask($"POST /api/orders/{order}/cancel");
        await peer.Hears(s => s.TryGetProperty("event", out var name) && name.GetString() == "order_cancelled");
        await Answers.Eventually(async () =>
            (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Body.GetProperty("set_aside").GetArrayLength() == 1);
        await peer.Tell(new { refuse = (string?)null });
        await Answers.Eventually(
            async () => (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Body.GetProperty("set_aside").GetArrayLength() == 0,
            seconds: 20);
        Calls(peer, "order_created").Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task It_is_given_up_after_days_or_when_it_says_that_it_is_gone_and_a_replay_begins_anew()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var (peer, hook) = await Add(owner, new { events = new[] { "order_created" } });
        await using var closing = peer;
        await peer.Tell(new { answers = new[] { 410 } });
        await Sell(owner, shop);
        await Answers.Eventually(async () => (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Text("status") == "gone");
        await Sell(owner, shop);
        await Task.Delay(1_000);
        Calls(peer).Count.ShouldBe(1);

        var after = hook.Body.GetProperty("position").GetInt64();
        var replayed = await owner.Ask($"POST /api/webhooks/{hook.Id}/replay", new { after });
        replayed.Status.ShouldBe(202, replayed.ToString());
        await peer.Hears("call", 3);
        Calls(peer)[1].ShouldBe(Calls(peer)[0]);

        // The last of the tries: days later, as the row says.
        await app.Database.Scalar("update webhooks set attempts = 11 where id = $1", default, hook.Id);
        await peer.Tell(new { answers = new[] { 500 } });
        await Sell(owner, shop);
        await Answers.Eventually(async () => (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Text("status") == "failing");
    }

    [Fact]
    public async Task A_replay_sends_the_past_once_more()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        for (var n = 0; n < 3; n++)
            await Sell(owner, shop);
        var (peer, hook) = await Add(owner, new { events = new[] { "order_created" } });
        await using var closing = peer;
        await Sell(owner, shop);
        await peer.Hears("call", 1);
        (await owner.Ask($"POST /api/webhooks/{hook.Id}/replay", new { after = 0 })).Status.ShouldBe(202);
        await peer.Hears("call", 5);
        Calls(peer).Skip(1).ShouldBe(Calls(peer).Skip(1).Order());
        Calls(peer).Skip(1).Distinct().Count().ShouldBe(4);
        (await owner.Ask($"POST /api/webhooks/{hook.Id}/replay", new { })).Fields.ShouldBe(["after"]);
        (await owner.Ask($"POST /api/webhooks/{hook.Id}/replay", new { after = -1 })).Fields.ShouldBe(["after"]);
    }

    [Fact]
    public async Task Both_secrets_sign_for_a_day_after_a_change()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var own = CallWebhook.NewSecret();
        var (peer, hook) = await Add(owner, new { events = new[] { "order_created" }, secret = own });
        await using var closing = peer;
        hook.Text("secret").ShouldBe(own);
        var rotated = await owner.Ask($"POST /api/webhooks/{hook.Id}/rotate");
        rotated.Status.ShouldBe(200, rotated.ToString());
        rotated.Text("secret").ShouldNotBe(own);
        await Sell(owner, shop);
        var call = await peer.Hears(s => s.TryGetProperty("call", out _)); // checked by the old one
        (call.GetProperty("verified").GetBoolean(), call.GetProperty("signatures").GetInt32()).ShouldBe((true, 2));
        await peer.Tell(new { secret = rotated.Text("secret") });
        await Sell(owner, shop);
        (await peer.Hears("call", 2))[1].GetProperty("verified").GetBoolean().ShouldBeTrue();

        await app.Database.Scalar("update webhooks set old_secret_until = now() where id = $1", default, hook.Id);
        await Sell(owner, shop);
        (await peer.Hears("call", 3))[2].GetProperty("signatures").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        await using var other = await NodePeer.Start("webhook.js");
        var (peer, hook) = await Add(owner, new { events = new[] { "order_created" } });
        await using var closing = peer;
        await peer.Tell(new { answers = new[] { 307 }, headers = new { location = $"http://127.0.0.1:{other.Port}/" } });
        await Sell(owner, shop);
        await Answers.Eventually(async () => (await owner.Ask($"GET /api/webhooks/{hook.Id}")).Text("status") == "retrying");
        other.Said.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://10.0.0.5/x")]
    [InlineData("https://192.168.1.1/x")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::ffff:10.0.0.5]/x")]
    [InlineData("https://[64:ff9b::a00:5]/x")]
    [InlineData("https://[fd00::1]/x")]
    [InlineData("https://0.0.0.0/x")]
    [InlineData("https://172.31.255.255/x")]
    [InlineData("https://100.64.0.1/x")]
    [InlineData("ftp://example.com/x")]
    [InlineData("https://user:word@1.1.1.1/x")]
    [InlineData("http://1.1.1.1/x")] // without TLS only where it is named
    [InlineData("https://no-such-name.invalid/x")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task An_address_of_ones_own_network_or_of_no_use_is_refused(string url)
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var answer = await owner.Ask("POST /api/webhooks", new { url });
        (answer.Status, answer.Fields.SingleOrDefault()).ShouldBe((400, "url"), answer.ToString());
        (await owner.Ask("GET /api/webhooks")).Items.ShouldBeEmpty();
    }

    [Fact]
    public void What_may_be_called_is_the_internet_and_what_is_named()
    {
        var development = new WebhookNetworks([], production: false);
        var production = new WebhookNetworks([IPNetwork.Parse("10.1.0.0/16")], production: true);
        production.Allow(IPAddress.Parse("1.1.1.1")).ShouldBeTrue();
        production.Allow(IPAddress.Parse("2606:4700:4700::1111")).ShouldBeTrue();
        production.Allow(IPAddress.Parse("10.1.2.3")).ShouldBeTrue();
        production.Allow(IPAddress.Parse("::ffff:10.1.2.3")).ShouldBeTrue();
        production.Allow(IPAddress.Parse("10.2.0.1")).ShouldBeFalse();
        production.Allow(IPAddress.Loopback).ShouldBeFalse();
        production.Allow(IPAddress.IPv6Loopback).ShouldBeFalse();
        development.Allow(IPAddress.Loopback).ShouldBeTrue();
        development.Allow(IPAddress.Parse("127.8.9.10")).ShouldBeTrue();
        development.Allow(IPAddress.Parse("2002:7f00:1::")).ShouldBeTrue(); // 127.0.0.1 in another guise
        production.Allow(IPAddress.Parse("2002:a00:1::")).ShouldBeFalse();
        Should.Throw<StartupException>(() => WebhookNetworks.FromEnvironment(_ => "10.0.0.0/8, nonsense"));
        WebhookNetworks.FromEnvironment(_ => "10.0.0.0/8 fd00::/8").Count.ShouldBe(2);
    }

    /// <summary>A name that was harmless when the webhook was added leads into the network now: it is judged at each call.</summary>
    [Fact]
    public async Task What_an_address_leads_to_is_judged_again_when_it_is_called()
    {
        await using var peer = await NodePeer.Start("webhook.js");
        using var call = new CallWebhook(
            new WebhookNetworks([], production: true),
            new(Data.EncryptionKeys.None),
            TimeProvider.System);
        var outcome = await call.Send(
            new($"https://localhost:{peer.Port}/"), [CallWebhook.NewSecret()], "evt_1", "{}"u8.ToArray(), default);
        outcome.Succeeded.ShouldBeFalse();
        outcome.Error!.ShouldContain("network");
        peer.Said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Webhooks_are_a_shops_own()
    {
        var (mine, theirs) = (await app.NewShop(), await app.NewShop());
        var (owner, stranger) = (await mine.As("owner"), await theirs.As("owner"));
        var (peer, hook) = await Add(owner);
        await using var closing = peer;
        await Sell(await theirs.As("cashier"), theirs);
        (await stranger.Ask($"DELETE /api/webhooks/{hook.Id}")).Status.ShouldBe(404);
        (await stranger.Ask($"POST /api/webhooks/{hook.Id}/replay", new { after = "x" })).Status.ShouldBeOneOf(400, 404);
        (await stranger.Ask($"POST /api/webhooks/{hook.Id}/rotate", new { secret = "x" })).Status.ShouldBe(404);
        (await stranger.Ask($"GET /api/webhooks/{hook.Id}")).Status.ShouldBe(404);
        (await (await mine.As("manager")).Ask("GET /api/webhooks")).Status.ShouldBe(403);
        (await owner.Ask("POST /api/webhooks", new { url = "https://1.1.1.1/", secret = "short" })).Fields.ShouldBe(["secret"]);
        (await owner.Ask("POST /api/webhooks", new { url = "https://1.1.1.1/", events = new[] { "nothing" } })).Fields
            .ShouldBe(["events[0]"]);
        (await owner.Ask($"DELETE /api/webhooks/{hook.Id}")).Status.ShouldBe(204);
        await Sell(owner, mine);
        await Task.Delay(700);
        Calls(peer).ShouldAllBe(seq => seq > 0);
        peer.Said.Where(s => s.TryGetProperty("event", out var name) && name.GetString() == "order_created").ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_processes_call_it_once_for_each_event()
    {
        var shop = await app.NewShop();
        var second = await app.StartProcess();
        var owner = await shop.As("owner");
        var elsewhere = await shop.As("cashier", second);
        var (peer, _) = await Add(owner, new { events = new[] { "order_created" } });
        await using var closing = peer;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Sell(n % 2 == 0 ? owner : elsewhere, shop)));
        await peer.Hears("call", 20);
        await Task.Delay(500);
        Calls(peer).ShouldBe(Calls(peer).Distinct().Order());
        Calls(peer).Count.ShouldBe(20);
    }
}

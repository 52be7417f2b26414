using System.Diagnostics;
using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Tests.Events.SocketIo;

namespace Comanda.Tests.Events;

/// <summary>Who follows events, where, on which screen; and that nobody does who may not any more.</summary>
public sealed class PresenceTests(CafeApp app)
{
    private static CancellationToken Soon(int seconds = 20) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;

    private async Task<(ComandaClient Client, long Device)> AtTill(TestShop shop, ComandaClient admin, Uri? at = null)
    {
        var till = await admin.EnrolDevice("Till by the door");
        var client = app.Client(at);
        client.Http.DefaultRequestHeaders.Add("X-Device-Token", till.Token);
        var signedIn = await client.Ask(
            "POST /api/auth/login",
            new { username = shop.Username("cashier"), password = Comanda.Demo.DemoCafe.Password });
        client.AccessToken = signedIn.Text("access_token");
        return (client, till.Id);
    }

    [Fact]
    public async Task Devices_show_who_follows_where_and_on_which_screen_at_any_process()
    {
        var shop = await app.NewShop();
        var second = await app.StartProcess();
        var admin = await shop.As("admin");
        var (till, device) = await AtTill(shop, admin, second);
        var barista = await shop.As("barista");
        using var watching = await admin.OpenSocket(cancel: Soon());
        using var kitchen = await RawEngine.Enter(app.Address, new { token = barista.AccessToken, screen = "kitchen" });
        var socket = await RawWebSocket.Enter(second, new { token = till.AccessToken, screen = "till" });

        var devices = new DevicePage([], null, []);
        await Answers.Eventually(async () =>
        {
            devices = await admin.GetDevices();
            return devices.Items.Any(d => d.Live.Count > 0) && devices.Elsewhere.Any(e => e.Screen == "kitchen");
        });
        var atTill = devices.Items.Single(d => d.Id == device).Live.Single();
        (atTill.Screen, atTill.Door, atTill.Role).ShouldBe(("till", "socket_io", "cashier"));
        devices.Elsewhere.Single(e => e.Screen == "kitchen").Role.ShouldBe("barista");

        var came = await Activity(watching, "online", 2);
        came.ShouldContain(e => e.GetProperty("screen").GetString() == "kitchen");
        var fromTill = came.Single(e => e.GetProperty("screen").GetString() == "till");
        fromTill.GetProperty("device").GetProperty("id").GetInt64().ShouldBe(device);
        fromTill.GetProperty("device").GetProperty("name").GetString().ShouldBe("Till by the door");

        // Cut and back at once, it has not gone; away for good, it has.
        socket.Dispose();
        socket = await RawWebSocket.Enter(second, new { token = till.AccessToken, screen = "till" });
        await Task.Delay(TimeSpan.FromSeconds(6));
        (await admin.GetDevices()).Items.Single(d => d.Id == device).Live.Count.ShouldBe(1);
        socket.Dispose();
        var left = await Activity(watching, "offline", 1);
        left.Single().GetProperty("screen").GetString().ShouldBe("till");
        (await admin.GetDevices()).Items.Single(d => d.Id == device).Live.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_was_at_a_process_that_died_is_gone_with_it()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var (process, session) = (Guid.NewGuid(), await app.Database.Scalar(
            "select max(s.id) from sessions s where shop_id = $1", default, shop.Id));
        await app.Database.Scalar("insert into live_processes values ($1, now() - interval '45 seconds')", default, process);
        await app.Database.Scalar(
            """
            insert into live_devices (id, process_id, shop_id, user_id, session_id, screen, door, since)
            select gen_random_uuid(), $1, $2, user_id, -id, 'lost', 'websocket', now() from sessions where id = $3
            """,
            default, process, shop.Id, session);
        (await admin.GetDevices()).Elsewhere.ShouldNotContain(e => e.Screen == "lost"); // not heard of for a while
        await app.Database.Scalar("update live_processes set seen_at = now() - interval '70 seconds' where id = $1", default, process);
        await Answers.Eventually(
            async () => await app.Database.Scalar("select count(*) from live_devices where process_id = $1", default, process) is 0L,
            seconds: 25);
        (await admin.GetEvents(0)).Items.ShouldContain(e =>
            e.Event == "user_activity" && e.Data.GetRawText().Contains("offline") && e.Data.GetRawText().Contains("lost"));
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("deactivate")]
    [InlineData("sign out")]
    [InlineData("password")]
    public async Task Who_may_not_any_more_is_cut_within_a_second_on_every_door_of_every_process(string how)
    {
        var shop = await app.NewShop();
        var second = await app.StartProcess();
        var admin = await shop.As("admin");
        var (till, device) = await AtTill(shop, admin);
        var token = new { token = till.AccessToken };
        var elsewhere = app.Client(second);
        elsewhere.AccessToken = till.AccessToken;
        using var here = await till.OpenSocket(cancel: Soon());
        using var there = await elsewhere.OpenSocket(cancel: Soon());
        using var socket = await RawWebSocket.Enter(second, token);
        using var polling = await RawEngine.Enter(second, token);
        using var stream = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        stream.Headers.Add("Authorization", "Bearer " + till.AccessToken);
        stream.Headers.Add("Accept", "text/event-stream");
        using var streaming = await elsewhere.Http.SendAsync(stream, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await streaming.Content.ReadAsStreamAsync());

        var done = how switch
        {
            "revoke" => admin.Ask($"DELETE /api/devices/{device}"),
            "deactivate" => admin.Ask($"DELETE /api/users/{(await till.Me()).Id}"),
            "sign out" => till.Ask("POST /api/auth/logout"),
            _ => till.Ask("PUT /api/auth/me", new { current_password = Comanda.Demo.DemoCafe.Password, password = "quay street at six" }),
        };
        (await done).Status.ShouldBeLessThan(300);
        var clock = Stopwatch.StartNew();
        var ends = Task.WhenAll(
            Until(async () => await here.Read(Soon()) is null),
            Until(async () => await there.Read(Soon()) is null),
            Until(async () => await socket.Next() is "41"),
            Until(async () => await polling.Next() == "41"),
            Until(async () => await reader.ReadLineAsync(Soon()) is null));
        if (how == "password")
        {
            // Whoever changes their own password stays; everywhere else they are out.
            await Task.WhenAny(ends, Task.Delay(1_500));
            return;
        }

        await ends;
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3)); // a second, and what the tests' own load takes
        here.CloseCode.ShouldBe(4001);

        static async Task Until(Func<Task<bool>> over)
        {
            while (!await over())
            {
            }
        }
    }

    [Fact]
    public async Task What_a_role_may_hear_changes_with_the_role()
    {
        var shop = await app.NewShop();
        var (owner, barista) = (await shop.As("owner"), await shop.As("barista"));
        using var socket = await RawWebSocket.Enter(app.Address, new { token = barista.AccessToken });
        var roles = (await owner.Ask("GET /api/roles")).Body;
        var mine = roles.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("role").GetString() == "barista");
        var may = mine.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()!).Where(p => p != "read_orders").ToArray();
        var changed = await owner.Ask("PUT /api/roles/barista", new { permissions = may });
        changed.Status.ShouldBe(200, changed.ToString());
        await Task.Delay(500);
        var espresso = (await shop.Item("Espresso")).Id;
        await owner.PlaceOrder(new("takeaway", [new(espresso)]));
        await owner.Ask("PUT /api/config/receipt_footer", new { key = "receipt_footer", value = "Until soon" });
        string? next;
        do
            next = await socket.Next();
        while (next?.StartsWith("42[\"user_activity\"", StringComparison.Ordinal) == true || next?.Contains("role.barista") == true);
        next.ShouldNotBeNull().ShouldContain("receipt_footer"); // not the order before it

        changed = await owner.Ask("PUT /api/roles/barista", new { permissions = may.Where(p => p != "follow_events").ToArray() });
        changed.Status.ShouldBe(200, changed.ToString());
        while (next is not null and not "41")
            next = await socket.Next();
        next.ShouldBe("41"); // whoever may follow nothing any more has gone
    }

    private static async Task<List<JsonElement>> Activity(EventSocket socket, string action, int count)
    {
        var found = new List<JsonElement>();
        while (found.Count < count)
        {
            var heard = (await socket.Read(Soon()))!;
            if (heard.Event == "user_activity" && heard.Data.GetProperty("action").GetString() == action)
                found.Add(heard.Data);
        }

        return found;
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Inbox;
using Comanda.Notifications;
using Comanda.Shops;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Inbox;

/// <summary>What guests are told, once, and by which ways.</summary>
public sealed class InboxTests(CafeApp app)
{
    private static int phones = Random.Shared.Next(5_000_000, 9_000_000);

    [Fact]
    public async Task A_guest_is_told_each_status_of_their_order_once_and_nobody_else_is()
    {
        var shop = await app.NewShop();
        var (manager, (ana, customer, phone)) = (await shop.As("manager"), await Guest(shop));
        var (rui, _, _) = await Guest(shop);
        var order = await Order(shop, manager, customer);
        (await manager.Ask($"PUT /api/orders/{order}", new { notes = "no sugar" })).Status.ShouldBe(200);
        foreach (var status in new[] { "preparing", "ready", "completed" })
            (await manager.Ask($"PUT /api/orders/{order}/status", new { status })).Status.ShouldBe(200);
        await Told(ana, 4);
        var list = (await ana.Ask("GET /api/notifications")).Items.ToList();
        list.Select(n => n.GetProperty("message").GetString()).ShouldBe(
            ["Thank you for your order.", "Your order is ready.", "Your order is being made.", "We have your order."]);
        list.ShouldAllBe(n => n.GetProperty("type").GetString() == "order"
            && n.GetProperty("reference_id").GetInt64() == order
            && !n.GetProperty("is_read").GetBoolean());
        (await rui.Ask("GET /api/notifications")).Items.ShouldBeEmpty();

        // They have neither mail nor device: a short message each.
        (await Sent(shop)).ShouldBe([.. Enumerable.Repeat(("sms", phone), 4)]);

        var id = list[0].GetProperty("id").GetInt64();
        (await ana.Ask($"PUT /api/notifications/{id}/read")).Body.GetProperty("is_read").GetBoolean().ShouldBeTrue();
        (await ana.Ask("GET /api/notifications?unread=true")).Items.Count().ShouldBe(3);
        (await rui.Ask($"PUT /api/notifications/{id}/read")).Status.ShouldBe(404);
        (await rui.Ask($"DELETE /api/notifications/{id}")).Status.ShouldBe(404);
        (await ana.Ask($"DELETE /api/notifications/{id}")).Status.ShouldBe(204);
        (await ana.Ask($"DELETE /api/notifications/{id}")).Status.ShouldBe(404);
        (await ana.Ask("GET /api/notifications")).Items.Count().ShouldBe(3);
        (await ana.Ask("GET /api/notifications?limit=201")).Fields.ShouldBe(["limit"]);

        // Live, to them alone.
        (await Heard(ana)).ShouldBe(4);
        (await Heard(rui)).ShouldBe(0);
        (await Heard(manager)).ShouldBe(0);

        // Erased, what they were told goes with them.
        (await manager.Ask($"DELETE /api/customers/{customer}")).Status.ShouldBe(204);
        (await app.Database.Scalar("select count(*) from notifications where shop_id = $1", default, shop.Id)).ShouldBe(0L);

        async Task<int> Heard(ComandaClient who) => (await who.Ask("GET /api/events?after=0&limit=200")).Items
            .Count(e => e.GetProperty("event").GetString() == "notification");
    }

    [Fact]
    public async Task What_failed_is_tried_again_and_told_once()
    {
        var shop = await app.NewShop();
        var (manager, (ana, customer, _)) = (await shop.As("manager"), await Guest(shop));
        // A list that cannot be written for a while: the consumer sets the event aside and comes back to it.
        await using var connection = await app.Database.OpenConnectionAsync();
        await connection.Execute(
            $"create or replace function refuse_{shop.Id}() returns trigger language plpgsql as $$ begin if new.shop_id = {shop.Id} then "
                + "raise exception 'not now'; end if; return new; end $$",
            default);
        await connection.Execute(
            $"create trigger refuse_{shop.Id} before insert on notifications for each row execute function refuse_{shop.Id}()", default);
        var order = await Order(shop, manager, customer);
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select 1 from consumer_failures f join events e on e.seq = f.seq where f.consumer = 'guest_notifications' and e.shop_id = $1",
            default,
            shop.Id) is not null);
        (await Sent(shop)).ShouldBeEmpty();
        await connection.Execute($"drop trigger refuse_{shop.Id} on notifications", default);
        await Told(ana, 1);
        await connection.Execute($"drop function refuse_{shop.Id}()", default);
        (await Sent(shop)).Count.ShouldBe(1);
        (await app.Database.Scalar(
            "select 1 from consumer_failures f join events e on e.seq = f.seq where f.consumer = 'guest_notifications' and e.shop_id = $1",
            default,
            shop.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task Ways_are_chosen_by_type_and_what_can_wait_waits_for_the_end_of_quiet_hours()
    {
        var now = DateTime.UtcNow;
        var shop = await app.NewShop(("time_zone", "UTC"), ("quiet_hours", $"{now.AddHours(-1):HH:mm}-{now.AddHours(2):HH:mm}"));
        var (manager, (ana, customer, phone)) = (await shop.As("manager"), await Guest(shop));
        var (rui, _, _) = await Guest(shop);
        (await ana.Ask("PUT /api/auth/me", new { email = $"ana{shop.Id}@x.example" })).Status.ShouldBe(200);
        (await Device(shop, customer, "device-1")).ShouldBe(1);
        var usual = await ana.Ask("GET /api/notifications/choices");
        usual.Body.GetProperty("choices").GetArrayLength().ShouldBe(12);
        usual.Text("quiet_hours").ShouldBe($"{now.AddHours(-1):HH:mm}-{now.AddHours(2):HH:mm}");
        var chosen = await ana.Ask("PUT /api/notifications/choices", new
        {
            choices = new object[]
            {
                new { type = "promotion", channel = "email", allowed = false },
                new { type = "promotion", channel = "sms", allowed = true },
            },
        });
        chosen.Status.ShouldBe(200, chosen.ToString());
        foreach (var (type, field) in new[] { ("gossip", "choices[0].type"), ("order", "choices[0].channel") })
        {
            var refused = await ana.Ask("PUT /api/notifications/choices", new { choices = new[] { new { type, channel = "pigeon" } } });
            refused.Fields.ShouldContain(field);
        }

        var said = new { type = "promotion", title = "Buns", message = "Half price today.", customer_id = customer };
        (await manager.Ask("POST /api/admin/notifications", said)).Status.ShouldBe(202);
        await Told(ana, 1);
        (await Sent(shop)).ShouldBe([("fcm", "device-1"), ("sms", phone)]);
        var order = await Order(shop, manager, customer);
        await Told(ana, 2);
        (await Sent(shop)).Skip(2).ShouldBe([("fcm", "device-1"), ("email", $"ana{shop.Id}@x.example")]);
        (await rui.Ask("GET /api/notifications")).Items.ShouldBeEmpty();

        // To all; a device that is gone is told no more.
        await app.Database.Scalar(
            "update messages set failed_at = now(), last_error = 'gone: no such device' where shop_id = $1 and channel = 'fcm'",
            default,
            shop.Id);
        (await manager.Ask("POST /api/admin/notifications", new { type = "system", title = "Closed", message = "On Monday." }))
            .Status.ShouldBe(202);
        await Told(ana, 3);
        await Told(rui, 1);
        (await Sent(shop)).Skip(4).Order().Select(s => s.Channel).ShouldBe(["email", "sms"]);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { type = "order", title = "X", message = "Y" }, "type"),
            (new { type = "system", message = "Y" }, "title"),
            (new { type = "system", title = "X" }, "message"),
            (new { type = "system", title = "X", message = "Y", customer_id = 1L << 40 }, "customer_id"),
        })
            (await manager.Ask("POST /api/admin/notifications", body)).Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task Of_what_is_sent_only_orders_do_not_wait_for_the_end_of_quiet_hours()
    {
        var now = DateTime.UtcNow;
        var shop = await app.NewShop(("time_zone", "UTC"), ("quiet_hours", $"{now.AddHours(-1):HH:mm}-{now.AddHours(2):HH:mm}"));
        var (_, customer, phone) = await Guest(shop);
        var known = await app.FirstProcess.Services.GetRequiredService<ShopDirectory>().Find(shop.Id, default);
        await using var connection = await app.Database.OpenConnectionAsync();
        var user = (long)(await connection.Scalar("select user_id from customers where id = $1", default, customer))!;
        var tell = new TellGuest(new([new Silent()], new(EncryptionKeys.None)), TimeProvider.System);
        foreach (var (kind, seq) in new[]
        {
            (NotificationKind.Order, -1L),
            (NotificationKind.Promotion, -2L),
            (NotificationKind.Promotion, -2L),
        })
        {
            var news = new News(kind, "Title", "Text", null, new(seq - (shop.Id * 10), shop.Id, "x", new(now), "{}"));
            await tell.Run(connection, known!, new(user, null, phone), news, default);
        }

        await using var sent = app.Database.Command(
            "select next_try_at from messages where shop_id = $1 and provider = 'silent' order by id", shop.Id);
        var times = await sent.List(r => r.GetFieldValue<DateTimeOffset>(0), default);
        times.Count.ShouldBe(2); // the same event once
        times[0].ShouldBeLessThan(DateTimeOffset.UtcNow.AddMinutes(1));
        times[1].UtcDateTime.ToString("HH:mm").ShouldBe($"{now.AddHours(2):HH:mm}");
    }

    /// <summary>Takes no message out of the table.</summary>
    private sealed class Silent : IMessageSender
    {
        public MessageChannel Channel => MessageChannel.Sms;

        public string Name => "silent";

        public Task Send(string to, string? subject, string body, CancellationToken cancel) => throw new NotSupportedException();
    }

    [Theory]
    [InlineData("22:00-07:00", "2026-05-01T23:00Z", "2026-05-02T07:00Z")]
    [InlineData("22:00-07:00", "2026-05-02T06:59Z", "2026-05-02T07:00Z")]
    [InlineData("22:00-07:00", "2026-05-02T07:00Z", null)]
    [InlineData("13:00-15:00", "2026-05-02T14:00Z", "2026-05-02T15:00Z")]
    public void Quiet_hours_end_by_the_shops_clock(string setting, string at, string? ends) =>
        QuietHours.Read(setting)!.EndsAfter(DateTimeOffset.Parse(at), TimeZoneInfo.Utc)
            .ShouldBe(ends is null ? null : DateTimeOffset.Parse(ends));

    [Theory]
    [InlineData("22:00-07:00", 200)]
    [InlineData("", 200)]
    [InlineData("22:00", 400)]
    [InlineData("07:00-07:00", 400)]
    [InlineData("07:00-24:00", 400)]
    public async Task The_setting_takes_a_span_or_nothing(string value, int status)
    {
        var shop = await app.NewShop();
        (await (await shop.As("admin")).Ask("PUT /api/config/quiet_hours", new { value })).Status.ShouldBe(status);
    }

    [Fact]
    public async Task What_could_not_be_sent_is_listed_and_tried_again_where_that_is_of_use()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var failed = await Message("now() + interval '1 hour'");
        var late = await Message("now() - interval '1 hour'");
        var list = (await admin.Ask("GET /api/admin/messages")).Items.ToList();
        list.Select(m => m.GetProperty("id").GetInt64()).ShouldBe([late, failed]);
        list[1].GetProperty("last_error").GetString().ShouldBe("no line");
        list[1].TryGetProperty("body", out _).ShouldBeFalse();
        (await admin.Ask($"POST /api/admin/messages/{failed}/retry")).Code.ShouldBe("no_provider");
        await using var process = await app.StartPassingProcess(o => o with
        {
            Twilio = new("AC1", "t", "+15005550006", new("http://127.0.0.1:9"))
        });
        var there = await shop.As("admin", process.Address);
        (await there.Ask($"POST /api/admin/messages/{late}/retry")).Code.ShouldBe("message_ran_out");
        (await there.Ask($"POST /api/admin/messages/{failed}/retry")).Text("status").ShouldBe("waiting");
        (await admin.Ask("GET /api/admin/messages?status=waiting")).Items.Single().GetProperty("id").GetInt64().ShouldBe(failed);
        (await (await (await app.NewShop()).As("admin")).Ask($"POST /api/admin/messages/{failed}/retry")).Status.ShouldBe(404);
        (await (await shop.As("manager")).Ask("GET /api/admin/messages")).Status.ShouldBe(403);

        async Task<long> Message(string expires) => (long)(await app.Database.Scalar(
            "insert into messages (shop_id, channel, recipient, body, created_at, expires_at, provider, attempts, failed_at, last_error) "
                + $"values ($1, 'sms', '+351910000000', 'secret', now(), {expires}, 'nobody', 12, now(), 'no line') returning id",
            default,
            shop.Id))!;
    }

    private static async Task<long> Order(TestShop shop, ComandaClient staff, long customer)
    {
        var placed = await staff.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } },
            customer_id = customer,
        });
        placed.Status.ShouldBe(201, placed.ToString());
        return placed.Id;
    }

    private static Task Told(ComandaClient who, int count) => Answers.Eventually(
        async () => (await who.Ask("GET /api/notifications")).Items.Count() == count, seconds: 20);

    /// <summary>What would have gone out, but codes, by channel and recipient in order.</summary>
    private async Task<List<(string Channel, string To)>> Sent(TestShop shop)
    {
        await using var command = app.Database.Command(
            "select channel, recipient from messages where shop_id = $1 and about_user_id is null and body !~ '^[0-9]{6}' order by id",
            shop.Id);
        return await command.List(r => (r.GetString(0), r.GetString(1)), default);
    }

    private async Task<int> Device(TestShop shop, long customer, string token)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        return await connection.Execute(
            "insert into push_tokens (shop_id, token, user_id, added_at) select $1, $2, user_id, now() from customers where id = $3",
            default,
            shop.Id,
            token,
            customer);
    }

    private async Task<(ComandaClient Client, long Customer, string Phone)> Guest(TestShop shop)
    {
        var (guest, phone) = (app.Stranger(shop), "+35193" + Interlocked.Increment(ref phones));
        (await guest.Ask("POST /api/auth/register", new { name = "Ana", phone })).Status.ShouldBe(202);
        var otp = Regex.Match((await shop.Outbox(phone)).GetProperty("body").GetString()!, @"\b\d{6}\b").Value;
        var signedIn = await guest.Ask("POST /api/auth/verify-otp", new { phone, otp });
        signedIn.Status.ShouldBe(200, signedIn.ToString());
        guest.AccessToken = signedIn.Text("access_token");
        return (guest, (await guest.Ask("GET /api/customers/me")).Id, phone);
    }
}

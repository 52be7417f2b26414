using Comanda.Data;
using Comanda.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Identity;

/// <summary>Attacks that once got through, each with what stops it now.</summary>
public sealed partial class AttackTests(CafeApp app)
{
    private static (string, string) Till(TestShop shop) => ("X-Device-Token", shop.TillToken);

    private async Task<(TestShop Shop, ComandaClient Owner, long Second, long Marta)> TwoShopsWithMarta()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var second = (await owner.Ask("POST /api/shops", new { name = "Second " + shop.Id })).Id;
        var marta = (await owner.Ask("GET /api/users?role=manager")).Items.Single().GetProperty("id").GetInt64();
        (await owner.Ask($"PUT /api/shops/{second}/users/{marta}", new { role = "barista" })).Status.ShouldBe(200);
        return (shop, owner, second, marta);
    }

    private async Task<ComandaClient> Hire(ComandaClient owner, long shop, string role)
    {
        var username = $"{role}-{shop}-{Guid.NewGuid():N}"[..30];
        (await owner.Ask(
            $"POST /api/shops/{shop}/users",
            new { username, name = "X", role, password = "milk foam and art" })).Status.ShouldBe(201);
        var client = app.Client();
        await client.SignIn(username, "milk foam and art");
        return client;
    }

    [Fact]
    public async Task A_sign_in_under_way_with_the_old_password_or_pin_ends_with_it()
    {
        var shop = await app.NewShop();
        var services = app.FirstProcess.Services;
        var (people, sessions) = (services.GetRequiredService<People>(), services.GetRequiredService<Sessions>());
        var here = new Here { ShopId = shop.Id, Address = "127.0.0.1" };
        var read = (await people.ByUsername(shop.Username("cashier"), shop.Id, default))!; // as a sign-in reads it, before it hashes
        var byPassword = new Entrance(SignInMethod.Password, null, null);
        var byPin = new Entrance(SignInMethod.Pin, null, null);
        (await sessions.Begin(read, byPassword, here, default)).ShouldNotBeNull();
        (await sessions.Begin(read, byPin, here, default)).ShouldNotBeNull();
        var cashier = await shop.As("cashier");
        (await cashier.Ask(
            "PUT /api/auth/me",
            new { pin = "86421", password = "oat milk on friday", current_password = "password123" })).Status.ShouldBe(200);
        (await sessions.Begin(read, byPassword, here, default)).ShouldBeNull();
        (await sessions.Begin(read, byPin, here, default)).ShouldBeNull();

        var now = (await people.ByUsername(shop.Username("cashier"), shop.Id, default))!;
        (await (await shop.As("admin")).Ask($"DELETE /api/users/{now.Id}")).Status.ShouldBe(204);
        (await sessions.Begin(now, byPassword, here, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_pin_is_its_shops_and_opens_none_of_the_persons_others()
    {
        var (shop, owner, second, marta) = await TwoShopsWithMarta();
        var till = (await owner.Ask($"POST /api/shops/{second}/devices", new { name = "Till" })).Text("token")!;
        var manager = await Hire(owner, second, "manager");
        (await manager.Ask($"PUT /api/users/{marta}", new { pin = "7777" })).Status.ShouldBe(200);
        var client = app.Client();
        client.AccessToken = (await client.Ask("POST /api/auth/pin", new { pin = "7777" }, ("X-Device-Token", till))).Text("access_token");
        (await client.Ask("GET /api/auth/me")).Text("role").ShouldBe("barista");
        (await client.Ask("GET /api/auth/me", null, ("X-Shop-Id", shop.Id.ToString()))).Code.ShouldBe("not_found");
        (await client.Ask($"GET /api/shops/{shop.Id}/reports/sales/daily")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task The_outbox_shows_no_key_to_an_account_that_its_reader_may_not_manage_everywhere()
    {
        var (shop, owner, second, _) = await TwoShopsWithMarta();
        var admin = await shop.As("admin");
        async Task<string> Link(ComandaClient reader, string username) =>
            (await reader.Ask("GET /api/outbox")).Items
                .First(m => m.GetProperty("to").GetString() == shop.Username(username) + "@demo.example")
                .GetProperty("body")
                .GetString()!;
        foreach (var username in new[] { "owner", "cashier", "admin" })
            await app.Stranger(shop).Ask(
                "POST /api/auth/password-reset-request",
                new { email = shop.Username(username) + "@demo.example" });
        (await Link(admin, "owner")).ShouldContain("not shown"); // no way up by the local sender
        (await Link(admin, "cashier")).ShouldContain("token=");
        (await Link(admin, "admin")).ShouldContain("token="); // their own
        (await Link(owner, "owner")).ShouldContain("token=");

        // Marta is a barista in the second shop; its admin gets no key to the manager of the first.
        var secondAdmin = await Hire(owner, second, "admin");
        await app.Client().Ask(
            "POST /api/auth/password-reset-request",
            new { email = shop.Username("manager") + "@demo.example" },
            ("X-Shop-Id", second.ToString()));
        (await Link(secondAdmin, "manager")).ShouldContain("not shown");
        (await admin.Ask("GET /api/audit?action=outbox_read")).Items.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_pin_session_manages_no_accounts_its_own_least()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var signedIn = await client.Ask("POST /api/auth/pin", new { pin = "5678" }, Till(shop));
        client.AccessToken = signedIn.Text("access_token");
        var me = signedIn.Body.GetProperty("user").GetProperty("id").GetInt64();
        var permissions = signedIn.Body.GetProperty("user").GetProperty("permissions").EnumerateArray().Select(p => p.GetString()).ToList();
        permissions.ShouldContain("refund_orders");
        permissions.ShouldNotContain("edit_staff");
        (await client.Ask($"PUT /api/users/{me}", new { password = "milk foam and art" })).Code.ShouldBe("forbidden");
        (await client.Ask(
            "POST /api/users",
            new { username = "x", role = "admin", password = "milk foam and art" })).Code.ShouldBe("forbidden");
        (await client.Ask("POST /api/devices", new { name = "x" })).Code.ShouldBe("forbidden");
        (await client.Ask("GET /api/outbox")).Code.ShouldBe("forbidden");
        (await client.Ask("GET /api/users")).Status.ShouldBe(200);

        // And by password one's own account is changed where the current password is asked for.
        (await (await shop.As("owner")).Ask($"PUT /api/users/{me}", new { password = "milk foam and art" })).Code.ShouldBe("own_account");
    }

    [Fact]
    public async Task Who_has_left_both_shops_is_still_nobody_to_take_over()
    {
        var (shop, owner, second, marta) = await TwoShopsWithMarta();
        var secondAdmin = await Hire(owner, second, "admin");
        (await secondAdmin.Ask($"DELETE /api/users/{marta}")).Status.ShouldBe(204);
        (await owner.Ask($"DELETE /api/shops/{shop.Id}/users/{marta}")).Status.ShouldBe(204);
        (await secondAdmin.Ask($"PUT /api/users/{marta}", new { password = "taken over now" })).Code.ShouldBe("forbidden");
        (await owner.Ask($"PUT /api/users/{marta}", new { is_active = true })).Status.ShouldBe(200);
        (await shop.As("manager")).AccessToken.ShouldNotBeNull();
    }

    [Fact]
    public async Task Deactivation_in_one_shop_leaves_the_sessions_in_another()
    {
        var (shop, owner, second, marta) = await TwoShopsWithMarta();
        var secondAdmin = await Hire(owner, second, "admin");
        var atHome = await shop.As("manager");
        (await secondAdmin.Ask($"DELETE /api/users/{marta}")).Status.ShouldBe(204);
        (await atHome.Me()).Role.ShouldBe("manager");
        (await atHome.Ask($"GET /api/shops/{second}")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task A_request_under_way_when_its_person_is_deactivated_does_nothing()
    {
        var shop = await app.NewShop();
        var (owner, admin) = (await shop.As("owner"), await shop.As("admin"));
        var id = (await admin.Me()).Id;
        // The shop's row is held, so the request stands in its transaction, rights checked, while the deactivation goes through.
        await using var connection = await app.Database.OpenConnectionAsync();
        var hold = await connection.BeginTransactionAsync();
        await connection.Execute("select 1 from shops where id = $1 for update", default, shop.Id);
        var adding = admin.Ask(
            "POST /api/users",
            new { username = $"late-{shop.Id}", name = "Late", role = "admin", password = "milk foam and art" });
        await Task.Delay(300);
        await connection.Execute("update shop_members set active = false where shop_id = $1 and user_id = $2", default, shop.Id, id);
        await hold.CommitAsync();
        (await adding).Code.ShouldBe("session_ended");
        (await owner.Ask("GET /api/users?q=late")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shops_log_does_not_tell_who_is_known_in_another()
    {
        var (shop, attackers) = (await app.NewShop(), await app.NewShop());
        foreach (var email in new[] { shop.Username("barista") + "@demo.example", $"nobody-{shop.Id}@demo.example" })
            await app.Stranger(attackers).Ask("POST /api/auth/password-reset-request", new { email });
        foreach (var username in new[] { shop.Username("barista"), $"nobody-{shop.Id}" })
            await app.Stranger(attackers).Ask("POST /api/auth/login", new { username, password = "wrong" });
        var admin = await attackers.As("admin");
        foreach (var action in new[] { "password_reset_asked", "login_failed" })
        {
            var entries = (await admin.Ask("GET /api/audit?action=" + action)).Items.ToList();
            entries.Count.ShouldBe(2, action);
            entries.ShouldAllBe(e => e.GetProperty("subject").GetString() == "sign_in");
        }

        (await (await shop.As("admin")).Ask("GET /api/audit?action=login_failed")).Items.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_pin_ends_the_sessions_it_began_and_a_changed_address_voids_its_links()
    {
        var shop = await app.NewShop();
        var (byPin, byPassword) = (app.Client(), await shop.As("cashier"));
        byPin.AccessToken = (await byPin.Ask("POST /api/auth/pin", new { pin = "3456" }, Till(shop))).Text("access_token");
        (await byPassword.Ask("PUT /api/auth/me", new { pin = "864209" })).Status.ShouldBe(200);
        (await byPin.Ask("GET /api/auth/me")).Code.ShouldBe("session_ended");
        (await byPassword.Me()).Role.ShouldBe("cashier");

        var email = shop.Username("cashier") + "@demo.example";
        await app.Client().Ask("POST /api/auth/password-reset-request", new { email });
        var token = System.Text.RegularExpressions.Regex.Match(
            (await shop.Outbox(email)).GetProperty("body").GetString()!,
            @"token=([\w-]+)").Groups[1].Value;
        await byPassword.Ask("PUT /api/auth/me", new { email = $"carlo-{shop.Id}@home.example" });
        (await app.Client().Ask(
            "POST /api/auth/password-reset-confirm",
            new { token, new_password = "two sugars please" })).Fields.ShouldBe(["token"]);
    }

    [Fact]
    public async Task A_socket_closes_when_its_person_may_no_longer_follow_and_private_settings_are_not_told()
    {
        var shop = await app.NewShop();
        var (admin, barista) = (await shop.As("admin"), await shop.As("barista"));
        using var socket = await barista.OpenSocket();
        await admin.Ask("PUT /api/config/daily_report_to", new { value = "boss@private.example" });
        var heard = (await socket.Read(new CancellationTokenSource(5000).Token))!;
        (heard.Event, heard.Data.GetProperty("key").GetString()).ShouldBe(("settings_changed", "daily_report_to"));
        heard.Data.ToString().ShouldNotContain("boss");
        (await admin.Ask("PUT /api/roles/barista", new { permissions = new[] { "read_menu", "read_own_profile" } })).Status.ShouldBe(200);
        while (await socket.Read(new CancellationTokenSource(10_000).Token) is not null)
        {
        }

        socket.CloseCode.ShouldBe(4001);
    }

    [Fact]
    public async Task Odd_input_that_once_was_a_500()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        foreach (var hours in new[] { """{"mon":[],"mon":[]}""", "\"\\ud800\"", """{"mon":["\udc00"]}""", """{"\ud800":[]}""" })
        {
            var body = new StringContent($"{{\"opening_hours\":{hours}}}", System.Text.Encoding.UTF8, "application/json");
            (await admin.Ask($"PUT /api/shops/{shop.Id}/settings", body)).Status.ShouldBe(400, hours);
        }

        var spaced = await admin.Ask("PUT /api/config/opening_hours", new { value = "07:00 -" + new string(' ', 20) + " 18:00" });
        spaced.Body.GetProperty("value").GetString().ShouldBe("07:00-18:00"); // what is kept is the one form of it
        (await admin.Ask(
            "PUT /api/config/opening_hours",
            new { value = "07:00-" + new string(' ', 900_000) + "18:00" })).Status.ShouldBe(400);
        var odd = new ComandaClient(new HttpClient(new SocketsHttpHandler
        {
            RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8
        })
        { BaseAddress = app.Address });
        (await odd.Ask(
            "POST /api/auth/login",
            new { username = shop.Username("barista"), password = "password123" },
            ("User-Agent", new string('a', 299) + "😀"))).Status.ShouldBe(200);
        var form = new StringContent("token=a&password=b");
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-7");
        ((int)(await app.Client().Send(HttpMethod.Post, "/reset-password", form)).StatusCode).ShouldBeInRange(400, 415);
        (await (await shop.As("owner")).Ask(
            $"PUT /api/shops/{shop.Id}/shops/{shop.Id + 1}",
            new { name = "two shops in one path" })).Status.ShouldBe(404);
    }
}

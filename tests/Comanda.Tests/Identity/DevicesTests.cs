using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class DevicesTests(CafeApp app)
{
    [Fact]
    public async Task A_till_is_enrolled_with_a_register_of_its_own_and_its_token_is_shown_once()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var till = await admin.Ask("POST /api/devices", new { name = "Terrace till", type = "till" });
        till.Status.ShouldBe(201);
        var token = till.Text("token")!;
        token.Length.ShouldBeGreaterThanOrEqualTo(43); // 256 bits
        till.Body.GetProperty("register").GetProperty("code").GetString().ShouldBe("T2");
        (await admin.Ask("GET /api/devices")).ToString().ShouldNotContain(token);
        (await app.Database.Scalar(
            "select count(*) from devices where token_hash = $1",
            default,
            System.Text.Encoding.UTF8.GetBytes(token))).ShouldBe(0L);

        var cashier = await shop.As("cashier");
        cashier.Http.DefaultRequestHeaders.Add("X-Device-Token", token);
        (await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).OrderNumber.ShouldBe("T2-1");
    }

    [Fact]
    public async Task Who_is_signed_in_where_and_last_seen()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var kitchen = (await admin.Ask(
            "POST /api/devices",
            new { name = "Kitchen", type = "kitchen screen".Replace(' ', '_') })).Text("token")!;
        await app.Client().Ask("POST /api/auth/pin", new { pin = "6789" }, ("X-Device-Token", kitchen));
        await app.Client().Ask(
            "POST /api/auth/login",
            new { username = shop.Username("cashier"), password = "password123" },
            ("X-Device-Token", shop.TillToken));
        var devices = (await admin.Ask("GET /api/devices")).Items.ToDictionary(d => d.GetProperty("name").GetString()!);
        devices["Kitchen"].GetProperty("type").GetString().ShouldBe("kitchen");
        var there = devices["Kitchen"].GetProperty("signed_in").EnumerateArray().Single();
        (there.GetProperty("name").GetString(), there.GetProperty("method").GetString()).ShouldBe(("Bruno Barista", "pin"));
        devices["Till 1"].GetProperty("signed_in").EnumerateArray().Single().GetProperty("role").GetString().ShouldBe("cashier");
        (DateTimeOffset.UtcNow
            - devices["Kitchen"].GetProperty("last_seen_at").GetDateTimeOffset()).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_revoked_device_and_every_session_on_it_end_at_once_on_every_process()
    {
        var shop = await app.NewShop();
        var elsewhere = await app.StartProcess();
        var admin = await shop.As("admin");
        var till = await admin.Ask("POST /api/devices", new { name = "Stolen", type = "till" });
        var (id, token) = (till.Id, till.Text("token")!);
        var register = till.Body.GetProperty("register").GetProperty("id").GetInt64();
        var cashier = app.Client(elsewhere);
        cashier.AccessToken = (await cashier.Ask(
            "POST /api/auth/pin",
            new { pin = "3456" },
            ("X-Device-Token", token))).Text("access_token");
        var free = await shop.As("cashier", elsewhere);
        (await admin.Ask(
            "POST /api/devices",
            new { name = "Too soon", type = "till", register_id = register })).Fields.ShouldBe(["register_id"]);

        (await admin.Ask($"DELETE /api/devices/{id}")).Status.ShouldBe(204);
        (await Should.ThrowAsync<ComandaException>(() => cashier.Me())).Code.ShouldBe("session_ended");
        (await app.Client(elsewhere).Ask(
            "POST /api/auth/pin",
            new { pin = "3456" },
            ("X-Device-Token", token))).Code.ShouldBe("unauthenticated");
        (await free.Me()).Role.ShouldBe("cashier"); // signed in elsewhere
        await Answers.Eventually(async () => (await free.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } } },
            ("X-Device-Token", token))).Status == 400, seconds: 1);
        (await admin.Ask($"DELETE /api/devices/{id}")).Code.ShouldBe("not_found");

        // A new tablet goes on where the stolen one stopped.
        var next = await admin.Ask("POST /api/devices", new { name = "New tablet", type = "till", register_id = register });
        next.Body.GetProperty("register").GetProperty("id").GetInt64().ShouldBe(register);
    }

    [Fact]
    public async Task Tills_enrolled_at_once_get_different_registers()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => (await admin.Ask(
            "POST /api/devices",
            new { name = $"Till {i}" })).Body.GetProperty("register").GetProperty("code").GetString()));
        codes.Order().ShouldBe(Enumerable.Range(2, 8).Select(i => $"T{i}"));
    }

    [Fact]
    public async Task A_day_in_the_office_by_the_typed_client()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var till = await admin.EnrolDevice("Terrace");
        var sam = await admin.AddUser(new(
            Username: $"sam-{shop.Id}",
            Name: "Sam",
            Role: "cashier",
            Pin: "2468",
            Password: "milk foam and art"));
        var client = app.Client();
        (await client.SignInByPin("2468", till.Token)).User.Id.ShouldBe(sam.Id);
        (await admin.GetDevices()).Items.Single(d => d.Id == till.Id).SignedIn.Single().Name.ShouldBe("Sam");
        (await admin.ChangeUser(sam.Id, new(Role: "barista"))).Role.ShouldBe("barista");
        (await admin.GetUsers()).Items.ShouldContain(u => u.Id == sam.Id && u.Role == "barista");
        await admin.DeactivateUser(sam.Id);
        (await Should.ThrowAsync<ComandaException>(() => client.Me())).Code.ShouldBe("session_ended");
        await admin.RevokeDevice(till.Id);
        (await admin.GetRoles()).Items.Count.ShouldBe(7);
        (await admin.ChangeRole("barista", ["read_menu"])).Permissions.ShouldBe(["read_menu"]);
        (await admin.GetAudit("user_deactivated")).Items.Single().Actor!.Name.ShouldBe("Ada Admin");
    }

    [Fact]
    public async Task Bad_input_is_named()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var admin = await shop.As("admin");
        (await admin.Ask("POST /api/devices", new { type = "toaster" })).Fields.ShouldBe(["name", "type"]);
        (await admin.Ask("POST /api/devices", new { name = "P", type = "printer", register_id = 1 })).Fields.ShouldBe(["register_id"]);
        var theirs = (await (await other.As("admin")).Ask("GET /api/devices")).Items.First();
        (await admin.Ask("POST /api/devices", new
        {
            name = "P",
            register_id = theirs.GetProperty("register")
            .GetProperty("id")
            .GetInt64()
        })).Fields.ShouldBe(["register_id"]);
        (await admin.Ask($"DELETE /api/devices/{theirs.GetProperty("id").GetInt64()}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Signing_in_and_out_are_events_that_say_who_and_where()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        using var socket = await manager.OpenSocket();
        var client = app.Client();
        client.AccessToken = (await client.Ask(
            "POST /api/auth/pin",
            new { pin = "3456" },
            ("X-Device-Token", shop.TillToken))).Text("access_token");
        var came = (await socket.Read(new CancellationTokenSource(5000).Token))!;
        came.Event.ShouldBe("user_activity");
        (
            came.Data.GetProperty("action").GetString(),
            came.Data.GetProperty("name").GetString(),
            came.Data.GetProperty("device").GetProperty("name").GetString()).ShouldBe(("signed_in", "Carlo Cashier", "Till 1"));
        await client.SignOut();
        var went = (await socket.Read(new CancellationTokenSource(5000).Token))!;
        (
            went.Event,
            went.Data.GetProperty("action").GetString(),
            went.Data.GetProperty("because").GetString()).ShouldBe(("user_activity", "signed_out", "logout"));
    }
}

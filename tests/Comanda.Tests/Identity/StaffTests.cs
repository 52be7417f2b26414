using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed partial class StaffTests(CafeApp app)
{
    private static object Account(TestShop shop, string name, string role, string? pin = null) =>
        new { username = $"{name}-{shop.Id}", name, email = $"{name}-{shop.Id}@staff.example", role, pin, password = "milk foam and art" };

    private static async Task<long> IdOf(ComandaClient who, TestShop shop, string username) =>
        (await who.Ask("GET /api/users?limit=200")).Items
            .Single(u => u.GetProperty("username").GetString() == shop.Username(username))
            .GetProperty("id")
            .GetInt64();

    [Fact]
    public async Task An_added_account_signs_in_by_password_and_pin()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var added = await admin.Ask("POST /api/users", Account(shop, "sam", "staff", "2468"));
        added.Status.ShouldBe(201);
        added.Response.Headers.Location!.ToString().ShouldBe($"/api/users/{added.Id}");
        added.Response.Headers.ETag.ShouldBe((await admin.Ask($"GET /api/users/{added.Id}")).Response.Headers.ETag);
        added.Response.Headers.ETag.ShouldNotBeNull();
        (added.Text("role"), added.Body.GetProperty("has_pin").GetBoolean()).ShouldBe(("staff", true));
        (await app.Client().Ask(
            "POST /api/auth/login",
            new { username = $"SAM-{shop.Id}", password = "milk foam and art" })).Status.ShouldBe(200);
        (await app.Client().Ask("POST /api/auth/pin", new { pin = "2468" }, ("X-Device-Token", shop.TillToken))).Body
            .GetProperty("user")
            .GetProperty("id")
            .GetInt64()
            .ShouldBe(added.Id);
        (await admin.Ask($"GET /api/users/{added.Id}")).Text("email").ShouldBe($"sam-{shop.Id}@staff.example");
        (await admin.Ask("GET /api/users?q=SAM")).Items.Single().GetProperty("id").GetInt64().ShouldBe(added.Id);
        (await admin.Ask("GET /api/users?role=god")).Fields.ShouldBe(["role"]);
        (await admin.Ask("GET /api/users?role=staff")).Items.ShouldContain(u => u.GetProperty("id").GetInt64() == added.Id);
        foreach (var secret in new[] { "password_hash", "pin_hash", "password", "$2b$" })
            (await admin.Ask("GET /api/users")).ToString().ShouldNotContain(secret);
    }

    [Fact]
    public async Task What_is_taken_is_named()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var admin = await shop.As("admin");
        (await admin.Ask("POST /api/users", Account(shop, "sam", "barista"))).Status.ShouldBe(201);
        foreach (var (field, body) in new (string, object)[]
            {
                ("username", new { username = $"SAM-{shop.Id}", name = "S", role = "barista", password = "milk foam and art" }),
                ("email", new
                {
                    username = $"sam2-{shop.Id}",
                    name = "S",
                    role = "barista",
                    password = "milk foam and art",
                    email = $"Sam-{shop.Id}@STAFF.example"
                }),
                // of another shop
                ("username", new { username = other.Username("cashier"), name = "S", role = "barista", password = "milk foam and art" }),
                ("pin", new { username = $"sam3-{shop.Id}", name = "S", role = "barista", password = "milk foam and art", pin = "1234" }),
            })
        {
            var taken = await admin.Ask("POST /api/users", body);
            (taken.Status, taken.Code).ShouldBe((409, "already_exists"));
            taken.Fields.ShouldBe([field]);
        }
    }

    [Fact]
    public async Task Who_found_ten_names_taken_waits_to_choose_another_but_goes_on_managing()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        object Named(string name) => new { username = name, role = "barista", password = "milk foam and art" };
        var barista = (await admin.Ask("POST /api/users", Named($"sam-{shop.Id}"))).Body.GetProperty("id");

        // The same one by many at once is one finding: an impatient finger locks nobody out.
        foreach (var answer in await Task.WhenAll(Enumerable.Range(
            0,
            15).Select(_ => admin.Ask("POST /api/users", Named($"SAM-{shop.Id}")))))
            answer.Code.ShouldBe("already_exists");
        (await admin.Ask("POST /api/users", Named($"sue-{shop.Id}"))).Status.ShouldBe(201);

        var others = await app.NewShop();
        foreach (var role in new[] { "owner", "admin", "manager", "cashier", "barista", "trainee" })
            (await admin.Ask("POST /api/users", Named(others.Username(role)))).Code.ShouldBe("already_exists");
        foreach (var role in new[] { "owner", "manager", "cashier" })
            (await admin.Ask("POST /api/users", Named(shop.Username(role)))).Code.ShouldBe("already_exists");
        (await admin.Ask("POST /api/users", Named($"ann-{shop.Id}"))).Code.ShouldBe("too_many_requests");
        (await admin.Ask($"PUT /api/users/{barista}", new { username = $"ann-{shop.Id}" })).Code.ShouldBe("too_many_requests");
        (await admin.Ask($"PUT /api/users/{barista}", new { pin = "86420" })).Code.ShouldBe("too_many_requests");
        (await admin.Ask($"PUT /api/users/{barista}", new { name = "Samantha", role = "cashier" })).Status.ShouldBe(200);
        (await admin.Ask("PUT /api/auth/me", new { name = "Ada" })).Status.ShouldBe(200);
        (await admin.Ask($"DELETE /api/users/{barista}")).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Bad_input_names_every_field()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        (await admin.Ask(
            "POST /api/users",
            new { username = "two words", email = "x", phone = "y", role = "king", pin = "12", password = "short" })).Fields
            .ShouldBe(["username", "email", "phone", "role", "pin", "password"], ignoreOrder: true);
        (await admin.Ask(
            "POST /api/users",
            new { username = $"c-{shop.Id}", role = "customer", password = "milk foam and art" })).Fields.ShouldBe(["role"]);
        (await admin.Ask("POST /api/users", new { })).Fields.ShouldBe(["username", "password"], ignoreOrder: true);
    }

    [Fact]
    public async Task Deactivation_counts_at_once_on_every_process_and_can_be_taken_back()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var cashier = await shop.As("cashier", other);
        var admin = await shop.As("admin");
        using var socket = await cashier.OpenSocket();
        var refresh = (await cashier.SignIn(shop.Username("cashier"), "password123")).RefreshToken;
        var id = await IdOf(admin, shop, "cashier");
        (await admin.Ask($"DELETE /api/users/{id}")).Status.ShouldBe(204);

        (await Should.ThrowAsync<ComandaException>(() => cashier.Me())).Code.ShouldBe("session_ended");
        (await Should.ThrowAsync<ComandaException>(() => cashier.Refresh(refresh))).Code.ShouldBe("session_ended");
        (await app.Client(other).Ask(
            "POST /api/auth/login",
            new { username = shop.Username("cashier"), password = "password123" })).Code.ShouldBe("bad_credentials");
        (await app.Client().Ask(
            "POST /api/auth/pin",
            new { pin = "3456" },
            ("X-Device-Token", shop.TillToken))).Code.ShouldBe("bad_credentials");
        while (await socket.Read(new CancellationTokenSource(TimeSpan.FromSeconds(3)).Token) is not null)
        {
        }

        socket.CloseCode.ShouldBe(4001);
        (await admin.Ask($"GET /api/users/{id}")).Body.GetProperty("is_active").GetBoolean().ShouldBeFalse();
        (await admin.Ask("GET /api/users?active=true")).Items.ShouldNotContain(u => u.GetProperty("id").GetInt64() == id);

        (await admin.Ask($"PUT /api/users/{id}", new { is_active = true })).Body.GetProperty("is_active").GetBoolean().ShouldBeTrue();
        (await shop.As("cashier")).AccessToken.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_manager_signs_somebody_out_everywhere_but_nobody_above_them()
    {
        var shop = await app.NewShop();
        var (manager, here, there) = (
            await shop.As("manager"),
            await shop.As("cashier"),
            await shop.As("cashier", await app.StartProcess()));
        (await manager.Ask($"DELETE /api/users/{await IdOf(manager, shop, "cashier")}/sessions")).Status.ShouldBe(204);
        foreach (var session in new[] { here, there })
            (await Should.ThrowAsync<ComandaException>(() => session.Me())).Code.ShouldBe("session_ended");
        (await shop.As("cashier")).AccessToken.ShouldNotBeNull(); // signing in anew is fine
        var admin = await shop.As("admin");
        (await manager.Ask($"DELETE /api/users/{await IdOf(manager, shop, "admin")}/sessions")).Code.ShouldBe("forbidden");
        (await admin.Me()).Role.ShouldBe("admin");
    }

    [Fact]
    public async Task Two_edits_of_one_account_at_once_lose_none_silently()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var id = await IdOf(admin, shop, "barista");
        var tag = (await admin.Ask($"GET /api/users/{id}")).Response.Headers.ETag!.Tag;
        var edits = await Task.WhenAll(Enumerable.Range(
            0,
            10).Select(i => admin.Ask($"PUT /api/users/{id}", new { name = $"Name {i}" }, ("If-Match", tag))));
        edits.Count(e => e.Status == 200).ShouldBe(1);
        edits.Where(e => e.Status != 200).ShouldAllBe(e => e.Code == "stale_version");
    }
}

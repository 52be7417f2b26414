using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class StaffTests(CafeApp app)
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
        (added.Text("role"), added.Body.GetProperty("has_pin").GetBoolean()).ShouldBe(("cashier", true));
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
        (await admin.Ask("POST /api/users", new { })).Fields.ShouldBe(["username", "role", "password"], ignoreOrder: true);
    }

    [Fact]
    public async Task Nobody_grants_changes_or_takes_more_than_they_have()
    {
        var shop = await app.NewShop();
        var (owner, admin, manager) = (await shop.As("owner"), await shop.As("admin"), await shop.As("manager"));
        var may = new Dictionary<string, string[]>
        {
            ["owner"] = ["owner", "admin", "manager", "cashier", "barista", "trainee"],
            ["admin"] = ["admin", "manager", "cashier", "barista", "trainee"],
            ["manager"] = ["cashier", "barista", "trainee"], // those below a manager
        };
        var targets = new Dictionary<string, long>();
        foreach (var role in may["owner"])
            targets[role] = (await owner.Ask("POST /api/users", Account(shop, $"a-{role}", role))).Id;
        foreach (var (who, client) in new[] { ("owner", owner), ("admin", admin), ("manager", manager) })
        {
            foreach (var role in new[] { "owner", "admin", "manager", "cashier", "barista", "trainee" })
            {
                var allowed = may[who].Contains(role);
                (await client.Ask("POST /api/users", Account(shop, $"{role}-by-{who}", role))).Status.ShouldBe(
                    allowed ? 201 : 403,
                    $"{who} adds {role}");
                var target = targets[role];
                (await client.Ask($"PUT /api/users/{target}", new { name = "Renamed" })).Status.ShouldBe(
                    allowed ? 200 : 403,
                    $"{who} renames {role}");
                (await client.Ask($"PUT /api/users/{target}", new { password = "milk foam and art" })).Status.ShouldBe(
                    allowed ? 200 : 403,
                    $"{who} sets password of {role}");
                (await client.Ask($"PUT /api/users/{target}", new { is_active = true })).Status.ShouldBe(
                    allowed ? 200 : 403,
                    $"{who} deactivates {role}");
            }
        }

        // No way up by way of somebody below: a manager cannot make a cashier a manager, nor an admin an owner.
        var cashier = await IdOf(owner, shop, "cashier1");
        (await manager.Ask($"PUT /api/users/{cashier}", new { role = "manager" })).Status.ShouldBe(403);
        (await admin.Ask($"PUT /api/users/{cashier}", new { role = "owner" })).Status.ShouldBe(403);
        (await manager.Ask($"PUT /api/users/{cashier}", new { role = "barista" })).Text("role").ShouldBe("barista");
    }

    [Fact]
    public async Task Nobody_changes_their_own_role_or_deactivates_themselves_and_a_shop_keeps_an_owner()
    {
        var shop = await app.NewShop();
        var (owner, admin) = (await shop.As("owner"), await shop.As("admin"));
        var (ownerId, adminId) = (await IdOf(owner, shop, "owner"), await IdOf(owner, shop, "admin"));
        (await admin.Ask($"PUT /api/users/{adminId}", new { role = "barista" })).Code.ShouldBe("own_account");
        (await owner.Ask($"DELETE /api/users/{ownerId}")).Code.ShouldBe("own_account");

        var second = (await owner.Ask("POST /api/users", Account(shop, "second", "owner"))).Id;
        var partner = app.Client();
        await partner.SignIn($"second-{shop.Id}", "milk foam and art");
        // Two owners who put each other out in the same moment: one stays.
        var both = await Task.WhenAll(owner.Ask($"DELETE /api/users/{second}"), partner.Ask($"DELETE /api/users/{ownerId}"));
        both.Count(b => b.Status == 204).ShouldBe(1, string.Join(" | ", both.Select(b => b.ToString())));
        (await app.Database.Scalar(
            "select count(*) from shop_members where shop_id = $1 and role = 'owner' and active",
            default,
            shop.Id)).ShouldBe(1L);
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
    public async Task A_new_role_counts_at_once()
    {
        var shop = await app.NewShop();
        var (admin, barista) = (await shop.As("admin"), await shop.As("barista", await app.StartProcess()));
        (await barista.Ask("GET /api/users")).Status.ShouldBe(403);
        (await admin.Ask($"PUT /api/users/{await IdOf(admin, shop, "barista")}", new { role = "manager" })).Status.ShouldBe(200);
        (await barista.Ask("GET /api/users")).Status.ShouldBe(200);
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

    [Fact]
    public async Task An_owner_of_two_shops_brings_somebody_along_and_each_shop_keeps_its_own_role()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var opened = await owner.Ask("POST /api/shops", new { name = "Second " + shop.Id, address = "2 Quay" });
        var second = opened.Id;
        (await owner.Ask(
            $"PUT /api/shops/{second}",
            new { phone = "+45 11 22 33 44" },
            ("If-Match", opened.Response.Headers.ETag!.Tag))).Status.ShouldBe(200);
        var manager = await IdOf(owner, shop, "manager");
        (await owner.Ask($"PUT /api/shops/{second}/users/{manager}", new { name = "x" })).Fields.ShouldBe(["role"]);
        var joined = await owner.Ask($"PUT /api/shops/{second}/users/{manager}", new { role = "barista" });
        (joined.Status, joined.Text("role")).ShouldBe((200, "barista"));

        var client = await shop.As("manager");
        (await client.Ask("GET /api/users")).Status.ShouldBe(200); // manager at home
        (await client.Ask($"GET /api/shops/{second}/users")).Code.ShouldBe("forbidden"); // barista there
        (await client.Ask($"GET /api/shops/{second}")).Text("name").ShouldBe("Second " + shop.Id);
        (await client.Ask("GET /api/shops")).Items
            .Select(s => s.GetProperty("role").GetString())
            .ShouldBe(["manager", "barista"], ignoreOrder: true);
        (await client.Ask("GET /api/auth/me", null, ("X-Shop-Id", second.ToString()))).Text("role").ShouldBe("barista");

        // The home shop's admin, who is nobody in the second shop, no longer changes who the manager is; role and PIN they do.
        var admin = await shop.As("admin");
        (await admin.Ask($"PUT /api/users/{manager}", new { password = "milk foam and art" })).Code.ShouldBe("forbidden");
        (await admin.Ask($"PUT /api/users/{manager}", new { pin = "424242" })).Status.ShouldBe(200);
        (await admin.Ask($"DELETE /api/users/{manager}")).Status.ShouldBe(204);
        (await client.Ask("GET /api/users")).Code.ShouldBe("session_ended");
        await client.SignIn(shop.Username("manager"), "password123"); // still the second shop's barista
        (await client.Ask("GET /api/auth/me")).Body.GetProperty("shop_id").GetInt64().ShouldBe(second);
    }

    [Fact]
    public async Task A_trainees_sales_are_marked_and_stay_out_of_takings()
    {
        var shop = await app.NewShop();
        var (trainee, manager) = (await shop.As("trainee"), await shop.As("manager"));
        var espresso = (await shop.Item("Espresso")).Id;
        var practice = await trainee.PlaceOrder(new("takeaway", [new(espresso, 3)]));
        practice.Training.ShouldBeTrue();
        (await manager.Ask("POST /api/payments", new { order_id = practice.Id, method = "cash" })).Code.ShouldBe("training_order");
        await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("card")]));
        var day = await manager.Ask("GET /api/reports/sales/daily");
        (day.Body.GetProperty("total_sales").GetDecimal(), day.Body.GetProperty("order_count").GetInt64()).ShouldBe((2.30m, 1));
        (await trainee.Ask("POST /api/orders", new { items = new[]
        {
            new { menu_item_id = espresso }
        }, payments = new[] { new { method = "card" } } })).Code.ShouldBe("forbidden");
    }
}

using Comanda.Data;

namespace Comanda.Tests.Identity;

/// <summary>Who may give, change and take which role.</summary>
public sealed partial class StaffTests
{
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
    public async Task A_new_role_counts_at_once()
    {
        var shop = await app.NewShop();
        var (admin, barista) = (await shop.As("admin"), await shop.As("barista", await app.StartProcess()));
        (await barista.Ask("GET /api/users")).Status.ShouldBe(403);
        (await admin.Ask($"PUT /api/users/{await IdOf(admin, shop, "barista")}", new { role = "manager" })).Status.ShouldBe(200);
        (await barista.Ask("GET /api/users")).Status.ShouldBe(200);
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
            new { address = "3 Quay" },
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
        (await trainee.Ask("POST /api/orders", new
        {
            items = new[]
        {
            new { menu_item_id = espresso }
        },
            payments = new[] { new { method = "card" } }
        })).Code.ShouldBe("forbidden");
    }
}

namespace Comanda.Tests.Identity;

public sealed class RolesTests(CafeApp app)
{
    [Fact]
    public async Task A_shop_chooses_what_a_role_may_and_every_process_knows_within_a_second()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var second = await app.StartProcess();
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager", second));
        var manage = (await admin.Ask("GET /api/roles")).Items.Single(r => r.GetProperty("role").GetString() == "manager");
        var without = manage.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()).Where(p => p != "edit_menu").ToArray();
        (await manager.Ask("POST /api/menu", new { name = "First", category = "Coffee", price = 1 })).Status.ShouldBe(201);

        var changed = await admin.Ask("PUT /api/roles/manager", new { permissions = without });
        changed.Body.GetProperty("is_changed").GetBoolean().ShouldBeTrue();
        await Answers.Eventually(async () => (await manager.Ask(
            "POST /api/menu",
            new { name = "Second " + Guid.NewGuid(), category = "Coffee", price = 1 })).Status == 403, seconds: 1);
        (await (await other.As("manager", second)).Ask(
            "POST /api/menu",
            new { name = "Theirs", category = "Coffee", price = 1 })).Status.ShouldBe(201);
        (await manager.Me()).Permissions.ShouldNotContain("edit_menu");

        (await admin.Ask("PUT /api/roles/manager", new { permissions = (string[]?)null })).Body
            .GetProperty("is_changed")
            .GetBoolean()
            .ShouldBeFalse();
        await Answers.Eventually(async () => (await manager.Ask(
            "POST /api/menu",
            new { name = "Third " + Guid.NewGuid(), category = "Coffee", price = 1 })).Status == 201, seconds: 1);
    }

    [Fact]
    public async Task Nobody_gives_a_role_more_than_they_have_and_some_sets_are_fixed()
    {
        var shop = await app.NewShop();
        var (owner, admin, manager) = (await shop.As("owner"), await shop.As("admin"), await shop.As("manager"));
        (await admin.Ask("PUT /api/roles/barista", new { permissions = new[] { "manage_shop" } })).Code.ShouldBe("forbidden");
        (await manager.Ask("PUT /api/roles/barista", new { permissions = new[] { "read_menu" } })).Code.ShouldBe("forbidden");
        (await admin.Ask("PUT /api/roles/owner", new { permissions = Array.Empty<string>() })).Code.ShouldBe("fixed_role");
        (await owner.Ask("PUT /api/roles/customer", new { permissions = new[] { "read_reports" } })).Code.ShouldBe("fixed_role");
        (await admin.Ask("PUT /api/roles/admin", new { permissions = new[] { "read_menu" } })).Code.ShouldBe("own_account");
        (await owner.Ask("PUT /api/roles/king", new { permissions = Array.Empty<string>() })).Code.ShouldBe("not_found");
        (await owner.Ask("PUT /api/roles/barista", new { permissions = new[] { "read_menu", "fly" } })).Fields.ShouldBe(["permissions[1]"]);
        // the other spelling
        (await owner.Ask("PUT /api/roles/staff", new { permissions = new[] { "read_menu" } })).Text("role").ShouldBe("cashier");
    }

    [Fact]
    public async Task A_wider_role_does_not_lift_its_people_above_those_who_manage_them()
    {
        var shop = await app.NewShop();
        var (owner, manager) = (await shop.As("owner"), await shop.As("manager"));
        var cashier = await owner.Ask("GET /api/users?role=cashier&limit=1");
        var id = cashier.Items.First().GetProperty("id").GetInt64();
        (await manager.Ask($"PUT /api/users/{id}", new { name = "Fine" })).Status.ShouldBe(200);
        (await owner.Ask("PUT /api/roles/cashier", new { permissions = new[] { "take_orders", "edit_settings" } })).Status.ShouldBe(200);
        // they may something now that a manager may not
        (await manager.Ask($"PUT /api/users/{id}", new { password = "milk foam and art" })).Code.ShouldBe("forbidden");
    }
}

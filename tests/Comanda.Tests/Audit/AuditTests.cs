using Comanda.Data;
using Npgsql;

namespace Comanda.Tests.Audit;

public sealed class AuditTests(CafeApp app)
{
    private static async Task<List<System.Text.Json.JsonElement>> Entries(ComandaClient admin, string query) =>
        [.. (await admin.Ask("GET /api/audit?" + query)).Items];

    [Fact]
    public async Task Sign_ins_good_and_bad_are_written_with_the_device_and_the_address()
    {
        var shop = await app.NewShop();
        var stranger = app.Stranger(shop);
        await stranger.Ask("POST /api/auth/login", new { username = shop.Username("cashier"), password = "wrong" });
        await stranger.Ask("POST /api/auth/login", new { username = "my secret password", password = "typed into the wrong field" });
        var pin = await stranger.Ask("POST /api/auth/pin", new { pin = "3456" }, ("X-Device-Token", shop.TillToken));
        var admin = await shop.As("admin");
        var failed = await Entries(admin, "action=login_failed");
        failed.Count.ShouldBe(2);
        failed.Count(f => f.GetProperty("subject").GetString() == "user").ShouldBe(1);
        failed.ShouldAllBe(f => f.GetProperty("address").GetString() == "127.0.0.1");
        failed.ShouldAllBe(f => !f.ToString().Contains("secret") && !f.ToString().Contains("wrong"));
        var login = (await Entries(admin, "action=login&actor=" + pin.Body.GetProperty("user").GetProperty("id").GetInt64())).Single();
        login.GetProperty("device_id").GetInt64().ShouldBeGreaterThan(0);
        login.GetProperty("after").GetProperty("method").GetString().ShouldBe("pin");

        for (var i = 0; i < 4; i++)
            await stranger.Ask("POST /api/auth/login", new { username = shop.Username("cashier"), password = "wrong" });
        (await Entries(admin, "action=account_locked")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_action_that_does_not_exist_is_no_filter_and_is_named()
    {
        var admin = await (await app.NewShop()).As("admin");
        var refused = await admin.Ask("GET /api/audit?action=logn");
        (refused.Status, refused.Fields.Single()).ShouldBe((400, "action"));
        refused.ToString().ShouldContain("'logn' is no action");
        refused.ToString().ShouldContain("login_failed");
        (await admin.Ask("GET /api/audit?action=")).Status.ShouldBe(200);
        (await admin.Ask("GET /api/audit?action=refund")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_changes_is_written_with_before_and_after()
    {
        var shop = await app.NewShop();
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        await admin.Ask("PUT /api/config/tax_rate", new { value = 12 });
        await admin.Ask("PUT /api/config/tax_rate", new { value = 12 }); // the same again is no change
        var config = (await Entries(admin, "action=config_changed")).Single();
        (
            config.GetProperty("subject_id").GetString(),
            config.GetProperty("before").GetDecimal(),
            config.GetProperty("after").GetDecimal()).ShouldBe(("tax_rate", 10m, 12m));

        var latte = await shop.Item("Caffè latte");
        var milk = latte.ModifierGroups.Single(g => g.Name == "Milk");
        await manager.Ask($"PUT /api/menu/items/{latte.Id}", new { price = 4.20, description = "New" });
        await manager.Ask($"PUT /api/menu/items/{latte.Id}", new { description = "Newer" });
        await manager.Ask($"PUT /api/menu/items/{latte.Id}", new
        {
            modifier_groups = new[] { new
            {
                id = milk.Id,
                options = milk.Options.Select(o => new { key = o.Key, name = o.Name, price = o.Key == "oat-milk" ? 0.70m : o.Price })
            } },
        });
        var prices = await Entries(admin, "action=price_changed");
        prices.Count.ShouldBe(2);
        prices[1].GetProperty("before").ToString().ShouldBe("""{"name":"Caffè latte","price":4.00}""");
        prices[1].GetProperty("after").ToString().ShouldBe("""{"name":"Caffè latte","price":4.20}""");
        prices[0].GetProperty("subject").GetString().ShouldBe("modifier_option");
        prices[0].GetProperty("after").ToString().ShouldBe("""{"name":"Oat milk","price":0.70}""");
        prices.ShouldAllBe(p => p.GetProperty("actor").GetProperty("role").GetString() == "manager");

        var added = await admin.Ask(
            "POST /api/users",
            new { username = $"sam-{shop.Id}", name = "Sam", role = "barista", password = "milk foam and art" });
        await admin.Ask($"PUT /api/users/{added.Id}", new { role = "cashier" });
        await admin.Ask($"DELETE /api/users/{added.Id}");
        await admin.Ask("PUT /api/roles/barista", new { permissions = new[] { "read_menu" } });
        var changed = (await Entries(admin, "action=user_changed")).Single();
        (
            changed.GetProperty("before").GetProperty("role").GetString(),
            changed.GetProperty("after").GetProperty("role").GetString()).ShouldBe(("barista", "cashier"));
        (await Entries(admin, "action=user_added")).Single().GetProperty("subject_id").GetString().ShouldBe(added.Id.ToString());
        (await Entries(admin, "action=user_deactivated")).Count.ShouldBe(1);
        (await Entries(admin, "action=role_permissions_changed"))
            .Single()
            .GetProperty("after")
            .GetProperty("permissions")
            .GetArrayLength()
            .ShouldBe(1);
        (await admin.Ask("GET /api/audit?limit=200")).ToString().ShouldNotContain("milk foam");
    }

    [Fact]
    public async Task What_is_done_at_a_till_is_written_with_the_till()
    {
        var shop = await app.NewShop();
        var office = await shop.As("owner");
        var atTill = app.Client();
        var signedIn = await atTill.SignInByPin("1234", shop.TillToken); // the admin's
        var till = (await office.Ask("GET /api/devices")).Items.Single().GetProperty("id").GetInt64();
        var (espresso, cake) = (await shop.Item("Espresso"), await shop.Item("Carrot cake"));
        await atTill.Ask("PUT /api/config/tax_rate", new { value = 12 });
        await atTill.Ask($"PUT /api/menu/items/{cake.Id}", new { price = cake.Price + 1 });
        var order = await atTill.PlaceOrder(new("takeaway", [new(espresso.Id, 3), new(espresso.Id)]));
        (await atTill.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = order.Items[0].Id, quantity = 2 } } },
            ("If-Match", "*"))).Status.ShouldBe(200);
        await atTill.CancelOrder(order.Id, "left");
        var paid = await atTill.PlaceOrder(new("takeaway", [new(espresso.Id)], Payments: [new("card")]));
        (await atTill.Ask($"POST /api/orders/{paid.Id}/refund", new { amount = 1, reason = "cold" })).Status.ShouldBe(201);

        foreach (var action in new[] { "config_changed", "price_changed", "lines_voided", "order_voided", "refund" })
        {
            var entry = (await Entries(office, "action=" + action)).Single();
            (entry.GetProperty("actor").GetProperty("id").GetInt64(), entry.GetProperty("device_id").GetInt64()).ShouldBe(
                (signedIn.User.Id, till),
                action);
            entry.GetProperty("after").ValueKind.ShouldNotBe(System.Text.Json.JsonValueKind.Null, action);
            if (action != "refund") // before it there was none
                entry.GetProperty("before").ValueKind.ShouldNotBe(System.Text.Json.JsonValueKind.Null, action);
        }

        var voided = (await Entries(office, "action=lines_voided")).Single();
        voided.GetProperty("before").ToString().ShouldBe("""[{"name":"Espresso","quantity":3},{"name":"Espresso","quantity":1}]""");
        voided.GetProperty("after").ToString().ShouldBe("""[{"name":"Espresso","quantity":2},{"name":"Espresso","quantity":0}]""");
    }

    [Fact]
    public async Task The_database_itself_refuses_to_change_what_is_written()
    {
        var shop = await app.NewShop();
        await shop.As("cashier");
        await using var connection = await app.Database.OpenConnectionAsync();
        foreach (var attack in new[]
        {
            "update audit set actor_name = 'Nobody' where shop_id = $1",
            "delete from audit where shop_id = $1"
        })
            (await Should.ThrowAsync<PostgresException>(() => connection.Execute(
                attack,
                default,
                shop.Id))).MessageText.ShouldContain("append-only");
        (await Should.ThrowAsync<PostgresException>(() => connection.Execute(
            "truncate audit",
            default))).MessageText.ShouldContain("append-only");
    }

    [Fact]
    public async Task What_is_not_done_is_not_written()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        await admin.Ask("PUT /api/config/tax_rate", new { value = 1000 });
        await admin.Ask(
            "POST /api/users",
            new { username = shop.Username("cashier"), name = "Twice", role = "barista", password = "milk foam and art" });
        await admin.Ask($"PUT /api/shops/{shop.Id}/settings", new Dictionary<string, object> { ["tax_rate"] = 3, ["currency"] = "nope" });
        // That a name was found taken is written: a PIN that is taken is somebody's key.
        (await Entries(admin, "limit=200")).Select(e => e.GetProperty("action").GetString()).ShouldBe(["found_taken", "login"]);
    }

    [Fact]
    public async Task It_is_paged_and_filtered_by_actor_action_and_time()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        for (var i = 1; i <= 5; i++)
            await admin.Ask("PUT /api/config/tax_rate", new { value = i });
        var seen = new List<long>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await admin.Ask($"GET /api/audit?action=config_changed&limit=2{cursor}");
            seen.AddRange(page.Items.Select(e => e.GetProperty("id").GetInt64()));
            cursor = page.Body.GetProperty("next_cursor").GetString() is { } next ? "&cursor=" + next : null;
        }

        seen.Count.ShouldBe(5);
        seen.ShouldBe(seen.Distinct().OrderDescending());
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd");
        (await Entries(admin, $"from={today}&to={today}&actor=ada")).Count.ShouldBe(6);
        (await Entries(admin, "subject=setting&subject_id=tax_rate")).Count.ShouldBe(5);
        (await Entries(admin, "subject=user")).Count.ShouldBe(1);
        (await Entries(admin, "subject=setting&subject_id=1")).ShouldBeEmpty();
        (await admin.Ask("GET /api/audit?subject_id=1")).Fields.ShouldBe(["subject"]);
        (await Entries(admin, "to=2020-01-01")).ShouldBeEmpty();
        (await Entries(admin, "actor=nobody")).ShouldBeEmpty();
        (await admin.Ask("GET /api/audit?from=yesterday&limit=1000&cursor=x")).Fields.ShouldBe(
            ["limit", "cursor", "from"],
            ignoreOrder: true);
    }
}

using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class RegisterTests(CafeApp app)
{
    private static string NewEmail() => $"olga-{Guid.NewGuid():N}@harbour.example";

    [Fact]
    public async Task An_owner_registers_with_a_shop_and_can_sell_there_at_once()
    {
        var client = app.Client();
        var email = NewEmail();
        var answer = await client.Ask("POST /api/auth/register", new
        {
            name = "Olga",
            email,
            password = "quay street at six",
            shop_name = "Harbour Cafe",
            currency = "JPY",
            time_zone = "Asia/Tokyo"
        });
        answer.Status.ShouldBe(201);
        var user = answer.Body.GetProperty("user");
        user.GetProperty("role").GetString().ShouldBe("owner");
        var shop = user.GetProperty("shop_id").GetInt64();
        client.AccessToken = answer.Text("access_token");
        var settings = await client.Ask($"GET /api/shops/{shop}/settings");
        (settings.Text("currency"), settings.Text("time_zone")).ShouldBe(("JPY", "Asia/Tokyo"));
        var item = await client.Ask("POST /api/menu", new { name = "Matcha", category = "Tea", price = 650 });
        item.Status.ShouldBe(201);
        var order = await client.PlaceOrder(new("takeaway", [new(item.Id)], Payments: [new("cash", Tendered: 1000)]));
        (order.TotalAmount, order.PaymentStatus).ShouldBe((650m, "paid"));
        (await app.Client().Ask(
            "POST /api/auth/login",
            new { email = email.ToUpperInvariant(), password = "quay street at six" })).Status.ShouldBe(200);
        (await client.Ask("GET /api/shops")).Items.Single().GetProperty("role").GetString().ShouldBe("owner");
    }

    [Fact]
    public async Task An_e_mail_address_names_one_owner_however_many_register_at_once()
    {
        var email = NewEmail();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            app.Client().Ask(
                "POST /api/auth/register",
                new { name = "Olga", email, password = "quay street at six", shop_name = "Only one " + email })));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "already_exists" && a.Fields.Single() == "email");
        (await app.Database.Scalar("select count(*) from shops where name = $1", default, "Only one " + email)).ShouldBe(1L);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_named_and_changes_nothing()
    {
        var answer = await app.Client().Ask(
            "POST /api/auth/register",
            new { email = "no address", password = "short", currency = "EURO".ToLowerInvariant()[..3], time_zone = "Mars/Base" });
        answer.Status.ShouldBe(400);
        answer.Fields.ShouldBe(["name", "email", "password", "currency", "time_zone"], ignoreOrder: true);
        (await app.Client().Ask("POST /api/auth/register", new { })).Fields.ShouldBe(["name", "phone"]);
    }

    [Fact]
    public async Task It_can_be_switched_off_and_guests_still_register()
    {
        var shop = await app.NewShop();
        var closed = await app.StartProcess(choose: o => o with { Identity = o.Identity with { OwnerRegistration = false } });
        (await app.Client(closed).Ask(
            "POST /api/auth/register",
            new { name = "O", email = NewEmail(), password = "quay street at six", shop_name = "No" })).Code.ShouldBe("forbidden");
        (await app.Stranger(shop, closed).Ask(
            "POST /api/auth/register",
            new { name = "G", phone = "+351913" + Random.Shared.Next(100_000, 999_999) })).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Nobody_gives_themselves_more_by_writing_more_into_the_body()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var phone = "+351914" + Random.Shared.Next(100_000, 999_999);
        var guest = app.Stranger(shop);
        var more = new
        {
            name = "Mallory",
            phone,
            role = "owner",
            shop_id = other.Id,
            loyalty_points = 1_000_000,
            permissions = new[]
        {
            "edit_settings"
        },
            is_admin = true,
            id = 1,
            version = 99,
            password_hash = "x"
        };
        var refused = await guest.Ask("POST /api/auth/register", more);
        refused.Fields.ShouldBe(
            ["loyalty_points", "permissions", "is_admin", "id", "version", "password_hash"], ignoreOrder: true, refused.ToString());
        (await guest.Ask("POST /api/auth/register", new { name = "Mallory", phone, role = "owner" })).Status.ShouldBe(403);
        (await guest.Ask("POST /api/auth/register", new { name = "Mallory", phone, shop_id = other.Id })).Status.ShouldBe(403);
        (await guest.Ask("POST /api/auth/register", new { name = "Mallory", phone })).Status.ShouldBe(202);
        var code = await shop.CodeFor(phone);
        (await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone, otp = code, role = "admin", shop_id = other.Id, loyalty_points = 5 })).Status.ShouldBe(400);
        var user = (await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = code })).Body;
        guest.AccessToken = user.GetProperty("access_token").GetString();
        var changed = await guest.Ask("PUT /api/auth/me", new
        {
            name = "Mallory",
            role = "owner",
            shop_id = other.Id,
            loyalty_points = 1_000_000,
            permissions = new[] { "edit_settings" },
            is_active = true,
            has_pin = true,
            id = 1
        });
        (changed.Status, changed.Fields.Contains("role"), changed.Fields.Contains("permissions")).ShouldBe((400, true, true));
        changed = await guest.Ask("GET /api/auth/me");
        foreach (var answer in new[] { user.GetProperty("user"), changed.Body })
        {
            answer.GetProperty("role").GetString().ShouldBe("customer");
            answer.GetProperty("shop_id").GetInt64().ShouldBe(shop.Id);
            answer.GetProperty("permissions")
                .EnumerateArray()
                .Select(p => p.GetString())
                .ShouldBe(
                    [
                        "read_own_profile",
                        "read_menu",
                        "follow_events",
                        "write_reviews",
                        "place_own_orders",
                        "read_own_orders",
                        "cancel_own_orders",
                        "pay_own_orders",
                    ]);
        }

        var manager = await shop.As("manager");
        var (username, name, role, password) = ($"bea-{shop.Id}", "Bea", "barista", "milk foam and art");
        var (shop_id, permissions, loyalty_points) = (other.Id, new[] { "edit_settings" }, 7);
        var tooMuch = await manager.Ask(
            "POST /api/users",
            new { username, name, role, password, shop_id, permissions, id = 1, loyalty_points }
        );
        tooMuch.Fields.ShouldBe(["shop_id", "permissions", "id", "loyalty_points"], ignoreOrder: true);
        var added = await manager.Ask("POST /api/users", new { username, name, role, password });
        added.Status.ShouldBe(201);
        (
            added.Text("role"),
            added.Body.GetProperty("shop_id").GetInt64(),
            added.Body.GetProperty("is_active").GetBoolean()).ShouldBe(("barista", shop.Id, true));
        (await manager.Ask($"PUT /api/users/{added.Id}", new { shop_id, permissions, loyalty_points })).Fields
            .ShouldBe(["shop_id", "permissions", "loyalty_points"], ignoreOrder: true);
    }
}

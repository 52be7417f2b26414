using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class PinTests(CafeApp app)
{
    private static (string, string) Till(TestShop shop) => ("X-Device-Token", shop.TillToken);

    [Fact]
    public async Task A_pin_signs_in_on_an_enrolled_device_as_a_login_does()
    {
        var shop = await app.NewShop();
        var client = app.Client(); // names no shop: the device's is meant
        var answer = await client.Ask("POST /api/auth/pin", new { pin = "3456" }, Till(shop));
        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("user").GetProperty("username").GetString().ShouldBe(shop.Username("cashier"));
        answer.Body.GetProperty("user").GetProperty("shop_id").GetInt64().ShouldBe(shop.Id);
        answer.Text("token_type").ShouldBe("Bearer");
        client.AccessToken = answer.Text("access_token");
        (await client.Me()).Role.ShouldBe("cashier");
        (await client.Refresh(answer.Text("refresh_token")!)).User.ShopId.ShouldBe(shop.Id);
        foreach (var (pin, username) in new[] { ("1234", "admin"), ("2345", "manager"), ("4567", "trainee") })
            (await client.Ask("POST /api/auth/pin", new { pin }, Till(shop))).Body
                .GetProperty("user")
                .GetProperty("username")
                .GetString()
                .ShouldBe(shop.Username(username));
    }

    [Theory]
    [InlineData("123")]
    [InlineData("123456789")]
    [InlineData("12a4")]
    [InlineData("１２３４")] // digits, but no ASCII ones
    [InlineData("")]
    public async Task What_is_no_pin_is_a_field_error(string pin)
    {
        var shop = await app.NewShop();
        var answer = await app.Client().Ask("POST /api/auth/pin", new { pin }, Till(shop));
        answer.Status.ShouldBe(400);
        answer.Fields.ShouldBe(["pin"]);
    }

    [Fact]
    public async Task Without_an_enrolled_device_of_the_shop_a_pin_is_worth_nothing()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var client = app.Client();
        (await client.Ask("POST /api/auth/pin", new { pin = "3456" })).Code.ShouldBe("unauthenticated");
        (await client.Ask("POST /api/auth/pin", new { pin = "3456" }, ("X-Device-Token", "made-up"))).Code.ShouldBe("unauthenticated");
        (await app.Stranger(shop).Ask("POST /api/auth/pin", new { pin = "3456" }, Till(other))).Code.ShouldBe("unauthenticated");
        (await client.Ask($"POST /api/shops/{shop.Id}/auth/pin", new { pin = "3456" }, Till(shop))).Status.ShouldBe(200);

        // A PIN is its shop's: the same digits elsewhere are somebody else.
        var user = (await client.Ask("POST /api/auth/pin", new { pin = "3456" }, Till(other))).Body.GetProperty("user");
        user.GetProperty("shop_id").GetInt64().ShouldBe(other.Id);
    }

    [Fact]
    public async Task Five_wrong_pins_lock_pin_sign_in_on_that_device_alone()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var second = (await admin.Ask("POST /api/devices", new { name = "Till 2", type = "till" })).Text("token")!;
        var client = app.Client();
        for (var i = 0; i < 5; i++)
            (await client.Ask("POST /api/auth/pin", new { pin = "0000" }, Till(shop))).Code.ShouldBe("bad_credentials");
        var locked = await client.Ask("POST /api/auth/pin", new { pin = "3456" }, Till(shop));
        (locked.Status, locked.Code).ShouldBe((403, "account_locked"));
        (await client.Ask("POST /api/auth/pin", new { pin = "3456" }, ("X-Device-Token", second))).Status.ShouldBe(200);
        // A password still works there.
        (await client.Ask(
            "POST /api/auth/login",
            new { username = shop.Username("cashier"), password = "password123" },
            Till(shop))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_own_pin_between_guesses_gives_no_more_than_twenty_an_hour()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var guesses = 0;
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                if ((await client.Ask("POST /api/auth/pin", new { pin = "0000" }, Till(shop))).Code == "bad_credentials")
                    guesses++;
            }

            await client.Ask("POST /api/auth/pin", new { pin = "3456" }, Till(shop));
        }

        guesses.ShouldBe(20);
        (await client.Ask("POST /api/auth/pin", new { pin = "3456" }, Till(shop))).Code.ShouldBe("account_locked");
    }

    [Fact]
    public async Task A_pin_is_one_of_a_kind_in_its_shop_and_finding_out_which_are_taken_is_bounded()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var taken = await cashier.Ask("PUT /api/auth/me", new { pin = "2345" });
        (taken.Status, taken.Code).ShouldBe((409, "already_exists"));
        taken.Fields.ShouldBe(["pin"]);
        (await cashier.Ask("PUT /api/auth/me", new { pin = "86420" })).Body.GetProperty("has_pin").GetBoolean().ShouldBeTrue();
        (await app.Client().Ask("POST /api/auth/pin", new { pin = "86420" }, Till(shop))).Body
            .GetProperty("user")
            .GetProperty("username")
            .GetString()
            .ShouldBe(shop.Username("cashier"));
        (await app.Client().Ask("POST /api/auth/pin", new { pin = "3456" }, Till(shop))).Code.ShouldBe("bad_credentials");
        for (var i = 0; i < 3; i++)
            await cashier.Ask("PUT /api/auth/me", new { pin = "1234" });
        (await cashier.Ask("PUT /api/auth/me", new { pin = "97531" })).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Pins_are_kept_hashed_with_the_shops_own_salt()
    {
        var (one, two) = (await app.NewShop(), await app.NewShop());
        async Task<string> Hash(TestShop shop) => (string)(await app.Database.Scalar(
            "select pin_hash from shop_members m join users u on u.id = m.user_id where m.shop_id = $1 and u.username = $2",
            default,
            shop.Id,
            shop.Username("cashier")))!;
        var (first, second) = (await Hash(one), await Hash(two));
        first.ShouldStartWith("$2b$");
        first.ShouldNotBe(second);
    }

    [Fact]
    public async Task A_session_that_a_pin_began_changes_no_way_to_sign_in_without_the_password()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        client.AccessToken = (await client.Ask("POST /api/auth/pin", new { pin = "2345" }, Till(shop))).Text("access_token");
        foreach (var change in new object[]
        {
            new { email = "thief@evil.example" },
            new { phone = "+351912345678" },
            new { pin = "9999" },
            new { password = "a good long one" }
        })
        {
            var refused = await client.Ask("PUT /api/auth/me", change);
            refused.Status.ShouldBe(400, change.ToString());
            refused.Fields.ShouldBe(["current_password"]);
        }

        (await client.Ask("PUT /api/auth/me", new { name = "Marta M." })).Status.ShouldBe(200);
        (await client.Ask(
            "PUT /api/auth/me",
            new { email = $"marta-{shop.Id}@home.example", current_password = "password123" })).Status.ShouldBe(200);
    }
}

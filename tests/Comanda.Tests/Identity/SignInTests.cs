using System.Net;
using System.Text.Json;
using Comanda.Data;
using Comanda.Identity;

namespace Comanda.Tests.Identity;

public sealed class SignInTests(CafeApp app)
{
    [Fact]
    public async Task Signing_in_answers_as_the_contract_says()
    {
        var shop = await app.NewShop();
        using var response = await app.Client().Send(
            HttpMethod.Post,
            "/api/auth/login",
            new { username = shop.Username("cashier"), password = "password123" });
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var answer = body.RootElement;
        answer.GetProperty("token_type").GetString().ShouldBe("Bearer");
        answer.GetProperty("expires_in").GetInt32().ShouldBe(900);
        var user = answer.GetProperty("user");
        user.GetProperty("role").GetString().ShouldBe("cashier");
        user.GetProperty("shop_id").GetInt64().ShouldBe(shop.Id);
        user.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()).ShouldContain("take_payments");
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("comanda_refresh=");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
    }

    [Fact]
    public async Task Email_works_as_well_and_case_does_not_matter()
    {
        var shop = await app.NewShop();
        using var response = await app.Client().Send(
            HttpMethod.Post, "/api/auth/login", new { email = shop.Username("CASHIER") + "@demo.example", password = "password123" });
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("cashier", "wrong")]
    [InlineData("nobody-at-all", "password123")]
    [InlineData("cashier", "password123\0")]
    [InlineData("' or 1=1 --", "password123")]
    public async Task Wrong_credentials_are_one_answer(string username, string password)
    {
        var shop = await app.NewShop();
        using var response = await app.Client().Send(
            HttpMethod.Post, "/api/auth/login", new { username = username == "cashier" ? shop.Username("cashier") : username, password });
        if (password.Contains('\0'))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            return;
        }

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        body.RootElement.GetProperty("code").GetString().ShouldBe("bad_credentials");
        body.RootElement.GetProperty("detail").GetString().ShouldBe("The name or the password is not right.");
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_reuse_ends_the_session()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var first = await client.SignIn(shop.Username("cashier"), "password123");
        var second = await client.Refresh(first.RefreshToken);
        second.RefreshToken.ShouldNotBe(first.RefreshToken);
        (await client.Me()).Role.ShouldBe("cashier");

        (await Should.ThrowAsync<ComandaException>(() => client.Refresh(first.RefreshToken))).Code.ShouldBe("refresh_reused");
        (await Should.ThrowAsync<ComandaException>(() => client.Me())).Code.ShouldBe("session_ended");
        (await Should.ThrowAsync<ComandaException>(() => client.Refresh(second.RefreshToken))).Code.ShouldBe("session_ended");
    }

    [Fact]
    public async Task Of_a_thousand_refreshes_at_once_one_wins_and_the_session_ends()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var first = await client.SignIn(shop.Username("cashier"), "password123");
        var codes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            using var response = await client.Send(HttpMethod.Post, "/api/auth/refresh", new { refresh_token = first.RefreshToken });
            return response.StatusCode;
        }));
        codes.Count(c => c == HttpStatusCode.OK).ShouldBe(1);
        (await Should.ThrowAsync<ComandaException>(() => client.Me())).Code.ShouldBe("session_ended");
    }

    [Fact]
    public async Task The_cookie_refreshes_as_well()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var signedIn = await client.SignIn(shop.Username("cashier"), "password123");
        using var response = await client.Send(
            HttpMethod.Post,
            "/api/auth/refresh-token",
            headers: new Dictionary<string, string> { ["Cookie"] = "comanda_refresh=" + signedIn.RefreshToken });
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task After_signing_out_neither_token_works_on_any_process()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var client = app.Client();
        var signedIn = await client.SignIn(shop.Username("cashier"), "password123");
        var elsewhere = app.Client(other);
        elsewhere.AccessToken = signedIn.AccessToken;
        (await elsewhere.Me()).Role.ShouldBe("cashier");

        await client.SignOut();

        (await Should.ThrowAsync<ComandaException>(() => elsewhere.Me())).Code.ShouldBe("session_ended");
        (await Should.ThrowAsync<ComandaException>(() => elsewhere.Refresh(signedIn.RefreshToken))).Code.ShouldBe("session_ended");
    }

    [Fact]
    public void Each_role_may_what_the_contract_says_and_no_more()
    {
        string May(string role) => string.Join(' ', Permissions.Of(role).Order().Select(p => p.ToWire()));
        May("owner").ShouldBe(string.Join(' ', Enum.GetValues<Permission>().Select(p => p.ToWire())));
        May("admin").ShouldBe(May("owner").Replace(" manage_shop", ""));
        May("manager").ShouldBe(
            "read_own_profile read_menu edit_menu set_menu_stock take_orders read_orders move_orders give_discounts take_payments "
                + "refund_orders "
            + "read_reports read_journal follow_events read_settings read_staff edit_staff read_devices write_reviews moderate_reviews "
            + "read_customers edit_customers "
            + "read_stock manage_stock manage_customers edit_promotions manage_drawers manage_delivery");
        May("cashier").ShouldBe("read_own_profile read_menu take_orders read_orders move_orders take_payments follow_events "
            + "read_customers edit_customers read_stock");
        May("staff").ShouldBe(May("cashier"));
        May("barista").ShouldBe("read_own_profile read_menu set_menu_stock take_orders read_orders move_orders follow_events read_stock");
        May("trainee").ShouldBe("read_own_profile read_menu take_orders read_orders follow_events read_stock");
        May("customer").ShouldBe("read_own_profile read_menu follow_events write_reviews place_own_orders read_own_orders "
            + "cancel_own_orders pay_own_orders");
        May("nobody").ShouldBe("");
    }

    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")] // John the Ripper's bcrypt tests
    [InlineData("password123", "$2b$04$abcdefghijklmnopqrstuuK7Sjs7rFYArh/ytIZsOeM/z4RV2Fw2i")] // by libcrypt, as version 0.2 stored them
    [InlineData("crème brûlée", "$2b$04$abcdefghijklmnopqrstuuSXxILBM7OMjz06pU6DjD56dCH23CHyO")]
    public async Task A_hash_that_was_made_elsewhere_goes_on_working(string password, string hash)
    {
        (await Bcrypt.Verify(password, hash, default)).ShouldBeTrue();
        (await Bcrypt.Verify(password + " ", hash, default)).ShouldBeFalse();
        (await Bcrypt.HashShortCode(password, hash[..29], default)).ShouldBe(hash);
    }

    [Fact]
    public async Task What_bcrypt_would_cut_is_refused()
    {
        Bcrypt.IsHashable(new string('x', 72)).ShouldBeTrue();
        Bcrypt.IsHashable(new string('x', 73)).ShouldBeFalse();
        Bcrypt.IsHashable("ä" + new string('x', 71)).ShouldBeFalse(); // bytes count, not letters
        Bcrypt.IsHashable("a\0b").ShouldBeFalse();
        var hash = await Bcrypt.Hash(new string('x', 72), default);
        (await Bcrypt.Verify(new string('x', 73), hash, default)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("password123")]
    [InlineData("$2b$12$")]
    [InlineData("$2b$04$abcdefghijklmnopqrstuu")] // a salt alone
    [InlineData("$2b$99$abcdefghijklmnopqrstuuK7Sjs7rFYArh/ytIZsOeM/z4RV2Fw2i")]
    [InlineData("$2b$04$abcdefghijklmnopqrst!!K7Sjs7rFYArh/ytIZsOeM/z4RV2Fw2i")]
    [InlineData("$6$rounds=5000$salt$0123456789012345678901234567890123456789")]
    public async Task A_stored_hash_that_is_none_is_a_failed_sign_in(string stored)
    {
        var shop = await app.NewShop();
        await app.Database.Scalar(
            "update users set password_hash = $2 where username = $1 returning id", default, shop.Username("barista"), stored);
        var answer = await app.Client().Ask("POST /api/auth/login", new { username = shop.Username("barista"), password = "password123" });
        (answer.Status, answer.Code).ShouldBe((401, "bad_credentials"));
    }

    [Fact]
    public async Task A_stored_salt_that_is_none_is_a_failed_pin()
    {
        var shop = await app.NewShop();
        await app.Database.Scalar("update shops set pin_salt = 'salt' where id = $1 returning id", default, shop.Id);
        var answer = await app.Client().Ask("POST /api/auth/pin", new { pin = "1234" }, ("X-Device-Token", shop.TillToken));
        (answer.Status, answer.Code).ShouldBe((401, "bad_credentials"));
    }

    [Fact]
    public async Task Hashing_survives_a_busy_garbage_collector()
    {
        // A bounded number of collections: without a bound they would starve every test that runs beside this one.
        var collecting = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                await Task.Delay(1);
            }
        });
        var hashes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Bcrypt.Hash("password " + i, default)));
        for (var i = 0; i < hashes.Length; i += 10)
            (await Bcrypt.Verify("password " + i, hashes[i], default)).ShouldBeTrue();
        await collecting;
    }

    [Fact]
    public async Task A_hash_fits_its_password_and_no_other()
    {
        var hash = await Bcrypt.Hash("oat milk, please", default);
        hash.ShouldStartWith("$2b$");
        (await Bcrypt.Verify("oat milk, please", hash, default)).ShouldBeTrue();
        (await Bcrypt.Verify("oat milk, pleas", hash, default)).ShouldBeFalse();
    }
}

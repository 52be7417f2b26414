using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class SecondFactorTests(CafeApp app)
{
    private Task<Answer> Login(TestShop shop, string who, string? code = null, Uri? at = null) =>
        app.Client(at).Ask("POST /api/auth/login", new { username = shop.Username(who), password = "password123", code });

    /// <summary>RFC 6238, appendix B, of which the last six digits are ours.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(20000000000, "353130")]
    public void The_tests_own_app_shows_what_the_standard_says(long seconds, string code) =>
        new Authenticator("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").Code(at: DateTimeOffset.FromUnixTimeSeconds(seconds)).ShouldBe(code);

    [Fact]
    public async Task With_one_a_password_asks_for_a_code_that_works_once()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var offer = await owner.Ask("POST /api/auth/second-factor", new { current_password = "password123" });
        offer.Status.ShouldBe(200);
        var phone = new Authenticator(offer.Text("secret")!);
        var url = offer.Text("otpauth_url")!;
        url.ShouldStartWith("otpauth://totp/");
        url.ShouldContain("issuer=Comanda");
        Authenticator.SecretOf(url).ShouldBe(offer.Text("secret"));
        offer.Body.GetProperty("recovery_codes").GetArrayLength().ShouldBe(10);
        // What was not confirmed counts for nothing.
        (await Login(shop, "owner")).Status.ShouldBe(200);
        (await owner.Ask("GET /api/auth/me")).Text("has_second_factor").ShouldBe("False");

        (await owner.Ask("POST /api/auth/second-factor/confirm", new { code = phone.Code() })).Status.ShouldBe(204);
        (await owner.Ask("GET /api/auth/me")).Text("has_second_factor").ShouldBe("True");
        var alone = await Login(shop, "owner");
        (alone.Status, alone.Code).ShouldBe((401, "second_factor_required"));
        (await Login(shop, "owner", phone.WrongCode())).Code.ShouldBe("bad_credentials");
        // What nobody knows without the password stays unknown.
        (await app.Client().Ask("POST /api/auth/login", new { username = shop.Username("owner"), password = "wrong one" })).Code
            .ShouldBe("bad_credentials");

        var code = phone.Code();
        var signedIn = await Login(shop, "owner", code[..3] + " " + code[3..]);
        signedIn.Status.ShouldBe(200, signedIn.ToString());
        (await Login(shop, "owner", code)).Code.ShouldBe("bad_credentials");
        (await Login(shop, "owner", phone.Code(steps: 1))).Status.ShouldBe(200); // a phone whose clock is fast
    }

    [Fact]
    public async Task One_code_sent_by_many_at_once_signs_one_of_them_in()
    {
        var shop = await app.NewShop();
        var phone = (await Authenticator.For(await shop.As("cashier"))).App;
        var elsewhere = await app.StartProcess();
        var code = phone.Code();
        // Fewer than lock the account.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Login(shop, "cashier", code, i % 2 == 0 ? null : elsewhere)));
        answers.Select(a => a.Status).Order().ShouldBe([200, 401, 401, 401]);
    }

    [Fact]
    public async Task Guessing_codes_locks_the_account_and_the_password_alone_does_not_begin_the_count_anew()
    {
        var shop = await app.NewShop();
        var phone = (await Authenticator.For(await shop.As("cashier"))).App;
        for (var i = 0; i < 5; i++)
        {
            (await Login(shop, "cashier")).Code.ShouldBe("second_factor_required");
            (await Login(shop, "cashier", phone.WrongCode())).Code.ShouldBe("bad_credentials");
        }

        (await Login(shop, "cashier", phone.Code())).Code.ShouldBe("account_locked");
        (await Login(shop, "cashier")).Code.ShouldBe("account_locked");
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once_and_confirms_nothing()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var offer = await admin.Ask("POST /api/auth/second-factor", new { current_password = "password123" });
        var codes = offer.Body.GetProperty("recovery_codes").EnumerateArray().Select(c => c.GetString()!).ToList();
        codes.Distinct().Count().ShouldBe(10);
        (await admin.Ask("POST /api/auth/second-factor/confirm", new { code = codes[0] })).Fields.ShouldBe(["code"]);
        var phone = new Authenticator(offer.Text("secret")!);
        (await admin.Ask("POST /api/auth/second-factor/confirm", new { code = phone.Code() })).Status.ShouldBe(204);

        var many = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Login(shop, "admin", codes[0])));
        many.Select(a => a.Status).Order().ShouldBe([200, 401, 401, 401]);
        (await Login(shop, "admin", codes[1].Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant())).Status.ShouldBe(200);
        (await Login(shop, "cashier", codes[2])).Status.ShouldBe(200); // who has none may send what they like
        var kept = await app.Database.Command("select hash from recovery_codes where shop_id = $1", shop.Id)
            .List(r => r.GetFieldValue<byte[]>(0), default);
        kept.Count.ShouldBe(10);
        kept.ShouldAllBe(h => h.Length == 32);
    }

    [Fact]
    public async Task It_takes_the_password_to_set_one_up_and_to_remove_it()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        (await cashier.Ask("POST /api/auth/second-factor")).Fields.ShouldBe(["current_password"]);
        (await cashier.Ask("POST /api/auth/second-factor", new { current_password = "wrong" })).Fields.ShouldBe(["current_password"]);
        (await cashier.Ask("POST /api/auth/second-factor/confirm", new { code = "123456" })).Fields.ShouldBe(["code"]);
        (await cashier.Ask("POST /api/auth/second-factor/confirm")).Fields.ShouldBe(["code"]);
        (await app.Client().Ask("POST /api/auth/second-factor", new { current_password = "password123" })).Status.ShouldBe(401);

        await Authenticator.For(cashier);
        (await cashier.Ask("DELETE /api/auth/second-factor", new { current_password = "wrong" })).Fields.ShouldBe(["current_password"]);
        (await Login(shop, "cashier")).Code.ShouldBe("second_factor_required");
        (await cashier.Ask("DELETE /api/auth/second-factor", new { current_password = "password123" })).Status.ShouldBe(204);
        (await cashier.Ask("DELETE /api/auth/second-factor", new { current_password = "password123" })).Status.ShouldBe(204);
        (await Login(shop, "cashier")).Status.ShouldBe(200);
        var told = (await (await shop.As("admin")).Ask("GET /api/audit?limit=50")).Items
            .Select(e => e.GetProperty("action").GetString()).ToList();
        told.Count(a => a == "second_factor_added").ShouldBe(1);
        told.Count(a => a == "second_factor_removed").ShouldBe(1);
        (await shop.Outbox(shop.Username("cashier") + "@demo.example")).GetProperty("subject").GetString()
            .ShouldBe("Your second factor was removed");
    }

    [Fact]
    public async Task The_one_that_there_is_holds_until_the_next_one_is_confirmed()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var first = (await Authenticator.For(owner)).App;
        var offer = await owner.Ask("POST /api/auth/second-factor", new { current_password = "password123" });
        var second = new Authenticator(offer.Text("secret")!);
        (await Login(shop, "owner", second.Code())).Code.ShouldBe("bad_credentials");
        (await Login(shop, "owner", first.Code())).Status.ShouldBe(200);
        (await owner.Ask("POST /api/auth/second-factor/confirm", new { code = second.Code(), end_other_sessions = true }))
            .Status.ShouldBe(204);
        (await Login(shop, "owner", first.Code(steps: 1))).Code.ShouldBe("bad_credentials");
        (await Login(shop, "owner", second.Code())).Status.ShouldBe(200);
        (await owner.Me()).Role.ShouldBe("owner"); // the others were ended, not this one
        (await owner.Ask("GET /api/auth/sessions")).Items.Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_till_takes_pins_as_before_and_a_pin_session_removes_nothing_without_a_code()
    {
        var shop = await app.NewShop();
        var phone = (await Authenticator.For(await shop.As("cashier"))).App;
        var till = app.Client();
        var byPin = await till.Ask("POST /api/auth/pin", new { pin = "3456" }, ("X-Device-Token", shop.TillToken));
        byPin.Status.ShouldBe(200);
        till.AccessToken = byPin.Text("access_token");
        var body = new { current_password = "password123" };
        (await till.Ask("DELETE /api/auth/second-factor", body)).Fields.ShouldBe(["code"]);
        (await till.Ask("POST /api/auth/second-factor", body)).Fields.ShouldBe(["code"]);
        (await till.Ask("PUT /api/auth/me", new { password = "oat milk on friday", body.current_password })).Fields.ShouldBe(["code"]);
        (await till.Ask("PUT /api/auth/me", new { email = "new@home.example", body.current_password })).Fields.ShouldBe(["code"]);
        (await till.Ask("PUT /api/auth/me", new { name = "Cleo" })).Status.ShouldBe(200);
        var (wrong, right) = (new { body.current_password, code = phone.WrongCode() }, new { body.current_password, code = phone.Code() });
        (await till.Ask("DELETE /api/auth/second-factor", wrong)).Fields.ShouldBe(["code"]);
        (await till.Ask("DELETE /api/auth/second-factor", right)).Status.ShouldBe(204);
        (await Login(shop, "cashier")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_pin_without_a_device_asks_for_a_code_too()
    {
        var shop = await app.NewShop(("pin_sign_in", "anywhere"));
        var phone = (await Authenticator.For(await shop.As("cashier"))).App;
        var anywhere = app.Stranger(shop);
        var username = shop.Username("cashier");
        (await anywhere.Ask("POST /api/auth/login", new { username, pin = "3456" })).Code.ShouldBe("second_factor_required");
        (await anywhere.Ask("POST /api/auth/login", new { username, pin = "3456", code = phone.Code() })).Status.ShouldBe(200);
        var till = ("X-Device-Token", shop.TillToken);
        (await anywhere.Ask("POST /api/auth/login", new { username, pin = "3456" }, till)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_new_password_does_not_take_it_away()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var phone = (await Authenticator.For(cashier)).App;
        var changed = await cashier.Ask("PUT /api/auth/me", new { password = "oat milk on friday", current_password = "password123" });
        changed.Status.ShouldBe(200);
        cashier.AccessToken = changed.Body.GetProperty("session").GetProperty("access_token").GetString();
        (await cashier.Me()).Role.ShouldBe("cashier");
        var by = new { username = shop.Username("cashier"), password = "oat milk on friday" };
        (await app.Client().Ask("POST /api/auth/login", by)).Code.ShouldBe("second_factor_required");

        var id = (await cashier.Me()).Id;
        (await (await shop.As("admin")).Ask($"PUT /api/users/{id}", new { password = "flat white on monday" })).Status.ShouldBe(200);
        by = by with { password = "flat white on monday" };
        (await app.Client().Ask("POST /api/auth/login", by)).Code.ShouldBe("second_factor_required");
        (await app.Client().Ask("POST /api/auth/login", new { by.username, by.password, code = phone.Code() })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Whoever_manages_somebody_takes_away_what_they_lost()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var cashier = await shop.As("cashier");
        await Authenticator.For(cashier);
        var id = (await cashier.Me()).Id;
        (await (await other.As("owner")).Ask($"DELETE /api/users/{id}/second-factor")).Status.ShouldBe(404);
        (await (await shop.As("barista")).Ask($"DELETE /api/users/{id}/second-factor")).Status.ShouldBe(403);
        var manager = await shop.As("manager");
        var ownersId = (await (await shop.As("owner")).Me()).Id;
        (await manager.Ask($"DELETE /api/users/{ownersId}/second-factor")).Status.ShouldBe(403);
        (await manager.Ask($"DELETE /api/users/{(await manager.Me()).Id}/second-factor")).Code.ShouldBe("own_account");
        (await manager.Ask($"DELETE /api/users/{id}/second-factor")).Status.ShouldBe(204);
        (await Should.ThrowAsync<ComandaException>(() => cashier.Me())).Code.ShouldBe("session_ended");
        (await Login(shop, "cashier")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_guest_with_one_gives_a_code_beside_the_one_on_their_phone()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        var number = $"+35196{shop.Id % 10_000_000:0000000}";
        await guest.Ask("POST /api/auth/register", new { name = "Gina Guest", phone = number });
        guest.AccessToken = (await guest.Ask("POST /api/auth/verify-otp", new { phone = number, otp = await shop.CodeFor(number) }))
            .Text("access_token");
        // A second factor is one beside a password.
        (await guest.Ask("POST /api/auth/second-factor", new { current_password = "none" })).Fields.ShouldBe(["current_password"]);
        var changed = await guest.Ask("PUT /api/auth/me", new { password = "two sugars please" });
        guest.AccessToken = changed.Body.GetProperty("session").GetProperty("access_token").GetString();
        var phone = (await Authenticator.For(guest, "two sugars please")).App;

        var again = app.Stranger(shop);
        (await again.Ask("POST /api/auth/send-otp", new { phone = number })).Status.ShouldBe(202);
        var otp = await shop.CodeFor(number);
        (await again.Ask("POST /api/auth/verify-otp", new { phone = number, otp })).Code.ShouldBe("second_factor_required");
        (await again.Ask("POST /api/auth/verify-otp", new { phone = number, otp, code = phone.Code() })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Half_an_hour_after_a_sign_in_a_new_address_takes_the_password()
    {
        var shop = await app.NewShop();
        var clock = new MovableClock();
        var cashier = app.Client(await app.StartProcess(services => services.Replace(clock)));
        var pair = await cashier.SignIn(shop.Username("cashier"), "password123");
        (await cashier.Ask("PUT /api/auth/me", new { email = $"one-{shop.Id}@home.example" })).Status.ShouldBe(200);
        clock.Move(TimeSpan.FromMinutes(31));
        await cashier.Refresh(pair.RefreshToken);
        var email = $"two-{shop.Id}@home.example";
        (await cashier.Ask("PUT /api/auth/me", new { email })).Fields.ShouldBe(["current_password"]);
        (await cashier.Ask("PUT /api/auth/me", new { pin = "246810" })).Fields.ShouldBe(["current_password"]);
        (await cashier.Ask("PUT /api/auth/me", new { name = "Cleo" })).Status.ShouldBe(200);
        (await cashier.Ask("PUT /api/auth/me", new { email, current_password = "password123" })).Status.ShouldBe(200);
    }
}

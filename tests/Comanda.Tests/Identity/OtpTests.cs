using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class OtpTests(CafeApp app)
{
    private static int phones = 100_000;

    private static string NewPhone() => "+35191" + (7_000_000 + Interlocked.Increment(ref phones));

    [Fact]
    public async Task A_guest_registers_by_phone_and_comes_back_by_phone()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        var phone = NewPhone();
        var sent = await guest.Ask("POST /api/auth/register", new { name = "Gina Guest", phone });
        sent.Status.ShouldBe(202);
        sent.Body.GetProperty("otp_expires_in").GetInt32().ShouldBe(600);

        var signedIn = await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = await shop.CodeFor(phone) });
        signedIn.Status.ShouldBe(200);
        var user = signedIn.Body.GetProperty("user");
        (
            user.GetProperty("role").GetString(),
            user.GetProperty("name").GetString(),
            user.GetProperty("shop_id").GetInt64()).ShouldBe(("customer", "Gina Guest", shop.Id));
        guest.AccessToken = signedIn.Text("access_token");
        (await guest.Me()).Role.ShouldBe("customer");

        var again = app.Stranger(shop);
        (await again.Ask("POST /api/auth/send-otp", new { phone = phone.Insert(4, " ").Insert(7, "-") })).Status.ShouldBe(202);
        (await again.Ask("POST /api/auth/verify-otp", new { phone, otp = await shop.CodeFor(phone) })).Body
            .GetProperty("user")
            .GetProperty("id")
            .GetInt64()
            .ShouldBe(user.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task A_code_works_once_and_only_the_newest_one()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        var phone = NewPhone();
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        var first = await shop.CodeFor(phone);
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        var second = await shop.CodeFor(phone);
        if (first != second)
            (await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = first })).Code.ShouldBe("bad_credentials");
        var winners = await Task.WhenAll(Enumerable.Range(
            0,
            3).Select(_ => guest.Ask("POST /api/auth/verify-otp", new { phone, otp = second })));
        winners.Count(w => w.Status == 200).ShouldBe(1);
        winners.Count(w => w.Code == "bad_credentials").ShouldBe(2);
    }

    [Fact]
    public async Task Guessing_ends_after_five_tries_however_many_come_at_once()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        var phone = NewPhone();
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        var right = await shop.CodeFor(phone);
        var guesses = await Task.WhenAll(Enumerable.Range(
            0,
            60).Select(_ => guest.Ask("POST /api/auth/verify-otp", new { phone, otp = Answers.WrongCode(right) })));
        guesses.ShouldAllBe(g => g.Status == 401);
        (await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = right })).Code.ShouldBe("bad_credentials");
        (await app.Database.Scalar("select tries from one_time_codes where phone = $1", default, phone)).ShouldBe(5);
    }

    [Fact]
    public async Task A_code_runs_out_after_ten_minutes()
    {
        var clock = new MovableClock();
        var shop = await app.NewShop();
        var guest = app.Stranger(shop, await app.StartProcess(services => services.Replace(clock)));
        var phone = NewPhone();
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        var code = await shop.CodeFor(phone);
        clock.Move(TimeSpan.FromMinutes(10.1));
        (await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = code })).Code.ShouldBe("bad_credentials");
    }

    [Fact]
    public async Task Three_codes_an_hour_go_to_one_phone_whichever_shop_or_process_asks()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var phone = NewPhone();
        var elsewhere = await app.StartProcess();
        (await app.Stranger(shop).Ask("POST /api/auth/send-otp", new { phone })).Status.ShouldBe(202);
        (await app.Stranger(shop, elsewhere).Ask("POST /api/auth/register", new { name = "G", phone })).Status.ShouldBe(202);
        (await app.Stranger(other).Ask("POST /api/auth/send-otp", new { phone })).Status.ShouldBe(202);
        var fourth = await app.Stranger(other, elsewhere).Ask("POST /api/auth/send-otp", new { phone });
        (fourth.Status, fourth.Code).ShouldBe((429, "too_many_requests"));
        fourth.Response.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(50, 60);
    }

    [Fact]
    public async Task Codes_from_one_address_are_bounded_whatever_the_phones()
    {
        var shop = await app.NewShop();
        var guest = app.StrangerFrom(
            "127.0.79.1",
            shop.Id,
            await app.StartProcess(choose: o => o with { Identity = o.Identity with { CodesPerAddress = 4 } }));
        for (var i = 0; i < 4; i++)
            (await guest.Ask("POST /api/auth/send-otp", new { phone = NewPhone() })).Status.ShouldBe(202);
        (await guest.Ask("POST /api/auth/send-otp", new { phone = NewPhone() })).Status.ShouldBe(429);
    }

    [Fact]
    public async Task A_code_is_good_in_the_shop_that_sent_it_and_opens_no_account_elsewhere()
    {
        var (shop, attackers) = (await app.NewShop(), await app.NewShop());
        var phone = NewPhone();
        var manager = await shop.As("manager");
        (await manager.Ask("PUT /api/auth/me", new { phone })).Status.ShouldBe(200);

        // Whoever owns a shop reads its outbox; that must not open somebody's account in another shop. Not even the code is shown.
        await app.Stranger(attackers).Ask("POST /api/auth/send-otp", new { phone });
        (await attackers.Outbox(phone)).GetProperty("body").GetString()!.ShouldContain("not shown");
        var code = ((string)(await app.Database.Scalar("select body from messages where recipient = $1", default, phone))!)[..6];
        (await app.Stranger(shop).Ask(
            "POST /api/auth/reset-password",
            new { phone, otp = code, new_password = "taken over now" })).Code.ShouldBe("bad_credentials");
        (await app.Stranger(attackers).Ask(
            "POST /api/auth/reset-password",
            new { phone, otp = code, new_password = "taken over now" })).Code.ShouldBe("bad_credentials");
        (await shop.As("manager")).AccessToken.ShouldNotBeNull(); // the old password still works
    }

    [Fact]
    public async Task A_code_gives_a_new_password_ends_every_session_and_opens_the_lock()
    {
        var shop = await app.NewShop();
        var phone = NewPhone();
        var cashier = await shop.As("cashier");
        await cashier.Ask("PUT /api/auth/me", new { phone });
        for (var i = 0; i < 5; i++)
            await app.Client().Ask("POST /api/auth/login", new { phone, password = "wrong" });
        (await app.Client().Ask("POST /api/auth/login", new { phone, password = "password123" })).Code.ShouldBe("account_locked");

        var stranger = app.Stranger(shop);
        await stranger.Ask("POST /api/auth/send-otp", new { phone });
        var code = await shop.CodeFor(phone);
        var weak = await stranger.Ask("POST /api/auth/reset-password", new { phone, otp = code, new_password = "short" });
        weak.Fields.ShouldBe(["new_password"]);
        (await stranger.Ask(
            "POST /api/auth/reset-password",
            new { phone, otp = code, new_password = "flat white at nine" })).Status.ShouldBe(204);
        (await Should.ThrowAsync<ComandaException>(() => cashier.Me())).Code.ShouldBe("session_ended");
        (await app.Client().Ask("POST /api/auth/login", new { phone, password = "password123" })).Status.ShouldBe(401);
        (await app.Client().Ask("POST /api/auth/login", new { phone, password = "flat white at nine" })).Status.ShouldBe(200);
        (await stranger.Ask(
            "POST /api/auth/reset-password",
            new { phone, otp = code, new_password = "another good one" })).Code.ShouldBe("bad_credentials");
    }

    [Fact]
    public async Task A_guest_of_two_shops_is_a_guest_in_each()
    {
        var (one, two) = (await app.NewShop(), await app.NewShop());
        var phone = NewPhone();
        var ids = new List<long>();
        foreach (var shop in new[] { one, two })
        {
            await app.Stranger(shop).Ask("POST /api/auth/send-otp", new { phone });
            ids.Add((await app.Stranger(shop).Ask(
                "POST /api/auth/verify-otp",
                new { phone, otp = await shop.CodeFor(phone), name = "Twice" })).Body.GetProperty("user").GetProperty("id").GetInt64());
        }

        ids[0].ShouldNotBe(ids[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("call me")]
    [InlineData("+351 912 345 678 901 234 567")]
    [InlineData("' or 1=1")]
    public async Task What_is_no_phone_is_a_field_error(string phone)
    {
        var shop = await app.NewShop();
        (await app.Stranger(shop).Ask("POST /api/auth/send-otp", new { phone })).Fields.ShouldBe(["phone"]);
        (await app.Stranger(shop).Ask("POST /api/auth/verify-otp", new { phone, otp = "123456" })).Fields.ShouldBe(["phone"]);
    }

    [Fact]
    public async Task A_guest_moves_to_another_phone_with_a_code_sent_to_it()
    {
        var shop = await app.NewShop();
        var (old, next) = (NewPhone(), NewPhone());
        var guest = app.Stranger(shop);
        await guest.Ask("POST /api/auth/send-otp", new { phone = old });
        guest.AccessToken = (await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone = old, otp = await shop.CodeFor(old) })).Text("access_token");
        (await guest.Ask("PUT /api/users/profile", new { phone = next })).Fields.ShouldBe(["otp"]);
        (await guest.Ask("PUT /api/users/profile", new { phone = next, otp = "123456" })).Fields.ShouldBe(["otp"]);
        await guest.Ask("POST /api/auth/send-otp", new { phone = next });
        (await guest.Ask(
            "PUT /api/users/profile",
            new { phone = next, otp = await shop.CodeFor(next), email = $"g-{shop.Id}@guest.example" })).Text("phone").ShouldBe(next);
    }
}

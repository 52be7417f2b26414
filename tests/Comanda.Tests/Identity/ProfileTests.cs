namespace Comanda.Tests.Identity;

public sealed class ProfileTests(CafeApp app)
{
    [Fact]
    public async Task A_person_changes_their_own_name_and_addresses()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var email = $"bruno-{shop.Id}@home.example";
        var changed = await barista.Ask(
            "PUT /api/users/profile",
            new { name = "  Bruno B. ", email, phone = "00351 (912) 33 " + shop.Id.ToString("0000") });
        changed.Status.ShouldBe(200);
        (
            changed.Text("name"),
            changed.Text("email"),
            changed.Text("phone")).ShouldBe(("Bruno B.", email, "+35191233" + shop.Id.ToString("0000")));
        (await barista.Ask("GET /api/auth/profile")).Text("name").ShouldBe("Bruno B.");
        (await app.Client().Ask("POST /api/auth/login", new { email, password = "password123" })).Status.ShouldBe(200);
        // The address so far is told.
        (await shop.Outbox(shop.Username("barista") + "@demo.example"))
            .GetProperty("subject")
            .GetString()
            .ShouldBe("Your e-mail address was changed");
    }

    [Fact]
    public async Task A_new_password_needs_the_old_one_and_ends_every_session_on_every_process()
    {
        var shop = await app.NewShop();
        var elsewhere = await shop.As("cashier", await app.StartProcess());
        var cashier = await shop.As("cashier");
        var old = cashier.AccessToken;
        (await cashier.Ask("PUT /api/auth/me", new { password = "oat milk on friday" })).Fields.ShouldBe(["current_password"]);
        (await cashier.Ask(
            "PUT /api/auth/me",
            new { password = "oat milk on friday", current_password = "wrong" })).Fields.ShouldBe(["current_password"]);
        (await elsewhere.Me()).Role.ShouldBe("cashier");

        var changed = await cashier.Ask("PUT /api/auth/me", new { password = "oat milk on friday", current_password = "password123" });
        changed.Status.ShouldBe(200);
        (await Should.ThrowAsync<ComandaException>(() => elsewhere.Me())).Code.ShouldBe("session_ended");
        cashier.AccessToken = old;
        (await Should.ThrowAsync<ComandaException>(() => cashier.Me())).Code.ShouldBe("session_ended");
        // Whoever changed it goes on with the session that came with the answer.
        cashier.AccessToken = changed.Body.GetProperty("session").GetProperty("access_token").GetString();
        (await cashier.Me()).Role.ShouldBe("cashier");
        (await app.Client().Ask(
            "POST /api/auth/login",
            new { username = shop.Username("cashier"), password = "oat milk on friday" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Guessing_the_current_password_in_an_open_session_is_bounded_too()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        for (var i = 0; i < 5; i++)
            (await cashier.Ask(
                "PUT /api/auth/me",
                new { password = "oat milk on friday", current_password = "guess " + i })).Status.ShouldBe(400);
        (await cashier.Ask(
            "PUT /api/auth/me",
            new { password = "oat milk on friday", current_password = "password123" })).Code.ShouldBe("account_locked");
    }

    [Theory]
    [InlineData("short", "at least 8")]
    [InlineData("password", "guess first")]
    [InlineData("Password1!", "guess first")]
    [InlineData("p4$$w0rd", "guess first")]
    [InlineData("12345678", "guess first")]
    [InlineData("87654321", "guess first")]
    [InlineData("qwertyuiop", "guess first")]
    [InlineData("1q2w3e4r5t", "guess first")]
    [InlineData("aaaaaaaaaaaa", "guess first")]
    [InlineData("iloveyou2", "guess first")]
    [InlineData("adminadmin", "guess first")]
    [InlineData("password123", "guess first")]
    [InlineData("welcome2026", "guess first")]
    [InlineData("espresso!!", "guess first")]
    [InlineData("hardcore", "guess first")]
    [InlineData("12344321", "guess first")]
    [InlineData("Liverpoo", "guess first")]
    [InlineData("!bigdaddy7", "guess first")]
    [InlineData("bruno-the-name", "guess first")]
    public void What_everybody_tries_first_is_no_password(string password, string because) =>
        Comanda.Identity.PasswordRules.Check(password, "bruno-the-name", "Bruno").ShouldNotBeNull(password).ShouldContain(because);

    /// <summary>As many as ASVS asks for, and each of them long enough that only the list refuses it.</summary>
    [Fact]
    public void None_of_the_three_thousand_that_people_choose_most_is_one()
    {
        var list = File.ReadAllLines(Path.Combine(Repository.Root, "src", "Comanda", "Identity", "CommonPasswords.txt"))
            .Where(l => l[0] != '#')
            .ToList();
        list.Distinct().Count().ShouldBe(3_000);
        list.ShouldAllBe(p => p.Length >= Comanda.Identity.PasswordRules.Shortest);
        foreach (var password in list)
            Comanda.Identity.PasswordRules.Check(password).ShouldNotBeNull(password).ShouldContain("guess first");
    }

    [Theory]
    [InlineData("quay street at six")]
    [InlineData("flatwhite-on-tuesdays")]
    [InlineData("xK7#mQ2p")]
    [InlineData("пароль на чай")]
    [InlineData("        8 spaces count")]
    public void Any_other_composition_is_fine(string password) =>
        Comanda.Identity.PasswordRules.Check(password, "bruno", "Bruno").ShouldBeNull(password);

    [Fact]
    public void Length_is_counted_in_characters_up_and_in_bytes_down()
    {
        Comanda.Identity.PasswordRules.Check("🥐🥐🥐🥐🥖🥖☕🍰").ShouldBeNull();
        Comanda.Identity.PasswordRules.Check("🥐🥖☕🍰").ShouldNotBeNull(); // eight halves of surrogate pairs are four characters
        Comanda.Identity.PasswordRules.Check(string.Concat(Enumerable.Repeat("croissant, ", 6)) + "butter").ShouldBeNull(); // 72 bytes
        // 73: bcrypt would cut it
        Comanda.Identity.PasswordRules.Check(string.Concat(Enumerable.Repeat("croissant, ", 6)) + "butter!").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_stale_change_is_told()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var tag = (await barista.Ask("GET /api/auth/me")).Response.Headers.ETag!.Tag;
        (await barista.Ask("PUT /api/auth/me", new { name = "One" }, ("If-Match", tag))).Status.ShouldBe(200);
        (await barista.Ask("PUT /api/auth/me", new { name = "Two" }, ("If-Match", tag))).Code.ShouldBe("stale_version");
        (await barista.Me()).Name.ShouldBe("One");
    }

    [Fact]
    public async Task Own_sessions_can_be_seen_and_ended()
    {
        var shop = await app.NewShop();
        var (here, there) = (await shop.As("barista"), await shop.As("barista"));
        var sessions = (await here.Ask("GET /api/auth/sessions")).Items.ToList();
        sessions.Count.ShouldBe(2);
        sessions.Count(s => s.GetProperty("is_current").GetBoolean()).ShouldBe(1);
        var other = sessions.Single(s => !s.GetProperty("is_current").GetBoolean()).GetProperty("id").GetInt64();
        (await (await shop.As("cashier")).Ask($"DELETE /api/auth/sessions/{other}")).Status.ShouldBe(404); // somebody else's
        (await here.Ask($"DELETE /api/auth/sessions/{other}")).Status.ShouldBe(204);
        (await Should.ThrowAsync<ComandaException>(() => there.Me())).Code.ShouldBe("session_ended");
        (await here.Me()).Role.ShouldBe("barista");
    }

    [Fact]
    public async Task A_session_ends_after_a_week_unrefreshed_and_after_ninety_days_however_often_refreshed()
    {
        var clock = new MovableClock();
        var shop = await app.NewShop();
        var client = app.Client(await app.StartProcess(services => services.Replace(clock)));
        var first = await client.SignIn(shop.Username("barista"), "password123");
        clock.Move(TimeSpan.FromDays(7.01));
        (await Should.ThrowAsync<ComandaException>(() => client.Refresh(first.RefreshToken))).Code.ShouldBe("session_ended");

        var pair = await client.SignIn(shop.Username("barista"), "password123");
        for (var days = 0; days < 84; days += 6)
        {
            clock.Move(TimeSpan.FromDays(6));
            pair = await client.Refresh(pair.RefreshToken);
        }

        (await client.Me()).Role.ShouldBe("barista");
        clock.Move(TimeSpan.FromDays(6.5));
        (await Should.ThrowAsync<ComandaException>(() => client.Refresh(pair.RefreshToken))).Code.ShouldBe("session_ended");
    }
}

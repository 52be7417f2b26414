using Comanda.Data;

namespace Comanda.Tests.Identity;

public sealed class LockoutTests(CafeApp app)
{
    private static object Login(string username, string password) => new { username, password };

    [Fact]
    public async Task Five_failures_in_a_row_lock_the_account_on_every_process_for_the_right_password_too()
    {
        var shop = await app.NewShop();
        var elsewhere = app.Client(await app.StartProcess());
        var here = app.Client();
        for (var i = 0; i < 5; i++)
        {
            var answer = await (i % 2 == 0 ? here : elsewhere).Ask("POST /api/auth/login", Login(shop.Username("manager"), "wrong"));
            (answer.Status, answer.Code).ShouldBe((401, "bad_credentials"));
        }

        foreach (var client in new[] { here, elsewhere })
        {
            var locked = await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "password123"));
            (locked.Status, locked.Code).ShouldBe((403, "account_locked"));
            locked.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(800, 900);
        }

        // By e-mail it is the same account.
        (await here.Ask(
            "POST /api/auth/login",
            new { email = shop.Username("manager") + "@demo.example", password = "password123" })).Code.ShouldBe("account_locked");
        (await here.Ask("POST /api/auth/login", Login(shop.Username("cashier"), "password123"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_name_that_no_account_has_locks_alike()
    {
        var name = "nobody-" + Guid.NewGuid().ToString("N");
        var shop = await app.NewShop();
        var client = app.Client();
        for (var i = 0; i < 5; i++)
        {
            var (known, unknown) = (
                await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "wrong")),
                await client.Ask("POST /api/auth/login", Login(name, "wrong")));
            (unknown.Status, unknown.Code, unknown.Text("detail")).ShouldBe((known.Status, known.Code, known.Text("detail")));
        }

        var (knownLocked, unknownLocked) = (
            await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "x")),
            await client.Ask("POST /api/auth/login", Login(name.ToUpperInvariant(), "x")));
        unknownLocked.Status.ShouldBe(403);
        (unknownLocked.Status, unknownLocked.Code, unknownLocked.Text("detail"), unknownLocked.Text("title")).ShouldBe(
            (knownLocked.Status, knownLocked.Code, knownLocked.Text("detail"), knownLocked.Text("title")));
    }

    [Fact]
    public async Task An_address_is_one_name_as_username_and_as_email_known_or_not()
    {
        var client = app.Client();
        var owner = $"olga-{Guid.NewGuid():N}@ex.am"; // an owner who registers is called by their address
        (await client.Ask(
            "POST /api/auth/register",
            new { name = "Olga", email = owner, password = "harbour lights at 5", shop_name = "Pier" })).Status.ShouldBe(201);
        (await client.Ask("POST /api/auth/login", Login(owner, "harbour lights at 5"))).Status.ShouldBe(200);
        foreach (var email in new[] { owner, $"nobody-{Guid.NewGuid():N}@ex.am" })
        {
            for (var i = 0; i < 5; i++)
                (await client.Ask("POST /api/auth/login", new { email, password = "wrong" })).Code.ShouldBe("bad_credentials");
            (await client.Ask("POST /api/auth/login", Login(" " + email.ToUpperInvariant(), "wrong"))).Code.ShouldBe(
                "account_locked",
                email);
        }

        // Whoever has another username gets in by the address in that field, too.
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var address = $"bea-{Guid.NewGuid():N}@example.com";
        (await barista.Ask("PUT /api/auth/me", new { email = address })).Status.ShouldBe(200);
        var signedIn = await client.Ask("POST /api/auth/login", Login(address, "password123"));
        (signedIn.Status, signedIn.Body.GetProperty("user").GetProperty("role").GetString()).ShouldBe((200, "barista"));
    }

    [Fact]
    public async Task A_success_ends_the_row()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
                (await client.Ask("POST /api/auth/login", Login(shop.Username("cashier"), "wrong"))).Status.ShouldBe(401);
            (await client.Ask("POST /api/auth/login", Login(shop.Username("cashier"), "password123"))).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task Of_many_guesses_at_once_no_more_than_five_count()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        // Right guesses among wrong ones: once five wrong ones are counted, no right one gets in any more.
        await Task.WhenAll(Enumerable.Range(
            0,
            40).Select(_ => client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "wrong"))));
        var late = await Task.WhenAll(Enumerable.Range(
            0,
            20).Select(_ => client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "password123"))));
        late.ShouldAllBe(a => a.Code == "account_locked");
        var count = (int)(await app.Database.Scalar(
            "select count from attempts where key = 'user:' || (select id from users where username = $1)",
            default,
            shop.Username("manager")))!;
        count.ShouldBeGreaterThanOrEqualTo(5);
    }

    [Fact]
    public async Task A_success_that_comes_after_the_lock_began_is_refused()
    {
        var attempts = new Comanda.Identity.Attempts(app.Database, TimeProvider.System, RedisLink.None);
        var limit = new Comanda.Identity.Limit(5, TimeSpan.FromHours(1), TimeSpan.FromMinutes(15), InARow: true);
        var key = "test:" + Guid.NewGuid();
        var counted = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => attempts.Count(key, limit, default)));
        counted.Select(c => c.Count).Order().ShouldBe(Enumerable.Range(1, 50)); // each counted once, none lost
        counted.Count(c => c.Lock is null).ShouldBe(4);
        (await attempts.Clear(key, default)).ShouldBeFalse();
        (await attempts.Locked(default, key)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_lock_ends_after_a_quarter_of_an_hour_and_knocking_does_not_make_it_longer()
    {
        var clock = new MovableClock();
        var shop = await app.NewShop();
        var client = app.Client(await app.StartProcess(services => services.Replace(clock)));
        for (var i = 0; i < 5; i++)
            await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "wrong"));
        clock.Move(TimeSpan.FromMinutes(14));
        (await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "password123"))).Code.ShouldBe("account_locked");
        clock.Move(TimeSpan.FromMinutes(1.1));
        (await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "wrong"))).Status.ShouldBe(401); // one of a new five
        (await client.Ask("POST /api/auth/login", Login(shop.Username("manager"), "password123"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_enrolled_device_of_the_shop_signs_a_locked_person_in_and_has_a_lock_of_its_own()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var client = app.Client();
        for (var i = 0; i < 5; i++)
            await client.Ask("POST /api/auth/login", Login(shop.Username("cashier"), "wrong"));
        (await client.Ask("POST /api/auth/login", Login(shop.Username("cashier"), "password123"))).Code.ShouldBe("account_locked");

        // Another shop's till is no key to this one.
        (await client.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Device-Token", other.TillToken))).Code.ShouldBe("account_locked");
        (await client.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Device-Token", "made-up"))).Code.ShouldBe("account_locked");
        (await client.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Device-Token", shop.TillToken))).Status.ShouldBe(200);

        for (var i = 0; i < 5; i++)
            (await client.Ask(
                "POST /api/auth/login",
                Login(shop.Username("cashier"), "wrong"),
                ("X-Device-Token", shop.TillToken))).Status.ShouldBe(401);
        (await client.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Device-Token", shop.TillToken))).Code.ShouldBe("account_locked");
    }

    [Fact]
    public async Task Too_many_failures_from_one_address_make_it_wait_on_every_process_but_not_the_cafes_till()
    {
        var shop = await app.NewShop();
        static Comanda.Operations.ServeOptions Strict(Comanda.Operations.ServeOptions o) =>
            o with { Identity = o.Identity with { FailuresPerAddress = 12 } };
        var (first, second) = (await app.StartProcess(choose: Strict), await app.StartProcess(choose: Strict));
        var (here, there) = (app.StrangerFrom("127.0.77.1", shop.Id, first), app.StrangerFrom("127.0.77.1", shop.Id, second));
        for (var i = 0; i < 12; i++)
            (await (i % 2 == 0 ? here : there).Ask("POST /api/auth/login", Login($"guess-{shop.Id}-{i}", "x"))).Status.ShouldBe(401);

        foreach (var client in new[] { here, there })
        {
            var refused = await client.Ask("POST /api/auth/login", Login(shop.Username("cashier"), "password123"));
            (refused.Status, refused.Code).ShouldBe((429, "too_many_requests"));
            refused.Response.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(10, 15);
            (await client.Ask("POST /api/auth/verify-otp", new { phone = "+351912000001", otp = "123456" })).Status.ShouldBe(429);
            (await client.Ask(
                "POST /api/auth/password-reset-confirm",
                new { token = "x", new_password = "a good long one" })).Status.ShouldBe(429);
        }

        // The guests' wireless network has the cafe's address; the till goes on all the same.
        (await here.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Device-Token", shop.TillToken))).Status.ShouldBe(200);
        (await here.Ask("POST /api/auth/pin", new { pin = "3456" }, ("X-Device-Token", shop.TillToken))).Status.ShouldBe(200);
        (await app.StrangerFrom("127.0.77.2", shop.Id, first).Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Nobody_escapes_a_limit_by_writing_a_proxys_header_unless_the_proxy_is_trusted()
    {
        var shop = await app.NewShop();
        Comanda.Operations.ServeOptions Strict(Comanda.Operations.ServeOptions o) =>
            o with { Identity = o.Identity with { FailuresPerAddress = 3 } };
        var liar = app.StrangerFrom("127.0.78.1", shop.Id, await app.StartProcess(choose: Strict));
        for (var i = 0; i < 3; i++)
            (await liar.Ask(
                "POST /api/auth/login",
                Login($"liar-{shop.Id}-{i}", "x"),
                ("X-Forwarded-For", $"203.0.113.{i}"))).Status.ShouldBe(401);
        (await liar.Ask("POST /api/auth/login", Login($"liar-{shop.Id}", "x"), ("X-Forwarded-For", "203.0.113.9"))).Status.ShouldBe(429);

        var proxied = app.StrangerFrom(
            "127.0.78.2",
            shop.Id,
            await app.StartProcess(choose: o => Strict(o) with { TrustedProxies = ["127.0.78.0/24"] }));
        for (var i = 0; i < 3; i++)
            (await proxied.Ask(
                "POST /api/auth/login",
                Login($"behind-{shop.Id}-{i}", "x"),
                ("X-Forwarded-For", "198.51.100.1"))).Status.ShouldBe(401);
        (await proxied.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Forwarded-For", "198.51.100.1"))).Status.ShouldBe(429);
        // What the guest wrote stands before what the proxy added, and counts for nothing.
        (await proxied.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Forwarded-For", "203.0.113.1, 198.51.100.1"))).Status.ShouldBe(429);
        var good = await proxied.Ask(
            "POST /api/auth/login",
            Login(shop.Username("cashier"), "password123"),
            ("X-Forwarded-For", "198.51.100.2"),
            ("X-Forwarded-Proto", "https"));
        good.Status.ShouldBe(200);
        good.Response.Headers.GetValues("Set-Cookie").Single().ShouldContain("secure", Case.Insensitive);
    }

    [Fact]
    public async Task An_unknown_name_costs_the_same_work_as_a_known_one()
    {
        var shop = await app.NewShop();
        Comanda.Identity.Passwords? passwords = null;
        var address = await app.StartProcess(services => services.Capture<Comanda.Identity.Passwords>(p => passwords = p));
        var client = app.Client(address);
        foreach (var body in new object[]
            {
                Login(shop.Username("manager"), "wrong"),
                Login("nobody-" + Guid.NewGuid(), "wrong"),
                new { email = "nobody@nowhere.example", password = "wrong" },
                new { phone = "+351910000000", password = "wrong" },
                Login(shop.Username("manager"), "password123"),
                })
        {
            var before = passwords?.Checks ?? 0;
            await client.Ask("POST /api/auth/login", body);
            (passwords!.Checks - before).ShouldBe(1, body.ToString());
        }
    }
}

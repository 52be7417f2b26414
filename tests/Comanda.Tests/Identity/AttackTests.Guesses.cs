using Comanda.Data;
using Comanda.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Identity;

/// <summary>Whoever guesses: passwords, PINs, names, addresses, phones.</summary>
public sealed partial class AttackTests
{
    [Theory]
    [InlineData("pin")]
    [InlineData("password")]
    [InlineData("approval")]
    public async Task A_burst_of_guesses_tells_no_more_than_five_one_after_another(string by)
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        Task<Answer> Guess(string secret) => by switch
        {
            "pin" => app.Client().Ask("POST /api/auth/pin", new { pin = secret }, Till(shop)),
            "password" => app.Client().Ask("POST /api/auth/login", new { username = shop.Username("manager"), password = secret }),
            _ => cashier.Ask("POST /api/orders", new
            {
                items = new[]
            {
                new { menu_item_id = espresso, discount = new { type = "fixed", value = 1, reason = "x" } }
            },
                approval = new { pin = secret }
            }),
        };
        var right = by == "password" ? "password123" : "2345";
        var guesses = Enumerable.Range(0, 60).Select(i => by == "password" ? $"guess {i}" : $"{7000 + i}").ToList();
        guesses.Insert(45, right);
        var answers = await Task.WhenAll(guesses.Select(Guess));
        // Which of them was right is not to be seen: all but five say that they have to wait. They come in no order; a right one
        // that happens to be among the five that are heard is let in, as it may be, and begins the count anew.
        var said = string.Join(", ", answers.GroupBy(a => a.Code ?? $"{a.Status}").Select(g => $"{g.Key}: {g.Count()}"));
        var letIn = answers.Count(a => a.Status is 200 or 201);
        letIn.ShouldBeLessThanOrEqualTo(1);
        answers.Count(a => a.Code is "bad_credentials" or "forbidden").ShouldBeLessThanOrEqualTo(letIn == 0 ? 5 : 9, said);
        answers.Count(a => a.Code == "account_locked").ShouldBe(
            61 - letIn - answers.Count(a => a.Code is "bad_credentials" or "forbidden"),
            said);
    }

    [Fact]
    public async Task A_manager_cannot_find_out_every_pin()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var cashier = (await manager.Ask("GET /api/users?role=cashier")).Items.First().GetProperty("id").GetInt64();
        (await manager.Ask($"PUT /api/users/{cashier}", new { pin = "5678" })).Code.ShouldBe("already_exists"); // the owner's
        for (var i = 0; i < 29; i++)
            (await manager.Ask($"PUT /api/users/{cashier}", new { pin = $"{31000 + i}" })).Status.ShouldBe(200);
        (await manager.Ask($"PUT /api/users/{cashier}", new { pin = "31999" })).Status.ShouldBe(429);
        (await (await shop.As("admin")).Ask("GET /api/audit?action=found_taken")).Items
            .Single()
            .GetProperty("after")
            .GetProperty("field")
            .GetString()
            .ShouldBe("pin");
    }

    [Fact]
    public async Task Which_addresses_others_have_can_be_tried_ten_times_an_hour()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var barista = await shop.As("barista");
        var taken = new[] { "owner", "admin", "manager", "cashier", "trainee" }
            .SelectMany(role => new[] { shop.Username(role), other.Username(role) })
            .ToArray();
        foreach (var name in taken)
            (await barista.Ask("PUT /api/auth/me", new { email = name + "@demo.example" })).Code.ShouldBe("already_exists");
        foreach (var email in new[] { taken[0] + "@demo.example", $"free-{shop.Id}@demo.example" })
            (await barista.Ask("PUT /api/auth/me", new { email })).Status.ShouldBe(429);
    }

    [Fact]
    public async Task More_devices_are_not_more_guesses_without_end()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var guesses = 0;
        for (var d = 0; d < 6; d++)
        {
            var token = (await admin.Ask("POST /api/devices", new { name = $"D{d}", type = "display" })).Text("token")!;
            for (var i = 0; i < 5; i++)
            {
                if ((await app.Client().Ask(
                    "POST /api/auth/login",
                    new { username = shop.Username("owner"), password = $"guess {d} {i}" },
                    ("X-Device-Token", token))).Code == "bad_credentials")
                    guesses++;
            }
        }

        guesses.ShouldBe(20);
    }

    [Fact]
    public async Task Nobody_squats_on_a_guests_address()
    {
        var (shop, attackers) = (await app.NewShop(), await app.NewShop());
        var phone = "+351921" + Random.Shared.Next(100_000, 999_999);
        var guest = app.Stranger(shop);
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = await shop.CodeFor(phone), name = "Gina" });
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        (await guest.Ask(
            "POST /api/auth/reset-password",
            new { phone, otp = await shop.CodeFor(phone), new_password = "tea with lemon, please" })).Status.ShouldBe(204);
        (await (await attackers.As("owner")).Ask("POST /api/users", new
        {
            username = $"squat-{shop.Id}",
            name = "Squat",
            role = "trainee",
            phone,
            password = "milk foam and art"
        })).Status.ShouldBe(201);
        var signedIn = await guest.Ask("POST /api/auth/login", new { phone, password = "tea with lemon, please" });
        (signedIn.Status, signedIn.Body.GetProperty("user").GetProperty("name").GetString()).ShouldBe((200, "Gina"));

        var email = $"future-{shop.Id}@cafe.example";
        (await app.Client().Ask("POST /api/auth/register", new
        {
            name = "M",
            email = $"m-{shop.Id}@evil.example",
            username = email,
            password = "quay street at six",
            shop_name = "Evil"
        })).Fields.ShouldBe(["username"]);
        (await app.Client().Ask(
            "POST /api/auth/register",
            new { name = "F", email, password = "quay street at six", shop_name = "Future" })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_stranger_keeps_nobody_from_changing_their_password()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        for (var i = 0; i < 6; i++)
            await app.Client().Ask("POST /api/auth/login", new { username = shop.Username("cashier"), password = "wrong" });
        (await cashier.Ask(
            "PUT /api/auth/me",
            new { password = "oat milk on friday", current_password = "password123" })).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("ad\u200bmin")] // an invisible space
    [InlineData("ｏwner")] // another width of o
    [InlineData("somebody@else.example")]
    [InlineData("tab\there")]
    [InlineData("")]
    public async Task A_username_that_looks_like_another_is_none(string username)
    {
        var shop = await app.NewShop();
        (await (await shop.As("admin")).Ask("POST /api/users", new
        {
            username,
            name = "X",
            role = "barista",
            password = "milk foam and art",
            email = $"x-{shop.Id}@a.example"
        })).Fields.ShouldBe(["username"]);
    }

    [Fact]
    public async Task One_phone_is_one_for_its_limit_however_its_country_is_spelt()
    {
        var shop = await app.NewShop();
        var number = "351922" + Random.Shared.Next(100_000, 999_999);
        foreach (var spelling in new[] { "+" + number, number, "00" + number })
            (await app.Stranger(shop).Ask("POST /api/auth/send-otp", new { phone = spelling })).Status.ShouldBe(202);
        (await app.Stranger(shop).Ask("POST /api/auth/send-otp", new { phone = "+0" + number })).Status.ShouldBe(429);
        // And one for its lock: the answers to a known and an unknown phone stay alike.
        foreach (var spelling in new[] { "+351 900 000 001", "+351900000001", "+351-900-000-001", "00351900000001", "+351 900000001" })
            await app.Client().Ask("POST /api/auth/login", new { phone = spelling, password = "wrong" });
        (await app.Client().Ask(
            "POST /api/auth/login",
            new { phone = "+351900 000001", password = "wrong" })).Code.ShouldBe("account_locked");
    }

    [Fact]
    public async Task Seats_go_round_by_place()
    {
        var seats = new FairSeats(1, mostWaitingAtOnePlace: 100);
        await seats.Take("attacker", default);
        var order = new List<string>();
        async Task Work(string place)
        {
            await seats.Take(place, default);
            lock (order)
                order.Add(place);
            seats.Release();
        }

        var work = Enumerable.Range(0, 100).Select(_ => Work("attacker")).ToList();
        Should.Throw<TooManyWaitException>(() => seats.Take("attacker", default));
        using var patience = new CancellationTokenSource();
        var gaveUp = seats.Take("till", patience.Token);
        work.Add(Work("till"));
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gaveUp);
        seats.Release();
        await Task.WhenAll(work);
        order.IndexOf("till").ShouldBeLessThanOrEqualTo(2); // not behind the hundred
        order.Count.ShouldBe(101);
        await seats.Take("anybody", default); // and the seat is free again
    }
}

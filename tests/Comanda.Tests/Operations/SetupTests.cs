using System.Net;
using Comanda.Operations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Comanda.Tests.Operations;

/// <summary>The first run: an installation without a shop is set up over HTTP, once, by whoever may.</summary>
public sealed class SetupTests(CafeApp app)
{
    private static Dictionary<string, object?> Good() => new(StringComparer.Ordinal)
    {
        ["name"] = "Café Aurora",
        ["country"] = "PT",
        ["time_zone"] = "Europe/Lisbon",
        ["opening_hours"] = new { mon = new[] { "07:00-18:00" } },
        ["menu"] = "starter",
        ["owner"] = Owner(),
    };

    private static Dictionary<string, object?> Owner() => new(StringComparer.Ordinal)
    {
        ["name"] = "Ana Reis",
        ["username"] = "ana",
        ["password"] = "seven grey geese",
        ["pin"] = "4711",
    };

    private Task<PassingProcess> Empty() => app.StartInEmptyDatabase(o => o);

    [Fact]
    public async Task An_installation_without_a_shop_becomes_one_that_sells()
    {
        await using var house = await Empty();
        var client = app.Client(house.Address);
        var offer = await client.Ask("GET /api/setup");
        offer.Status.ShouldBe(200);
        offer.Body.GetProperty("needs_code").GetBoolean().ShouldBeFalse();
        var portugal = offer.Body.GetProperty("countries").EnumerateArray().Single(c => c.GetProperty("country").GetString() == "PT");
        portugal.GetProperty("currency").GetString().ShouldBe("EUR");
        portugal.GetProperty("time_zones")[0].GetString().ShouldBe("Europe/Lisbon");
        offer.Body.GetProperty("currencies").EnumerateArray().Select(c => c.GetString()).ShouldContain("JPY");

        var done = await client.Ask("POST /api/setup", Good());
        done.Status.ShouldBe(201, done.ToString());
        done.Body.GetProperty("shop").GetProperty("name").GetString().ShouldBe("Café Aurora");
        client.AccessToken = done.Body.GetProperty("session").GetProperty("access_token").GetString();
        (await client.GetMenu()).Items.Count().ShouldBeGreaterThan(30);
        var taxes = await client.GetTaxes();
        taxes.Version.ShouldBe(1);
        taxes.Rows.ShouldContain(r => r.Class == "pastry" && r.Rate == 23);
        var till = await client.EnrolDevice("Counter");
        var atTill = app.Client(house.Address);
        (await atTill.SignInByPin("4711", till.Token)).User.Name.ShouldBe("Ana Reis");
        var coffee = (await atTill.GetMenu()).Items.First(i => i.Name == "Espresso");
        var sold = await atTill.PlaceOrder(new(
            "takeaway",
            [new(coffee.Id, 1)],
            Payments: [new("card", coffee.Price)]));
        sold.PaymentStatus.ShouldBe("paid");
        (await client.Ask("GET /api/config")).Items.Single(r => r.GetProperty("key").GetString() == "opening_hours")
            .GetProperty("value").GetProperty("mon")[0].GetString().ShouldBe("07:00-18:00");
        (await client.GetAudit("shop_opened")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Once_there_is_a_shop_there_is_no_set_up_any_more()
    {
        var client = app.Client();
        (await client.Ask("GET /api/setup")).Status.ShouldBe(404);
        var refused = await client.Ask("POST /api/setup", Good());
        (refused.Status, refused.Code).ShouldBe((409, "already_set_up"));
        await using var house = await Empty();
        var first = app.Client(house.Address);
        (await first.Ask("POST /api/setup", Good())).Status.ShouldBe(201);
        (await first.Ask("GET /api/setup")).Status.ShouldBe(404);
        var code = house.Services.GetRequiredService<SetupDoor>().Code;
        var again = await first.Ask("POST /api/setup", With(("code", code), ("name", "Another")));
        (again.Status, again.Code).ShouldBe((409, "already_set_up"));
        (await Count(house, "shops")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_who_set_up_at_once_one_does_and_the_others_leave_nothing()
    {
        await using var house = await Empty();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => app.Client(house.Address).Ask(
            "POST /api/setup",
            With(("name", $"Shop {i}"), ("owner", With(Owner(), ("username", $"owner{i}")))))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "already_set_up");
        (await Count(house, "shops"), await Count(house, "users"), await Count(house, "sessions")).ShouldBe((1, 1, 1));
    }

    public static TheoryData<string, string> Mistakes() => new()
    {
        { "name", "name" },
        { "country", "country" },
        { "currency", "currency" },
        { "time_zone", "time_zone" },
        { "opening_hours", "opening_hours" },
        { "menu", "menu" },
        { "tax_rate", "tax_rate" },
        { "owner.name", "owner.name" },
        { "owner.username", "owner.username" },
        { "owner.email", "owner.email" },
        { "owner.password", "owner.password" },
        { "owner.pin", "owner.pin" },
        { "colour", "colour" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task What_is_wrong_is_named_and_nothing_is_changed(string mistake, string field)
    {
        await using var house = await Empty();
        var client = app.Client(house.Address);
        var asked = mistake switch
        {
            "name" => With(("name", " ")),
            "country" => With(("country", "XX")),
            "currency" => With(("currency", "USD")), // of a country whose taxes are in euros
            "time_zone" => With(("time_zone", "Europe/Nowhere")),
            "opening_hours" => With(("opening_hours", new { mon = new[] { "25:00-26:00" } })),
            "menu" => With(("country", "CH"), ("time_zone", "Europe/Zurich")), // the starter's prices are in euros
            "tax_rate" => With(("country", null), ("currency", "EUR"), ("tax_rate", 101)),
            "owner.email" => With(("owner", With(Owner(), ("email", "ana at home")))),
            "owner.password" => With(("owner", With(Owner(), ("password", "password1")))),
            "colour" => With(("colour", "red")),
            _ => With(("owner", With(Owner(), (mistake["owner.".Length..], "")))),
        };
        var refused = await client.Ask("POST /api/setup", asked);
        refused.Status.ShouldBe(400, refused.ToString());
        refused.Fields.ShouldBe([field]);
        (await Count(house, "shops"), await Count(house, "users")).ShouldBe((0, 0));
        (await client.Ask("GET /api/setup")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Everything_that_is_missing_is_told_at_once()
    {
        await using var house = await Empty();
        var refused = await app.Client(house.Address).Ask("POST /api/setup", new { });
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(
            ["name", "currency", "time_zone", "owner.name", "owner.username", "owner.password", "owner.pin"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_country_without_carried_taxes_names_its_currency_and_one_rate()
    {
        await using var house = await Empty();
        var client = app.Client(house.Address);
        var done = await client.Ask("POST /api/setup", With(
            ("country", null),
            ("currency", "KRW"),
            ("time_zone", "Asia/Seoul"),
            ("tax_rate", 10),
            ("menu", "none")));
        done.Status.ShouldBe(201, done.ToString());
        client.AccessToken = done.Body.GetProperty("session").GetProperty("access_token").GetString();
        done.Body.GetProperty("shop").GetProperty("currency").GetString().ShouldBe("KRW");
        (await client.GetTaxes()).Rows.ShouldHaveSingleItem().Rate.ShouldBe(10);
        (await client.GetMenu()).Items.ShouldBeEmpty();
    }

    public static TheoryData<string, string> Between() => new()
    {
        { "X-Forwarded-For", "203.0.113.7" },
        { "X-Forwarded-Proto", "https" },
        { "Forwarded", "for=203.0.113.7" },
        { "X-Real-IP", "203.0.113.7" },
        { "Via", "1.1 proxy" },
        { "Host", "cafe.example.com" },
        { "Origin", "https://elsewhere.example.com" },
        { "Sec-Fetch-Site", "cross-site" },
    };

    [Theory]
    [MemberData(nameof(Between))]
    public async Task Through_a_proxy_or_at_the_wish_of_another_page_it_takes_the_code(string header, string value)
    {
        await using var house = await Empty();
        var client = app.Client(house.Address);
        (await client.Ask("GET /api/setup", null, (header, value))).Body.GetProperty("needs_code").GetBoolean().ShouldBeTrue();
        foreach (var code in new[] { null, "", "aaaaa-aaaaa", house.Services.GetRequiredService<SetupDoor>().Code + "x" })
        {
            var refused = await client.Ask("POST /api/setup", With(("code", code)), (header, value));
            (refused.Status, refused.Code).ShouldBe((403, "setup_code_required"));
            refused.Fields.ShouldBe(["code"]);
        }

        (await Count(house, "shops")).ShouldBe(0);
        var right = house.Services.GetRequiredService<SetupDoor>().Code.ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal);
        (await client.Ask("POST /api/setup", With(("code", right)), (header, value))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_trusted_proxy_hides_nothing()
    {
        await using var house = await app.StartInEmptyDatabase(o => o with { TrustedProxies = ["127.0.0.1"] });
        var client = app.Client(house.Address);
        // The proxy is believed about the address: that it was between stays seen.
        var offer = await client.Ask("GET /api/setup", null, ("X-Forwarded-For", "127.0.0.1"));
        offer.Body.GetProperty("needs_code").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_gets_round_the_code_by_registering()
    {
        await using var house = await Empty();
        var refused = await app.Client(house.Address).Ask(
            "POST /api/auth/register",
            new { name = "Eve", email = "eve@example.com", password = "seven grey geese", shop_name = "Eve's" });
        (refused.Status, refused.Code).ShouldBe((403, "forbidden"));
        (await Count(house, "shops")).ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_guesses_codes_has_to_wait()
    {
        await using var house = await Empty();
        var client = app.Client(house.Address);
        var last = 0;
        for (var i = 0; i < 30 && last != 429; i++)
            last = (await client.Ask("POST /api/setup", With(("code", $"guess{i}")), ("Via", "1.1 proxy"))).Status;
        last.ShouldBe(429);
    }

    [Fact]
    public async Task The_front_door_leads_to_the_set_up_until_there_is_a_shop()
    {
        await using var house = await Empty();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = house.Address };
        using (var before = await http.GetAsync("/"))
        {
            before.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            before.Headers.Location!.ToString().ShouldBe("/setup");
        }

        (await app.Client(house.Address).Ask("POST /api/setup", Good())).Status.ShouldBe(201);
        using var after = await http.GetAsync("/");
        after.StatusCode.ShouldNotBe(HttpStatusCode.Redirect);
    }

    private static Dictionary<string, object?> With(params (string Field, object? Value)[] other) => With(Good(), other);

    private static Dictionary<string, object?> With(Dictionary<string, object?> of, params (string Field, object? Value)[] other)
    {
        foreach (var (field, value) in other)
            of[field] = value;
        return of;
    }

    private static async Task<long> Count(PassingProcess house, string table)
    {
        await using var command = house.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

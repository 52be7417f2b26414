using Comanda.Data;
using Comanda.Kernel;
using Comanda.Operations;
using Comanda.Shops;

namespace Comanda.Tests.Kernel;

public sealed class PhoneTests(CafeApp app)
{
    [Theory]
    [InlineData("+351 912 345 678", "PT", "+351912345678")]
    [InlineData("00351 (912) 345-678", "PT", "+351912345678")]
    [InlineData("912 345 678", "PT", "+351912345678")]
    [InlineData("351912345678", "PT", "+351912345678")]
    [InlineData("0351912345678", "PT", "+351912345678")]
    [InlineData("+0351912345678", "PT", "+351912345678")]
    [InlineData("020 7946 0018", "GB", "+442079460018")]
    [InlineData("+44 (0)20 7946 0018", "PT", "+442079460018")]
    [InlineData("06 698 1234", "IT", "+39066981234")] // the zero of Italy is part of the number
    [InlineData("(212) 555-0100", "US", "+12125550100")]
    [InlineData("912345678", null, "912345678")] // no country is known: as it is
    [InlineData("+351912345678", null, "+351912345678")]
    [InlineData("555-0100", "US", null)] // without its area it is nobody's abroad
    [InlineData("12345", "PT", null)]
    [InlineData("+999 123 456 789", "PT", null)]
    [InlineData("call me", "PT", null)]
    [InlineData("", "PT", null)]
    public void A_phone_is_kept_as_e164(string text, string? country, string? kept) => Contact.Phone(text, country).ShouldBe(kept);

    [Theory]
    [InlineData("", "Europe/Lisbon", "EUR", "PT")]
    [InlineData("ES", "Europe/Lisbon", "EUR", "ES")]
    [InlineData("", "UTC", "PLN", "PL")]
    [InlineData("", "UTC", "EUR", null)]
    [InlineData("", "UTC", "XAF", null)]
    public void The_shops_country_is_what_it_says_or_its_zones_or_its_currencys(
        string said, string zone, string currency, string? country) =>
        CountryOfShop.Of(said, zone, currency).ShouldBe(country);

    [Fact]
    public async Task Three_spellings_of_one_phone_are_one_guest()
    {
        var shop = await app.NewShop(("time_zone", "Europe/Lisbon"));
        var number = Random.Shared.Next(100_000, 999_999);
        var ids = new HashSet<long>();
        foreach (var phone in new[] { $"912 {number}", $"+351 912{number}", $"00351-912-{number}" })
        {
            var guest = app.Stranger(shop);
            (await guest.Ask("POST /api/auth/send-otp", new { phone })).Status.ShouldBe(202);
            var otp = await shop.CodeFor($"+351912{number}");
            var signedIn = await guest.Ask("POST /api/auth/verify-otp", new { phone, otp, name = "Gina" });
            ids.Add(signedIn.Body.GetProperty("user").GetProperty("id").GetInt64());
        }

        ids.ShouldHaveSingleItem();
        var manager = await shop.As("manager");
        var added = await manager.Ask("POST /api/customers", new { name = "Gina", phone = $"(912) {number}" });
        added.Text("phone").ShouldBe($"+351912{number}");
        (await manager.Ask("POST /api/customers", new { name = "Gina", phone = $"+351 912 {number}" })).Fields.ShouldBe(["phone"]);
        (await manager.Ask($"GET /api/customers?q=912{number}")).Items.Count().ShouldBe(1);
        (await manager.Ask($"GET /api/customers?q=00351912{number}")).Items.Count().ShouldBe(1);
        (await manager.Ask("POST /api/customers", new { name = "Hugo", phone = "12345" })).Fields.ShouldBe(["phone"]);
        (await manager.Ask("POST /api/suppliers", new { name = "Dairy", phone = "21 999 9999" })).Text("phone").ShouldBe("+351219999999");
        (await manager.Ask("POST /api/suppliers", new { name = "Mill", phone = "ask for Rui" })).Text("phone").ShouldBe("ask for Rui");

        // Staff sign in by whichever spelling.
        var cashier = await shop.As("cashier");
        var own = Random.Shared.Next(100_000, 999_999);
        (await cashier.Ask("PUT /api/auth/me", new { phone = $"913 {own}" })).Text("phone").ShouldBe($"+351913{own}");
        foreach (var phone in new[] { $"913{own}", $"+351913{own}", $"00351 913 {own}" })
            (await app.Stranger(shop).Ask("POST /api/auth/login", new { phone, password = "password123" })).Status.ShouldBe(200, phone);
    }

    [Fact]
    public async Task A_shop_says_its_country_and_what_is_none_is_refused()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        foreach (var none in new[] { "Portugal", "pt", "ZZ", "001" })
            (await owner.Ask("PUT /api/config/country", new { value = none })).Status.ShouldBe(400, none);
        (await owner.Ask("PUT /api/config/country", new { value = "PL" })).Status.ShouldBe(200);
        var added = await (await shop.As("manager")).Ask("POST /api/customers", new { name = "Ola", phone = "512 345 678" });
        added.Text("phone").ShouldBe("+48512345678");
    }

    [Fact]
    public async Task What_an_older_version_kept_is_normalised_by_order_and_clashes_are_said()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ids = new List<long>();
        foreach (var phone in new[] { "912345678", "00351912345678", "913000000" })
            ids.Add((await manager.Ask("POST /api/customers", new { name = "Ana " + phone, phone })).Id);
        await app.Database.Scalar(
            "update customers set search = array_to_tsvector(array[$2]) where id = $1 returning id",
            default,
            ids[2],
            $"{shop.Id}:\u03b1\u03bd\u03b1");
        await using (var connection = await app.Database.OpenConnectionAsync())
            await ChangeSettings.Store(connection, shop.Id, "country", "PT", default);

        var said = new List<string>();
        await NormaliseVerb.Run(app.Database, said.Add, default);
        said.ShouldContain(l => l.Contains($"(shop {shop.Id})") && l.Contains($"CLASH: customers {ids[1]} and {ids[0]} "));
        said.ShouldAllBe(l => !l.Contains("912345678"));
        (await app.Database.Scalar("select phone from customers where id = $1", default, ids[0])).ShouldBe("912345678"); // left as it is
        (await app.Database.Scalar("select phone from customers where id = $1", default, ids[2])).ShouldBe("+351913000000");
        (await manager.Ask("GET /api/customers?q=351913000000")).Items.Count().ShouldBe(1);

        await app.Database.Scalar("update customers set phone = null where id = $1 returning id", default, ids[1]);
        said.Clear();
        await NormaliseVerb.Run(app.Database, said.Add, default);
        said.ShouldNotContain(l => l.Contains($"(shop {shop.Id})") && l.Contains("CLASH"));
        (await app.Database.Scalar("select phone from customers where id = $1", default, ids[0])).ShouldBe("+351912345678");
    }
}

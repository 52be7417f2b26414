using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Storefront;

namespace Comanda.Tests.Storefront;

public sealed class StoreMenuTests(CafeApp app)
{
    [Fact]
    public async Task A_browser_finds_the_storefront_and_a_program_what_it_found_before()
    {
        using var page = await app.Client().Send(HttpMethod.Get, "/", null, new Dictionary<string, string> { ["Accept"] = "text/html" });
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()).ShouldContain("Caffè latte");
        foreach (var accept in new[] { "*/*", "application/json" })
        {
            using var answer = await app.Client().Send(HttpMethod.Get, "/", null, new Dictionary<string, string> { ["Accept"] = accept });
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldContain("/openapi/v1.json");
            text.ShouldContain("version ");
        }
    }

    [Fact]
    public async Task The_menu_has_categories_prices_allergens_and_data_for_search_engines()
    {
        var shop = await app.NewShop(("opening_hours", """{"mon":["07:00-18:00"],"tue":["07:00-12:00","13:00-18:00"]}"""));
        using var browser = new StoreBrowser(app, shop);
        var page = await browser.Open("/");
        page.Status.ShouldBe(200);
        foreach (var word in new[] { "Coffee", "From the oven", "Flat white", "€3.90", "milk", "Vegan", "07:00–12:00, 13:00–18:00" })
            page.Text.ShouldContain(word);
        using var data = JsonDocument.Parse(
            Regex.Match(page.Html, "ld\\+json\">(?<json>.*?)</script>", RegexOptions.Singleline).Groups["json"].Value);
        data.RootElement.GetProperty("@type").GetString().ShouldBe("CafeOrCoffeeShop");
        data.RootElement.GetProperty("openingHoursSpecification").GetArrayLength().ShouldBe(3);
        var items = data.RootElement.GetProperty("hasMenu").GetProperty("hasMenuSection")
            .EnumerateArray()
            .SelectMany(s => s.GetProperty("hasMenuItem").EnumerateArray())
            .ToList();
        items.First(i => i.GetProperty("name").GetString() == "Flat white").GetProperty("offers").GetProperty("price").GetDecimal()
            .ShouldBe(3.90m);
        var item = await browser.Open($"/items/{(await shop.Item("Flat white")).Id}");
        item.Html.ShouldContain("\"@type\":\"MenuItem\"");
        item.Text.ShouldContain("Short, strong, smooth.");
    }

    [Fact]
    public async Task It_is_searched_and_filtered_without_script()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        var found = await browser.Open("/?q=capucino");
        found.Text.ShouldContain("Cappuccino");
        found.Text.ShouldNotContain("Butter croissant");
        var vegan = await browser.Open("/?diet=vegan");
        vegan.Text.ShouldContain("Sencha");
        vegan.Text.ShouldNotContain("Cappuccino");
        var without = await browser.Open("/?without=milk&without=gluten");
        without.Text.ShouldContain("Espresso");
        without.Text.ShouldNotContain("Butter croissant");
        (await browser.Open("/?q=zzzzzz")).Text.ShouldContain("Nothing on the menu fits");
    }

    [Fact]
    public async Task It_speaks_three_languages_by_the_browser_and_by_choice()
    {
        var shop = await app.NewShop();
        using var german = new StoreBrowser(app, shop, "de-AT,de;q=0.9,en;q=0.5");
        var page = await german.Open("/");
        page.Html.ShouldContain("<html lang=\"de\"");
        page.Text.ShouldContain("Karte durchsuchen");
        page.Text.ShouldContain("3,90 €");
        (await german.Open("/?lang=pt")).Html.ShouldContain("<html lang=\"pt\"");
        (await german.Open("/basket")).Text.ShouldContain("Cesto"); // it was chosen for good
        (await german.Open("/?lang=xx")).Html.ShouldContain("<html lang=\"pt\"");
    }

    [Fact]
    public async Task A_stranger_who_has_the_page_is_told_only_that_until_something_changes()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        var first = await browser.Open("/");
        var tag = first.Answer.Headers.ETag!.ToString();
        async Task<HttpStatusCode> Again()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/s/{shop.Id}/");
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var answer = await browser.Http.SendAsync(request);
            return answer.StatusCode;
        }

        (await Again()).ShouldBe(HttpStatusCode.NotModified);
        var (manager, item) = (await shop.As("manager"), await shop.Item("Flat white"));
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { price = 4.10 })).Status.ShouldBe(200);
        (await Again()).ShouldBe(HttpStatusCode.OK);
        tag = (await browser.Open("/")).Answer.Headers.ETag!.ToString();
        (await Again()).ShouldBe(HttpStatusCode.NotModified);
        (await (await shop.As("owner")).Ask("PUT /api/config/storefront_about", new { value = "Since 1907." })).Status.ShouldBe(200);
        (await Again()).ShouldBe(HttpStatusCode.OK);
        await browser.Add(shop, "Espresso");
        (await browser.Open("/")).Answer.Headers.ETag.ShouldBeNull(); // it shows a basket now
        browser.Page.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_shop_puts_its_colour_picture_and_words_on_it()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        foreach (var (key, value) in new[]
        {
            ("storefront_colour", "#FFE600"),
            ("storefront_picture", "/pictures/flat-white.svg"),
            ("storefront_about", "Bread & <b>coffee</b>"),
        })
            (await owner.Ask($"PUT /api/config/{key}", new { value })).Status.ShouldBe(200, key);
        foreach (var (key, value) in new[]
        {
            ("storefront_colour", "red"),
            ("storefront_colour", "#12345"),
            ("storefront_picture", "javascript:alert(1)"),
            ("storefront_picture", "//elsewhere.example/x.png"),
        })
            (await owner.Ask($"PUT /api/config/{key}", new { value })).Status.ShouldBe(400, value);
        using var browser = new StoreBrowser(app, shop);
        var page = await browser.Open("/");
        page.Html.ShouldContain("src=\"/pictures/flat-white.svg\"");
        page.Html.ShouldContain("Bread &amp; &lt;b&gt;coffee");
        var sheet = Regex.Match(page.Html, "stylesheet\" href=\"([^\"]+)\"").Groups[1].Value;
        using var answer = await browser.Http.GetAsync(sheet);
        var css = await answer.Content.ReadAsStringAsync();
        css.ShouldStartWith(":root { --brand: #ffe600; --on-brand: #000000;");
        answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
    }

    [Fact]
    public void Whatever_colour_a_shop_has_it_can_be_read()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var colour = "#" + random.Next(0x1000000).ToString("x6");
            StoreColours.Contrast(StoreColours.On(colour), colour).ShouldBeGreaterThanOrEqualTo(4.5, colour);
            foreach (var (ground, end) in new[] { ("#f4efe7", 0), ("#2b2621", 255) })
                StoreColours.Contrast(StoreColours.Toward(colour, ground, end), ground).ShouldBeGreaterThanOrEqualTo(4.5, colour);
        }
    }

    [Fact]
    public async Task Nothing_in_a_page_runs_but_our_own_files()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = await shop.Item("Flat white");
        const string hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'";
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { name = hostile, description = hostile })).Status.ShouldBe(200);
        using var browser = new StoreBrowser(app, shop);
        var said = Uri.EscapeDataString(hostile);
        foreach (var path in new[] { "/", $"/items/{item.Id}", "/?q=" + said, "/sign-in?next=" + said })
        {
            var page = await browser.Open(path);
            page.Status.ShouldBe(200);
            var policy = page.Answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("script-src 'self';");
            policy.ShouldNotContain("unsafe");
            policy.ShouldNotContain("stripe");
            page.Html.ShouldNotContain("<img src=x");
            page.Html.ShouldNotContain("<script>");
            page.Html.ShouldNotContain(" style=");
            Regex.IsMatch(page.Html, "\\son[a-z]+=\"", RegexOptions.IgnoreCase).ShouldBeFalse(path);
        }
    }

    [Theory]
    [InlineData("/items/999999999", 404)]
    [InlineData("/items/0", 404)]
    [InlineData("/items/-1", 404)]
    [InlineData("/items/99999999999999999999", 404)]
    [InlineData("/items/1%27or%271", 404)]
    [InlineData("/order/1", 200)] // leads to the sign-in
    [InlineData("/?category=99999999999999999999&p=-4&diet=meat&without=stones", 200)]
    [InlineData("/t/%3Cscript%3E", 200)] // a table may be called so; it is shown as text
    [InlineData("/storefront/..%2f..%2fetc%2fpasswd", 404)]
    public async Task Hostile_addresses_find_nothing(string path, int status)
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        var page = await browser.Open(path);
        page.Status.ShouldBe(status);
        page.Html.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task Each_shop_has_a_storefront_of_its_own()
    {
        var (one, other) = (await app.NewShop(), await app.NewShop());
        using var browser = new StoreBrowser(app, one);
        await browser.Add(one, "Espresso");
        browser.Page.Address.AbsolutePath.ShouldBe($"/s/{one.Id}/");
        (await browser.Open($"/items/{(await other.Item("Espresso")).Id}")).Status.ShouldBe(404);
        using var there = await browser.Http.GetAsync($"/s/{other.Id}/basket");
        (await there.Content.ReadAsStringAsync()).ShouldContain("nothing in your basket");
        using var nobody = await browser.Http.GetAsync("/s/999999999/");
        nobody.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var api = await browser.Http.GetAsync($"/s/{other.Id}/api/menu");
        api.StatusCode.ShouldBe(HttpStatusCode.NotFound); // only pages of the storefront lie there
    }
}

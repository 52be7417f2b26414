using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Storefront;

namespace Comanda.Tests.Storefront;

public sealed class StoreOrderTests(CafeApp app)
{
    private static string OrderOf(SeenPage page) => Regex.Match(page.Address.AbsolutePath, @"/order/(\d+)").Groups[1].Value;

    private async Task<long> Orders(TestShop shop) =>
        (long)(await app.Database.Scalar("select count(*) from orders where shop_id = $1", default, shop.Id))!;

    [Fact]
    public async Task A_guest_orders_without_script_and_pays_at_pickup()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        (await browser.Add(shop, "Flat white", 2)).Text.ShouldContain("Flat white is in your basket.");
        await browser.Add(shop, "Butter croissant");
        (await browser.Open("/basket")).Text.ShouldContain("€10.40");
        await browser.SignIn(app); // the basket comes along
        (await browser.Open("/checkout")).Text.ShouldContain("Place order · €10.40");
        var placed = await browser.Send("/checkout", ("pay", "cash"), ("name", "Gina"), ("notes", "Quietly, please"));
        placed.Text.ShouldContain("Received");
        placed.Text.ShouldContain("not paid yet");
        var order = (await (await shop.As("cashier")).Ask($"GET /api/orders/{OrderOf(placed)}")).Body;
        order.GetProperty("type").GetString().ShouldBe("online");
        order.GetProperty("total_amount").GetDecimal().ShouldBe(10.40m);
        order.GetProperty("customer_name").GetString().ShouldBe("Gina");
        order.GetProperty("notes").GetString().ShouldBe("Quietly, please");
        (await browser.Open("/basket")).Text.ShouldContain("nothing in your basket");
        (await browser.Open("/account")).Text.ShouldContain("Flat white, Butter croissant");
    }

    [Fact]
    public async Task What_is_paid_by_card_waits_and_the_simulated_payment_says_so()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        await browser.SignIn(app);
        await browser.Open("/checkout");
        var pay = await browser.Send("/checkout", ("pay", "card"));
        pay.Address.AbsolutePath.ShouldEndWith("/pay");
        pay.Text.ShouldContain("This payment is simulated");
        (await browser.Open($"/order/{OrderOf(pay)}")).Text.ShouldContain("Waiting for payment");
        await browser.Open($"/order/{OrderOf(pay)}/pay");
        var paid = await browser.Send("/pay");
        paid.Text.ShouldContain("Payment paid");
        paid.Text.ShouldContain("Received");
    }

    [Fact]
    public async Task Sent_twice_it_is_one_order()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        await browser.SignIn(app);
        var hidden = (await browser.Open("/checkout")).Hidden("/checkout");
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => browser.Post("/checkout", hidden, ("pay", "cash"))));
        both.Select(OrderOf).Distinct().ShouldHaveSingleItem().ShouldNotBeEmpty();
        (await Orders(shop)).ShouldBe(1);
        // A reload of what was sent, after something else has come into the basket.
        await browser.Add(shop, "Espresso");
        OrderOf(await browser.Post("/checkout", hidden, ("pay", "cash"))).ShouldBe(OrderOf(both[0]));
        (await Orders(shop)).ShouldBe(1);
        (await browser.Open("/basket")).Text.ShouldContain("Espresso");
    }

    [Fact]
    public async Task A_price_that_changed_is_shown_and_asked_for()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        await browser.SignIn(app);
        await browser.Open("/checkout");
        var (manager, item) = (await shop.As("manager"), await shop.Item("Flat white"));
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { price = 5 })).Status.ShouldBe(200);
        var asked = await browser.Send("/checkout", ("pay", "cash"));
        asked.Status.ShouldBe(409);
        asked.Text.ShouldContain("It costs €5.00 now.");
        (await Orders(shop)).ShouldBe(0);
        (await browser.Send("/checkout", ("pay", "cash"))).Text.ShouldContain("€5.00");
        (await Orders(shop)).ShouldBe(1);
    }

    [Fact]
    public async Task What_sold_out_or_left_the_menu_is_told_at_its_line()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Custard tart");
        await browser.Add(shop, "Rye loaf");
        await browser.SignIn(app);
        await browser.Open("/checkout");
        var manager = await shop.As("manager");
        var (tart, loaf) = (await shop.Item("Custard tart"), await shop.Item("Rye loaf"));
        await manager.Ask($"PUT /api/menu/items/{tart.Id}/stock", new { in_stock = false });
        var refused = await browser.Send("/checkout", ("pay", "cash"));
        refused.Status.ShouldBe(409);
        refused.Text.ShouldContain("Custard tart: This has just sold out");
        (await browser.Open("/basket")).Text.ShouldContain("This has just sold out");
        (await browser.Open($"/items/{tart.Id}")).Text.ShouldContain("Sold out");
        await manager.Ask($"PUT /api/menu/items/{tart.Id}/stock", new { in_stock = true });
        (await manager.Ask($"DELETE /api/menu/items/{loaf.Id}")).Status.ShouldBe(204);
        (await browser.Open("/basket")).Text.ShouldContain("not on the menu any more");
        (await Orders(shop)).ShouldBe(0);
    }

    [Fact]
    public async Task Options_obey_their_rules_and_errors_stand_next_to_them()
    {
        var shop = await app.NewShop();
        var latte = await shop.Item("Caffè latte");
        var sizes = new[] { new { name = "Small", price = 0 }, new { name = "Large", price = 1 } };
        (await (await shop.As("manager")).Ask($"PUT /api/menu/items/{latte.Id}", new
        {
            modifier_groups = new[] { new { name = "Size", min = 1, max = 1, options = sizes } },
        })).Status.ShouldBe(200);
        latte = await shop.Item("Caffè latte");
        var size = latte.ModifierGroups.Single();
        using var browser = new StoreBrowser(app, shop);
        await browser.Open($"/items/{latte.Id}");
        var none = await browser.Send("/basket/add", ("quantity", "1"));
        none.Status.ShouldBe(400);
        none.Wrong("g" + size.Id).ShouldBe("Choose at least 1.");
        var both = size.Options.Take(2).Select(o => ("g" + size.Id, o.Id.ToString()));
        var many = await browser.Send("/basket/add", [("quantity", "0"), .. both]);
        many.Wrong("g" + size.Id).ShouldBe("up to 1");
        many.Wrong("quantity").ShouldBe("Must be between 1 and 99.");
        var foreign = await browser.Send("/basket/add", ("quantity", "1"), ("g" + size.Id, "999999999"));
        foreign.Status.ShouldBe(400);
        (await browser.Open("/basket")).Text.ShouldContain("nothing in your basket");
    }

    [Fact]
    public async Task A_closed_shop_is_ordered_from_for_when_it_opens()
    {
        var shop = await app.NewShop();
        var now = TimeProvider.System.GetUtcNow();
        var zone = (await (await shop.As("owner")).Ask("GET /api/shops/" + shop.Id + "/settings")).Text("time_zone")!;
        var there = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        var tomorrow = there.AddDays(1).DayOfWeek.ToString().ToLowerInvariant()[..3];
        (await (await shop.As("owner")).Ask(
            "PUT /api/config/opening_hours",
            new { value = new Dictionary<string, string[]> { [tomorrow] = ["10:00-12:00"] } })).Status.ShouldBe(200);
        using var browser = new StoreBrowser(app, shop);
        (await browser.Open("/")).Text.ShouldContain("Closed now, opens");
        await browser.Add(shop, "Flat white");
        (await browser.Open("/basket")).Text.ShouldContain("We are closed now");
        await browser.SignIn(app);
        var checkout = await browser.Open("/checkout");
        checkout.Text.ShouldNotContain("As soon as possible");
        var soon = await browser.Send("/checkout", ("pay", "cash"), ("when", ""));
        soon.Status.ShouldBe(409);
        soon.Wrong("when")!.ShouldContain("closed");
        var slots = Regex.Matches(soon.Html, "<option value=\"(20[^\"]+Z)\"").Select(m => m.Groups[1].Value).ToList();
        slots.Count.ShouldBe(8);
        (await browser.Send("/checkout", ("pay", "cash"), ("when", slots[2]))).Text.ShouldContain("Received");
        (await browser.Open("/basket")).Text.ShouldContain("nothing in your basket");
    }

    [Fact]
    public async Task A_time_that_filled_up_is_told_with_the_next()
    {
        var shop = await app.NewShop(("slot_pickup_orders", "1"), ("slot_minutes", "60"));
        using var first = new StoreBrowser(app, shop);
        using var second = new StoreBrowser(app, shop);
        foreach (var browser in new[] { first, second })
        {
            await browser.Add(shop, "Flat white");
            await browser.SignIn(app);
            await browser.Open("/checkout?day=" + TimeProvider.System.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd"));
        }

        var slot = Regex.Matches(first.Page.Html, "<option value=\"(20[^\"]+Z)\"")[5].Groups[1].Value;
        (await first.Send("/checkout", ("pay", "cash"), ("when", slot))).Text.ShouldContain("Received");
        var full = await second.Send("/checkout", ("pay", "cash"), ("when", slot));
        full.Status.ShouldBe(409);
        full.Wrong("when")!.ShouldContain("the next with room is");
        (await Orders(shop)).ShouldBe(1);
    }

    [Fact]
    public async Task Promotion_codes_take_something_off_or_say_why_not()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        (await manager.Ask("POST /api/admin/promotions", new
        {
            title = "Tenth off",
            code = "TENTH",
            discount_type = "percentage",
            discount_value = 10,
        })).Status.ShouldBe(201);
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        await browser.Open("/basket");
        var promo = browser.Page.Hidden("/basket").Where(h => h.Key == "seal").ToList();
        var bad = await browser.Post("/basket", promo, ("promo", "NOSUCH"));
        bad.Status.ShouldBe(409);
        bad.Wrong("promo").ShouldBe("We know no such code.");
        var good = await browser.Post("/basket", promo, ("promo", "tenth"));
        good.Text.ShouldContain("Tenth off");
        good.Text.ShouldContain("€3.51");
    }

    [Fact]
    public async Task A_table_is_remembered_and_ordered_for()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        (await browser.Open("/t/7")).Text.ShouldContain("For table 7.");
        await browser.Add(shop, "Flat white");
        await browser.SignIn(app);
        await browser.Open("/checkout");
        var placed = await browser.Send("/checkout", ("pay", "cash"), ("table", "7"));
        var order = (await (await shop.As("cashier")).Ask($"GET /api/orders/{OrderOf(placed)}")).Body;
        (order.GetProperty("type").GetString(), order.GetProperty("table").GetString()).ShouldBe(("dine-in", "7"));
        var plan = new[] { new { name = "1", seats = 2, x = 1, y = 1 } };
        (await (await shop.As("owner")).Ask("PUT /api/config/floor_plan", new { value = plan })).Status.ShouldBe(200);
        (await browser.Open("/t/7")).Status.ShouldBe(404);
        (await browser.Open("/t/1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_delivery_says_where_and_is_charged_by_its_area()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        (await manager.Ask("POST /api/delivery-areas", new { name = "Centre", postcodes = new[] { "1000" }, fee = 2.5, minutes = 15 }))
            .Status.ShouldBe(201);
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Rye loaf");
        await browser.SignIn(app);
        (await browser.Open("/checkout?way=delivery")).Text.ShouldContain("Centre €2.50");
        var empty = await browser.Send("/checkout", ("pay", "cash"));
        empty.Wrong("address").ShouldBe("Please fill this in.");
        (string, string)[] home = [("address", "1 Quay Street"), ("city", "Anytown"), ("keep", "true"), ("pay", "cash")];
        var outside = await browser.Send("/checkout", [.. home, ("zip", "9999")]);
        outside.Wrong("zip").ShouldBe("We do not deliver there.");
        var shown = await browser.Send("/checkout", [.. home, ("zip", "1000")]);
        shown.Text.ShouldContain("It costs €8.30 now.");
        (await Orders(shop)).ShouldBe(0);
        var placed = await browser.Send("/checkout", [.. home, ("zip", "1000")]);
        placed.Text.ShouldContain("€8.30");
        await browser.Add(shop, "Rye loaf");
        (await browser.Open("/checkout?way=delivery")).Text.ShouldContain("Place order · €8.30"); // by the address that was kept
    }

    [Fact]
    public async Task A_basket_outlives_the_process_and_is_found_at_another()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        var other = await app.StartProcess();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(other, $"/s/{shop.Id}/basket"));
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Cookie", browser.Cookies.GetCookieHeader(app.Address));
        using var plain = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var answer = await plain.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Flat white");
    }
}

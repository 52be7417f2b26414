using System.Net;
using System.Text.Json;

namespace Comanda.Tests.Menu;

public sealed class MenuTests(CafeApp app)
{
    [Fact]
    public async Task The_menu_is_public_and_answers_304_to_who_has_it()
    {
        var shop = await app.NewShop();
        var guest = app.Client();
        using var first = await guest.Send(HttpMethod.Get, $"/api/shops/{shop.Id}/menu");
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        var etag = first.Headers.ETag!.ToString();
        using var second = await guest.Send(
            HttpMethod.Get,
            $"/api/shops/{shop.Id}/menu",
            headers: new Dictionary<string, string> { ["If-None-Match"] = etag });
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var menu = JsonDocument.Parse(await first.Content.ReadAsStringAsync());
        menu.RootElement.GetProperty("currency").GetString().ShouldBe("EUR");
        var latte = menu.RootElement.GetProperty("categories")[0].GetProperty("items")[0];
        latte.GetProperty("price").GetRawText().ShouldBe("4.00");
        latte.GetProperty("modifier_groups").EnumerateArray().SelectMany(g => g.GetProperty("options").EnumerateArray())
            .Select(o => o.GetProperty("key").GetString()).ShouldContain("skim-milk");
    }

    [Fact]
    public async Task A_change_is_on_every_process_within_a_second_and_at_once_on_its_own()
    {
        var shop = await app.NewShop();
        var other = await shop.As("manager", await app.StartProcess());
        var manager = await shop.As("manager");
        var espresso = await shop.Item("Espresso");
        (await other.GetMenu()).Items.Single(i => i.Id == espresso.Id).Price.ShouldBe(2.30m); // remembered there

        await manager.ChangeMenuItem(espresso.Id, new { price = 2.60m });

        (await manager.GetMenu()).Items.Single(i => i.Id == espresso.Id).Price.ShouldBe(2.60m);
        for (var tries = 0; tries < 100 && (await other.GetMenu()).Items.Single(i => i.Id == espresso.Id).Price != 2.60m; tries++)
            await Task.Delay(10);
        (await other.GetMenu()).Items.Single(i => i.Id == espresso.Id).Price.ShouldBe(2.60m);
        (await other.PlaceOrder(new("takeaway", [new(espresso.Id)]))).TotalAmount.ShouldBe(2.60m);
    }

    [Fact]
    public async Task An_item_comes_changes_and_goes()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = await manager.AddMenuItem(new
        {
            name = "Affogato",
            category = "Desserts",
            price = 5.20m,
            tax_rate = 19,
            preparation_time = 3,
            allergens = new[] { "milk" },
            modifier_groups = new[] { new { name = "Ice cream", min = 1, max = 2, options = new object[]
            {
                new { name = "Vanilla bean", price = 0 },
                new { name = "Pistachio", price = 0.80m }
            } } },
        });
        item.Category.ShouldBe("Desserts");
        item.ModifierGroups.Single().Options.Select(o => o.Key).ShouldBe(["vanilla-bean", "pistachio"]);
        (await Should.ThrowAsync<ComandaException>(() => manager.PlaceOrder(new(
            "takeaway",
            [new(item.Id)])))).Problem!.Errors!["items[0].modifiers"]
            .ShouldBe(["must choose at least 1 of Ice cream"]);
        var order = await manager.PlaceOrder(new("takeaway", [new(item.Id, 1, ["pistachio"])]));
        (order.TotalAmount, order.Items[0].TaxRate).ShouldBe((6.00m, 19m));

        await manager.ChangeMenuItem(item.Id, new { price = 5.50m });
        using var stale = await manager.Send(
            HttpMethod.Put,
            $"/api/menu/items/{item.Id}",
            new { price = 1 },
            new Dictionary<string, string> { ["If-Match"] = "\"v1\"" });
        stale.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);

        using (await manager.Send(HttpMethod.Delete, $"/api/admin/products/{item.Id}"))
        {
        }

        (await manager.GetMenu()).Items.ShouldNotContain(i => i.Id == item.Id);
        (await manager.GetOrder(order.Id)).Items[0].Name.ShouldBe("Affogato");
        (await manager.GetEvents(0)).Items.Count(e => e.Event == "product_updated").ShouldBe(3);
    }

    [Fact]
    public async Task A_wrong_item_names_its_fields_and_changes_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var before = (await manager.GetMenu()).Items.Count();
        var refusal = await Should.ThrowAsync<ComandaException>(() => manager.AddMenuItem(new
        {
            price = 1.999m,
            tax_rate = 120,
            modifier_groups = new[] { new { min = 3, max = 1 } }
        }));
        refusal.Problem!.Errors!.Keys.ShouldBe(
            ["name", "price", "tax_rate", "modifier_groups[0].name", "modifier_groups[0].min"],
            ignoreOrder: true);
        refusal = await Should.ThrowAsync<ComandaException>(() => manager.AddMenuItem(new
        {
            name = "Ghost",
            price = 1,
            category_id = 999_999_999
        }));
        refusal.Problem!.Errors!.Keys.ShouldBe(["category_id"]);
        refusal = await Should.ThrowAsync<ComandaException>(() => manager.AddMenuItem(new
        {
            name = new string(
            'n',
            201),
            price = 1,
            category = "Coffee"
        }));
        refusal.Problem!.Errors!["name"].ShouldBe(["must have at most 200 characters"]);
        (await manager.GetMenu()).Items.Count().ShouldBe(before);
    }

    [Fact]
    public async Task What_two_do_to_the_menu_at_once_is_done_or_told_and_never_a_bug()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await manager.AddMenuItem(new { name = "One", price = 1, category = "Coffee", sku = "S1" });
        (await Should.ThrowAsync<ComandaException>(() => manager.AddMenuItem(new
        {
            name = "Two",
            price = 1,
            category = "Coffee",
            sku = "S1"
        }))).Code.ShouldBe("already_exists");
        async Task<int> Status(HttpMethod method, string path, object body)
        {
            using var response = await manager.Send(method, path, body);
            return (int)response.StatusCode;
        }

        var made = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(i => Status(HttpMethod.Post, "/api/menu/items", new { name = "Item " + i, price = 1, category = "İnce" })));
        made.ShouldAllBe(s => s == 201);
        (await manager.GetMenu()).Categories.Count(c => c.Name == "İnce").ShouldBe(1);

        var latte = await shop.Item("Caffè latte");
        var groups = latte.ModifierGroups.Reverse().Select(g => new { id = g.Id }).ToArray();
        var changes = await Task.WhenAll(Enumerable.Range(
            1,
            8).Select(i => Status(HttpMethod.Put, $"/api/menu/items/{latte.Id}", new { price = i, modifier_groups = groups })));
        changes.ShouldAllBe(s => s == 200 || s == 412);
        changes.ShouldContain(200);
        (await shop.Item("Caffè latte")).ModifierGroups.Select(g => g.Id).ShouldBe(groups.Select(g => g.id));
        (await Status(
            HttpMethod.Post,
            "/api/menu/items",
            new { name = "Hole", price = 1, category = "Coffee", modifier_groups = new object?[] { null } })).ShouldBe(400);
        (await Status(
            HttpMethod.Post,
            "/api/menu/items",
            new { name = "Hole", price = 1, category = "Coffee", modifier_groups = new[] { new { name = "G", min = 3 } } })).ShouldBe(400);
    }

    [Fact]
    public async Task A_setting_takes_only_what_it_means_and_counts_at_once()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        async Task<int> Set(string key, string json)
        {
            using var response = await admin.Send(
                HttpMethod.Put,
                "/api/config/" + key,
                new StringContent($$"""{"value":{{json}}}""", System.Text.Encoding.UTF8, "application/json"));
            return (int)response.StatusCode;
        }

        foreach (var (key, json) in new[]
            {
                ("tax_rate", "101"), ("tax_rate", "\"\\ud800\""), ("time_zone", "\"localtime\""),
                ("time_zone", "\"Europe/../Europe/Berlin\""), ("time_zone", "\"Europe//Berlin\""),
                ("time_zone", "\"Europe/./Berlin\""), ("day_starts_at", "\"12:30\""), ("delivery_fee", "2.505"),
                ("currency", "\"EURO\""), ("order_prefix", "\"a b\""),
            })
            (await Set(key, json)).ShouldBe(400, key + " " + json);
        (await Set("nothing", "1")).ShouldBe(404);
        var espresso = (await shop.Item("Espresso")).Id;
        foreach (var rate in new[] { 7m, 19m, 5m, 21m })
        {
            (await Set("tax_rate", rate.ToString())).ShouldBe(200);
            (await admin.PlaceOrder(new("takeaway", [new(espresso)]))).Items[0].TaxRate.ShouldBe(rate);
        }

        (await Set("currency", "\"USD\"")).ShouldBe(409);
        using var config = await admin.Send(HttpMethod.Get, "/api/config");
        using var known = await admin.Send(
            HttpMethod.Get,
            "/api/config",
            headers: new Dictionary<string, string> { ["If-None-Match"] = config.Headers.ETag!.ToString() });
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Categories_come_change_and_go_unless_they_are_used()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        using var made = await manager.Send(HttpMethod.Post, "/api/admin/categories", new { name = "Ice", display_order = 9 });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var id = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetInt64();
        using var twice = await manager.Send(HttpMethod.Post, "/api/admin/categories", new { name = "ICE" });
        twice.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await manager.AddMenuItem(new { name = "Cone", price = 2, category_id = id });
        using var used = await manager.Send(HttpMethod.Delete, $"/api/admin/categories/{id}");
        JsonDocument.Parse(await used.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString().ShouldBe("category_in_use");
        using var cashier = await (await shop.As("cashier")).Send(HttpMethod.Post, "/api/admin/categories", new { name = "Mine" });
        cashier.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Under_load_every_order_has_the_old_price_or_the_new_one()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = await manager.AddMenuItem(new { name = "Special", category = "Coffee", price = 1.00m });
        var sellers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.As("cashier")));
        var prices = new[] { 1.00m, 2.00m, 3.00m, 4.00m, 5.00m };
        var selling = sellers.Select(async s =>
        {
            var totals = new List<decimal>();
            for (var i = 0; i < 30; i++)
                totals.Add((await s.PlaceOrder(new("takeaway", [new(item.Id, 2)]))).TotalAmount);
            return totals;
        }).ToList();
        foreach (var price in prices[1..])
            await manager.ChangeMenuItem(item.Id, new { price });
        var all = (await Task.WhenAll(selling)).SelectMany(t => t).ToList();
        all.ShouldAllBe(t => prices.Contains(t / 2));
        (await sellers[0].PlaceOrder(new("takeaway", [new(item.Id)]))).TotalAmount.ShouldBe(5.00m);
    }
}

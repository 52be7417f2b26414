using System.Collections.Concurrent;

namespace Comanda.Tests.Menu;

public sealed class MenuFieldsTests(CafeApp app)
{
    [Fact]
    public async Task An_item_keeps_all_that_was_given()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var added = await manager.Ask("POST /api/admin/products", new
        {
            name = "Brunch plate",
            category = "Kitchen",
            price = 14.5,
            discount_price = 12,
            description = "For one",
            images = new[]
            {
                "/uploads/a.jpg",
                "/uploads/b.jpg"
            },
            ingredients = "eggs, bread",
            nutritional_info = new { kcal = 640, protein_g = 31.5 },
            allergens = new[]
            {
                "Wheat",
                "egg",
                "eggs"
            },
            is_vegetarian = true,
            is_vegan = false,
            preparation_time = 12,
            is_featured = true,
            available_from = "07:00",
            available_until = "11:00",
            barcode = "4006381333931",
            tax_rate = 13.5,
        });
        added.Status.ShouldBe(201);
        var read = (await manager.Ask($"GET /api/products/{added.Id}")).Body;
        read.GetProperty("discount_price").GetDecimal().ShouldBe(12);
        read.GetProperty("nutritional_info").GetProperty("protein_g").GetDecimal().ShouldBe(31.5m);
        read.GetProperty("images").GetArrayLength().ShouldBe(2);
        read.GetProperty("allergens").EnumerateArray().Select(a => a.GetString()).ShouldBe(["gluten", "eggs"]);
        (read.GetProperty("available_from").GetString(), read.GetProperty("available_until").GetString()).ShouldBe(("07:00", "11:00"));
        (await manager.Ask("GET /api/products?barcode=4006381333931")).Items.Single().GetProperty("id").GetInt64().ShouldBe(added.Id);
        var ended = await manager.Ask(
            $"PUT /api/products/{added.Id}",
            new { discount_price = -1, available_from = "", available_until = "" });
        ended.Body.GetProperty("discount_price").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        ended.Body.GetProperty("available_from").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Bad_fields_are_named()
    {
        var shop = await app.NewShop();
        (await (await shop.As("manager")).Ask("POST /api/menu", new
        {
            name = "X",
            category = "Y",
            price = 1,
            discount_price = 0.001,
            allergens = new[]
            {
                " "
            },
            available_from = "7 o'clock",
            available_until = "24:00",
            nutritional_info = "none",
            images = new[] { "" },
        })).Fields.ShouldBe(
            ["discount_price", "allergens", "available_from", "available_until", "nutritional_info", "images"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task No_item_can_make_the_menu_unreadable()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 20);
        foreach (var info in new[] { "{\"a\":\"\\ud800\"}", "{\"\\udc00\":1}", deep })
        {
            using var content = new StringContent(
                $$"""{"name":"Odd","category":"Cakes","price":1,"nutritional_info":{{info}}}""",
                System.Text.Encoding.UTF8,
                "application/json");
            (await manager.Ask("POST /api/menu/items", content)).Fields.ShouldBe(["nutritional_info"], info);
        }

        (await manager.Ask("GET /api/menu")).Status.ShouldBe(200);
        (await manager.Ask("GET /api/products?q=odd")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_sku_is_none_spaces_around_are_no_part_of_one_and_a_tax_rate_can_go()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        foreach (var name in new[] { "A", "B" })
            (await manager.Ask("POST /api/menu/items", new { name, category = "Cakes", price = 2, sku = " " })).Status.ShouldBe(201);
        var item = await manager.Ask(
            "POST /api/menu/items",
            new { name = "C", category = "Cakes", price = 2, sku = " S1 ", barcode = " 12 ", tax_rate = 5 });
        (item.Text("sku"), item.Text("barcode")).ShouldBe(("S1", "12"));
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { tax_rate = -1 })).Body
            .GetProperty("tax_rate").ValueKind
            .ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new
        {
            image_url = "javascript:alert(1)",
            images = new[]
        {
            "data:text/html,x"
        }
        })).Fields.ShouldBe(["image_url", "images"], ignoreOrder: true);
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { discount_price = 2.01 })).Fields.ShouldBe(["discount_price"]);
    }

    [Fact]
    public async Task An_offer_is_what_is_paid_and_what_is_frozen()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var rye = (await shop.Item("Rye loaf")).Id;
        await manager.Ask($"PUT /api/menu/items/{rye}", new { discount_price = 4 });
        (await manager.PreviewOrder(new("takeaway", [new(rye)]))).Explanation[0].Text.ShouldContain("instead of 5.80");
        var order = await manager.PlaceOrder(new("takeaway", [new(rye, 2)]));
        (order.TotalAmount, order.Items[0].UnitPrice).ShouldBe((8m, 4m));
        await manager.Ask($"PUT /api/menu/items/{rye}", new { discount_price = -1 });
        (await manager.PlaceOrder(new("takeaway", [new(rye)]))).TotalAmount.ShouldBe(5.80m);
        (await manager.Ask($"GET /api/orders/{order.Id}")).Body.GetProperty("total_amount").GetDecimal().ShouldBe(8);
    }

    [Theory]
    [InlineData("07:00", "11:00", "10:59", true)]
    [InlineData("07:00", "11:00", "11:00", false)]
    [InlineData("07:00", "11:00", "06:59", false)]
    [InlineData("18:00", "02:00", "01:30", true)] // over midnight
    [InlineData("18:00", "02:00", "17:00", false)]
    [InlineData("17:00", "", "23:59", true)]
    [InlineData("17:00", "", "16:59", false)]
    [InlineData("", "11:00", "00:00", true)]
    public async Task Breakfast_is_sold_in_the_morning_by_the_shops_clock(string from, string until, string now, bool sold)
    {
        var clock = new MovableClock();
        var shop = await app.NewShop(("time_zone", "Asia/Kolkata")); // +05:30
        var manager = await shop.As("manager", await app.StartProcess(services => services.Replace(clock)));
        var today = DateTime.UtcNow.Date.AddDays(1) + TimeSpan.Parse(now) - TimeSpan.FromHours(5.5);
        clock.Move(today + TimeSpan.FromSeconds(1) - clock.GetUtcNow().UtcDateTime);
        await manager.SignIn(shop.Username("manager"), "password123");
        var eggs = (await shop.Item("Eggs on toast")).Id;
        await manager.Ask($"PUT /api/menu/items/{eggs}", new { available_from = from, available_until = until });
        var order = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = eggs } } });
        (order.Status, order.Code).ShouldBe(sold ? (201, null) : (409, "not_sold_now"), order.ToString());
        (await manager.Ask("GET /api/products?available=true&q=eggs on toast")).Items
            .Any(i => i.GetProperty("id").GetInt64() == eggs)
            .ShouldBe(sold);
    }

    [Fact]
    public void An_option_takes_an_allergen_away_and_adds_another()
    {
        Comanda.Menu.Allergens.With(["milk", "gluten"], []).ShouldBe(["gluten", "milk"]);
        Comanda.Menu.Allergens.With(["milk"], [(["gluten"], ["milk"])]).ShouldBe(["gluten"]); // oat milk
        Comanda.Menu.Allergens.With(["milk"], [([], ["milk"]), (["milk"], [])]).ShouldBe(["milk"]); // and whipped cream
    }

    [Fact]
    public async Task A_price_change_under_load_never_yields_an_order_with_neither_the_old_nor_the_new_price()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var addresses = new[] { app.Address, await app.StartProcess() };
        var latte = await shop.Item("Caffè latte");
        var milk = latte.ModifierGroups.Single(g => g.Name == "Milk");
        // Price and option change together, by amounts that no mixture of old and new gives: 4.00 + 0.60, 5.00 + 0.85, 7.00 + 1.35 …
        var prices = new List<(decimal Item, decimal Option)> { (4.00m, 0.60m), (5.00m, 0.85m), (7.00m, 1.35m), (11.00m, 2.30m) };
        var sellers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => shop.As("cashier", addresses[i % 2])));
        var totals = new ConcurrentBag<(decimal Total, decimal Item, decimal Option)>();
        using var done = new CancellationTokenSource();
        var selling = sellers.Select(seller => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var order = await seller.PlaceOrder(new("takeaway", [new(latte.Id, 1, ["oat-milk"])]));
                totals.Add((order.TotalAmount, order.Items[0].UnitPrice, order.Items[0].Modifiers[0].Price));
            }
        })).ToArray();
        foreach (var (item, option) in prices.Skip(1))
        {
            await Task.Delay(250);
            var changed = await manager.Ask($"PUT /api/menu/items/{latte.Id}", new
            {
                price = item,
                modifier_groups = latte.ModifierGroups.Select(g => g.Id == milk.Id
                    ? (object)new
                    {
                        id = g.Id,
                        options = g.Options.Select(o => new
                        {
                            key = o.Key,
                            name = o.Name,
                            price = o.Key == "oat-milk"
                        ? option
                        : o.Price
                        })
                    }
                    : new { id = g.Id }),
            });
            changed.Status.ShouldBe(200, changed.ToString());
            // Whoever was told of the change never gets the old price again from this process.
            (await manager.PlaceOrder(new("takeaway", [new(latte.Id, 1, ["oat-milk"])]))).TotalAmount.ShouldBe(item + option);
        }

        await Task.Delay(250);
        await done.CancelAsync();
        await Task.WhenAll(selling);
        totals.Count.ShouldBeGreaterThan(50);
        totals.Select(t => (t.Item, t.Option)).Distinct().ShouldBeSubsetOf(prices);
        totals.ShouldAllBe(t => t.Total == t.Item + t.Option);
        totals.Select(t => t.Total).Distinct().Count().ShouldBeGreaterThanOrEqualTo(3); // it did change meanwhile
    }
}

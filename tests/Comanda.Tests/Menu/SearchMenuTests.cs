namespace Comanda.Tests.Menu;

public sealed class SearchMenuTests(CafeApp app)
{
    [Theory]
    [InlineData("capucino", "Cappuccino")]
    [InlineData("cappucino", "Cappuccino")]
    [InlineData("CAPPUCCINO", "Cappuccino")]
    [InlineData("caffe latte", "Caffè latte")]
    [InlineData("Caffè", "Caffè latte")]
    [InlineData("flat", "Flat white")]
    [InlineData("white fl", "Flat white")]
    [InlineData("crosant", "Butter croissant")]
    [InlineData("expresso", "Espresso")]
    [InlineData("choclate torte", "Chocolate torte")]
    [InlineData("banana", "Banana bread")]
    [InlineData("walnuts", "Banana bread")] // of its description
    public async Task Words_are_found_by_their_beginnings_without_accents_and_with_typos(string query, string first)
    {
        var shop = await app.NewShop();
        var found = (await app.Stranger(shop).Ask("GET /api/products/search?q=" + Uri.EscapeDataString(query))).Items
            .Select(i => i.GetProperty("name").GetString())
            .ToList();
        found.ShouldContain(first);
        if (query is not ("crosant" or "expresso"))
            found[0].ShouldBe(first);
    }

    [Theory]
    [InlineData("zzzzqqq")]
    [InlineData("%")]
    [InlineData("' or 1=1 --")]
    [InlineData("___")]
    public async Task What_is_not_there_is_not_found(string query)
    {
        var shop = await app.NewShop();
        (await app.Stranger(shop).Ask("GET /api/products?q=" + Uri.EscapeDataString(query))).Items
            .Count()
            .ShouldBeLessThanOrEqualTo(query.Any(char.IsLetter) ? 0 : 50);
    }

    [Theory]
    [InlineData("pho", "Phở bò")]
    [InlineData("ca phe sua da", "Cà phê sữa đá")]
    [InlineData("banh mi", "BÁNH MÌ")]
    public async Task Vietnamese_is_found_without_its_accents(string query, string name)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var id = (await manager.Ask("POST /api/menu", new { name, category = "Cakes", price = 4 })).Id;
        (await manager.Ask($"GET /api/products?q={Uri.EscapeDataString(query)}")).Items.First().GetProperty("id").GetInt64().ShouldBe(id);
    }

    [Fact]
    public async Task Search_keeps_to_its_shop_follows_changes_and_takes_the_other_filters()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var manager = await shop.As("manager");
        var id = (await manager.Ask(
            "POST /api/menu",
            new { name = "Žižkov Strudel", category = "Cakes", price = 4, allergens = new[] { "gluten", "nuts" }, is_featured = true })).Id;
        async Task<int> Found(string query) => (await app.Stranger(shop).Ask("GET /api/products?" + query)).Items.Count();
        (await Found("q=zizkov")).ShouldBe(1);
        (await Found("q=zizkov&without_allergens=milk")).ShouldBe(1);
        (await Found("q=zizkov&without_allergens=milk,nuts")).ShouldBe(0);
        (await app.Stranger(shop).Ask("GET /api/products?without_allergens=pepper")).Fields.ShouldBe(["without_allergens"]);
        (await app.Stranger(shop).Ask("GET /api/products/featured")).Items.Select(i => i.GetProperty("id").GetInt64()).ShouldContain(id);
        (await app.Stranger(other).Ask("GET /api/products?q=zizkov")).Items.ShouldBeEmpty();
        await manager.Ask($"PUT /api/menu/items/{id}", new { name = "Apple pie" });
        (await Found("q=zizkov")).ShouldBe(0);
        (await Found("q=aple pie")).ShouldBeGreaterThan(0);
        var cakes = (await manager.Ask("GET /api/categories")).Items
            .Single(c => c.GetProperty("name").GetString() == "Cakes")
            .GetProperty("id")
            .GetInt64();
        await manager.Ask($"PUT /api/admin/categories/{cakes}", new { name = "Kuchen" });
        (await Found("q=kuchen")).ShouldBeGreaterThan(4); // by their category's new name
        await manager.Ask($"DELETE /api/menu/items/{id}");
        (await Found("q=apple pie")).ShouldBe(0);
    }

    [Theory]
    [InlineData("latte", "late", 1)]
    [InlineData("croissant", "crosant", 2)]
    [InlineData("espresso", "expresso", 1)]
    [InlineData("chai", "cahi", 1)] // neighbours swapped
    [InlineData("tea", "coffee", 3)] // more than the most
    public void A_typo_is_so_many_letters(string a, string b, int letters) => Comanda.Menu.MenuIndex.Distance(a, b, 2).ShouldBe(letters);

    [Fact]
    public async Task A_menu_made_from_the_last_one_is_the_menu_as_read_whole()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var random = new Random(20);
        var items = (await manager.Ask("GET /api/products?limit=200")).Items.Select(i => i.GetProperty("id").GetInt64()).ToList();
        var categories = (await manager.Ask("GET /api/categories")).Items.Select(c => c.GetProperty("id").GetInt64()).ToList();
        for (var step = 0; step < 40; step++)
        {
            var item = items[random.Next(items.Count)];
            var done = random.Next(8) switch
            {
                0 => await manager.Ask($"PUT /api/menu/items/{item}", new { price = random.Next(1000) / 100m, name = $"Name {step}" }),
                1 => await manager.Ask(
                    $"PUT /api/menu/items/{item}",
                    new { category_id = categories[random.Next(categories.Count)], display_order = random.Next(9) }),
                2 => await manager.Ask($"PUT /api/menu/items/{item}/stock", new { in_stock = random.Next(2) == 0 }),
                3 => await manager.Ask($"PUT /api/menu/items/{item}/stock", new { quantity = random.Next(3) }),
                4 => await manager.Ask($"DELETE /api/menu/items/{item}"),
                5 => await manager.Ask(
                    "POST /api/menu",
                    new { name = $"New {step}", category_id = categories[random.Next(categories.Count)], price = 1 }),
                6 => await manager.Ask(
                    $"PUT /api/admin/categories/{categories[random.Next(categories.Count)]}",
                    new { name = $"Category {step}", display_order = random.Next(9), is_active = random.Next(4) > 0 }),
                _ => await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } } }),
            };
            done.Status.ShouldBeLessThan(500);
            if (step % 4 == 0)
                await manager.Ask("GET /api/menu");
        }

        var built = (await manager.Ask("GET /api/menu")).Body.ToString();
        await Answers.Eventually(async () =>
        {
            built = (await manager.Ask("GET /api/menu")).Body.ToString();
            return built == (await (await shop.As("manager", await app.StartProcess())).Ask("GET /api/menu")).Body.ToString();
        }, seconds: 2);
        built.Length.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public async Task Popular_is_what_was_sold()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var (rye, bun) = ((await shop.Item("Rye loaf")).Id, (await shop.Item("Cinnamon bun")).Id);
        await cashier.PlaceOrder(new("takeaway", [new(rye, 2), new(bun, 7)]));
        (await app.Stranger(shop).Ask("GET /api/products/popular")).Items.Select(i => i.GetProperty("id").GetInt64()).ShouldBe([bun, rye]);
        (await app.Stranger(shop).Ask("GET /api/products?sort=popular&limit=2")).Items
            .Select(i => i.GetProperty("id").GetInt64())
            .ShouldBe([bun, rye]);
    }
}

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
        var found = (await app.Stranger(shop).Ask("GET /api/products/search?q=" + Uri.EscapeDataString(query))).Items.Select(i => i.GetProperty("name").GetString()).ToList();
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
        (await app.Stranger(shop).Ask("GET /api/products?q=" + Uri.EscapeDataString(query))).Items.Count().ShouldBeLessThanOrEqualTo(query.Any(char.IsLetter) ? 0 : 50);
    }

    [Fact]
    public async Task Search_keeps_to_its_shop_follows_changes_and_takes_the_other_filters()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var manager = await shop.As("manager");
        var id = (await manager.Ask("POST /api/menu", new { name = "Žižkov Strudel", category = "Cakes", price = 4, allergens = new[] { "gluten", "nuts" }, is_featured = true })).Id;
        async Task<int> Found(string query) => (await app.Stranger(shop).Ask("GET /api/products?" + query)).Items.Count();
        (await Found("q=zizkov")).ShouldBe(1);
        (await Found("q=zizkov&without_allergens=milk")).ShouldBe(1);
        (await Found("q=zizkov&without_allergens=milk,nuts")).ShouldBe(0);
        (await app.Stranger(shop).Ask("GET /api/products?without_allergens=pepper")).Fields.ShouldBe(["without_allergens"]);
        (await app.Stranger(shop).Ask("GET /api/products/featured")).Items.Single().GetProperty("id").GetInt64().ShouldBe(id);
        (await app.Stranger(other).Ask("GET /api/products?q=zizkov")).Items.ShouldBeEmpty();
        await manager.Ask($"PUT /api/menu/items/{id}", new { name = "Apple pie" });
        (await Found("q=zizkov")).ShouldBe(0);
        (await Found("q=aple pie")).ShouldBeGreaterThan(0);
        var cakes = (await manager.Ask("GET /api/categories")).Items.Single(c => c.GetProperty("name").GetString() == "Cakes").GetProperty("id").GetInt64();
        await manager.Ask($"PUT /api/admin/categories/{cakes}", new { name = "Kuchen" });
        (await Found("q=kuchen")).ShouldBeGreaterThan(4); // by their category's new name
        await manager.Ask($"DELETE /api/menu/items/{id}");
        (await Found("q=apple pie")).ShouldBe(0);
    }

    [Fact]
    public async Task Popular_is_what_was_sold()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var (rye, bun) = ((await shop.Item("Rye loaf")).Id, (await shop.Item("Cinnamon bun")).Id);
        await cashier.PlaceOrder(new([new(rye, 2), new(bun, 7)]));
        (await app.Stranger(shop).Ask("GET /api/products/popular")).Items.Select(i => i.GetProperty("id").GetInt64()).ShouldBe([bun, rye]);
        (await app.Stranger(shop).Ask("GET /api/products?sort=popular&limit=2")).Items.Select(i => i.GetProperty("id").GetInt64()).ShouldBe([bun, rye]);
    }
}

using Comanda.Data;
using Comanda.Demo;

namespace Comanda.Tests.Demo;

/// <summary>What the program brings along to try out, and to begin with.</summary>
public sealed class DemoStockTests(CafeApp app)
{
    [Fact]
    public async Task The_demo_cafe_has_stock_with_recipes_some_of_it_low_and_a_sale_takes_from_it()
    {
        var suffix = "-stocked" + Guid.NewGuid().ToString("N")[..8];
        var id = await DemoCafe.Make(app.Database, suffix, CancellationToken.None, withStock: true);
        var shop = new TestShop(app, id, suffix);
        var owner = await shop.As("owner");
        var stock = (await owner.Ask("GET /api/inventory")).Items.ToList();
        stock.Count.ShouldBeGreaterThanOrEqualTo(32);
        stock.ShouldAllBe(s => s.GetProperty("unit_cost").GetDecimal() > 0 && s.GetProperty("supplier").GetString() != null);
        (await owner.Ask("GET /api/inventory/low-stock")).Items.Select(s => s.GetProperty("name").GetString())
            .ShouldBe(["Butter", "Cream", "Hazelnut syrup"], ignoreOrder: true);
        await Answers.Eventually(async () => (await owner.Ask("GET /api/alerts")).Items.Count() == 3, seconds: 40);

        var latte = await shop.Item("Caffè latte");
        decimal Level(string name, IEnumerable<System.Text.Json.JsonElement> rows) =>
            rows.First(s => s.GetProperty("name").GetString() == name).GetProperty("current_stock").GetDecimal();
        var sold = await owner.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = latte.Id, quantity = 2, modifiers = new[] { "oat-milk" } } } });
        sold.Status.ShouldBe(201, sold.ToString());
        var left = (await owner.Ask("GET /api/inventory")).Items.ToList();
        Level("Espresso beans", left).ShouldBe(Level("Espresso beans", stock) - 0.036m);
        Level("Oat milk", left).ShouldBe(Level("Oat milk", stock) - 0.44m);
        Level("Whole milk", left).ShouldBe(Level("Whole milk", stock));
    }

    [Fact]
    public async Task Nearly_all_of_the_menu_has_a_recipe()
    {
        var suffix = "-named" + Guid.NewGuid().ToString("N")[..8];
        var demo = await DemoCafe.Make(app.Database, suffix, CancellationToken.None, withStock: true);
        var made = await app.Database.Scalar(
            "select count(distinct menu_item_id) from recipe_lines where shop_id = $1 and menu_item_id is not null", default, demo);
        ((long)made!).ShouldBeGreaterThan(35);
    }
}

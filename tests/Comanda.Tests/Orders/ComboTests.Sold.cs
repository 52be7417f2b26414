using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>Combos after they were sold.</summary>
public sealed partial class ComboTests
{
    [Fact]
    public async Task The_parts_of_an_ordered_combo_stay_or_go_together()
    {
        var deal = await BreakfastDeal();
        var placed = await deal.Manager.Ask(
            "POST /api/orders",
            Order(deal, 1, new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant }));
        var (drink, food) = (placed.Items.First().GetProperty("id").GetInt64(), placed.Items.Last().GetProperty("id").GetInt64());
        Task<Answer> Edit(params object[] items) => deal.Manager.Ask($"PUT /api/orders/{placed.Id}", new { items }, ("If-Match", "*"));
        (await Edit(new { id = drink })).Fields.ShouldBe(["items"]);
        (await Edit(new { id = drink, quantity = 2 }, new { id = food })).Fields.ShouldBe(["items"]);
        var grown = await Edit(
            new { id = drink, quantity = 2 },
            new { id = food, quantity = 2 },
            new { menu_item_id = deal.Id, parts = new[] { new { menu_item_id = deal.Latte }, new { menu_item_id = deal.Bagel } } },
            new { menu_item_id = deal.Espresso });
        grown.Status.ShouldBe(200, grown.ToString());
        grown.Body.GetProperty("total_amount").GetDecimal().ShouldBe((2 * 5.50m) + 6.70m + 2.30m);
        grown.Items.Select(l => l.GetProperty("combo").ValueKind == System.Text.Json.JsonValueKind.Null
            ? 0
            : l.GetProperty("combo").GetProperty("number").GetInt32()).ShouldBe([1, 1, 2, 2, 0]);
        var without = await Edit([.. grown.Items.Skip(2).Select(l => (object)new { id = l.GetProperty("id").GetInt64() })]);
        without.Body.GetProperty("total_amount").GetDecimal().ShouldBe(6.70m + 2.30m);
    }

    [Fact]
    public async Task A_line_keeps_the_allergens_it_was_sold_with_whatever_the_menu_says_later()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var latte = (await shop.Item("Caffè latte")).Id;
        await manager.Ask($"PUT /api/menu/items/{latte}", new
        {
            modifier_groups = new[] { new { name = "Milk", min = 0, max = 1, options = new[]
            {
                new { name = "Almond milk", adds_allergens = new[] { "nuts" }, removes_allergens = new[] { "milk" } }
            } } },
        });
        var plain = await manager.PlaceOrder(new("takeaway", [new(latte)]));
        var almond = await manager.PlaceOrder(new("takeaway", [new(latte, 1, ["almond-milk"])]));
        await manager.Ask($"PUT /api/menu/items/{latte}", new { allergens = Array.Empty<string>() });
        (await manager.GetOrder(plain.Id)).Items[0].Allergens.ShouldBe(["milk"]);
        (await manager.GetOrder(almond.Id)).Items[0].Allergens.ShouldBe(["tree_nuts"]);
    }

    [Fact]
    public async Task A_wish_for_the_whole_combo_is_lost_with_no_part_and_none_is_without_bound()
    {
        var deal = await BreakfastDeal();
        object Wishes(string whole, string? first) => new
        {
            items = new[] { new { menu_item_id = deal.Id, special_instructions = whole, parts = new object?[]
            {
                new { menu_item_id = deal.Espresso, special_instructions = first },
                new { menu_item_id = deal.Bagel, special_instructions = "cut in two" }
            } } },
        };
        var placed = await deal.Manager.Ask("POST /api/orders", Wishes("NUT ALLERGY", "hot"));
        placed.Items.Select(l => l.GetProperty("special_instructions").GetString()).ShouldBe(["NUT ALLERGY; hot", "cut in two"]);
        (await deal.Manager.Ask(
            "POST /api/orders",
            Wishes("", new string('x', 501)))).Fields.ShouldBe(["items[0].parts[0].special_instructions"]);
        (await deal.Manager.Ask($"PUT /api/orders/{placed.Id}", new
        {
            items = new[]
        {
            new { id = placed.Items.First().GetProperty("id").GetInt64(), parts = new[] { new { menu_item_id = 1L } } }
        }
        }, ("If-Match", "*"))).Fields.ShouldContain("items[0].parts");
    }

    [Fact]
    public async Task The_receipt_names_a_combo_once_wherever_its_parts_stand()
    {
        var deal = await BreakfastDeal();
        var placed = await deal.Manager.Ask(
            "POST /api/orders",
            Order(deal, 1, new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant }));
        var ids = placed.Items.Select(l => l.GetProperty("id").GetInt64()).ToArray();
        (await deal.Manager.Ask(
            $"PUT /api/orders/{placed.Id}",
            new { items = new object[] { new { id = ids[0] }, new { menu_item_id = deal.Latte }, new { id = ids[1] } } },
            ("If-Match", "*"))).Status.ShouldBe(200);
        var receipt = await (await deal.Manager.Send(
            HttpMethod.Get,
            $"/api/orders/{placed.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.Split("Breakfast deal").Length.ShouldBe(2);
        receipt.ShouldMatch(@"Breakfast deal +5\.50\n  Espresso\n  Butter croissant\n1 x Caffè latte");
    }

    [Fact]
    public async Task A_combo_is_popular_by_how_often_it_was_sold()
    {
        var deal = await BreakfastDeal();
        await deal.Manager.Ask(
            "POST /api/orders",
            Order(deal, 3, new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant }));
        await deal.Manager.PlaceOrder(new("takeaway", [new(deal.Latte, 2)]));
        (await deal.Manager.Ask("GET /api/products/popular")).Items
            .Select(i => i.GetProperty("name").GetString())
            .ShouldBe(["Espresso", "Butter croissant", "Breakfast deal", "Caffè latte"], ignoreOrder: true);
        (await deal.Manager.Ask("GET /api/products?sort=popular&limit=4")).Items
            .Last()
            .GetProperty("name")
            .GetString()
            .ShouldBe("Caffè latte");
    }
}

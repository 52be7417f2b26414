using System.Text.Json;
using Comanda.Stock;

namespace Comanda.Tests.Stock;

/// <summary>Another supplier's margarine changes what every product declares, as long as any of it may be in one.</summary>
public sealed class StockAllergenTests(CafeApp app)
{
    /// <summary>A bakery whose dough has margarine in it, 1 kg in 10 kg.</summary>
    private async Task<(Bakery Bakery, long Margarine)> Open(params (string Key, string Value)[] settings)
    {
        var bakery = await Bakery.Open(app, settings);
        var margarine = await bakery.Manager.Ingredient("Margarine", "kg", 0, cost: 3);
        await bakery.Manager.Works($"PUT /api/inventory/{bakery.Dough}/recipe", new
        {
            made = "ahead",
            yield = 10,
            items = new[]
            {
                new { inventory_id = bakery.Flour, quantity = 6m },
                new { inventory_id = margarine, quantity = 1m },
            },
        });
        await bakery.Manager.Works($"PUT /api/menu/items/{bakery.Croissant}", new { allergens = new[] { "eggs" } });
        return (bakery, margarine);
    }

    private static async Task<string> Declared(Bakery bakery) => string.Join(
        ',',
        (await bakery.Manager.Works($"GET /api/menu/items/{bakery.Croissant}")).Body.GetProperty("allergens").EnumerateArray());

    private static Task<Answer> Deliver(Bakery bakery, long item, string lot, decimal quantity, params string[] allergens) =>
        bakery.Manager.Works(
            $"POST /api/inventory/{item}/adjust",
            new { adjustment = quantity, reason = "delivery", lot, allergens = allergens.Length == 0 ? null : allergens });

    [Fact]
    public async Task A_lot_changes_what_is_declared_from_its_delivery_until_nothing_of_it_is_left()
    {
        var (bakery, margarine) = await Open();
        (await Declared(bakery)).ShouldBe("eggs");
        await bakery.Manager.Works($"PUT /api/inventory/{bakery.Flour}/allergens", new { allergens = new[] { "wheat" } });
        await bakery.Manager.Works($"PUT /api/inventory/{margarine}/allergens", new { allergens = Array.Empty<string>() });
        (await Declared(bakery)).ShouldBe("gluten,eggs");

        await Deliver(bakery, bakery.Flour, "F", 100);
        await Deliver(bakery, margarine, "old", 1);
        await Deliver(bakery, margarine, "new", 1, "milk", "soya");
        (await Declared(bakery)).ShouldBe("gluten,eggs,soya,milk");
        var why = (await bakery.Manager.Works("GET /api/inventory/allergens")).Items
            .Single(i => i.GetProperty("menu_item_id").GetInt64() == bakery.Croissant);
        why.GetProperty("by_hand").EnumerateArray().Select(a => a.GetString()).ShouldBe(["eggs"]);
        var milk = why.GetProperty("because").EnumerateArray().Single(b => b.GetProperty("allergen").GetString() == "milk");
        (milk.GetProperty("name").GetString(), milk.GetProperty("lots")[0].GetString()).ShouldBe(("Margarine", "new"));

        // All of it is in doughs, then in croissants, then sold: only then it is in nothing any more.
        await bakery.Make(bakery.Dough, 20);
        await Deliver(bakery, margarine, "again", 5);
        await Brought(bakery);
        (await Declared(bakery)).ShouldBe("gluten,eggs,soya,milk");
        await bakery.Make(bakery.Baked, 200);
        await Brought(bakery);
        (await Declared(bakery)).ShouldBe("gluten,eggs,soya,milk");
        var order = await bakery.Sell(200);
        await Brought(bakery);
        (await Declared(bakery)).ShouldBe("gluten,eggs");
        // What was sold keeps what was declared then.
        var line = (await bakery.Manager.Works($"GET /api/orders/{order.Id}")).Items.Single();
        string.Join(',', line.GetProperty("allergens").EnumerateArray()).ShouldBe("gluten,eggs,soya,milk");
        (await bakery.Manager.Works("GET /api/menu/items?without_allergens=milk")).Items
            .ShouldContain(i => i.GetProperty("id").GetInt64() == bakery.Croissant);
    }

    /// <summary>As the background service would.</summary>
    private async Task Brought(Bakery bakery)
    {
        var follow = (FollowLots)app.FirstProcess.Services.GetService(typeof(FollowLots))!;
        await GiveLots.CatchUp(app.Database, bakery.Shop.Id, default);
        await follow.Look(bakery.Shop.Id, default);
    }

    [Fact]
    public async Task What_a_recipe_adds_does_not_become_said_by_hand()
    {
        var (bakery, _) = await Open();
        await bakery.Manager.Works($"PUT /api/inventory/{bakery.Flour}/allergens", new { allergens = new[] { "gluten" } });
        await bakery.Manager.Works(
            $"PUT /api/menu/items/{bakery.Croissant}", new { allergens = new[] { "gluten", "eggs", "milk" } });
        (await Declared(bakery)).ShouldBe("gluten,eggs,milk");
        await bakery.Manager.Works($"PUT /api/inventory/{bakery.Flour}/allergens", new { allergens = (string[]?)null });
        (await Declared(bakery)).ShouldBe("eggs,milk");
    }

    [Fact]
    public async Task A_lot_that_was_read_wrong_is_corrected()
    {
        var (bakery, margarine) = await Open();
        await Deliver(bakery, margarine, "M", 5, "milk");
        (await Declared(bakery)).ShouldBe("eggs,milk");
        var lot = (await bakery.Manager.Works("GET /api/lots?lot=M")).Items.Single().GetProperty("id").GetInt64();
        await bakery.Manager.Works($"PUT /api/lots/{lot}/allergens", new { allergens = new[] { "soy" } });
        (await Declared(bakery)).ShouldBe("eggs,soya");
        (await bakery.Manager.Ask(
            $"POST /api/inventory/{margarine}/adjust",
            new { adjustment = 1, reason = "delivery", lot = "M", allergens = new[] { "milk" } })).Fields.ShouldBe(["allergens"]);
        (await bakery.Manager.Ask($"PUT /api/lots/{lot}/allergens", new { allergens = new[] { "plutonium" } })).Fields
            .ShouldBe(["allergens"]);
        (await bakery.Manager.Ask($"PUT /api/inventory/{margarine}/allergens", new { allergens = new[] { "x" } })).Fields
            .ShouldBe(["allergens"]);
        (await bakery.Manager.Ask(
            $"POST /api/inventory/{margarine}/adjust", new { adjustment = -1, reason = "waste", allergens = new[] { "milk" } })).Fields
            .ShouldBe(["allergens"]);
        var other = await Bakery.Open(app);
        (await other.Manager.Ask($"PUT /api/lots/{lot}/allergens", new { allergens = new[] { "x" } })).Status.ShouldBe(404);
        (await other.Manager.Ask($"PUT /api/inventory/{margarine}/allergens", new { allergens = new[] { "x" } })).Status.ShouldBe(404);
        (await (await bakery.Shop.As("owner")).Works("GET /api/audit?action=allergens_changed")).Items.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_receipt_says_what_was_declared_where_the_shop_wants_it()
    {
        var (bakery, margarine) = await Open(("receipt_allergens", "true"));
        await Deliver(bakery, margarine, "M", 5, "milk");
        var order = await bakery.Sell(1);
        var receipt = await bakery.Manager.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text");
        (await receipt.Content.ReadAsStringAsync()).ShouldContain("contains eggs, milk");
    }

    [Fact]
    public async Task A_shelf_label_has_the_ingredients_by_weight_and_says_what_they_contain()
    {
        var (bakery, margarine) = await Open();
        await bakery.Manager.Works($"PUT /api/inventory/{bakery.Flour}/allergens", new { allergens = new[] { "gluten" } });
        var label = (await bakery.Manager.Works($"GET /api/labels?menu_item_id={bakery.Croissant}")).Items.Single();
        label.GetProperty("ingredients").EnumerateArray()
            .Select(p => (p.GetProperty("name").GetString(), p.GetProperty("stands_out").GetBoolean()))
            .ShouldBe([("Flour", true), ("Margarine", false)]);
        label.GetProperty("price_per_kilogram").ValueKind.ShouldBe(JsonValueKind.Null);
        var page = await bakery.Manager.Send(HttpMethod.Get, $"/api/labels/print?menu_item_id={bakery.Croissant}");
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldContain("Contains: <b>gluten, eggs</b>");
        (await bakery.Manager.Ask("GET /api/labels?menu_item_id=1")).Status.ShouldBe(404);
        (await bakery.Manager.Ask("GET /api/labels/print?menu_item_id=1")).Status.ShouldBe(404);
        (await bakery.Manager.Works("GET /api/labels")).Items.Count().ShouldBeGreaterThan(5);
    }
}

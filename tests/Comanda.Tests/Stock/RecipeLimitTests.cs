using Comanda.Data;

namespace Comanda.Tests.Stock;

/// <summary>No recipe, and no chain of them, is so deep, wide or large that a sale could fail for it; nor does one from before.</summary>
public sealed class RecipeLimitTests(CafeApp app)
{
    private static object Made(decimal yield, params (long Id, decimal Quantity)[] parts) =>
        new { made = "to_order", yield, items = Lines(parts) };

    private static object[] Lines(params (long Id, decimal Quantity)[] parts) =>
        [.. parts.Select(p => (object)new { inventory_id = p.Id, quantity = p.Quantity })];

    private static Task<Answer> Sell(ComandaClient seller, long item, int quantity = 1, object? modifiers = null) =>
        seller.Ask("POST /api/orders", new { type = "takeaway", items = new[] { new { menu_item_id = item, quantity, modifiers } } });

    /// <summary>Items made of one another, the first of the item that is given; as rows, where no limit is asked.</summary>
    private async Task<long[]> Chain(TestShop shop, long bottom, int levels, decimal each = 1, long yield = 1000)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await connection.Execute(
            """
            with made as (
                insert into stock_items (shop_id, name, unit, created_at, made, yield)
                select $1, 'Level ' || n || ' of ' || $2, 'g', now(), 'to_order', $4 from generate_series(1, $3) n returning id
            ),
            placed as (select id, lag(id, 1, $2) over (order by id) as part from made)
            insert into recipe_lines (shop_id, made_id, place, item_id, quantity) select $1, id, 1, part, $5::bigint from placed
            """,
            default, shop.Id, bottom, levels, yield, (long)(each * 1000));
        await using var made = connection.Command(
            "select id from stock_items where shop_id = $1 and name like '% of ' || $2 order by id", shop.Id, bottom);
        return [.. await made.List(r => r.GetInt64(0), default)];
    }

    [Fact]
    public async Task Recipes_go_twenty_levels_deep_and_no_deeper_wherever_the_level_comes_in()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (flour, sack) = (await manager.Ingredient("Flour", "g", 1000), await manager.Ingredient("Sack", "g", 0));
        var chain = new List<long> { flour };
        for (var level = 1; level <= 20; level++)
        {
            chain.Add(await manager.Ingredient($"Level {level}", "g", 0));
            await manager.Works($"PUT /api/inventory/{chain[level]}/recipe", Made(2, (chain[level - 1], 2)));
        }

        var top = await manager.Ingredient("Top", "g", 0);
        var deeper = await manager.Ask($"PUT /api/inventory/{top}/recipe", Made(1, (chain[20], 1)));
        (deeper.Status, string.Join(",", deeper.Fields)).ShouldBe((400, "items"), deeper.ToString());
        deeper.ToString().ShouldContain("Top 21 levels");
        var below = await manager.Ask($"PUT /api/inventory/{flour}/recipe", new { made = "ahead", yield = 1, items = Lines((sack, 1)) });
        (below.Status, string.Join(",", below.Fields)).ShouldBe((400, "items"), below.ToString());
        var ring = await manager.Ask($"PUT /api/inventory/{chain[1]}/recipe", Made(1, (chain[3], 1)));
        (ring.Status, string.Join(",", ring.Fields)).ShouldBe((400, "items"));
        ring.Body.GetProperty("errors").GetProperty("items")[0].GetString()!.ShouldContain("Level 1 → Level 3 → Level 2 → Level 1");
        // Nothing of this was kept: what is sold is twenty levels of flour.
        (await manager.Ask($"GET /api/inventory/{flour}/recipe")).Text("made").ShouldBe("bought");
        var loaf = (await shop.Item("Rye loaf")).Id;
        await manager.Works($"PUT /api/menu/items/{loaf}/recipe", Lines((chain[20], 250)));
        (await Sell(manager, loaf, 2)).Status.ShouldBe(201);
        (await manager.Stock(flour)).ShouldBe(500);
        await app.StockFollowsOrders(shop.Id);
    }

    [Fact]
    public async Task Twenty_thousand_nested_recipes_from_before_sell_close_no_ring_and_stop_nobody()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (flour, salt) = (await manager.Ingredient("Flour", "g", 1000), await manager.Ingredient("Salt", "g", 100));
        var chain = await Chain(shop, flour, 20_000);
        var (loaf, roll) = ((await shop.Item("Rye loaf")).Id, (await shop.Item("Espresso")).Id);
        await app.Database.Scalar(
            "insert into recipe_lines (shop_id, menu_item_id, place, item_id, quantity) values ($1, $2, 1, $3, 1000)",
            default, shop.Id, loaf, chain[^1]);
        await manager.Works($"PUT /api/menu/items/{roll}/recipe", Lines((chain[19], 1), (salt, 2)));
        (await Sell(manager, loaf)).Status.ShouldBe(201);
        (await Sell(manager, roll)).Status.ShouldBe(201);
        (await manager.Stock(flour), await manager.Stock(salt)).ShouldBe((999m, 98m));
        var list = await manager.Works("GET /api/inventory/recipes");
        list.ToString().ShouldContain("nothing is taken off stock for it");
        var closed = new { made = "ahead", yield = 1, items = Lines((chain[^1], 1)) };
        var ring = await manager.Ask($"PUT /api/inventory/{flour}/recipe", closed);
        (ring.Status, string.Join(",", ring.Fields)).ShouldBe((400, "items"));
        var onTop = await manager.Ask($"PUT /api/menu/items/{roll}/recipe", Lines((chain[20], 1)));
        (onTop.Status, string.Join(",", onTop.Fields)).ShouldBe((400, "recipe"), onTop.ToString());
        await app.StockFollowsOrders(shop.Id);
    }

    [Fact]
    public async Task A_recipe_that_multiplies_beyond_counting_is_refused_when_it_is_saved()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (beans, paste) = (await manager.Ingredient("Beans", "g", 1000), await manager.Ingredient("Paste", "g", 0));
        var syrup = await manager.Ingredient("Syrup", "g", 0);
        var item = await shop.Item("Flat white");
        var option = item.ModifierGroups.SelectMany(g => g.Options).First(o => o.Key == "oat-milk").Id;
        async Task Refused(string field, string what, object recipe)
        {
            var answer = await manager.Ask(what, recipe);
            (answer.Status, answer.Code, string.Join(",", answer.Fields)).ShouldBe((400, "invalid_request", field), answer.ToString());
        }

        // A thousandth of paste is a tonne of beans: one thing sold may not have that much in it, and a thousand tonnes is beyond all.
        await manager.Works($"PUT /api/inventory/{paste}/recipe", Made(0.001m, (beans, 1_000_000_000)));
        await Refused("items", $"PUT /api/inventory/{syrup}/recipe", Made(0.001m, (paste, 1_000_000_000)));
        await Refused("recipe", $"PUT /api/menu/items/{item.Id}/recipe", Lines((paste, 0.001m)));
        await Refused("recipe", $"PUT /api/menu/items/{item.Id}/recipe", Lines((beans, 1_000_000.001m)));
        await Refused("recipe", $"PUT /api/menu/options/{option}/recipe", Lines((paste, 0.001m)));
        await manager.Works($"PUT /api/menu/items/{item.Id}/recipe", Lines((beans, 18)));
        await Refused("recipe", $"PUT /api/menu/options/{option}/recipe", new object[] { new { inventory_id = paste, replaces = beans } });
        // The same from below: what the menu has already would become too much.
        await manager.Works($"PUT /api/menu/options/{option}/recipe", new object[] { new { inventory_id = syrup, replaces = beans } });
        await Refused("items", $"PUT /api/inventory/{syrup}/recipe", Made(0.001m, (paste, 1)));
        await Refused("items", $"PUT /api/inventory/{syrup}/recipe", Made(1, (beans, 1_000_000)));
        await manager.Works($"PUT /api/inventory/{paste}/recipe", new { made = "ahead", yield = 1, items = Lines((beans, 1000)) });
        await Refused("quantity", $"POST /api/inventory/{paste}/make", new { quantity = 1_000_001 });
        (await manager.Stock(beans)).ShouldBe(1000);
    }

    [Fact]
    public async Task What_was_saved_too_large_before_fails_no_sale_and_stays_a_figure()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var beans = await manager.Ingredient("Beans", "g", 1000, cost: 1_000_000_000);
        var chain = await Chain(shop, beans, 4, each: 1_000_000_000, yield: 1);
        var item = await shop.Item("Flat white");
        var option = item.ModifierGroups.SelectMany(g => g.Options).First(o => o.Key == "extra-shot");
        await app.Database.Scalar(
            """
            insert into recipe_lines (shop_id, menu_item_id, option_id, place, item_id, quantity)
            values ($1, $2, null, 1, $4, 1000000000000), ($1, null, $3, 1, $5, 1000000000000)
            """,
            default, shop.Id, item.Id, option.Id, chain[^1], chain[1]);
        await app.Database.Scalar("update stock_items set unit_cost = 1e26 where id = $1", default, chain[2]);
        // Another process, which has not read the recipes yet.
        var elsewhere = await shop.As("manager", await app.StartProcess());
        var sold = await Sell(elsewhere, item.Id, 999, new object[] { new { id = option.Id, quantity = 1 } });
        sold.Status.ShouldBe(201, sold.ToString());
        (await Sell(elsewhere, item.Id, 999)).Status.ShouldBe(201);
        (await elsewhere.Stock(beans)).ShouldBe(1000 - (2 * 999 * 1_000_000m));
        await elsewhere.Works($"POST /api/orders/{sold.Id}/cancel", new { reason = "left" });
        (await elsewhere.Stock(beans)).ShouldBe(1000 - (999 * 1_000_000m));
        await elsewhere.Works("GET /api/inventory/recipes");
        await elsewhere.Works($"GET /api/inventory/{chain[3]}/recipe");
        await elsewhere.Works("GET /api/reports/costs?group_by=item");
        await app.StockFollowsOrders(shop.Id);
    }

    [Fact]
    public async Task One_thing_is_of_two_hundred_ingredients_at_most()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ids = new List<long>();
        foreach (var few in Enumerable.Range(0, 201).Chunk(20))
            ids.AddRange(await Task.WhenAll(few.Select(i => manager.Ingredient($"Spice {i}", "g", 0))));
        var mixes = new List<long>();
        foreach (var part in ids.Take(200).Chunk(50))
        {
            mixes.Add(await manager.Ingredient($"Mix {mixes.Count}", "g", 0));
            await manager.Works($"PUT /api/inventory/{mixes[^1]}/recipe", Made(50, [.. part.Select(p => (p, 1m))]));
        }

        var all = await manager.Ingredient("All of it", "g", 0);
        var lines = mixes.Select(m => (m, 1m)).ToArray();
        await manager.Works($"PUT /api/inventory/{all}/recipe", Made(4, lines));
        var more = await manager.Ask($"PUT /api/inventory/{all}/recipe", Made(4, [.. lines, (ids[200], 1m)]));
        (more.Status, string.Join(",", more.Fields)).ShouldBe((400, "items"), more.ToString());
        var item = (await shop.Item("Rye loaf")).Id;
        await manager.Works($"PUT /api/menu/items/{item}/recipe", Lines((all, 200)));
        var wider = await manager.Ask($"PUT /api/menu/items/{item}/recipe", Lines((all, 200), (ids[200], 1)));
        (wider.Status, string.Join(",", wider.Fields)).ShouldBe((400, "recipe"), wider.ToString());
        (await Sell(manager, item)).Status.ShouldBe(201);
        (await manager.Stock(ids[0]), await manager.Stock(ids[200])).ShouldBe((-1m, 0m));
    }
}

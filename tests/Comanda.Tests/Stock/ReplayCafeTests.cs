using System.Globalization;
using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Stock;

/// <summary>A real cafe's week, sold anew through the API, and what is known exactly of what it used.</summary>
public sealed class ReplayCafeTests(CafeApp app)
{
    [Fact]
    public async Task A_week_of_a_real_cafe_uses_what_its_truth_says_to_the_gram_and_the_salami_in_its_tea_is_worth_a_look()
    {
        Assert.SkipWhen(CafeApp.Shared is null, "the real sales are not beside this repository");
        var folder = Path.Combine(CafeApp.Shared!, "bens-coffeeshop");
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "truth.json")));
        var truth = file.RootElement;
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        owner.Http.DefaultRequestHeaders.Add(
            "X-Shop-Id",
            (await owner.Works("POST /api/shops", new { name = "Week " + shop.Id, currency = "GBP" })).Id.ToString());

        // What is bought comes in packs, at the price of a pack; recipes are in grams, millilitres and pieces.
        var packs = Rows(folder, "inventory.csv").ToDictionary(
            r => r["ing_id"],
            r => decimal.Parse(r["quantity"], CultureInfo.InvariantCulture));
        var ingredients = new Dictionary<string, long>();
        foreach (var row in Rows(folder, "ingredients.csv"))
        {
            var weight = decimal.Parse(row["ing_weight"], CultureInfo.InvariantCulture);
            var id = ingredients[row["ing_id"]] = (await owner.Works(
                "POST /api/inventory",
                new { name = row["ing_name"], unit = row["ing_meas"], packs = new[] { new { name = "pack", quantity = weight } } })).Id;
            await owner.Works($"POST /api/inventory/{id}/adjust", new
            {
                adjustment = packs[row["ing_id"]],
                unit = "pack",
                reason = "delivery",
                unit_cost = decimal.Parse(row["ing_price"], CultureInfo.InvariantCulture)
            });
        }

        var recipes = Rows(folder, "recipe.csv").ToLookup(r => r["recipe_id"]);
        var items = new Dictionary<string, long>();
        foreach (var row in Rows(folder, "items.csv"))
        {
            var id = items[row["item_id"]] = (await owner.Works("POST /api/menu", new
            {
                name = $"{row["item_name"]} {row["item_size"]}",
                sku = row["sku"],
                category = row["item_cat"],
                price = decimal.Parse(row["item_price"], CultureInfo.InvariantCulture),
                tax_rate = 0
            })).Id;
            await owner.Works($"PUT /api/menu/items/{id}/recipe", recipes[row["sku"]].Select(r => new
            {
                inventory_id = ingredients[r["ing_id"]],
                quantity = decimal.Parse(r["quantity"], CultureInfo.InvariantCulture)
            }).ToArray());
        }

        // Some lines name items that the menu does not have. The truth counts them, at no price.
        var sales = Rows(folder, "orders.csv");
        foreach (var unknown in sales.Select(s => s["item_id"]).Distinct().Where(i => !items.ContainsKey(i)).ToList())
            items[unknown] = (await owner.Works("POST /api/menu", new { name = unknown, category = "Not on the menu", price = 0 })).Id;
        await Parallel.ForEachAsync(
            sales.GroupBy(s => s["order_id"]),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (order, _) => await owner.Works("POST /api/orders", new
            {
                type = order.First()["in_or_out"] == "in" ? "dine-in" : "takeaway",
                customer_name = order.First()["cust_name"],
                items = order.Select(l => new
                {
                    menu_item_id = items[l["item_id"]],
                    quantity = int.Parse(
                    l["quantity"],
                    CultureInfo.InvariantCulture)
                }).ToArray(),
                payments = order.Any(l => l["item_id"] is "It025" or "It026" or "It027" or "It028" or "It0010")
                    ? null
                    : new[] { new { method = "card" } },
            }));

        var day = await owner.GetDailySales();
        (day.OrderCount, day.TotalSales).ShouldBe((truth.GetProperty("transactions").GetInt64(), Number(truth, "gross_total")));
        var total = 0m;
        foreach (var used in truth.GetProperty("ingredient_usage").EnumerateObject())
        {
            var (movements, cost) = (0m, 0m);
            for (string? cursor = ""; cursor is not null;)
            {
                var page =
                    await owner.Works($"GET /api/inventory/{ingredients[used.Name]}/movements?reason=sale&limit=200{(cursor.Length > 0
                        ? "&cursor=" + cursor
                        : "")}");
                (movements, cost) = (movements - page.Items.Sum(m => m.Decimal("quantity")), cost - page.Items.Sum(m => m.Decimal("cost")));
                cursor = page.Body.GetProperty("next_cursor").GetString();
            }

            (movements, cost, await owner.Stock(ingredients[used.Name])).ShouldBe(
                (Number(used.Value, "used"), Number(used.Value, "cost_used"), Number(used.Value, "left")),
                used.Name);
            total += cost;
        }

        total.ShouldBe(Number(truth, "recipe_cost_total"));
        var costs = (await owner.Works("GET /api/inventory/recipes")).Items.ToDictionary(r => r.GetProperty("sku").GetString()!);
        foreach (var cost in truth.GetProperty("recipe_cost_per_item").EnumerateObject())
            costs[cost.Name].Decimal("cost").ShouldBe(decimal.Parse(cost.Value.GetString()!, CultureInfo.InvariantCulture), cost.Name);
        costs.Count.ShouldBe(truth.GetProperty("recipe_cost_per_item").EnumerateObject().Count());
        var odd = (await owner.Works("GET /api/inventory/recipes?worth_a_look=true")).Items.Single();
        (odd.GetProperty("sku").GetString(), odd.GetProperty("worth_a_look").EnumerateArray().Single().GetString())
            .ShouldBe(("CDR-ICT-LG", "Salami is in no other of Cold Drinks, and in items of other categories: is it meant?"));
        (await owner.Ask("GET /api/inventory/low-stock")).Items.ShouldBeEmpty();
        await app.StockFollowsOrders(long.Parse(
            owner.Http.DefaultRequestHeaders.GetValues("X-Shop-Id").Single(),
            CultureInfo.InvariantCulture));
    }

    private static decimal Number(JsonElement element, string field) =>
        decimal.Parse(element.GetProperty(field).GetString()!, CultureInfo.InvariantCulture);

    private static List<Dictionary<string, string>> Rows(string folder, string name)
    {
        var rows = File.ReadAllLines(Path.Combine(folder, name))
            .Where(l => l.Length > 0)
            .Select(l => l.TrimEnd('\r').Split(',').Select(c => c.Trim('"')).ToArray())
            .ToList();
        return rows.Skip(1).Select(r => rows[0].Zip(r).ToDictionary(p => p.First.Trim('\uFEFF'), p => p.Second)).ToList();
    }
}

using System.IO.Compression;
using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Imports;

/// <summary>Out of one shop and into another: the same figures in every report.</summary>
public sealed class RoundTripTests(CafeApp app)
{
    [Fact]
    public async Task What_export_writes_an_empty_shop_takes_and_every_report_is_the_same()
    {
        (string, string)[] settings = [("tax_rate", "13"), ("prices_include_tax", "true"), ("time_zone", "UTC")];
        var from = await app.NewShop(settings);
        var owner = await from.As("owner");
        var menu = (await owner.Ask("GET /api/products")).Items.Take(4).ToList();
        var refunded = 0L;
        for (var i = 0; i < 8; i++)
        {
            var placed = await owner.Ask("POST /api/orders", new
            {
                type = i % 2 == 0 ? "dine-in" : "takeaway",
                items = new[]
                {
                    new { menu_item_id = menu[i % 4].Id(), quantity = 1 + (i % 3) },
                    new { menu_item_id = menu[(i + 1) % 4].Id(), quantity = 1 },
                },
                discount = new { type = "percentage", value = 5 * (i % 3), reason = "=regular" },
                notes = "no sugar, \"please\"",
                payment_method = i % 3 == 0 ? "cash" : "card",
                tip = i % 3 == 1 ? 1.5m : 0m,
            });
            placed.Status.ShouldBe(201, placed.ToString());
            if (i != 2)
                continue;
            refunded = placed.Id;
            var line = placed.Body.GetProperty("items")[0].Id();
            (await owner.Ask($"POST /api/orders/{refunded}/refund", new { items = new[] { new { order_item_id = line, quantity = 1 } } }))
                .Status.ShouldBe(201);
        }

        var files = await Export(owner);
        files.Select(f => f.Name).Order().ShouldBe(
        [
            "categories.csv", "gift_cards.csv", "guests.csv", "item_modifiers.csv", "items.csv", "journal.csv", "modifiers.csv",
            "payments.csv", "recipes.csv", "refund_lines.csv", "refunds.csv", "sale_lines.csv", "sales.csv", "staff.csv", "stock.csv",
            "suppliers.csv",
        ]);
        var to = await app.NewShop(settings);
        var other = await to.As("owner");
        var plan = await other.Plan([.. files], []);
        plan.Counts().Refused.ShouldBe(0, plan.ToString());
        plan.Body.GetProperty("totals_by_day").EnumerateArray().ShouldAllBe(d => d.GetProperty("difference").GetDecimal() == 0);
        await other.Run(plan.Id);

        var day = (await owner.Ask($"GET /api/orders/{refunded}")).Body.GetProperty("created_at").GetDateTimeOffset();
        var (first, last) = (DateOnly.FromDateTime(day.UtcDateTime).AddDays(-1), DateOnly.FromDateTime(day.UtcDateTime).AddDays(1));
        foreach (var path in new[]
        {
            "sales?group_by=day", "sales?group_by=hour", "sales?group_by=category", "sales?group_by=type", "sales?group_by=week",
            "products/top?by=quantity", "products/top?by=revenue",
        })
        {
            var asked = $"GET /api/reports/{path}&from={first:yyyy-MM-dd}&to={last:yyyy-MM-dd}";
            var (mine, theirs) = (Plain((await owner.Ask(asked)).Body), Plain((await other.Ask(asked)).Body));
            theirs.ShouldBe(mine, path);
            mine.ShouldNotBeEmpty();
        }

        for (var on = first; on <= last; on = on.AddDays(1))
        {
            var asked = $"GET /api/reports/sales/daily?date={on:yyyy-MM-dd}";
            Plain((await other.Ask(asked)).Body).ShouldBe(Plain((await owner.Ask(asked)).Body), $"{on}");
        }

        // And once more: everything is there.
        var again = await other.Run((await other.Plan([.. files], [])).Id);
        (again.Counts().New, again.Counts().Changed).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Options_cards_points_stock_and_categories_come_along_and_people_are_named_without_secrets()
    {
        var owner = await (await app.NewShop()).As("owner");
        var sold = await owner.Ask("POST /api/gift-cards", new { amount = 25m, method = "card" });
        sold.Status.ShouldBe(201, sold.ToString());
        await owner.Works("POST /api/inventory", new { name = "Rye flour", unit = "kg", current_stock = 12.5m, low_stock_threshold = 5 });
        var guest = await owner.Ask("POST /api/customers", new { name = "Ida Example", email = "ida@example.com" });
        (await owner.Ask($"POST /api/customers/{guest.Id}/points", new { points = 40, reason = "a gift" })).Status.ShouldBe(201);
        var files = await Export(owner);
        string Text(string name) => System.Text.Encoding.UTF8.GetString(files.Single(f => f.Name == name).Content);
        Text("staff.csv").ShouldNotContain("$2");
        Text("staff.csv").ShouldContain("owner");

        (string, decimal)[] Levels(Answer stock) =>
            [.. stock.Items.Select(i => (i.Text("name"), i.GetProperty("current_stock").GetDecimal())).Order()];
        string[] Names(Answer answer) => [.. answer.Items.Select(i => i.Text("name")).Order()];
        var levels = Levels(await owner.Ask("GET /api/inventory?limit=200"));
        var items = Names(await owner.Ask("GET /api/products?limit=200"));
        levels.ShouldContain(l => l.Item2 > 0);
        var made = await owner.Ask("POST /api/shops", new { name = "An empty one" });
        made.Status.ShouldBe(201, made.ToString());
        var other = app.Client();
        other.AccessToken = owner.AccessToken;
        other.Http.DefaultRequestHeaders.Add("X-Shop-Id", $"{made.Id}");
        var plan = await other.Plan([.. files], []);
        plan.Counts().Refused.ShouldBe(0, plan.ToString());
        await other.Run(plan.Id);
        Names(await other.Ask("GET /api/products?limit=200")).ShouldBe(items);
        (await other.Ask("GET /api/menu")).Body.ToString().ShouldContain("Oat milk");
        Text("modifiers.csv").ShouldContain("Oat milk,0.60,gluten,milk");
        (await other.Ask("GET /api/gift-cards")).Items.ShouldHaveSingleItem().GetProperty("balance").GetDecimal().ShouldBe(25m);
        var ida = (await other.Ask("GET /api/customers?q=ida")).Items.Single(c => c.Text("name") == "Ida Example");
        ida.GetProperty("loyalty_points").GetInt64().ShouldBe(40);
        Levels(await other.Ask("GET /api/inventory?limit=200")).ShouldBe(levels);
        (await other.Ask($"DELETE /api/imports/{plan.Id}")).Code.ShouldBe("import_built_upon");
    }

    [Fact]
    public async Task Only_who_may_changes_settings_takes_the_books_away()
    {
        var shop = await app.NewShop();
        (await (await shop.As("cashier")).Ask("GET /api/exports")).Status.ShouldBe(403);
    }

    private static async Task<List<(string Name, byte[] Content)>> Export(ComandaClient client)
    {
        var response = await client.Send(HttpMethod.Get, "/api/exports");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        var files = new List<(string, byte[])>();
        foreach (var entry in zip.Entries)
        {
            await using var stream = await entry.OpenAsync();
            using var content = new MemoryStream();
            await stream.CopyToAsync(content);
            files.Add((entry.FullName, content.ToArray()));
        }

        return files;
    }

    /// <summary>Figures and names, without what is each shop's own: ids, and when it was asked.</summary>
    private static string Plain(JsonElement report) => report.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', report.EnumerateObject()
            .Where(p => !p.Name.EndsWith("id", StringComparison.Ordinal) && p.Name is not ("at" or "as_of" or "image_url"))
            .Select(p => p.Name + ":" + Plain(p.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', report.EnumerateArray().Select(Plain)) + "]",
        _ => report.ToString(),
    };
}

using System.Globalization;
using System.Text.Json;
using Comanda.Taxes;

namespace Comanda.Tests.Taxes;

/// <summary>A shop's table of taxes, and which of its classes a line is of.</summary>
public sealed partial class TaxesTests
{
    [Fact]
    public async Task A_table_is_versioned_audited_and_refuses_a_stale_change()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var first = await admin.Ask("GET /api/taxes");
        (first.Body.GetProperty("version").GetInt64(), first.Text("default_class")).ShouldBe((0, "standard"));
        Of(first.Body.GetProperty("rows")[0], "rate").ShouldBe(10);
        var tag = first.Response.Headers.ETag!.Tag;
        (await admin.Ask("GET /api/taxes", null, ("If-None-Match", tag))).Status.ShouldBe(304);

        var changed = await admin.Ask("PUT /api/taxes", Table, ("If-Match", tag));
        (changed.Status, changed.Body.GetProperty("version").GetInt64()).ShouldBe((200, 1));
        changed.Body.GetProperty("classes")[2].GetProperty("name").GetString().ShouldBe("hot");
        changed.Body.GetProperty("rows")[0].GetProperty("treatment").GetString().ShouldBe("taxed");
        changed.Response.Headers.ETag!.Tag.ShouldBe("\"v1\"");
        (await admin.Ask("PUT /api/taxes", Table, ("If-Match", tag))).Code.ShouldBe("stale_version");
        (await admin.Ask("PUT /api/taxes", Table, ("If-Match", "\"v1\""))).Status.ShouldBe(200);
        (await admin.Ask("PUT /api/taxes", Table, ("If-Match", "\"v1\""))).Code.ShouldBe("stale_version");
        var entry = (await admin.Ask("GET /api/audit?action=taxes_changed")).Items.First();
        entry.GetProperty("before").GetProperty("rows").GetArrayLength().ShouldBe(4);

        (await admin.Ask("PUT /api/config/tax_rate", new { value = 7 })).Code.ShouldBe("taxes_in_a_table");
        (await (await shop.As("cashier")).Ask("PUT /api/taxes", Table)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task What_is_wrong_with_a_table_is_named_and_changes_nothing()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var refused = await admin.Ask("PUT /api/taxes", new
        {
            classes = new[] { new { code = "food" } },
            rows = new object[]
            {
                new { @class = "food", name = "VAT", rate = 7 },
                new { @class = "food", name = "VAT", rate = 19, from = "2026-01-01" },
                new { @class = "drink", name = "VAT", rate = 190 },
            },
        });
        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["rows[1].from", "rows[2].class", "rows[2].rate"], ignoreOrder: true);
        (await admin.Ask("GET /api/taxes")).Body.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_class_that_the_menu_names_stays_in_the_table()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        (await admin.Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        var item = (await shop.Item("Espresso")).Id;
        (await admin.Ask($"PUT /api/menu/items/{item}", new { tax_class = "tea" })).Fields.ShouldBe(["tax_class"]);
        (await admin.Ask($"PUT /api/menu/items/{item}", new { tax_class = "drink" })).Text("tax_class").ShouldBe("drink");
        var without = new { classes = new[] { new { code = "food" } }, rows = Array.Empty<object>() };
        var refused = await admin.Ask("PUT /api/taxes", without);
        (refused.Code, refused.Text("detail")!.Contains("drink")).ShouldBe(("tax_class_in_use", true));
        (await admin.Ask($"PUT /api/menu/items/{item}", new { tax_class = "" })).Status.ShouldBe(200);
        (await admin.Ask("PUT /api/taxes", without)).Status.ShouldBe(200);
    }

    /// <summary>Item, category, option and rate: each says what a line bears, the nearest first.</summary>
    [Fact]
    public async Task An_option_beats_the_item_and_the_item_its_category()
    {
        var shop = await app.NewShop();
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        (await admin.Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        var category = await manager.Ask("POST /api/admin/categories", new { name = "Cold things", tax_class = "drink" });
        category.Status.ShouldBe(201, category.ToString());
        (await manager.Ask($"PUT /api/admin/categories/{category.Id}", new { tax_class = "none" })).Fields.ShouldBe(["tax_class"]);
        var item = await manager.Ask("POST /api/menu/items", new
        {
            name = "Panini",
            category = "Cold things",
            price = 4.80m,
            modifier_groups = new[]
            {
                new { name = "How", min = 0, max = 1, options = new object[] { new { name = "Toasted", tax_class = "hot" } } },
            },
        });
        item.Status.ShouldBe(201, item.ToString());
        (await Bears(new { menu_item_id = item.Id })).ShouldBe(("drink", 19m));
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { tax_class = "food" })).Status.ShouldBe(200);
        (await Bears(new { menu_item_id = item.Id })).ShouldBe(("food", 7m));
        (await Bears(new { menu_item_id = item.Id, modifiers = new[] { "toasted" } })).ShouldBe(("hot", 19m));
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { tax_class = "food", tax_rate = 5 })).Fields.ShouldBe(["tax_class"]);
        var rated = await manager.Ask($"PUT /api/menu/items/{item.Id}", new { tax_rate = 5.5m });
        (Of(rated.Body, "tax_rate"), rated.Body.GetProperty("tax_class").ValueKind).ShouldBe((5.5m, JsonValueKind.Null));
        (await Bears(new { menu_item_id = item.Id })).ShouldBe(("rate:5.5", 5.5m));
        (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { tax_rate = -1 })).Status.ShouldBe(200);
        (await Bears(new { menu_item_id = item.Id })).ShouldBe(("drink", 19m));

        async Task<(string?, decimal)> Bears(object line)
        {
            var order = await manager.Ask("POST /api/orders", new { type = "takeaway", items = new[] { line } });
            order.Status.ShouldBe(201, order.ToString());
            var sold = order.Items.Single();
            return (sold.GetProperty("tax_class").GetString(), Of(sold.GetProperty("taxes").EnumerateArray().Single(), "rate"));
        }
    }

    /// <summary>The guest pays the same; only the tax inside moves: by the order's type, for one line, and changed after placing.</summary>
    [Fact]
    public async Task Trap27_eaten_here_or_taken_along_is_another_tax_and_the_same_price()
    {
        var shop = await app.NewShop();
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        (await admin.Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        var bagel = (await shop.Item("Smoked salmon bagel")).Id; // 9.80
        (await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = bagel, way = "outside" } } })).Fields
            .ShouldBe(["items[0].way"]);
        var order = await manager.Ask(
            "POST /api/orders",
            new
            {
                type = "dine-in",
                items = new object[] { new { menu_item_id = bagel }, new { menu_item_id = bagel, way = "takeaway" } },
            });
        Of(order.Body, "total_amount").ShouldBe(19.60m);
        order.Items.Select(l => l.GetProperty("way").GetString()).ShouldBe(["dine-in", "takeaway"]);
        Taxes(order.Body).ShouldBe([("VAT", 7m, 9.16m, 0.64m), ("VAT", 13m, 8.67m, 1.13m)]);

        var lines = order.Items.Select(l => l.GetProperty("id").GetInt64()).ToArray();
        var edited = await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { id = lines[0], way = "takeaway" }, new { id = lines[1] } } },
            ("If-Match", $"\"v{order.Text("version")}\""));
        edited.Status.ShouldBe(200, edited.ToString());
        Of(edited.Body, "total_amount").ShouldBe(19.60m);
        Taxes(edited.Body).ShouldBe([("VAT", 7m, 18.32m, 1.28m)]);
        var receipt = await (await manager.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.ShouldContain("B VAT 7 % of 18.32");
        receipt.ShouldNotContain("13 %");
    }
}

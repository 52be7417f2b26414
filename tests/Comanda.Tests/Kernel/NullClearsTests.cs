using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comanda.Tests.Kernel;

/// <summary>Null in a change takes away what may be missing; a field that is left out stays.</summary>
public sealed class NullClearsTests(CafeApp app)
{
    [Theory]
    [InlineData("/api/inventory", """{"name":"Flour T65","unit":"kg","low_stock_threshold":5,"lead_time_days":3}""")]
    [InlineData(
        "/api/suppliers",
        """{"name":"Mill","email":"mill@example.org","phone":"+351912345678","lead_time_days":2,"notes":"At six."}""")]
    [InlineData("/api/customers", """{"name":"Ana","email":"ana@example.org","phone":"+351912345679"}""")]
    [InlineData(
        "/api/users",
        """
        {"username":"rui","name":"Rui","role":"cashier","password":"correct horse","email":"rui@example.org","phone":"+351912345671"}
        """)]
    [InlineData("/api/admin/categories", """{"name":"Tarts","description":"Sweet","image":"/pictures/tart.svg","tax_class":"food"}""")]
    [InlineData(
        "/api/menu/items",
        """
        {"name":"Almond tart","price":4,"discount_price":3,"description":"Warm","sku":"T-1","barcode":"4006381333931","image_url":"/a.svg",
        "ingredients":"Almonds","nutritional_info":{"kcal":310},"available_from":"07:00","available_until":"11:00",
        "tax_class":"food"}
        """)]
    [InlineData(
        "/api/admin/promotions",
        """
        {"title":"Happy","discount_type":"percentage","discount_value":10,"description":"Each day","image":"/h.svg","code":"HAPPY",
        "minimum_order_value":5,"maximum_discount":3,"start_date":"2026-01-01","end_date":"2030-01-01",
        "usage_limit":9,"usage_limit_per_customer":2}
        """)]
    public async Task Null_takes_each_away_alone_and_what_was_read_can_be_sent_back(string path, string body)
    {
        var admin = await (await app.NewShop()).As("admin");
        (await admin.Ask("PUT /api/taxes", Taxes)).Status.ShouldBe(200);
        var given = JsonNode.Parse(body)!.AsObject();
        var added = await admin.Ask($"POST {path}", given);
        added.Status.ShouldBe(201, added.ToString());
        var at = $"{path}/{added.Body.GetProperty("id")}";
        var before = JsonNode.Parse(added.Body.ToString())!.AsObject();
        var clearable = given.Select(g => g.Key).Where(k => !Stays.Contains(k)).ToList();
        clearable.ShouldAllBe(name => !IsNone(before[name]), $"{before}");
        foreach (var name in clearable)
        {
            var changed = await admin.Ask($"PUT {at}", new JsonObject { [name] = null });
            changed.Status.ShouldBe(200, $"{name}: {changed}");
            var after = JsonNode.Parse(changed.Body.ToString())!.AsObject();
            IsNone(after[name]).ShouldBeTrue($"{name} of {path} is {after[name]}");
            foreach (var (other, value) in before.Where(b => b.Key != name && clearable.Contains(b.Key)))
                JsonNode.DeepEquals(after[other], value).ShouldBeTrue($"{other} of {path} went with {name}: {after[other]}");
            before = after;
        }

        // All at once, when it is new.
        var empty = given.DeepClone().AsObject();
        foreach (var name in clearable)
            empty[name] = null;
        empty[given.First().Key] = given.First().Value + "2";
        var bare = await admin.Ask($"POST {path}", empty);
        bare.Status.ShouldBe(201, bare.ToString());
        clearable.ShouldAllBe(name => IsNone(JsonNode.Parse(bare.Body.ToString())!.AsObject()[name]), bare.ToString());
    }

    [Fact]
    public async Task An_orders_notes_name_and_table_are_taken_away_by_null_and_an_order_sent_back_with_null_is_no_change()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var order = await cashier.Ask("POST /api/orders", new
        {
            type = "dine-in",
            table = "4",
            customer_name = "Ana",
            notes = "by the window",
            items = new[] { new { menu_item_id = item } },
        });
        var at = $"PUT /api/orders/{order.Id}";
        var changed = await cashier.Ask(at, new { notes = (string?)null, customer_name = (string?)null, table = (string?)null });
        changed.Status.ShouldBe(200, changed.ToString());
        foreach (var name in new[] { "notes", "customer_name", "table" })
            changed.Body.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);
        var again = await cashier.Ask(at, new { notes = (string?)null, table = (string?)null });
        again.Status.ShouldBe(200);
        again.Text("version").ShouldBe(changed.Text("version"));
    }

    [Fact]
    public void Every_field_that_null_clears_has_a_value_for_none()
    {
        var fields = typeof(NullClearsAttribute).Assembly.GetTypes()
            .SelectMany(t => t.GetProperties().Where(p => p.GetCustomAttribute<NullClearsAttribute>() is not null).Select(p => (t, p)))
            .ToList();
        fields.Count.ShouldBeGreaterThan(30);
        foreach (var (type, property) in fields)
        {
            var body = $$"""{"{{JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}}":null}""";
            property.GetValue(JsonSerializer.Deserialize(body, type, Json.Door)).ShouldNotBeNull($"{type.Name}.{property.Name}");
            property.GetValue(JsonSerializer.Deserialize("{}", type, Json.Door)).ShouldBeNull($"{type.Name}.{property.Name}");
        }
    }

    private static readonly object Taxes = new
    {
        classes = new[] { new { code = "food", name = "Food" }, new { code = "other", name = "Other" } },
        rows = new[]
        {
            new { @class = "food", way = "any", name = "VAT", rate = 6, treatment = "taxed", priority = 0 },
            new { @class = "other", way = "any", name = "VAT", rate = 23, treatment = "taxed", priority = 0 },
        },
    };

    /// <summary>What everything of its kind has.</summary>
    private static readonly string[] Stays =
        ["name", "unit", "username", "role", "password", "price", "title", "discount_type", "discount_value"];

    /// <summary>No value, an empty text or list, or a limit of nothing.</summary>
    private static bool IsNone(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>().Length == 0,
        JsonValue v when v.GetValueKind() == JsonValueKind.Number => v.GetValue<decimal>() == 0,
        _ => false,
    };
}

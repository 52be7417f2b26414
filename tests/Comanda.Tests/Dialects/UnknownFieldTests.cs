using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comanda.Tests.Operations;

namespace Comanda.Tests.Dialects;

/// <summary>A field that nobody knows changes nothing and is named.</summary>
public sealed class UnknownFieldTests(CafeApp app)
{
    private const string IsNoField = "is no field of this request";

    [Fact]
    public async Task Trap30_every_body_names_a_field_that_it_does_not_know()
    {
        var world = await WholeShop.Open(app);
        var (asked, silent) = (0, new SortedSet<string>());
        foreach (var operation in (await ApiDocument.Of(app)).Operations)
        {
            // Free settings are whatever a shop calls them; what somebody signed is theirs.
            if (operation.Id is "change_shop_settings" or "payment_webhook" or "sync_orders"
                || !operation.Body.TryGetProperty("requestBody", out var request)
                || !request.GetProperty("content").TryGetProperty("application/json", out var json))
                continue;
            var isList = json.GetProperty("schema").TryGetProperty("items", out _);
            var body = isList ? """[{"qty_of_it":1}]""" : """{"qty_of_it":1}""";
            var answer = await world.Owner.Ask(
                $"{operation.Method} {world.Address(operation.Path)}", new StringContent(body, Encoding.UTF8, "application/json"));
            if (answer.Status == 403 || operation.Path.StartsWith("/api/customers/me", StringComparison.Ordinal))
                continue; // what only guests have
            asked++;
            if (answer.Status != 400 || !answer.Fields.Contains(isList ? "[0].qty_of_it" : "qty_of_it"))
                silent.Add($"{operation.Id}: {answer}");
        }

        silent.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(55);
    }

    [Fact]
    public async Task Trap30_the_way_to_the_field_is_said_as_it_was_written_and_all_of_them_at_once()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var answer = await cashier.Say("POST /api/orders", new
        {
            items = new object[]
            {
                new { menu_item_id = item, qty = 2 },
                new { menuItemId = item, modifiers = new[] { new { key = "extra-shot", sweet = true } } },
            },
            paid = true,
            deliveryAddress = new { address = "1 Quay", floorNumber = 3 },
        });
        answer.Status.ShouldBe(400);
        answer.Fields.ShouldBe(
            ["items[0].qty", "items[1].modifiers[0].sweet", "paid", "deliveryAddress.floorNumber"], ignoreOrder: true);
        answer.Body.GetProperty("errors").GetProperty("items[0].qty")[0].GetString().ShouldBe(IsNoField);
        (await cashier.Ask("GET /api/orders")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Trap30_a_field_that_is_known_and_cannot_be_set_there_is_named_too()
    {
        var world = await WholeShop.Open(app);
        var customer = world.Address("/api/customers/{id}");
        var answer = await world.Owner.Ask("PUT " + customer, new { name = "Ana Maria", points_owed = 500 });
        answer.Status.ShouldBe(400);
        answer.Fields.ShouldBe(["points_owed"]);
        (await world.Owner.Ask("GET " + customer)).Text("name").ShouldBe("Ana");
    }

    [Fact]
    public async Task Trap30_a_field_twice_in_two_spellings_must_say_the_same()
    {
        var owner = await (await app.NewShop()).As("owner");
        var torn = await owner.Ask("POST /api/inventory", new { name = "Rye", ingredient_name = "Oats", unit = "kg" });
        torn.Status.ShouldBe(400);
        torn.Fields.ShouldBe(["ingredient_name"]);
        var said = await owner.Ask("POST /api/inventory", new { name = "Rye", ingredient_name = "Rye", unit = "kg" });
        said.Status.ShouldBe(201, said.ToString());
    }

    [Fact]
    public async Task Trap30_another_shops_row_is_not_there_whatever_is_sent_to_it()
    {
        var world = await WholeShop.Open(app);
        var stranger = await (await app.NewShop()).As("owner");
        foreach (var path in (string[])["/api/orders/{id}", "/api/customers/{id}", "/api/inventory/{id}", "/api/menu/items/{id}"])
        {
            var answer = await stranger.Ask("PUT " + world.Address(path), new { qty = 1 });
            answer.Status.ShouldBe(404, $"{path} {answer}");
        }

        (await stranger.Ask($"POST {world.Address("/api/orders/{id}")}/refund", new { qty = 1 })).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Trap30_every_row_that_was_read_can_be_sent_back_and_stays_as_it_was()
    {
        var world = await WholeShop.Open(app);
        var operations = (await ApiDocument.Of(app)).Operations;
        var (sent, refused) = (new HashSet<string>(), new SortedSet<string>());
        foreach (var put in operations.Where(o => o.Method == "PUT"))
        {
            var get = operations.FirstOrDefault(o => o.Method == "GET" && o.Path == put.Path);
            // A scan is no row.
            if (get is null || put.Id == "scan_lot" || put.Path.StartsWith("/api/customers/me", StringComparison.Ordinal)
                || !put.Body.TryGetProperty("requestBody", out _))
                continue;
            var address = world.Address(put.Path);
            var row = (await world.Owner.Ask("GET " + address)).Body;
            row.ValueKind.ShouldNotBe(JsonValueKind.Undefined, address);
            var answer = await world.Owner.Ask("PUT " + address, Json(row.GetRawText()));
            sent.Add(put.Id);
            var after = (await world.Owner.Ask("GET " + address)).Body;
            if (answer.Status != 200)
                refused.Add($"{put.Id}: {answer}\n{row}");
            else if (Lasting(row) != Lasting(after))
                refused.Add($"{put.Id}: {Lasting(row)}\nis now\n{Lasting(after)}");
        }

        refused.ShouldBeEmpty();
        sent.Count.ShouldBeGreaterThan(12);
    }

    [Theory]
    [InlineData("GET /api/categories", "/api/admin/categories/")]
    [InlineData("GET /api/suppliers", "/api/suppliers/")]
    [InlineData("GET /api/stock/locations", "/api/stock/locations/")]
    [InlineData("GET /api/roles", "/api/roles/")]
    [InlineData("GET /api/config", "/api/config/")]
    public async Task Trap30_a_row_of_a_list_can_be_sent_back_too(string list, string address)
    {
        var world = await WholeShop.Open(app);
        foreach (var row in (await world.Owner.Ask(list)).Items.Take(40))
        {
            var name = new[] { "id", "role", "key" }.First(n => row.TryGetProperty(n, out _));
            var role = row.GetProperty(name).ToString();
            if (role is "owner" or "admin" or "customer")
                continue; // which nobody may change
            var answer = await world.Owner.Ask($"PUT {address}{role}", Json(row.GetRawText()));
            answer.Status.ShouldBe(200, $"{row} {answer}");
        }
    }

    [Fact]
    public async Task Trap30_a_row_sent_back_late_is_stale_and_with_one_field_of_its_own_changed_is_refused()
    {
        var world = await WholeShop.Open(app);
        var address = world.Address("/api/menu/items/{id}");
        var row = JsonNode.Parse((await world.Owner.Ask("GET " + address)).Body.GetRawText())!;
        row["ratings"] = new JsonObject { ["average"] = 5, ["count"] = 100 };
        var better = await world.Owner.Ask("PUT " + address, Json(row.ToJsonString()));
        better.Status.ShouldBe(400);
        better.Fields.ShouldBe(["ratings"]);

        (await world.Owner.Ask("PUT " + address, new { name = "Flat white, large" })).Status.ShouldBe(200);
        var late = await world.Owner.Ask("PUT " + address, Json(row.ToJsonString()));
        late.Status.ShouldBe(412, late.ToString());
    }

    [Fact]
    public async Task Trap30_an_order_that_was_read_is_sent_back_with_one_line_more_of_something()
    {
        var world = await WholeShop.Open(app);
        var address = world.Address("/api/orders/{id}");
        var row = JsonNode.Parse((await world.Owner.Ask("GET " + address)).Body.GetRawText())!;
        row["items"]![0]!["quantity"] = 3;
        row["notes"] = "by the window";
        var answer = await world.Owner.Ask("PUT " + address, Json(row.ToJsonString()));
        answer.Status.ShouldBe(200, answer.ToString());
        answer.Items.Single().GetProperty("quantity").GetDecimal().ShouldBe(3);
        answer.Text("notes").ShouldBe("by the window");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>A row without what every writing moves.</summary>
    private static string Lasting(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
            return row.GetRawText();
        var fields = JsonNode.Parse(row.GetRawText())!.AsObject();
        foreach (var moved in (string[])["version", "updated_at"])
            fields.Remove(moved);
        return fields.ToJsonString();
    }
}

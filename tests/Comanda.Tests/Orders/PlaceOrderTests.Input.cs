using System.Net;
using System.Text.Json;

namespace Comanda.Tests.Orders;

/// <summary>Bodies that are not as they must be, and what is said of them.</summary>
public sealed partial class PlaceOrderTests
{
    [Fact]
    public async Task Every_wrong_field_is_named_and_nothing_changes()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var latte = await shop.Item("Caffè latte");

        var refusal = await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new(
            "by-drone",
            [new(latte.Id, 0, ["oat-milk", "soy-milk"]), new(999_999_999), new(latte.Id, 1, ["glitter"])],
            Payments: [new("cheque", 1m)],
            Tip: 0.001m)));

        refusal.Status.ShouldBe(400);
        refusal.Code.ShouldBe("invalid_request");
        refusal.Problem!.Errors!.Keys.ShouldBe(["type"]); // what it is comes before what it costs
        refusal = await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new(
            "takeaway",
            [new(latte.Id, 0, ["oat-milk", "soy-milk"]), new(999_999_999), new(latte.Id, 1, ["glitter"])], Tip: 0.001m)));
        refusal.Problem!.Errors!.Keys.ShouldBe(
            ["items[0].quantity", "items[0].modifiers", "items[1].menu_item_id", "items[2].modifiers[0]", "tip"], ignoreOrder: true);
        refusal.Problem.Errors["items[0].quantity"].ShouldBe(["must be between 1 and 999"]);
        (await admin.GetOrders()).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("{\"items\":[{\"menu_item_id\":1,\"quantity\":\"two\"}]}", "items[0].quantity")]
    [InlineData("{\"items\":[{\"menu_item_id\":1,\"modifiers\":[{\"key\":5}]}]}", "items[0].modifiers[0]")]
    [InlineData("{\"items\":[{\"menu_item_id\":1}],\"notes\":\"a\\u0000b\"}", "notes")]
    [InlineData("{\"items\":[{\"menu_item_id\":1}],\"scheduled_for\":\"tomorrow\"}", "scheduled_for")]
    [InlineData("{\"items\":[{\"menu_item_id\":1}],\"scheduled_for\":\"2026-11-21T10:00:00\"}", "scheduled_for")]
    [InlineData("{\"items\":[{\"menu_item_id\":1}],\"delivery_address\":{\"city\":\"\\ud800\"}}", "delivery_address.city")]
    [InlineData("", "body")]
    public async Task Unreadable_json_names_the_field(string body, string field)
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        using var response = await admin.Send(HttpMethod.Post, "/api/orders", Raw(body));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("code").GetString().ShouldBe("invalid_request");
        problem.RootElement.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([field]);
        problem.RootElement.GetProperty("trace_id").GetString().ShouldNotBeNullOrEmpty();
        problem.RootElement.ToString().ShouldNotContain("System.");
    }

    [Theory]
    [InlineData("POST /api/orders", "{", "is not valid JSON")]
    [InlineData("POST /api/orders", "{\"items\":[}", "is not valid JSON")]
    [InlineData("POST /api/orders", "{} {}", "is not valid JSON")]
    [InlineData("POST /api/orders", "[]", "is not of the right type")]
    [InlineData("POST /api/orders", "\"two lattes\"", "is not of the right type")]
    [InlineData("POST /api/orders", "{\"items\":{\"menu_item_id\":1}}", "must be a list: [ … ]")]
    [InlineData("PUT /api/menu/items/1/recipe", "{\"lines\":[]}", "must be a list: [ … ]")]
    public async Task A_body_says_whether_it_is_no_json_or_of_another_shape(string request, string body, string message)
    {
        var admin = await (await app.NewShop()).As("admin");
        var answer = await admin.Ask(request, Raw(body));
        answer.Status.ShouldBe(400);
        answer.Body.GetProperty("errors").EnumerateObject().Single().Value[0].GetString().ShouldBe(message);
    }

    [Fact]
    public async Task Holes_in_lists_are_field_errors()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var espresso = (await shop.Item("Espresso")).Id;
        foreach (var (body, field) in new[]
        {
            ($$"""{"items":[null]}""", "items[0]"),
            ($$"""{"items":[{"menu_item_id":{{espresso}}}],"payments":[null]}""", "payments[0]"),
            ($$"""{"items":[{"menu_item_id":{{espresso}},"modifiers":[null]}]}""", "items[0].modifiers[0].quantity"),
        })
        {
            using var response = await admin.Send(HttpMethod.Post, "/api/orders", Raw(body));
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
            (await response.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }

        using var charset = new ByteArrayContent("{}"u8.ToArray());
        charset.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=garbage");
        using var unknown = await admin.Send(HttpMethod.Post, "/api/orders", charset);
        unknown.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Too_long_a_text_is_a_field_error_in_the_callers_words()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var latte = await shop.Item("Caffè latte");
        var refusal = await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(
            new("takeaway", [new(latte.Id, SpecialInstructions: new string('x', 501))], CustomerName: new string('y', 101))));
        refusal.Code.ShouldBe("invalid_request");
        refusal.Problem!.Errors!.Keys.ShouldBe(["items[0].special_instructions", "customer_name"], ignoreOrder: true);
        refusal.Problem.Errors["items[0].special_instructions"].ShouldBe(["must have at most 500 characters"]);
        refusal.Problem.Errors["customer_name"].ShouldBe(["must have at most 100 characters"]);
    }

    private static StringContent Raw(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
    [Fact]
    public async Task Options_that_share_a_key_are_told_apart_by_their_group_and_shown_with_it()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        object Group(string name, decimal price) => new
        {
            name,
            max = 1,
            options = new[] { new { key = "large", name = "Large", price }, new { key = name + "-own", name = "Own " + name, price = 0m } },
        };
        var item = await manager.Ask(
            "POST /api/menu/items",
            new { name = "Set", category = "Coffee", price = 10, modifier_groups = new[] { Group("Cup size", 1), Group("Cake", 5) } });
        object Line(params object[] modifiers) => new { items = new[] { new { menu_item_id = item.Id, modifiers } } };

        var refused = await manager.Ask("POST /api/orders", Line("large"));
        refused.Fields.ShouldBe(["items[0].modifiers[0]"]);
        refused.ToString().ShouldContain("cup-size:large or cake:large");
        (await manager.Ask("POST /api/orders", Line("saucer:large"))).Fields.ShouldBe(["items[0].modifiers[0]"]);
        var order = await manager.Ask("POST /api/orders", Line("cake:large", new { key = "Cup-Size:large" }, "Cake-own"));
        order.Fields.ShouldBe(["items[0].modifiers"]); // two of one group
        order = await manager.Ask("POST /api/orders", Line("cake:large", new { key = "Cup-Size:large" }));
        order.Status.ShouldBe(201, order.ToString());
        order.Body.GetProperty("total_amount").GetDecimal().ShouldBe(16m);
        order.Items.Single().GetProperty("modifiers").EnumerateArray()
            .Select(m => (m.GetProperty("key").GetString(), m.GetProperty("name").GetString()))
            .ShouldBe([("cake:large", "Cake: Large"), ("cup-size:large", "Cup size: Large")]);
        var receipt = await (await manager.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.ShouldContain("Cup size: Large");
        (await manager.Ask("GET /api/kitchen/tickets")).ToString().ShouldContain("Cake: Large");

        // What is there stays what it is, however often it is edited.
        var line = order.Items.Single().GetProperty("id").GetInt64();
        var edited = await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = line, quantity = 2, modifiers = new[] { "cake:large", "cup-size:large" } } } });
        edited.Status.ShouldBe(200, edited.ToString());
        edited.Items.Single().GetProperty("modifiers")[0].GetProperty("name").GetString().ShouldBe("Cake: Large");
    }
}

using System.Text.Json;
using static Comanda.Tests.Dialects.Conformance.DocumentClient;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>Document 1, Café Management System: its endpoints, its two examples to the letter, its events.</summary>
public sealed class ManagementConformanceTests(CafeApp app)
{
    private async Task<(TestShop Shop, DocumentClient Admin)> Begin()
    {
        var shop = await app.NewShop();
        var admin = new DocumentClient(app, shop, "/api").In("management");
        await admin.SignIn("admin");
        return (shop, admin);
    }

    [Fact]
    public async Task Staff_sign_in_for_a_quarter_of_an_hour_and_refresh_once()
    {
        var (_, admin) = await Begin();
        foreach (var (username, role) in new[] { ("admin", "admin"), ("manager", "manager"), ("barista", "barista") })
        {
            using var one = await admin.As(username);
            var signedIn = await one.SignIn(username);
            signedIn.GetProperty("expires_in").GetInt32().ShouldBe(900);
            signedIn.GetProperty("user").GetProperty("role").GetString().ShouldBe(role);
            var refresh = signedIn.GetProperty("refresh_token").GetString();
            var again = await one.Ask(200, "POST /auth/refresh", $$"""{"refresh_token":"{{refresh}}"}""");
            one.Token = again.GetProperty("access_token").GetString();
            await one.Ask(200, "GET /orders");
            await one.Ask(204, "POST /auth/logout");
            await one.Ask(401, "GET /orders");
        }
    }

    [Fact]
    public async Task The_example_of_an_order_is_answered_as_written()
    {
        var (shop, admin) = await Begin();
        var item = await shop.Item("Flat white");
        using var barista = await admin.As("barista");
        var body = $$"""
            {"type":"dine-in","items":[{"menu_item_id":{{item.Id}},"quantity":2,"modifiers":["skim-milk","extra-shot"]}]}
            """;
        var placed = await barista.Ask(201, "POST /orders", body);
        placed.GetProperty("status").GetString().ShouldBe("pending");
        placed.GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Number);
        placed.GetProperty("estimated_time").GetInt32().ShouldBeGreaterThan(0);
        placed.GetProperty("total_amount").GetDecimal().ShouldBeGreaterThan(0);
        placed.GetProperty("type").GetString().ShouldBe("dine-in");
        var id = placed.GetProperty("id");
        foreach (var type in new[] { "takeaway", "online" })
        {
            await barista.Keep(
                201,
                "POST /orders",
                $$"""{"type":"{{type}}","items":[{"menu_item_id":{{item.Id}},"quantity":1,"special_instructions":"no foam"}]}""");
            Rows(await barista.Ask(200, $"GET /orders?type={type}")).Length.ShouldBe(1);
        }

        await barista.Keep(200, $"PUT /orders/{id}/status", """{"status":"in-progress"}""");
        (await barista.Ask(200, $"GET /orders/{id}")).GetProperty("status").GetString().ShouldBe("in-progress");
        Rows(await barista.Ask(200, "GET /orders?status=in-progress")).ShouldHaveSingleItem();
        (await barista.Ask(200, $"GET /orders/{id}")).GetProperty("completed_at").ValueKind.ShouldBe(JsonValueKind.Null);
        var done = await barista.Keep(200, $"PUT /orders/{id}/status", """{"status":"completed"}""");
        done.GetProperty("completed_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        var other = Rows(await barista.Ask(200, "GET /orders?status=pending"))[0].GetProperty("id");
        (await barista.Ask(200, $"DELETE /orders/{other}")).GetProperty("status").GetString().ShouldBe("cancelled");
        Rows(await barista.Ask(200, "GET /orders?status=cancelled")).ShouldHaveSingleItem();
        await barista.Ask(409, $"DELETE /orders/{id}");
        await barista.Ask(404, "GET /orders/999999999");
        var refused = await barista.Ask(409, $"PUT /orders/{id}/status", """{"status":"in-progress"}""");
        refused.GetProperty("code").GetString().ShouldBe("invalid_transition");
    }

    [Fact]
    public async Task Events_tell_of_orders_in_its_words()
    {
        var (shop, admin) = await Begin();
        var item = await shop.Item("Espresso");
        await using var events = await DocumentEvents.OfWebSocket(app, admin.Token!, "&dialect=management");
        var id = (await admin.Ask(201, "POST /orders", $$"""{"type":"dine-in","items":[{"menu_item_id":{{item.Id}},"quantity":1}]}"""))
            .GetProperty("id");
        Id(await events.Next("order_created")).ShouldBe(id.ToString());
        await admin.Ask(200, $"PUT /orders/{id}/status", """{"status":"in-progress"}""");
        var updated = await events.Next("order_updated");
        (Id(updated), updated.GetProperty("data").GetProperty("status").GetString()).ShouldBe((id.ToString(), "in-progress"));
        await admin.Ask(200, $"PUT /orders/{id}/status", """{"status":"completed"}""");
        Id(await events.Next("order_completed")).ShouldBe(id.ToString());

        static string Id(JsonElement told) => told.GetProperty("data").GetProperty("id").ToString();
    }

    [Fact]
    public async Task The_menu_is_kept_by_its_items()
    {
        var (_, admin) = await Begin();
        var made = await admin.Keep(
            201, "POST /menu/items", """{"name":"Conf cortado","category":"Coffee","price":3.5,"in_stock":true}""");
        var item = made.GetProperty("id");
        await admin.Keep(200, $"PUT /menu/items/{item}", """{"name":"Conf cortado 2","category":"Short","price":3.75,"in_stock":false}""");
        await admin.Ask(200, $"PUT /menu/items/{item}", (await admin.Ask(200, $"GET /menu/items/{item}")).GetRawText());
        foreach (var stock in new[] { "true", "false" })
        {
            await admin.Keep(200, $"PUT /menu/items/{item}/stock", $$"""{"in_stock":{{stock}}}""");
            Find(await admin.Ask(200, "GET /menu"), item).GetProperty("in_stock").GetRawText().ShouldBe(stock);
        }

        using var barista = await admin.As("barista");
        await barista.Ask(200, $"PUT /menu/items/{item}/stock", """{"in_stock":true}""");
        await barista.Ask(403, "POST /menu/items", """{"name":"Not mine","category":"Coffee","price":1}""");
        await barista.Ask(403, $"DELETE /menu/items/{item}");
        await admin.Ask(204, $"DELETE /menu/items/{item}");
        (await admin.Ask(200, "GET /menu")).GetRawText().ShouldNotContain("Conf cortado");
        // A row of its table may have no category, and may be born out of stock.
        await admin.Ask(201, "POST /menu/items", """{"name":"Conf loose","price":1,"category":null}""");
        await admin.Keep(201, "POST /menu/items", """{"name":"Conf gone","price":1,"category":"Coffee","in_stock":false}""");

        static JsonElement Find(JsonElement menu, JsonElement id) => menu.GetProperty("categories").EnumerateArray()
            .SelectMany(c => c.GetProperty("items").EnumerateArray())
            .Single(i => i.GetProperty("id").ToString() == id.ToString());
    }

    [Fact]
    public async Task Stock_has_decimals_units_thresholds_and_adjustments()
    {
        var (_, admin) = await Begin();
        var made = await admin.Keep(
            201, "POST /inventory", """{"name":"Conf beans","current_stock":12.5,"unit":"kg","low_stock_threshold":5.25}""");
        var id = made.GetProperty("id");
        await admin.Keep(
            200, $"PUT /inventory/{id}", """{"name":"Conf beans B","current_stock":4.75,"unit":"kg","low_stock_threshold":6}""");
        Row(await admin.Ask(200, "GET /inventory/low-stock"), "name", "Conf beans B").GetProperty("current_stock").GetDecimal()
            .ShouldBe(4.75m);
        await admin.Ask(200, $"PUT /inventory/{id}", Row(await admin.Ask(200, "GET /inventory"), "id", id.ToString()).GetRawText());
        var stock = 4.75m;
        foreach (var body in new[]
        {
            $$"""{"inventory_id":{{id}},"adjustment":1.5,"reason":"delivery"}""",
            $$"""{"inventory_id":{{id}},"quantity":1.5,"reason":"correction"}""",
            $$"""{"id":{{id}},"quantity":1.5,"reason":"correction"}""",
            $$"""{"item_id":{{id}},"adjustment":1.5}""",
        })
        {
            await admin.Ask(201, "POST /inventory/adjustment", body);
            stock += 1.5m;
            Row(await admin.Ask(200, "GET /inventory"), "id", id.ToString()).GetProperty("current_stock").GetDecimal()
                .ShouldBe(stock, body);
        }

        await admin.Ask(400, "POST /inventory/adjustment", """{"inventory_id":999999999,"adjustment":1,"reason":"count"}""");
        using var barista = await admin.As("barista");
        await barista.Ask(200, "GET /inventory");
        await barista.Ask(403, "POST /inventory/adjustment", $$"""{"inventory_id":{{id}},"adjustment":1}""");
    }

    [Fact]
    public async Task The_example_of_a_report_is_answered_as_written()
    {
        var (shop, admin) = await Begin();
        var item = (await shop.Item("Espresso")).Id;
        decimal total = 0;
        foreach (var method in new[] { "cash", "card", "mobile" })
        {
            var order = await admin.Ask(201, "POST /orders", $$"""{"type":"dine-in","items":[{"menu_item_id":{{item}},"quantity":1}]}""");
            total += order.GetProperty("total_amount").GetDecimal();
            await admin.Keep(
                201,
                "POST /payments",
                $$"""{"order_id":{{order.GetProperty("id")}},"method":"{{method}}","amount":{{order.GetProperty("total_amount")}}}""");
        }

        var date = (await admin.Ask(200, "GET /reports/sales/daily")).GetProperty("date").GetString();
        var day = await admin.Ask(200, $"GET /reports/sales/daily?date={date}");
        day.GetProperty("date").GetString().ShouldBe(date);
        (day.GetProperty("total_sales").GetDecimal(), day.GetProperty("order_count").GetInt32()).ShouldBe((total, 3));
        foreach (var method in new[] { "cash", "card", "mobile" })
            day.GetProperty("payment_methods").GetProperty(method).GetDecimal().ShouldBe(total / 3);
        var old = await admin.Ask(200, "GET /reports/sales/daily?date=2023-10-26");
        (old.GetProperty("date").GetString(), old.GetProperty("total_sales").GetDecimal()).ShouldBe(("2023-10-26", 0));
        (await admin.Ask(200, "GET /reports/sales/weekly")).GetProperty("days").GetArrayLength().ShouldBe(7);
        (await admin.Ask(200, "GET /reports/products/top")).GetRawText().ShouldContain("Espresso");
        await admin.Ask(200, "GET /reports/performance");
        using var manager = await admin.As("manager");
        await manager.Ask(200, "GET /reports/performance");
        using var barista = await admin.As("barista");
        await barista.Ask(403, "GET /reports/sales/daily");
        await barista.Text("/health");
        await barista.Text("/ready");
    }
}

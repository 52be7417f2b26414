using System.Text.Json;
using static Comanda.Tests.Dialects.Conformance.DocumentClient;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>Document 0, Cafe_system: its endpoints and its SQL columns, as its client would use them.</summary>
public sealed class CafeSystemConformanceTests(CafeApp app)
{
    private async Task<(TestShop Shop, DocumentClient Admin)> Begin()
    {
        var shop = await app.NewShop();
        var admin = new DocumentClient(app, shop, "/api").In("cafe");
        await admin.SignIn("admin");
        return (shop, admin);
    }

    [Fact]
    public async Task Customers_keep_what_they_were_given()
    {
        var (_, admin) = await Begin();
        var made = await admin.Keep(
            201, "POST /customers", """{"name":"Ana Lima","email":"ana@conf.example","phone":"+351912000111","loyalty_points":25}""");
        made.GetProperty("created_at").GetDateTimeOffset().ShouldBeLessThanOrEqualTo(made.GetProperty("updated_at").GetDateTimeOffset());
        var id = made.GetProperty("id").GetInt64();
        var read = await admin.Ask(200, $"GET /customers/{id}");
        read.GetProperty("loyalty_points").GetInt32().ShouldBe(25);
        Row(await admin.Ask(200, "GET /customers"), "id", id.ToString()).GetProperty("email").GetString().ShouldBe("ana@conf.example");
        await admin.Ask(200, $"PUT /customers/{id}", read.GetRawText()); // the row as it was read
        var changed = await admin.Keep(
            200, $"PUT /customers/{id}", """{"name":"Ana L.","email":"al@conf.example","phone":"+351912000112","loyalty_points":40}""");
        Holds(changed, await admin.Ask(200, $"GET /customers/{id}"), "read again", "points");
        // A row that was read before points were earned does not take them away when it is sent back.
        await admin.Ask(201, $"POST /customers/{id}/points", """{"points":5,"reason":"A round on the house"}""");
        (await admin.Ask(400, $"PUT /customers/{id}", changed.GetRawText())).GetProperty("errors").TryGetProperty("loyalty_points", out _)
            .ShouldBeTrue();
        (await admin.Ask(200, $"GET /customers/{id}")).GetProperty("loyalty_points").GetInt32().ShouldBe(45);
        using var staff = await admin.As("cashier");
        await staff.Ask(403, $"PUT /customers/{id}", """{"loyalty_points":9000}""");
        // A profile without a telephone, and with an order history.
        await admin.Keep(201, "POST /customers", """{"name":"Bo","email":"bo@conf.example"}""");
        (await admin.Ask(409, "POST /customers", """{"name":"Twin","email":"bo@conf.example"}""")).GetProperty("code").GetString()
            .ShouldNotBeNull();
        await admin.Ask(404, "GET /customers/999999999");
        await admin.Ask(404, "PUT /customers/999999999", """{"name":"No"}""");
        await admin.Ask(400, "POST /customers", """{"email":"nameless@conf.example"}""");
    }

    [Fact]
    public async Task Orders_are_placed_listed_and_moved()
    {
        var (_, admin) = await Begin();
        var customer = (await admin.Ask(201, "POST /customers", """{"name":"Cy","email":"cy@conf.example"}""")).GetProperty("id");
        var latte = await admin.Ask(
            201,
            "POST /menu",
            """
            {"name":"Conf latte","category":"Coffee","price":4.5,
             "modifiers":[{"name":"Oat milk","price":0.5},{"name":"Large","price":1}]}
            """);
        latte.GetProperty("modifier_groups")[0].GetProperty("options").GetArrayLength().ShouldBe(2);
        using var staff = await admin.As("cashier");
        var item = latte.GetProperty("id");
        foreach (var modifiers in new[] { """["oat-milk"]""", """["Oat milk"]""", """[{"name":"Oat milk","price":0.5}]""" })
        {
            var one = await staff.Ask(
                201,
                "POST /orders",
                $$"""{"customer_id":{{customer}},"items":[{"menu_item_id":{{item}},"modifiers":{{modifiers}},"quantity":1}]}""");
            one.GetProperty("total_amount").GetDecimal().ShouldBe(5, modifiers);
        }

        var placed = await staff.Ask(
            201,
            "POST /orders",
            $$"""
            {"customer_id":{{customer}},"status":"pending","total_amount":9.0,
             "items":[{"menu_item_id":{{item}},"modifiers":{},"quantity":2,"unit_price":4.5}]}
            """);
        (placed.GetProperty("status").GetString(), placed.GetProperty("customer_id").GetInt64())
            .ShouldBe(("pending", customer.GetInt64()));
        placed.GetProperty("items")[0].GetProperty("unit_price").GetDecimal().ShouldBe(4.5m);
        placed.TryGetProperty("updated_at", out _).ShouldBeTrue();
        var id = placed.GetProperty("id");
        foreach (var status in new[] { "preparing", "ready" })
        {
            await staff.Keep(200, $"PUT /orders/{id}/status", $$"""{"status":"{{status}}"}""");
            Rows(await staff.Ask(200, $"GET /orders?status={status}")).ShouldContain(r => r.GetProperty("id").ToString() == id.ToString());
        }

        var today = (await admin.Ask(200, "GET /reports/sales/daily")).GetProperty("date").GetString();
        Rows(await staff.Ask(200, $"GET /orders?date={today}")).Length.ShouldBe(4);
        Rows(await staff.Ask(200, $"GET /orders?status=ready&date={today}")).Length.ShouldBe(1);
        Rows(await staff.Ask(200, "GET /orders?date=2001-01-01")).ShouldBeEmpty();
        Rows(await staff.Ask(200, $"GET /customers/{customer}/orders")).Length.ShouldBe(4); // the profile's order history
        var refused = await staff.Ask(400, $"PUT /orders/{id}/status", """{"status":"frying"}""");
        refused.GetProperty("errors").TryGetProperty("status", out _).ShouldBeTrue();
        await staff.Ask(409, $"PUT /orders/{id}/status", """{"status":"pending"}""");
    }

    [Fact]
    public async Task The_menu_is_the_admins_and_a_category_may_be_missing()
    {
        var (_, admin) = await Begin();
        await admin.Keep(201, "POST /menu", """{"name":"Conf scone","category":"Bakes","price":3.25}""");
        var plain = await admin.Ask(201, "POST /menu", """{"name":"Conf plain","category":null,"price":2}""");
        plain.GetProperty("created_at").ValueKind.ShouldBe(JsonValueKind.String);
        plain.GetProperty("updated_at").ValueKind.ShouldBe(JsonValueKind.String);
        using var guest = await admin.As("cashier");
        await guest.Ask(403, "POST /menu", """{"name":"Not mine","price":2}""");
        guest.Token = null;
        await guest.Ask(401, "POST /menu", """{"name":"Not mine","price":2}""");
        var menu = await guest.Ask(200, "GET /menu");
        var bakes = menu.GetProperty("categories").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "Bakes");
        bakes.GetProperty("items")[0].GetProperty("price").GetDecimal().ShouldBe(3.25m);
        menu.GetRawText().ShouldContain("Conf plain");
        await admin.Ask(400, "POST /menu", """{"name":"Unpriced","category":"Bakes"}""");
    }

    [Fact]
    public async Task Stock_is_added_and_adjusted_by_the_same_address()
    {
        var (_, admin) = await Begin();
        var made = await admin.Keep(
            201,
            "POST /inventory",
            """{"ingredient_name":"Conf flour","quantity_in_stock":50,"reorder_threshold":10,"supplier":"Moinho"}""");
        made.TryGetProperty("updated_at", out _).ShouldBeTrue();
        await admin.Keep(
            200, "POST /inventory", """{"ingredient_name":"Conf flour","quantity_in_stock":70,"reorder_threshold":12}""");
        await admin.Keep(200, "POST /inventory", $$"""{"id":{{made.GetProperty("id")}},"quantity_in_stock":65}""");
        var row = Row(await admin.Ask(200, "GET /inventory"), "ingredient_name", "Conf flour");
        (row.GetProperty("quantity_in_stock").GetDecimal(), row.GetProperty("reorder_threshold").GetDecimal()).ShouldBe((65, 12));
        row.GetProperty("supplier").GetString().ShouldBe("Moinho");
        using var staff = await admin.As("cashier");
        await staff.Ask(200, "GET /inventory");
        await staff.Ask(403, "POST /inventory", """{"ingredient_name":"X","quantity_in_stock":1,"reorder_threshold":0}""");
    }

    [Fact]
    public async Task Payments_keep_their_method_and_amount()
    {
        var (shop, admin) = await Begin();
        using var staff = await admin.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        foreach (var method in new[] { "cash", "card", "digital_wallet" })
        {
            var order = await staff.Ask(201, "POST /orders", $$"""{"items":[{"menu_item_id":{{item}},"quantity":1}]}""");
            var due = order.GetProperty("total_amount");
            var paid = await staff.Keep(
                201, "POST /payments", $$"""{"order_id":{{order.GetProperty("id")}},"method":"{{method}}","amount":{{due}}}""");
            paid.GetProperty("paid_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
            (await staff.Ask(409, "POST /payments", $$"""{"order_id":{{order.GetProperty("id")}},"method":"card","amount":1}"""))
                .GetProperty("code").GetString().ShouldBe("overpayment");
        }

        var wallet = await staff.Ask(201, "POST /orders", $$"""{"items":[{"menu_item_id":{{item}},"quantity":1}]}""");
        var spoken = await staff.Ask(
            201,
            "POST /payments",
            $$"""{"order_id":{{wallet.GetProperty("id")}},"method":"digital wallet","amount":{{wallet.GetProperty("total_amount")}}}""");
        spoken.GetProperty("method").GetString().ShouldBe("digital_wallet");
        await staff.Ask(400, "POST /payments", """{"order_id":999999999,"method":"cash","amount":1}""");
    }

    [Fact]
    public async Task People_sign_in_and_out_and_only_admins_list_them()
    {
        var (_, admin) = await Begin();
        var name = "conf" + Guid.NewGuid().ToString("N")[..10];
        await admin.Keep(
            201,
            "POST /users",
            $$"""{"username":"{{name}}","name":"Staff","email":"{{name}}@c.example","role":"staff","password":"quay street at six"}""",
            "password");
        var row = Row(await admin.Ask(200, "GET /users"), "username", name);
        row.GetProperty("role").GetString().ShouldBe("staff");
        row.TryGetProperty("created_at", out _).ShouldBeTrue();
        row.TryGetProperty("updated_at", out _).ShouldBeTrue();
        row.TryGetProperty("password_hash", out _).ShouldBeFalse();
        var login = await admin.Ask(200, "POST /auth/login", $$"""{"username":"{{name}}","password":"quay street at six"}""");
        login.GetProperty("user").GetProperty("role").GetString().ShouldBe("staff");
        using var staff = await admin.As("cashier");
        await staff.Ask(403, "GET /users");
        await staff.Ask(403, "PUT /config/tax_rate", """{"value":"9"}""");
        await staff.Ask(204, "POST /auth/logout");
        await staff.Ask(401, "GET /orders");
        await admin.Ask(401, "POST /auth/login", $$"""{"username":"{{name}}","password":"wrong at six"}""");
        var audit = await admin.Ask(200, "GET /audit");
        audit.GetRawText().ShouldContain("login");
    }

    [Fact]
    public async Task Settings_are_rows_of_key_and_value_and_keep_both()
    {
        var (_, admin) = await Begin();
        foreach (var (key, value) in new[]
        {
            ("tax_rate", "8.5"),
            ("operational_hours", "08:00-22:00"),
            ("feature.loyalty", "true"),
            ("feature.online_ordering", "false"),
            ("custom.wifi_password", "beans and cream"),
        })
        {
            var put = await admin.Ask(200, $"PUT /config/{key}", $$"""{"value":"{{value}}"}""");
            put.GetProperty("key").GetString().ShouldBe(key);
            Said(put.GetProperty("value")).ShouldBe(value, key);
            Said(Row(await admin.Ask(200, "GET /config"), "key", key).GetProperty("value")).ShouldBe(value, key);
        }

        await admin.Ask(400, "PUT /config/tax_rate", """{"value":"much"}""");

        static string Said(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetRawText()
            : value.ToString();
    }
}

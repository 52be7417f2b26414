using System.Text;
using System.Text.Json;
using static Comanda.Tests.Dialects.Conformance.DocumentClient;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>Document 3, CafePOS: its paths have no prefix, its people are those of its seeder; it gives no shapes.</summary>
public sealed class CafePosConformanceTests(CafeApp app)
{
    private async Task<(TestShop Shop, DocumentClient Admin)> Begin()
    {
        var shop = await app.NewShop();
        var admin = new DocumentClient(app, shop, "");
        await admin.SignIn("admin");
        return (shop, admin);
    }

    [Fact]
    public async Task Its_four_people_sign_in_by_password_and_by_pin()
    {
        var (shop, admin) = await Begin();
        foreach (var (username, pin) in new[] { ("admin", "1234"), ("manager", "2345"), ("cashier", "3456"), ("trainee", "4567") })
        {
            using var one = await admin.As(username);
            var me = await one.Ask(200, "GET /auth/me");
            me.GetProperty("role").GetString().ShouldBe(username);
            one.Http.DefaultRequestHeaders.Add("X-Device-Token", shop.TillToken);
            var quick = await one.Ask(200, "POST /auth/pin", $$"""{"pin":"{{pin}}"}""");
            quick.GetProperty("user").GetProperty("role").GetString().ShouldBe(username);
            var refreshed = await one.Ask(
                200, "POST /auth/refresh", $$"""{"refresh_token":"{{quick.GetProperty("refresh_token").GetString()}}"}""");
            one.Token = refreshed.GetProperty("access_token").GetString();
            await one.Ask(204, "POST /auth/logout");
            await one.Ask(401, "GET /auth/me");
        }
    }

    [Fact]
    public async Task A_password_is_reset_by_mail_and_guessing_locks()
    {
        var (shop, admin) = await Begin();
        var name = "reset" + Guid.NewGuid().ToString("N")[..10];
        await admin.Ask(
            201,
            "POST /users",
            $$"""
            {"username":"{{name}}","name":"R","email":"{{name}}@c.example","role":"cashier","password":"quay street at six",
             "pin":"9182"}
            """);
        await admin.Ask(202, "POST /auth/password-reset-request", $$"""{"email":"{{name}}@c.example"}""");
        await admin.Ask(202, "POST /auth/password-reset-request", """{"email":"nobody@c.example"}""");
        var mail = (await shop.Outbox(name + "@c.example")).GetProperty("body").GetString()!;
        var token = System.Text.RegularExpressions.Regex.Matches(mail, "[A-Za-z0-9_-]{20,}").Select(m => m.Value).Last();
        var confirm = $$"""{"token":"{{token}}","new_password":"the new one at seven"}""";
        await admin.Ask(204, "POST /auth/password-reset-confirm", confirm);
        await admin.Ask(400, "POST /auth/password-reset-confirm", confirm); // single use
        await admin.Ask(200, "POST /auth/login", $$"""{"username":"{{name}}","password":"the new one at seven"}""");
        for (var i = 0; i < 5; i++)
            await admin.Ask(401, "POST /auth/login", $$"""{"username":"{{name}}","password":"wrong {{i}}"}""");
        await admin.Ask(403, "POST /auth/login", $$"""{"username":"{{name}}","password":"the new one at seven"}""");
    }

    [Fact]
    public async Task Menu_items_are_listed_whole_kept_and_imported()
    {
        var (_, admin) = await Begin();
        var all = Rows(await admin.Ask(200, "GET /menu_items"));
        all.Length.ShouldBeGreaterThanOrEqualTo(45);
        var made = await admin.Keep(
            201,
            "POST /menu_items",
            """
            {"name":"Conf mocha","description":"With cocoa","category":"Coffee","price":4.9,"image_url":"/uploads/mocha.jpg",
             "is_active":true}
            """,
            "is_active");
        var id = made.GetProperty("id");
        await admin.Keep(200, $"PUT /menu_items/{id}", """{"name":"Conf mocha 2","price":5.1,"is_available":false}""", "is_available");
        await admin.Ask(200, $"PUT /menu_items/{id}", (await admin.Ask(200, $"GET /menu_items/{id}")).GetRawText());
        Rows(await admin.Ask(200, "GET /menu_items?category=Coffee")).ShouldContain(r => r.GetProperty("id").ToString() == id.ToString());
        await admin.Ask(204, $"DELETE /menu_items/{id}");
        var csv = "name,category,price\nConf import,Coffee,3.20\n";
        (await admin.Upload(200, "/menu_items/bulk-import", Encoding.UTF8.GetBytes(csv), "file", "menu.csv", "text/csv"))
            .GetProperty("created").GetInt32().ShouldBe(1);
        (await admin.Ask(200, "POST /menu_items/bulk-import", csv, "text/csv")).GetProperty("unchanged").GetInt32().ShouldBe(1);
        await admin.Ask(400, "POST /menu_items/bulk-import", "name,category,price\nConf bad,Coffee,dear\n", "text/csv");
        using var trainee = await admin.As("trainee");
        await trainee.Ask(200, "GET /menu_items");
        await trainee.Ask(403, "POST /menu_items", """{"name":"No","price":1}""");
        using var manager = await admin.As("manager");
        await manager.Keep(201, "POST /menu_items", """{"name":"Conf by manager","category":"Coffee","price":1}""");
    }

    [Fact]
    public async Task Orders_are_placed_and_refunded()
    {
        var (shop, admin) = await Begin();
        using var cashier = await admin.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var order = await cashier.Ask(
            201,
            "POST /orders",
            $$"""
            {"items":[{"menu_item_id":{{item}},"quantity":2}],"payment_method":"cash","customer_name":"Bo","notes":"To the window"}
            """);
        var id = order.GetProperty("id");
        (order.GetProperty("customer_name").GetString(), order.GetProperty("notes").GetString()).ShouldBe(("Bo", "To the window"));
        Holds(order, await cashier.Ask(200, $"GET /orders/{id}"), "read");
        Row(await cashier.Ask(200, "GET /orders"), "id", id.ToString());
        await cashier.Ask(403, $"POST /orders/{id}/refund", """{"reason":"Cold"}""");
        using var manager = await admin.As("manager");
        var refund = await manager.Ask(201, $"POST /orders/{id}/refund", """{"reason":"Cold"}""");
        refund.GetProperty("amount").GetDecimal().ShouldBe(order.GetProperty("total_amount").GetDecimal());
        await manager.Ask(409, $"POST /orders/{id}/refund");
        (await cashier.Text($"/orders/{id}/receipt")).ShouldContain("Espresso");
        using var trainee = await admin.As("trainee");
        var practised = await trainee.Ask(201, "POST /orders", $$"""{"items":[{"menu_item_id":{{item}},"quantity":1}]}""");
        practised.GetProperty("training").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Stock_is_adjusted_followed_and_exported()
    {
        var (_, admin) = await Begin();
        var made = await admin.Keep(
            201,
            "POST /inventory",
            """{"name":"Conf syrup","unit":"bottle","current_stock":6,"low_stock_threshold":4,"unit_cost":3.5,"location":"Cellar"}""");
        var id = made.GetProperty("id");
        await admin.Ask(201, $"POST /inventory/{id}/adjust", """{"adjustment":-3,"reason":"waste"}""");
        await admin.Ask(201, $"POST /inventory/{id}/adjust", """{"quantity":-1,"reason":"waste"}""");
        await admin.Ask(201, $"POST /inventory/{id}/adjust", """{"quantity_change":1}""");
        Rows(await admin.Ask(200, $"GET /inventory/{id}/movements")).Length.ShouldBeGreaterThanOrEqualTo(3);
        await Answers.Eventually(async () =>
            Rows(await admin.Ask(200, "GET /alerts")).Any(a => a.GetProperty("inventory_id").ToString() == id.ToString()));
        var csv = await admin.Text("/inventory/export");
        csv.ShouldContain("Conf syrup");
        await admin.Upload(200, "/inventory/import", Encoding.UTF8.GetBytes(csv), "file", "stock.csv", "text/csv");
        using var cashier = await admin.As("cashier");
        await cashier.Ask(200, "GET /inventory");
        await cashier.Ask(403, $"POST /inventory/{id}/adjust", """{"adjustment":1}""");
    }

    [Fact]
    public async Task Reports_pictures_and_health_are_where_it_says()
    {
        var (shop, admin) = await Begin();
        var item = (await shop.Item("Espresso")).Id;
        await admin.Ask(201, "POST /orders", $$"""{"items":[{"menu_item_id":{{item}},"quantity":2}],"payment_method":"card"}""");
        await admin.Ask(200, "GET /reports/dashboard");
        (await admin.Ask(200, "GET /reports/daily-sales")).GetProperty("order_count").GetInt32().ShouldBe(1);
        await admin.Ask(202, "POST /reports/email-summary", """{"to":"boss@conf.example"}""");
        await Answers.Eventually(async () =>
            Rows(await admin.Ask(200, "GET //api/outbox")).Any(m => m.GetProperty("to").GetString() == "boss@conf.example"));
        using var picture = new MemoryStream(Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
        var up = await admin.Upload(201, "/upload/image", picture.ToArray(), "file", "dot.png", "image/png");
        await admin.Text("/uploads/" + up.GetProperty("filename").GetString());
        await admin.Text(up.GetProperty("thumbnail_url").GetString()!);
        (await admin.Text("/health")).ShouldNotBeEmpty();
        using var trainee = await admin.As("trainee");
        await trainee.Ask(403, "POST /reports/email-summary", """{"to":"boss@conf.example"}""");
        await trainee.Ask(403, "POST /users", """{"username":"x"}""");
        JsonValueKind.Array.ShouldBe((await admin.Ask(200, "GET /users")).GetProperty("items").ValueKind);
    }
}

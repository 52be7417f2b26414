using System.Text.Json;
using static Comanda.Tests.Dialects.Conformance.DocumentClient;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>Document 4, Smoocho Bill POS: shops, products and orders by UUID, its SQL columns, Socket.IO.</summary>
public sealed class SmoochoConformanceTests(CafeApp app)
{
    /// <summary>A shop that its owner has just registered, at its own address.</summary>
    private async Task<(DocumentClient Owner, string Shop)> Begin()
    {
        var owner = new DocumentClient(app, null, "/api");
        var email = $"conf{Guid.NewGuid():N}@c.example";
        var registered = await owner.Ask(
            201, "POST /auth/register", $$"""{"email":"{{email}}","password":"quay street at six","name":"Sam Owner"}""");
        owner.Token = registered.GetProperty("access_token").GetString();
        registered.GetProperty("user").GetProperty("role").GetString().ShouldBe("owner");
        var login = await owner.Ask(200, "POST /auth/login", $$"""{"email":"{{email}}","password":"quay street at six"}""");
        var shop = login.GetProperty("user").GetProperty("shop_uuid").GetString()!;
        var profile = await owner.Ask(200, "GET /auth/profile");
        profile.GetProperty("email").GetString().ShouldBe(email);
        await owner.Keep(200, "PUT /auth/profile", """{"name":"Sam O."}""");
        owner.Root = "/api/shops/" + shop;
        return (owner, shop);
    }

    private static string Uuid(JsonElement row, string name = "id")
    {
        Guid.TryParse(row.GetProperty(name).GetString(), out _).ShouldBeTrue($"{name} of {row}");
        return row.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task A_shop_keeps_its_name_and_its_settings()
    {
        var (owner, shop) = await Begin();
        var read = await owner.Ask(200, "GET ");
        Uuid(read).ShouldBe(shop);
        Uuid(read, "owner_id");
        Times(read);
        read.GetProperty("settings").ValueKind.ShouldBe(JsonValueKind.Object);
        await owner.Keep(200, "PUT ", """{"name":"Conf Smoocho"}""");
        await owner.Keep(200, "PUT ", """{"name":"Conf Smoocho","settings":{"theme":"dark","tax_rate":5,"nested":{"a":[1,2]}}}""");
        await owner.Keep(
            200,
            "PUT /settings",
            """{"theme":"light","gst_number":"29ABC","receipt_footer":"Bye","printers":["a","b"],"open":true,"n":3}""");
        Holds(
            JsonElement.Parse("""{"theme":"light","gst_number":"29ABC","receipt_footer":"Bye","printers":["a","b"],"open":true,"n":3}"""),
            await owner.Ask(200, "GET /settings"),
            "settings");
        (await owner.Ask(200, "GET ")).GetProperty("settings").GetProperty("theme").GetString().ShouldBe("light");
        await owner.Ask(200, "PUT ", (await owner.Ask(200, "GET ")).GetRawText());
        await owner.Ask(200, "PUT /settings", (await owner.Ask(200, "GET /settings")).GetRawText());
        await owner.Ask(404, $"GET //api/shops/{Guid.NewGuid()}");
    }

    [Fact]
    public async Task Products_and_stock_keep_their_columns()
    {
        var (owner, shop) = await Begin();
        var body = """
            {"name":"Conf waffle","price":6.4,"category":"Sweet","description":"With cream","image_url":"https://s3.example/w.png",
             "is_active":true}
            """;
        var made = await owner.Keep(201, "POST /products", body);
        Times(made);
        Uuid(made, "shop_id").ShouldBe(shop);
        var id = Uuid(made);
        await owner.Keep(200, $"PUT /products/{id}", """{"price":6.5,"is_active":false,"category":"Sweeter"}""");
        var row = Row(await owner.Ask(200, "GET /products"), "id", id);
        row.GetProperty("is_active").GetBoolean().ShouldBeFalse();
        await owner.Ask(200, $"PUT /products/{id}", row.GetRawText());
        await owner.Ask(201, "POST /products", """{"name":"Conf bare","price":1,"category":null,"description":null,"image_url":null}""");
        await owner.Ask(204, $"DELETE /products/{id}");
        Rows(await owner.Ask(200, "GET /products")).ShouldNotContain(r => r.GetProperty("id").GetString() == id);
        await owner.Ask(404, $"PUT /products/{Guid.NewGuid()}", """{"price":1}""");

        var stock = await owner.Ask(201, "POST /inventory", """{"name":"Conf cream","unit":"l","quantity":5,"low_stock_threshold":2}""");
        var item = Uuid(stock);
        await owner.Keep(200, $"PUT /inventory/{item}", """{"quantity":7.5}""");
        Row(await owner.Ask(200, "GET /inventory"), "id", item).GetProperty("quantity").GetDecimal().ShouldBe(7.5m);
        await owner.Ask(200, $"PUT /inventory/{item}", Row(await owner.Ask(200, "GET /inventory"), "id", item).GetRawText());
    }

    [Fact]
    public async Task An_order_of_the_documents_table_keeps_every_column()
    {
        var (owner, shop) = await Begin();
        var product = Uuid(await owner.Ask(201, "POST /products", """{"name":"Conf waffle","price":6.5,"category":"Sweet"}"""));
        var body = $$"""
            {"order_number":"SM-0001","items":[{"id":"{{product}}","name":"Conf waffle","price":6.5,"quantity":2}],"subtotal":13.0,"tax":0,
             "discount":0,"total":13.0,"payment_method":"cash","payment_status":"completed","customer_name":"Bo","order_type":"takeaway"}
            """;
        var placed = await owner.Keep(201, "POST /orders", body, "order_number", "id");
        Times(placed);
        (Uuid(placed, "shop_id"), Uuid(placed, "cashier_id")).ShouldBe((shop, placed.GetProperty("cashier_id").GetString()));
        (placed.GetProperty("order_number").GetString() == "SM-0001" || placed.GetRawText().Contains("SM-0001", StringComparison.Ordinal))
            .ShouldBeTrue("its own number is kept");
        var id = Uuid(placed);
        Holds(JsonElement.Parse(body), await owner.Ask(200, $"GET /orders/{id}"), "read", "order_number", "id");
        Row(await owner.Ask(200, "GET /orders"), "id", id);
        foreach (var filter in new[] { "payment_status=completed", "order_type=takeaway", "payment_status=completed&order_type=takeaway" })
            Row(await owner.Ask(200, "GET /orders?" + filter), "id", id);
        Rows(await owner.Ask(200, "GET /orders?payment_status=pending")).ShouldBeEmpty();

        var pending = await owner.Keep(
            201,
            "POST /orders",
            $$"""
            {"items":[{"product_id":"{{product}}","quantity":2}],"discount":3,"payment_method":"card","payment_status":"pending",
             "order_type":"dine_in"}
            """,
            "payment_method");
        pending.GetProperty("total").GetDecimal().ShouldBe(10);
        var open = Uuid(pending);
        Row(await owner.Ask(200, "GET /orders?payment_status=pending"), "id", open);
        await owner.Keep(200, $"PUT /orders/{open}", """{"customer_name":"Bob","discount":3,"order_type":"takeaway"}""");
        await owner.Keep(200, $"PUT /orders/{open}", """{"payment_method":"card","payment_status":"completed"}""");
        await owner.Keep(200, $"PUT /orders/{open}", """{"status":"completed"}""");
        var late = Uuid(await owner.Ask(201, "POST /orders", $$"""{"items":[{"id":"{{product}}","quantity":1}]}"""));
        await owner.Ask(200, $"PUT /orders/{late}", (await owner.Ask(200, $"GET /orders/{late}")).GetRawText());
        (await owner.Ask(200, $"DELETE /orders/{late}")).GetProperty("status").GetString().ShouldBe("cancelled");
        var report = await owner.Ask(200, "GET /reports/sales");
        report.GetProperty("total").GetProperty("sales").GetDecimal().ShouldBe(23);
        (await owner.Ask(409, "POST /orders", body.Replace("13.0,\"payment", "12.0,\"payment", StringComparison.Ordinal)
            .Replace("SM-0001", "SM-0002", StringComparison.Ordinal))).GetProperty("code").GetString().ShouldBe("total_differs");
    }

    [Fact]
    public async Task Every_device_hears_of_it_over_socket_io()
    {
        var (owner, _) = await Begin();
        await using var events = await DocumentEvents.OfSocketIo(app, owner.Token!, "&dialect=smoocho");
        var made = await owner.Ask(201, "POST /products", """{"name":"Conf waffle","price":6.5,"category":"Sweet"}""");
        (await events.Next("product_updated")).GetRawText().ShouldContain(Uuid(made));
        var order = Uuid(await owner.Ask(201, "POST /orders", $$"""{"items":[{"id":"{{Uuid(made)}}","quantity":1}]}"""));
        (await events.Next("order_created")).GetRawText().ShouldContain(order);
        await owner.Ask(200, $"PUT /orders/{order}", """{"customer_name":"Bob"}""");
        (await events.Next("order_updated")).GetRawText().ShouldContain(order);
        await owner.Ask(200, "PUT /settings", """{"receipt_footer":"Bye"}""");
        await events.Next("settings_changed");
    }

    [Fact]
    public async Task Owners_managers_and_cashiers_have_their_rights()
    {
        var (owner, _) = await Begin();
        foreach (var role in new[] { "manager", "cashier" })
        {
            var name = "conf" + Guid.NewGuid().ToString("N")[..10];
            await owner.Keep(
                201,
                "POST /users",
                $$"""{"email":"{{name}}@c.example","name":"{{name}}","role":"{{role}}","password":"quay street at six"}""",
                "password");
            using var other = new DocumentClient(app, null, "/api");
            var login = await other.Ask(
                200, "POST /auth/login", $$"""{"email":"{{name}}@c.example","password":"quay street at six"}""");
            other.Token = login.GetProperty("access_token").GetString();
            other.Root = owner.Root;
            await other.Ask(200, "GET /orders");
            await other.Ask(role == "manager" ? 201 : 403, "POST /products", """{"name":"Conf by role","price":1}""");
            await other.Ask(403, "PUT ", """{"name":"Mine now"}""");
            await other.Ask(204, "POST //api/auth/logout");
        }

        Rows(await owner.Ask(200, "GET /devices"));
        Rows(await owner.Ask(200, "GET /audit")).ShouldNotBeEmpty();
    }

    private static void Times(JsonElement row)
    {
        foreach (var name in new[] { "created_at", "updated_at" })
            row.GetProperty(name).GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddYears(-5), $"{name} of {row}");
    }
}

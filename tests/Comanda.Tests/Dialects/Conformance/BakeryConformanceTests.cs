using System.Globalization;
using System.Text.Json;
using static Comanda.Tests.Dialects.Conformance.DocumentClient;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>Document 2, Bakery Shop: the admin's half of /api/v1 and the shelf that everybody reads, by its Mongoose schemas.</summary>
public sealed class BakeryConformanceTests(CafeApp app)
{
    private async Task<(TestShop Shop, DocumentClient Admin)> Begin()
    {
        var shop = await app.NewShop();
        var admin = new DocumentClient(app, shop, "/api/v1");
        await admin.SignIn("admin");
        return (shop, admin);
    }

    private static string Oid(JsonElement row)
    {
        row.GetProperty("_id").ValueKind.ShouldBe(JsonValueKind.String);
        return row.GetProperty("_id").GetString()!;
    }

    private static string Product(string name, string category) => $$"""
        {"name":"{{name}}","description":"A dark loaf","category":"{{category}}","price":4.5,"discountPrice":4,
         "images":["https://s3.example/a.png","https://s3.example/b.png"],"ingredients":["rye","water","salt"],
         "nutritionalInfo":{"calories":250,"fat":1.5,"carbs":48,"protein":8.5},"isVegetarian":true,"allergens":["gluten","lupin","pollen"],
         "preparationTime":5,"isAvailable":true,"isFeatured":true}
        """;

    [Fact]
    public async Task Categories_and_products_keep_every_field_of_their_schemas()
    {
        var (_, admin) = await Begin();
        var category = await admin.Keep(
            201,
            "POST /admin/categories",
            """{"name":"Conf breads","description":"Loaves","image":"https://s3.example/c.png","isActive":true,"displayOrder":3}""");
        var shelf = Oid(category);
        Times(category);
        await admin.Keep(
            200,
            $"PUT /admin/categories/{shelf}",
            """{"name":"Conf breads","description":"All loaves","isActive":true,"displayOrder":7}""");
        Times(Row(await admin.Ask(200, "GET /categories"), "_id", shelf));

        var made = await admin.Keep(201, "POST /admin/products", Product("Conf rye", shelf));
        var id = Oid(made);
        Times(made);
        Holds(JsonElement.Parse("""{"average":0,"count":0}"""), made.GetProperty("ratings"), "ratings");
        Holds(JsonElement.Parse(Product("Conf rye", shelf)), await admin.Ask(200, $"GET /products/{id}"), "read");
        await admin.Keep(200, $"PUT /admin/products/{id}", """{"price":5,"discountPrice":3.5,"isFeatured":false,"isVegetarian":false}""");
        await admin.Keep(200, $"PUT /admin/products/{id}", """{"allergens":[],"ingredients":[],"images":[]}""");
        await admin.Ask(200, $"PUT /admin/products/{id}", (await admin.Ask(200, $"GET /products/{id}")).GetRawText());
        await admin.Keep(200, $"PUT /admin/products/{id}", $$"""{"category":"{{shelf}}"}""");
        await admin.Keep(200, $"PUT /admin/products/{id}", """{"isAvailable":false}""");
        await admin.Keep(200, $"PUT /admin/products/{id}", """{"isAvailable":true}""");
        Rows(await admin.Ask(200, $"GET /categories/{shelf}/products")).ShouldHaveSingleItem();
        (await admin.Ask(409, $"DELETE /admin/categories/{shelf}")).GetProperty("message").ValueKind.ShouldBe(JsonValueKind.String);
        await admin.Ask(204, $"DELETE /admin/products/{id}");
        (await admin.Ask(404, $"GET /products/{id}")).GetProperty("message").ValueKind.ShouldBe(JsonValueKind.String);
        var empty = Oid(await admin.Ask(201, "POST /admin/categories", """{"name":"Conf empty"}"""));
        await admin.Ask(204, $"DELETE /admin/categories/{empty}");
        (await admin.Ask(409, "POST /admin/categories", """{"name":"Conf breads"}""")).GetProperty("message").GetString().ShouldNotBeNull();
        await admin.Ask(400, "POST /admin/products", $$"""{"name":"Conf unpriced","description":"d","category":"{{shelf}}"}""");
        await admin.Ask(400, "POST /admin/products", Product("Conf lost", "665f1c2ab3e4a1d2c3b4a5f6"));
    }

    [Fact]
    public async Task Products_are_found_filtered_sorted_and_paged()
    {
        var (_, admin) = await Begin();
        var shelf = Oid(await admin.Ask(201, "POST /admin/categories", """{"name":"Conf breads"}"""));
        foreach (var name in new[] { "Conf alpha", "Conf beta", "Conf gamma" })
            await admin.Ask(201, "POST /admin/products", Product(name, shelf));
        using var guest = await admin.As("cashier");
        guest.Token = null;
        var all = Rows(await guest.Ask(200, "GET /products"));
        all.Length.ShouldBeGreaterThan(45);
        var ofShelf = Rows(await guest.Ask(200, $"GET /products?category={shelf}"));
        ofShelf.Length.ShouldBe(3);
        Rows(await guest.Ask(200, $"GET /products?category={shelf}&isVegetarian=true&isFeatured=true&isAvailable=true")).Length.ShouldBe(3);
        Rows(await guest.Ask(200, $"GET /products?category={shelf}&isVegetarian=false")).ShouldBeEmpty();
        var seen = new HashSet<string>();
        for (var page = 1; page < 10; page++)
        {
            var rows = Rows(await guest.Ask(200, $"GET /products?category={shelf}&page={page}&limit=2"));
            rows.ShouldAllBe(r => seen.Add(r.GetProperty("_id").GetString()!));
            if (rows.Length == 0)
                break;
        }

        seen.Count.ShouldBe(3);
        Rows(await guest.Ask(200, $"GET /products?category={shelf}&skip=2&limit=2")).Length.ShouldBe(1);
        foreach (var (sort, first) in new[]
        {
            ("name", "Conf alpha"),
            ("-name", "Conf gamma"),
            ("price", "Conf alpha"),
            ("-price", "Conf alpha"),
            ("-createdAt", "Conf gamma"),
            ("createdAt", "Conf alpha"),
        })
            Rows(await guest.Ask(200, $"GET /products?category={shelf}&sort={sort}"))[0].GetProperty("name").GetString()
                .ShouldBe(first, sort);
        Rows(await guest.Ask(200, "GET /products/featured")).Length.ShouldBeGreaterThanOrEqualTo(3);
        Rows(await guest.Ask(200, "GET /products/popular"));
        foreach (var query in new[] { "q=Conf%20beta", "query=Conf%20beta", "search=Conf%20beta", "keyword=Conf%20beta" })
            Rows(await guest.Ask(200, $"GET /products/search?{query}"))[0].GetProperty("name").GetString().ShouldBe("Conf beta", query);
    }

    [Fact]
    public async Task Promotions_keep_their_schema_and_come_off_the_bill()
    {
        var (shop, admin) = await Begin();
        var rye = (await shop.Item("Rye loaf")).Id.ToString(CultureInfo.InvariantCulture);
        var body = $$"""
            {"title":"Conf ten","description":"A tenth off","image":"https://s3.example/p.png","discountType":"percentage",
             "discountValue":10,"code":"CONF10","minimumOrderValue":2,"startDate":"2026-01-01T00:00:00Z","endDate":"2099-01-01T00:00:00Z",
             "isActive":true,"applicableProducts":["{{rye}}"],"usageLimit":5}
            """;
        var made = await admin.Keep(201, "POST /admin/promotions", body);
        var id = Oid(made);
        Times(made);
        await admin.Keep(
            200, $"PUT /admin/promotions/{id}", """{"title":"Conf twelve","discountValue":12,"usageLimit":7,"isActive":true}""");
        var row = Row(await admin.Ask(200, "GET /promotions"), "_id", id);
        Times(row);
        row.GetProperty("code").GetString().ShouldBe("CONF10");
        var applied = await admin.Ask(
            200, "POST /promotions/apply/CONF10", $$"""{"items":[{"product":"{{rye}}","quantity":2,"price":1}]}""");
        var (subtotal, discount) = (applied.GetProperty("subtotal").GetDecimal(), applied.GetProperty("discount").GetDecimal());
        discount.ShouldBeGreaterThan(0);
        applied.GetProperty("total").GetDecimal().ShouldBeLessThan(subtotal);
        Oid(applied.GetProperty("promotion")).ShouldBe(id);
        await admin.Keep(
            201,
            "POST /admin/promotions",
            """
            {"title":"Conf two","description":"Two off","discountType":"fixed","discountValue":2,"code":"CONF2",
             "startDate":"2026-01-01","endDate":"2099-01-01"}
            """,
            "startDate",
            "endDate");
        (await admin.Ask(404, "POST /promotions/apply/NOSUCH", """{"items":[]}""")).GetProperty("message").GetString().ShouldNotBeNull();
        await admin.Ask(204, $"DELETE /admin/promotions/{id}");
        using var guest = await admin.As("cashier");
        await guest.Ask(403, "POST /admin/promotions", body);
    }

    [Fact]
    public async Task Orders_of_all_are_the_admins_and_move_by_its_words()
    {
        var (shop, admin) = await Begin();
        var rye = (await shop.Item("Rye loaf")).Id;
        var placed = await admin.Ask(
            201,
            "POST /orders",
            $$"""
            {"items":[{"product":"{{rye}}","quantity":1}],"paymentDetails":{"method":"cash"},
             "deliveryAddress":{"address":"1 Main St","landmark":"Fountain","city":"Lisbon","state":"L","zipCode":"1000"} }
            """);
        var id = Oid(placed);
        Times(placed);
        foreach (var status in new[] { "preparing", "out_for_delivery", "delivered" })
        {
            await admin.Keep(200, $"PUT /admin/orders/{id}/status", $$"""{"orderStatus":"{{status}}"}""");
            Row(await admin.Ask(200, $"GET /admin/orders?orderStatus={status}"), "_id", id);
            Row(await admin.Ask(200, $"GET /admin/orders?status={status}"), "_id", id);
        }

        (await admin.Ask(400, $"PUT /admin/orders/{id}/status", """{"orderStatus":"eaten"}""")).GetProperty("errors")
            .TryGetProperty("orderStatus", out _).ShouldBeTrue();
        (await admin.Ask(409, $"PUT /admin/orders/{id}/status", """{"orderStatus":"placed"}""")).GetProperty("message").GetString()
            .ShouldNotBeNull();
        using var guest = await admin.As("cashier");
        guest.Token = null;
        (await guest.Ask(401, "GET /admin/orders")).GetProperty("message").GetString().ShouldNotBeNull();
        guest.Token = "nonsense";
        (await guest.Ask(401, "GET /users/profile")).GetProperty("message").GetString().ShouldNotBeNull();
    }

    internal static void Times(JsonElement row)
    {
        foreach (var name in new[] { "createdAt", "updatedAt" })
        {
            row.TryGetProperty(name, out var time).ShouldBeTrue($"{name} is not in {row}");
            time.GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddYears(-5));
        }
    }
}

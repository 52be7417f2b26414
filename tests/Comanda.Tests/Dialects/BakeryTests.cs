using System.Text.Json;

namespace Comanda.Tests.Dialects;

/// <summary>Document 2 at /api/v1: camelCase, _id, its words, bare lists, message.</summary>
public sealed class BakeryTests(CafeApp app)
{
    /// <summary>No name of ours is left: each is in camelCase but _id, and every _id is text.</summary>
    private static void IsSpelledSo(JsonElement at, string place = "$")
    {
        if (at.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in at.EnumerateArray())
                IsSpelledSo(element, place + "[]");
        }

        if (at.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in at.EnumerateObject())
        {
            (member.Name == "_id" || !member.Name.Contains('_')).ShouldBeTrue($"{place}.{member.Name}");
            if (member.Name == "_id")
                member.Value.ValueKind.ShouldBe(JsonValueKind.String, place);
            IsSpelledSo(member.Value, $"{place}.{member.Name}");
        }
    }

    private static List<string?> Ids(JsonElement list) => [.. list.EnumerateArray().Select(p => p.GetProperty("_id").GetString())];

    [Fact]
    public async Task An_order_is_answered_in_the_schemas_names_and_words()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var rye = (await shop.Item("Rye loaf")).Id;
        var placed = await admin.Ask("POST /api/v1/orders", new
        {
            type = "delivery",
            items = new[] { new { menu_item_id = rye, quantity = 2, special_instructions = "sliced" } },
            delivery_address = new { address = "1 Main St", city = "Lisbon", state = "L", zip_code = "1000" },
            notes = "ring twice",
            payments = new[] { new { method = "card", reference = "tx-1" } },
        });
        placed.Status.ShouldBe(201);
        IsSpelledSo(placed.Body);
        placed.Response.Headers.Location!.OriginalString.ShouldBe($"/api/v1/orders/{placed.Text("_id")}");
        placed.Text("orderStatus").ShouldBe("placed");
        placed.Body.GetProperty("taxes").ValueKind.ShouldBe(JsonValueKind.Number);
        placed.Body.GetProperty("total").GetDecimal().ShouldBe(placed.Body.GetProperty("items")[0].GetProperty("total").GetDecimal());
        var line = placed.Body.GetProperty("items")[0];
        (line.GetProperty("product").GetString(), line.GetProperty("quantity").GetInt32()).ShouldBe((rye.ToString(), 2));
        line.GetProperty("price").GetDecimal().ShouldBeGreaterThan(0);
        line.GetProperty("specialInstructions").GetString().ShouldBe("sliced");
        placed.Text("specialInstructions").ShouldBe("ring twice");
        placed.Body.GetProperty("deliveryAddress").GetProperty("zipCode").GetString().ShouldBe("1000");
        var paid = placed.Body.GetProperty("paymentDetails");
        (paid.GetProperty("method").GetString(), paid.GetProperty("transactionId").GetString(), paid.GetProperty("status").GetString())
            .ShouldBe(("card", "tx-1", "completed"));
        placed.Body.GetProperty("isScheduled").GetBoolean().ShouldBeFalse();
        placed.Body.GetProperty("estimatedDeliveryTime").GetDateTimeOffset()
            .ShouldBe(placed.Body.GetProperty("createdAt").GetDateTimeOffset()
                .AddMinutes(placed.Body.GetProperty("estimatedTime").GetInt32()));

        var id = placed.Text("_id");
        (await admin.Ask($"PUT /api/v1/admin/orders/{id}/status", new { status = "preparing" })).Text("orderStatus").ShouldBe("preparing");
        (await admin.Ask($"PUT /api/v1/admin/orders/{id}/status", new { status = "ready" })).Text("orderStatus").ShouldBe("preparing");
        await admin.Ask(
            $"PUT /api/v1/orders/{id}/delivery",
            new { person = new { name = "Dee", phone = "+15550100" }, location = new[] { -73.9, 40.7 } });
        var track = await admin.Ask($"GET /api/v1/orders/{id}/track");
        IsSpelledSo(track.Body);
        var person = track.Body.GetProperty("deliveryPerson");
        (person.GetProperty("name").GetString(), person.GetProperty("phone").GetString()).ShouldBe(("Dee", "+15550100"));
        person.GetProperty("location").GetProperty("coordinates").EnumerateArray().Select(c => c.GetDouble()).ShouldBe([-73.9, 40.7]);
        var unpaid = await admin.Ask("POST /api/v1/orders", new { type = "takeaway", items = new[] { new { menu_item_id = rye } } });
        unpaid.Body.GetProperty("paymentDetails").GetProperty("status").GetString().ShouldBe("pending");
        (await admin.Ask($"POST /api/v1/orders/{unpaid.Text("_id")}/cancel", new { })).Text("orderStatus").ShouldBe("canceled");
    }

    [Fact]
    public async Task Lists_are_bare_and_say_in_a_header_how_they_go_on()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var products = await admin.Ask("GET /api/v1/products?limit=2");
        (products.Body.ValueKind, products.Body.GetArrayLength()).ShouldBe((JsonValueKind.Array, 2));
        IsSpelledSo(products.Body);
        var next = products.Response.Headers.GetValues("X-Next-Cursor").Single();
        var more = await admin.Ask($"GET /api/v1/products?limit=2&cursor={next}");
        more.Body[0].GetProperty("_id").GetString().ShouldNotBe(products.Body[0].GetProperty("_id").GetString());
        (await admin.Ask($"GET /api/v1/products/{products.Body[0].GetProperty("_id")}")).Text("name")
            .ShouldBe(products.Body[0].GetProperty("name").GetString());
        products.Body[0].GetProperty("isAvailable").ValueKind.ShouldBe(JsonValueKind.True);
        products.Body[0].GetProperty("ingredients").ValueKind.ShouldBe(JsonValueKind.Array);
        var category = products.Body[0].GetProperty("category").GetString();
        Ids((await admin.Ask("GET /api/v1/categories")).Body).ShouldContain(category);
        (await admin.Ask($"GET /api/v1/categories/{category}/products")).Body.ValueKind.ShouldBe(JsonValueKind.Array);
        foreach (var list in (string[])
        [
            "orders",
            "admin/orders",
            "products/featured",
            "products/popular",
            "products/search?q=rye",
            "users",
            "customers",
        ])
            (await admin.Ask($"GET /api/v1/{list}")).Body.ValueKind.ShouldBe(JsonValueKind.Array, list);
        IsSpelledSo((await admin.Ask("GET /api/v1/menu")).Body);
        (await admin.Ask("GET /api/products?limit=2")).Items.Count().ShouldBe(2); // ours stays as it is
        (await admin.Ask("GET /menu_items?limit=2")).Items.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Refusals_have_a_message_and_name_fields_as_the_document_does()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var nobody = await app.Client().Ask("GET /api/v1/users/profile");
        (nobody.Status, nobody.Text("message")).ShouldBe((401, nobody.Text("detail")));
        nobody.Body.GetProperty("status").GetInt32().ShouldBe(401);
        nobody.Text("traceId").ShouldNotBeNullOrEmpty();
        nobody.Response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");

        var order = await admin.Ask("POST /api/v1/orders", new { items = new[] { new { menu_item_id = 999_999_999, quantity = 1 } } });
        order.Status.ShouldBe(400);
        order.Fields.ShouldContain("items[0].product");
        var address = await admin.Ask(
            "POST /api/v1/orders",
            new { type = "delivery", items = Array.Empty<int>(), scheduled_for = "yesterday" });
        address.Status.ShouldBe(400);
        address.Fields.ShouldAllBe(f => !f.Contains('_'));
        var missing = await admin.Ask("GET /api/v1/nowhere");
        (missing.Status, missing.Text("message")).ShouldBe((404, missing.Text("detail")));
        (await admin.Ask("POST /api/v1/orders", new StringContent("{bad", System.Text.Encoding.UTF8, "application/json"))).Text("message")
            .ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Pages_have_numbers_and_filters_the_schemas_names()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var all = Ids((await admin.Ask("GET /api/v1/products?limit=200")).Body);
        foreach (var query in new[] { "page=3&limit=4", "skip=8&limit=4", "limit=4&page=3" })
        {
            var third = await admin.Ask("GET /api/v1/products?" + query);
            Ids(third.Body).ShouldBe(all.Skip(8).Take(4), query);
        }

        (await admin.Ask("GET /api/v1/products?page=100&limit=4")).Body.GetArrayLength().ShouldBe(0);
        var bad = await admin.Ask("GET /api/v1/products?page=0");
        (bad.Status, bad.Fields.Single()).ShouldBe((400, "page"));
        (await admin.Ask("GET /api/v1/products?skip=-1")).Fields.Single().ShouldBe("skip");

        var rye = (await shop.Item("Rye loaf")).Id;
        var orders = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            var order = await admin.Ask("POST /api/v1/orders", new { type = "takeaway", items = new[] { new { menu_item_id = rye } } });
            orders.Insert(0, order.Text("_id")!);
        }

        var second = await admin.Ask("GET /api/v1/orders?page=2&limit=2");
        Ids(second.Body).ShouldBe(orders.Skip(2).Take(2));
        var cursor = second.Response.Headers.GetValues("X-Next-Cursor").Single();
        (await admin.Ask($"GET /api/v1/orders?limit=2&cursor={cursor}")).Body[0].GetProperty("_id").GetString().ShouldBe(orders[4]);
        await admin.Ask($"PUT /api/v1/admin/orders/{orders[0]}/status", new { status = "preparing" });
        (await admin.Ask("GET /api/v1/orders?orderStatus=preparing")).Body.GetArrayLength().ShouldBe(1);
        (await admin.Ask("GET /api/v1/customers?page=2&limit=1")).Status.ShouldBe(200);

        var shown = await admin.Ask($"PUT /api/v1/admin/products/{rye}", new { is_featured = true });
        shown.Body.GetProperty("isFeatured").GetBoolean().ShouldBeTrue();
        var featured = await admin.Ask("GET /api/v1/products?isFeatured=true");
        featured.Body.EnumerateArray().ShouldAllBe(p => p.GetProperty("isFeatured").GetBoolean());
        featured.Body.GetArrayLength().ShouldBeInRange(1, all.Count - 1);
        (await admin.Ask("GET /api/v1/products/search?query=rye")).Body[0].GetProperty("name").GetString()!.ShouldContain("Rye");
    }

    [Fact]
    public async Task Who_has_our_menu_has_not_the_bakerys_and_each_is_told_once()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        foreach (var path in new[] { "menu", "products", "categories" })
        {
            var (ours, theirs) = (await guest.Ask($"GET /api/{path}"), await guest.Ask($"GET /api/v1/{path}"));
            var (tag, other) = (ours.Response.Headers.ETag!.ToString(), theirs.Response.Headers.ETag!.ToString());
            tag.ShouldNotBe(other);
            (await guest.Ask($"GET /api/{path}", null, ("If-None-Match", tag))).Status.ShouldBe(304);
            (await guest.Ask($"GET /api/v1/{path}", null, ("If-None-Match", other))).Status.ShouldBe(304);
            var changed = await guest.Ask($"GET /api/v1/{path}", null, ("If-None-Match", tag));
            (changed.Status, changed.Response.Headers.ETag!.ToString()).ShouldBe((200, other));
            (await guest.Ask($"GET /api/{path}", null, ("If-None-Match", other))).Status.ShouldBe(200);
        }

        var packed = await guest.Send(
            HttpMethod.Get,
            "/api/v1/menu",
            headers: new Dictionary<string, string> { ["Accept-Encoding"] = "gzip" });
        packed.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        packed.Headers.Vary.ShouldContain("Comanda-Dialect");
    }

    [Fact]
    public async Task A_stale_change_is_refused_by_version_and_by_tag()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var rye = (await shop.Item("Rye loaf")).Id;
        var read = await admin.Ask($"PUT /api/v1/admin/products/{rye}", new { description = "dark" });
        var tag = read.Response.Headers.ETag!.ToString();
        (await admin.Ask($"PUT /api/v1/admin/products/{rye}", new { description = "darker" }, ("If-Match", tag))).Status.ShouldBe(200);
        (await admin.Ask($"PUT /api/v1/admin/products/{rye}", new { description = "late" }, ("If-Match", tag))).Status.ShouldBe(412);
    }
}

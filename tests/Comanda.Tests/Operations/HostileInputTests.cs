using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>What an attacker sends first.</summary>
public sealed class HostileInputTests(CafeApp app)
{
    private static readonly string[] Poison =
    [
        "'; drop table users; --",
        "\" or \"\"=\"",
        "x' union select password_hash from users --",
        "\\'; select pg_sleep(5); --",
        "$1",
        "%00",
        "{\"$gt\":\"\"}",
        "[]",
        "null",
        "true",
        "${jndi:ldap://127.0.0.1/x}",
        "../../../../etc/passwd",
        "<script>alert(1)</script>",
        "\r\nSet-Cookie: comanda_refresh=stolen",
        "\u202e\u0007\u001b[31m",
        "𝕏",
        "-1",
        "1e309",
        new('A', 5_000),
        ];

    /// <summary>
    /// Walks the API's own description: each text of each body, each parameter of each path and query gets each poison, in a
    /// body that is otherwise as it should be. Nothing may be a 500, nothing may take effect as SQL or JSON.
    /// </summary>
    [Fact]
    public async Task No_text_anywhere_is_run_as_sql_or_json()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        using var description = JsonDocument.Parse(await (await owner.Send(
            HttpMethod.Get,
            "/openapi/v1.json")).Content.ReadAsStringAsync());
        var (root, tried) = (description.RootElement, 0);
        var users = await app.Database.Scalar("select count(*) from users where home_shop_id = $1", default, shop.Id);
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(o => o.Name is "get" or "post" or "put" or "delete"))
            {
                if (path.Name is "/api/auth/logout" or "/ws")
                    continue; // would end the session; no JSON
                foreach (var (target, body) in Variants(root, path.Name, operation.Value, shop))
                {
                    tried++;
                    var answer = await owner.Ask($"{operation.Name.ToUpperInvariant()} {target}", body);
                    answer.Status.ShouldBeLessThan(500, $"{operation.Name} {target} {JsonSerializer.Serialize(body)}: {answer}");
                }
            }
        }

        tried.ShouldBeGreaterThan(1_000);
        (await app.Database.Scalar("select count(*) from users where home_shop_id = $1", default, shop.Id)).ShouldBe(users);
        (await owner.Me()).Role.ShouldBe("owner");
        (await owner.Ask("GET /api/journal/verify")).Body.GetProperty("valid").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_looks_like_sql_is_kept_as_the_text_it_is()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        const string name = "Robert'); drop table students;-- \" {\"$ne\":null} <b>é</b>";
        (await owner.Ask("PUT /api/auth/me", new { name })).Text("name").ShouldBe(name);
        var order = await owner.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], CustomerName: name));
        (await owner.Ask("GET /api/orders?q=" + Uri.EscapeDataString("drop table students"))).Items
            .Single()
            .GetProperty("id")
            .GetInt64()
            .ShouldBe(order.Id);
        (await owner.Ask("GET /api/orders?q=" + Uri.EscapeDataString("%' or 1=1 --"))).Items.ShouldBeEmpty();
        (await owner.Ask("GET /api/audit?actor=" + Uri.EscapeDataString("' or 1=1 --"))).Items.ShouldBeEmpty();
        (await owner.Ask("GET /api/users?q=" + Uri.EscapeDataString("' or 1=1 --"))).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"username":{"$gt":""},"password":{"$gt":""}}""")]
    [InlineData("""{"username":["admin"],"password":"password123"}""")]
    [InlineData("""{"username":true,"password":"password123"}""")]
    [InlineData("""{"username":"a","password":"b","username":"c"}""")]
    [InlineData("""{"username":"admin","password":null}""")]
    [InlineData("""[{"username":"admin"}]""")]
    [InlineData("""{"username":"admin","password":"x"}{"username":"admin"}""")]
    [InlineData("\"admin\"")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task A_body_of_another_shape_signs_nobody_in(string body)
    {
        var shop = await app.NewShop();
        var answer = await app.Stranger(shop).Ask("POST /api/auth/login", new StringContent(body, Encoding.UTF8, "application/json"));
        answer.Status.ShouldBeInRange(400, 401, answer.ToString());
    }

    [Fact]
    public async Task A_body_nested_deeper_than_anybody_needs_is_refused()
    {
        var shop = await app.NewShop();
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 50_000)) + "1" + new string('}', 50_000);
        (await app.Stranger(shop).Ask(
            "POST /api/auth/login",
            new StringContent(deep, Encoding.UTF8, "application/json"))).Status.ShouldBe(400);
        (await app.Stranger(shop).Ask("POST /api/auth/login", new StringContent(
            $"{{\"username\":\"{new string('x', 2_000_000)}\"}}",
            Encoding.UTF8,
            "application/json"))).Status.ShouldBe(413);
    }

    /// <summary>Every path with an id, with ids of another shop: not there, and never a hint that they are.</summary>
    [Fact]
    public async Task Another_shops_ids_are_not_there_in_any_path()
    {
        var (mine, theirs) = (await app.NewShop(), await app.NewShop());
        var (me, they) = (await mine.As("owner"), await theirs.As("owner"));
        var espresso = await theirs.Item("Espresso");
        var order = await they.PlaceOrder(new("takeaway", [new(espresso.Id)]));
        var category = (await they.Ask("GET /api/categories")).Items.First().GetProperty("id").GetInt64();
        var user = (await they.Ask("GET /api/users?limit=1")).Items.First().GetProperty("id").GetInt64();
        var device = (await they.Ask("GET /api/devices")).Items.First().GetProperty("id").GetInt64();
        var session = (await they.Ask("GET /api/auth/sessions")).Items.First().GetProperty("id").GetInt64();
        var review = (await they.Ask($"POST /api/products/{espresso.Id}/reviews", new { rating = 5 })).Id;
        var drawer = (await they.Ask("POST /api/drawers/open", new { @float = 10 })).Id;
        var customer = (await they.Ask("POST /api/customers", new { name = "Gina", phone = "+351912345678" })).Id;
        var option = (await they.Ask($"GET /api/menu/items/{(await theirs.Item("Flat white")).Id}")).Body
            .GetProperty("modifier_groups")[0]
            .GetProperty("options")[0]
            .GetProperty("id")
            .GetInt64();
        var beans = (await they.Ask(
            "POST /api/inventory",
            new { name = "Beans", current_stock = -1, supplier = "Roastery", location = "Cellar" })).Body;
        var purchase = (await they.Ask(
            "POST /api/purchase-orders",
            new { items = new[] { new { inventory_id = beans.GetProperty("id").GetInt64(), quantity = 1 } } })).Id;
        var alert = 0L;
        await Answers.Eventually(async () => (alert = (await they.Ask("GET /api/alerts")).Items
            .Select(a => a.GetProperty("id").GetInt64())
            .FirstOrDefault()) != 0);
        var sent = await they.Ask("POST /api/orders/sync", new { orders = new[] { new { key = "set aside" } } });
        var aside = sent.Body.GetProperty("results")[0].GetProperty("set_aside").GetProperty("id").GetInt64();
        // Whose id stands where. A path of a kind that is not here fails the test.
        var ids = new Dictionary<string, long>
        {
            ["/api/orders/"] = order.Id,
            ["/api/menu/items/"] = espresso.Id,
            ["/api/categories/"] = category,
            ["/api/admin/categories/"] = category,
            ["/api/users/"] = user,
            ["/api/devices/"] = device,
            ["/api/auth/sessions/"] = session,
            ["/api/shops/"] = theirs.Id,
            ["/api/reviews/"] = review,
            ["/api/admin/reviews/"] = review,
            ["/api/drawers/"] = drawer,
            ["/api/kitchen/items/"] = order.Items[0].Id,
            ["/api/customers/"] = customer,
            ["/api/orders/set-aside/"] = aside,
            ["/api/menu/options/"] = option,
            ["/api/inventory/"] = beans.GetProperty("id").GetInt64(),
            ["/api/suppliers/"] = beans.GetProperty("supplier_id").GetInt64(),
            ["/api/stock/locations/"] = beans.GetProperty("location_id").GetInt64(),
            ["/api/alerts/"] = alert,
            ["/api/purchase-orders/"] = purchase,
            };
        // What an endpoint wants to read before it looks for the id.
        var bodies = new Dictionary<string, object>
        {
            ["change_order_status"] = new { status = "completed" },
            ["refund_order"] = new { amount = 1, reason = "x" },
            ["split_order"] = new { ways = 2 },
            ["transfer_order"] = new { table = "7" },
            ["email_receipt"] = new { to = "a@example.com" },
            ["update_delivery"] = new { location = new[] { 1.0, 2.0 } },
            ["merge_orders"] = new { order_ids = new[] { (await me.PlaceOrder(new(
                "takeaway",
                [new((await mine.Item("Espresso")).Id)]))).Id } },
            ["change_menu_item"] = new { price = 0.01 },
            ["set_menu_item_stock"] = new { in_stock = false },
            ["change_category"] = new { name = "Mine" },
            ["add_review"] = new { rating = 1 },
            ["change_review"] = new { rating = 1 },
            ["moderate_review"] = new { is_approved = false },
            ["move_cash"] = new { type = "out", amount = 1, reason = "x" },
            ["close_drawer"] = new { counted = 1 },
            ["add_round"] = new { items = new[] { new { menu_item_id = (await mine.Item("Espresso")).Id } } },
            ["prepare_line"] = new { status = "ready" },
            ["discard_set_aside_sale"] = new { reason = "x" },
            ["adjust_points"] = new { points = 1, reason = "x" },
            ["adjust_stock"] = new { adjustment = 1 },
            ["transfer_stock"] = new { quantity = 1, to_location = "Bar" },
            ["make_stock"] = new { quantity = 1 },
            ["change_stock_item_recipe"] = new { made = "ahead", yield = 1, items = Array.Empty<object>() },
            ["change_menu_item_recipe"] = Array.Empty<object>(),
            ["change_option_recipe"] = Array.Empty<object>(),
            ["change_purchase_order"] = new { note = "Mine" },
            ["move_purchase_order"] = new { status = "cancelled" },
            };
        var tried = 0;
        foreach (var endpoint in app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var (method, route) = (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0], endpoint.RoutePattern.RawText!);
            var body = method is "POST" or "PUT"
                ? bodies.GetValueOrDefault(endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName, new { name = "Mine" })
                : null;
            if (route.Contains(":long}", StringComparison.Ordinal))
            {
                tried++;
                var kind = route[..route.IndexOf('{', StringComparison.Ordinal)];
                ids.ShouldContainKey(kind, $"say whose id stands in {route}");
                string With(long id) => $"{method} {System.Text.RegularExpressions.Regex.Replace(route, @"\{[^}]+\}", id.ToString())}";
                var (foreign, nothing) = (await me.Ask(With(ids[kind]), body), await me.Ask(With(987_654_321), body));
                (foreign.Status, foreign.Code, foreign.Text("detail")).ShouldBe(
                    (404, "not_found", nothing.Text("detail")),
                    $"{With(ids[kind])}: {foreign}");
                (nothing.Status, nothing.Code).ShouldBe((404, "not_found"), $"{With(987_654_321)}: {nothing}");
            }

            // And the other shop before any path of the API that is not open to everyone.
            if (route.StartsWith("/api/", StringComparison.Ordinal)
                && !route.StartsWith("/api/shops", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<NeedsPermission>() is not null)
            {
                tried++;
                var path = System.Text.RegularExpressions.Regex.Replace(route["/api".Length..], @"\{[^}]+\}", order.Id.ToString());
                var there = await me.Ask($"{method} /api/shops/{theirs.Id}{path}", body);
                (there.Status, there.Code).ShouldBe((404, "not_found"), $"{method} /api/shops/{theirs.Id}{path}: {there}");
            }
        }

        tried.ShouldBeGreaterThan(100);
        foreach (var role in new[] { "barista", "" })
            (await me.Ask(
                $"PUT /api/users/{user}",
                role.Length == 0 ? new { is_active = false } : new { role })).Code.ShouldBe("not_found");

        // In bodies they are field errors.
        (await me.Ask("POST /api/payments", new { order_id = order.Id, method = "card" })).Fields.ShouldBe(["order_id"]);
        (await me.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso.Id } } })).Status.ShouldBe(400);
        (await me.Ask("POST /api/menu", new { name = "X", price = 1, category_id = category })).Fields.ShouldBe(["category_id"]);
        // And nothing has happened to them.
        (await they.Ask($"GET /api/orders/{order.Id}")).Text("status").ShouldBe("pending");
        (await they.Ask($"GET /api/customers/{customer}")).Text("name").ShouldBe("Gina");
        (await they.Ask($"GET /api/drawers/{drawer}")).Text("status").ShouldBe("open");
        (await they.Ask($"GET /api/menu/items/{espresso.Id}")).Body.GetProperty("price").GetDecimal().ShouldBe(espresso.Price);
        (await they.Me()).Role.ShouldBe("owner");
    }

    [Fact]
    public async Task No_header_or_cookie_splits_an_answer()
    {
        var shop = await app.NewShop();
        // Over the bare socket: what a library would not send.
        foreach (var headers in new[]
            {
                "X-Shop-Id: 1\r\n Set-Cookie: a=b",
                "X-Shop-Id: 1\nX-Injected: yes",
                "X-Shop-Id: 1\rX-Injected: yes",
                "X-Device-Token: \0",
                "Cookie: comanda_refresh=a\r\n b",
                "X-Injected\r\n: yes",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                })
        {
            var raw = await Raw($"GET /api/menu HTTP/1.1\r\nHost: localhost\r\n{headers}\r\nConnection: close\r\n\r\n");
            raw.ShouldNotContain("X-Injected", Case.Insensitive, headers);
            raw.ShouldNotContain("Set-Cookie", Case.Insensitive, headers);
            raw.ShouldNotContain("HTTP/1.1 5", Case.Insensitive, headers);
        }

        // Values that come back in headers: in the path, in cookies, in what is written.
        var stranger = app.Stranger(shop);
        foreach (var cookie in new[]
        {
            "comanda_refresh=%0d%0aSet-Cookie:%20a=b",
            "comanda_refresh=\"a;b\"",
            "comanda_refresh=a; comanda_refresh=b",
            "comanda_refresh=" + new string('x', 6_000),
            "=;;;="
        })
        {
            var answer = await stranger.Ask("POST /api/auth/refresh", null, ("Cookie", cookie));
            answer.Status.ShouldBe(401, cookie);
            foreach (var set in answer.Response.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
                set.ShouldStartWith("comanda_refresh=;");
        }

        var owner = await shop.As("owner");
        (await owner.Ask("POST /api/users", new
        {
            username = $"a-{shop.Id}",
            name = "x\r\nLocation: evil",
            role = "barista",
            password = "milk foam and art"
        })).Fields.ShouldBe(["name"]);
        var placed = await owner.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } } },
            ("Idempotency-Key", "a%0d%0ab"));
        placed.Status.ShouldBe(201);
    }

    private async Task<string> Raw(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var (answer, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) is > 0 and var count)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // the server has hung up on it
        }

        return answer.ToString().Split("\r\n\r\n")[0];
    }

    /// <summary>The operation with each of its texts poisoned in turn, and its path and query too.</summary>
    private static IEnumerable<(string Target, object? Body)> Variants(JsonElement root, string path, JsonElement operation, TestShop shop)
    {
        var good = path.Replace("{shop_id}", shop.Id.ToString());
        var body = operation.TryGetProperty("requestBody", out var request) && request.GetProperty("content").TryGetProperty(
            "application/json",
            out var json) ? json.GetProperty("schema") : (JsonElement?)null;
        var plain = System.Text.RegularExpressions.Regex.Replace(good, @"\{[^}]+\}", "1");
        foreach (var poison in Poison)
        {
            var escaped = Uri.EscapeDataString(poison);
            if (good.Contains('{'))
                yield return (System.Text.RegularExpressions.Regex.Replace(good, @"\{[^}]+\}", escaped), body is null ? null : new { });
            foreach (var parameter in Parameters(operation).Where(p => p.GetProperty("in").GetString() == "query"))
                yield return ($"{plain}?{parameter.GetProperty("name").GetString()}={escaped}", null);
            if (body is not { } schema)
                continue;
            foreach (var (name, type) in Properties(root, schema))
            {
                // A good value for every other field, so that the check of this one is reached.
                var filled = Properties(root, schema).ToDictionary(
                    p => p.Name,
                    p => p.Name == name ? (object?)poison : p.Type.Contains("string") ? "a fine text" : null);
                yield return (plain, type.Contains("array") || type.Contains("object")
                    ? new Dictionary<string, object?> { [name] = new object[] { poison } }
                    : filled);
            }
        }
    }

    private static IEnumerable<JsonElement> Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : [];

    private static IEnumerable<(string Name, string Type)> Properties(JsonElement root, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("oneOf", out var either))
            return either.EnumerateArray().SelectMany(s => Properties(root, s));
        return schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().Select(p => (
                p.Name,
                p.Value.TryGetProperty("type", out var type) ? type.GetRawText() : "object"))
            : [];
    }
}

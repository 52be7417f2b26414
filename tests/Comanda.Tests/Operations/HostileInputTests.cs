using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>What an attacker sends first.</summary>
public sealed partial class HostileInputTests(CafeApp app)
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

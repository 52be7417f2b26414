using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Comanda.Tests.Operations;

/// <summary>
/// docs/comanda.postman_collection.json: every operation of the API as a request, made from its OpenAPI description, so that it cannot say
/// anything else.
/// </summary>
public sealed class PostmanTests(CafeApp app)
{
    private const string File = "docs/comanda.postman_collection.json", Schema =
        "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Bodies to begin with, of a fresh demo cafe; of the others every field is there to be filled in or struck out.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["login"] = """{"username": "owner", "password": "password123"}""",
        ["pin_login"] = """{"pin": "1234"}""",
        ["place_order"] = """{"type": "takeaway", "items": [{"menu_item_id": 1, "quantity": 1}], "payments": [{"method": "cash"}]}""",
        ["preview_order"] = """{"type": "takeaway", "items": [{"menu_item_id": 1, "quantity": 1}]}""",
        ["take_payment"] = """{"order_id": 1, "method": "cash", "tendered": 20}""",
        ["change_order_status"] = """{"status": "preparing"}""",
        ["add_menu_item"] = """{"name": "Flat white", "category": "Coffee", "price": 3.4}""",
        ["add_customer"] = """{"name": "Ada", "email": "ada@example.com"}""",
        ["add_stock_item"] = """{"name": "Oat milk", "unit": "l", "current_stock": 12, "low_stock_threshold": 4}""",
    };

    [Fact]
    public async Task The_collection_is_the_one_that_the_description_makes()
    {
        var document = await ApiDocument.Of(app);
        await Repository.ShouldHold(File, Collection(document).ToJsonString(Readable) + "\n");
    }

    /// <summary>Signing in keeps the token, and with it what follows is sent as it stands there.</summary>
    [Fact]
    public async Task Its_requests_are_ones_that_the_server_understands()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var collection = Collection(await ApiDocument.Of(app));
        var requests = collection["item"]!.AsArray().SelectMany(folder => folder!["item"]!.AsArray()).ToList();
        requests.Count.ShouldBeGreaterThan(100);
        var login = requests.Single(r => r!["name"]!.GetValue<string>() == "login")!;
        login["event"]![0]!["script"]!["exec"]!.AsArray().Select(l => l!.GetValue<string>()).ShouldContain(l => l.Contains("access_token"));
        var stranger = app.Client();
        var sent = JsonNode.Parse(login["request"]!["body"]!["raw"]!.GetValue<string>());
        (await stranger.Ask("POST /api/auth/login", sent)).Status.ShouldBe(200);
        foreach (var request in requests.Where(r => r!["request"]!["method"]!.GetValue<string>() == "GET"))
        {
            var url = request!["request"]!["url"]!;
            if (url["variable"] is not null)
                continue;
            var path = url["raw"]!.GetValue<string>().Replace("{{base_url}}", "", StringComparison.Ordinal).Split('?')[0];
            (await owner.Ask("GET " + path)).Status.ShouldBeOneOf([200, 400, 401, 403, 404], path);
        }
    }

    private static JsonObject Collection(ApiDocument document)
    {
        var folders = document.Operations
            .GroupBy(o => o.Body.TryGetProperty("tags", out var tags) ? tags[0].GetString()! : "Other", StringComparer.Ordinal)
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => new JsonObject
            {
                ["name"] = f.Key,
                ["item"] = List(f.OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Method, StringComparer.Ordinal)
                    .Select(o => Request(document, o))),
            });
        return new()
        {
            ["info"] = new JsonObject
            {
                ["name"] = "Comanda",
                ["description"] = "Sign in first (Auth, login): the token is kept for the rest. Made from /openapi/v1.json.",
                ["schema"] = Schema,
            },
            ["auth"] = new JsonObject
            {
                ["type"] = "bearer",
                ["bearer"] = List([Variable("token", "{{access_token}}")]),
            },
            ["variable"] = List([Variable("base_url", "http://localhost:8080"), Variable("access_token", "")]),
            ["item"] = List(folders),
        };
    }

    private static JsonObject Request(ApiDocument document, Operation operation)
    {
        var parameters = ApiDocument.Listed(operation.Body, "parameters").ToList();
        var path = Regex.Replace(operation.Path, @"\{(\w+)\}", ":$1");
        var url = new JsonObject
        {
            ["raw"] = "{{base_url}}" + path,
            ["host"] = List([JsonValue.Create("{{base_url}}")]),
            ["path"] = List(path.Trim('/').Split('/').Select(s => JsonValue.Create(s))),
        };
        var query = parameters.Where(p => p.GetProperty("in").GetString() == "query")
            .Select(p => Parameter(p, isDisabled: !(p.TryGetProperty("required", out var needed) && needed.GetBoolean())))
            .ToList();
        if (query.Count > 0)
            url["query"] = List(query);
        if (path.Contains("/:", StringComparison.Ordinal))
            url["variable"] = List(Regex.Matches(operation.Path, @"\{(\w+)\}").Select(m => Variable(m.Groups[1].Value, "")));
        var request = new JsonObject { ["method"] = operation.Method, ["url"] = url };
        if (operation.Body.TryGetProperty("summary", out var summary))
            request["description"] = summary.GetString();
        var headers = parameters.Where(p => p.GetProperty("in").GetString() == "header")
            .Select(p => Parameter(p, isDisabled: true))
            .ToList();
        if (Body(document, operation) is { } body)
        {
            request["body"] = body;
            headers.Insert(0, Variable("Content-Type", "application/json"));
        }

        if (headers.Count > 0)
            request["header"] = List(headers);
        var item = new JsonObject { ["name"] = operation.Id, ["request"] = request };
        if (operation.Id is "login" or "refresh" or "pin_login" or "verify_otp")
        {
            item["event"] = List([new JsonObject
            {
                ["listen"] = "test",
                ["script"] = new JsonObject
                {
                    ["type"] = "text/javascript",
                    ["exec"] = List([JsonValue.Create(
                        "if (pm.response.code === 200) pm.collectionVariables.set('access_token', pm.response.json().access_token);")]),
                },
            }]);
        }

        return item;
    }

    private static JsonObject? Body(ApiDocument document, Operation operation)
    {
        if (!operation.Body.TryGetProperty("requestBody", out var body)
            || !body.GetProperty("content").TryGetProperty("application/json", out var json))
            return null;
        var example = Bodies.TryGetValue(operation.Id, out var ready) ? JsonNode.Parse(ready)
            : json.TryGetProperty("example", out var given) ? JsonNode.Parse(given.GetRawText())
            : Sample(document, json.GetProperty("schema"), []);
        return new()
        {
            ["mode"] = "raw",
            ["raw"] = example?.ToJsonString(Readable) ?? "{}",
            ["options"] = new JsonObject { ["raw"] = new JsonObject { ["language"] = "json" } },
        };
    }

    /// <summary>What a body of this shape may look like: every field, with the first of its words.</summary>
    private static JsonNode? Sample(ApiDocument document, JsonElement shape, string[] within)
    {
        if (shape.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!.Split('/')[^1];
            return within.Contains(name) ? null
                : Sample(document, document.Shapes.First(s => s.Name == name).Value, [.. within, name]);
        }

        if (shape.TryGetProperty("example", out var example))
            return JsonNode.Parse(example.GetRawText());
        if (ApiDocument.Listed(shape, "oneOf").FirstOrDefault(s => !ApiDocument.TypesOf(s).SequenceEqual(["null"])) is
            { ValueKind: JsonValueKind.Object } one)
            return Sample(document, one, within);
        if (shape.TryGetProperty("enum", out var words))
            return JsonNode.Parse(words[0].GetRawText());
        var format = shape.TryGetProperty("format", out var said) ? said.GetString() : null;
        return ApiDocument.TypesOf(shape).FirstOrDefault(t => t != "null") switch
        {
            "object" when shape.TryGetProperty("properties", out var properties) => new JsonObject(properties.EnumerateObject()
                .Select(p => KeyValuePair.Create(p.Name, Sample(document, p.Value, within)))),
            "array" => List(shape.TryGetProperty("items", out var items) ? [Sample(document, items, within)] : []),
            "integer" or "number" => 1,
            "boolean" => true,
            "string" => format switch { "date" => "2026-01-31", "date-time" => "2026-01-31T08:30:00Z", _ => "" },
            _ => null,
        };
    }

    private static JsonObject Parameter(JsonElement parameter, bool isDisabled)
    {
        var said = Variable(parameter.GetProperty("name").GetString()!, "");
        if (parameter.TryGetProperty("description", out var description))
            said["description"] = description.GetString();
        if (isDisabled)
            said["disabled"] = true;
        return said;
    }

    private static JsonObject Variable(string name, string value) => new() { ["key"] = name, ["value"] = value };

    private static JsonArray List(IEnumerable<JsonNode?> nodes) => new([.. nodes]);
}

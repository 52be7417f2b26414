using System.Text.Json;

namespace Comanda.Tests.Operations;

/// <summary>/openapi/v1.json as a test reads it.</summary>
public sealed class ApiDocument(JsonElement root)
{
    public static async Task<ApiDocument> Of(CafeApp app) => new((await app.Client().Ask("GET /openapi/v1.json")).Body);

    public IEnumerable<JsonProperty> Shapes => root.GetProperty("components").GetProperty("schemas").EnumerateObject();

    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. root.GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject().Select(o => new Operation(o.Name.ToUpperInvariant(), path.Name, o.Value))),
    ];

    /// <summary>Every shape in the document, with the way to it: of a record, a field, an item, a parameter, a body.</summary>
    public IEnumerable<(string Place, JsonElement Shape)> Everything()
    {
        foreach (var shape in Shapes.SelectMany(s => Within(s.Name, s.Value)))
            yield return shape;
        foreach (var operation in Operations)
        {
            foreach (var parameter in Listed(operation.Body, "parameters"))
                yield return ($"{operation.Id} ?{parameter.GetProperty("name")}", parameter.GetProperty("schema"));
            var bodies = operation.Responses.Select(r => (Of: r.Name, r.Value));
            if (operation.Body.TryGetProperty("requestBody", out var request))
                bodies = bodies.Prepend(("request", request));
            foreach (var (of, body) in bodies.Where(b => b.Value.TryGetProperty("content", out _)))
            {
                foreach (var shape in body.GetProperty("content").EnumerateObject()
                    .SelectMany(c => Within($"{operation.Id} {of} {c.Name}", c.Value.GetProperty("schema"))))
                    yield return shape;
            }
        }
    }

    /// <summary>What an answer is that the document does not say; nothing where it is as it says.</summary>
    public IEnumerable<string> Contradicted(Operation operation, int status, JsonElement body)
    {
        var response = operation.Responses.FirstOrDefault(r => r.Name == status.ToString());
        if (response.Value.ValueKind == JsonValueKind.Undefined)
            return [$"{operation.Id} answers {status}, of which it says nothing"];
        return response.Value.TryGetProperty("content", out var content)
            && content.EnumerateObject().FirstOrDefault(c => c.Name.EndsWith("json", StringComparison.Ordinal)) is { Name: not null } json
                ? Contradicted($"{operation.Id} {status}", json.Value.GetProperty("schema"), body)
                : [];
    }

    public static bool IsTyped(JsonElement shape) =>
        new[] { "type", "$ref", "oneOf", "anyOf", "allOf" }.Any(word => shape.TryGetProperty(word, out _));

    public static bool MayBeNull(JsonElement shape) =>
        TypesOf(shape).Contains("null") || Listed(shape, "oneOf").Any(MayBeNull);

    public static IReadOnlyList<string> TypesOf(JsonElement shape) => !shape.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];

    public static IEnumerable<JsonElement> Listed(JsonElement of, string name) =>
        of.TryGetProperty(name, out var list) ? list.EnumerateArray() : [];

    private static IEnumerable<JsonProperty> Fields(JsonElement shape) =>
        shape.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : [];

    private static IEnumerable<(string Place, JsonElement Shape)> Within(string place, JsonElement shape)
    {
        var parts = Fields(shape).Select(f => ($"{place}.{f.Name}", f.Value))
            .Concat(Listed(shape, "oneOf").Select((s, i) => ($"{place}|{i}", s)));
        if (shape.TryGetProperty("items", out var items))
            parts = parts.Append(($"{place}[]", items));
        if (shape.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object)
            parts = parts.Append(($"{place}{{}}", values));
        return parts.SelectMany(p => Within(p.Item1, p.Item2)).Prepend((place, shape));
    }

    private IEnumerable<string> Contradicted(string place, JsonElement shape, JsonElement value)
    {
        if (shape.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!.Split('/')[^1];
            return Contradicted(place, Shapes.First(s => s.Name == name).Value, value);
        }

        if (shape.TryGetProperty("oneOf", out var choices))
        {
            var tried = choices.EnumerateArray().Select(c => Contradicted(place, c, value).ToList()).ToList();
            return tried.Exists(t => t.Count == 0) ? [] : tried.MaxBy(t => t.Count)!;
        }

        if (!TypesOf(shape).Any(type => Is(value, type)))
            return [$"{place} is {value.ValueKind}: {value}"];
        if (shape.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(w => w.ToString() == value.ToString()))
            return [$"{place} is none of its words: {value}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => ContradictedFields(place, shape, value),
            JsonValueKind.Array when shape.TryGetProperty("items", out var item) =>
                value.EnumerateArray().SelectMany(v => Contradicted(place + "[]", item, v)),
            _ => [],
        };
    }

    private IEnumerable<string> ContradictedFields(string place, JsonElement shape, JsonElement value)
    {
        var fields = Fields(shape).ToDictionary(f => f.Name, f => f.Value);
        foreach (var missing in Listed(shape, "required").Select(r => r.GetString()!).Where(r => !value.TryGetProperty(r, out _)))
            yield return $"{place} lacks {missing}";
        foreach (var field in value.EnumerateObject())
        {
            var known = fields.TryGetValue(field.Name, out var of) || shape.TryGetProperty("additionalProperties", out of);
            if (known && of.ValueKind == JsonValueKind.Object)
            {
                foreach (var wrong in Contradicted($"{place}.{field.Name}", of, field.Value))
                    yield return wrong;
            }
            else if (!known && fields.Count > 0)
            {
                yield return $"{place} has {field.Name}, of which it says nothing";
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };
}

/// <summary>A method at an address, as the document has it.</summary>
public sealed record Operation(string Method, string Path, JsonElement Body)
{
    public string Id => Body.GetProperty("operationId").GetString()!;

    public IEnumerable<JsonProperty> Responses => Body.GetProperty("responses").EnumerateObject();
}

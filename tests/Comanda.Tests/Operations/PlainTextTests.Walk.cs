using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>The walk over every field that the API describes.</summary>
public sealed partial class PlainTextTests
{
    private static async Task<List<(string Method, string Path, JsonElement Operation, JsonElement Root)>> Operations(ComandaClient owner)
    {
        var root = JsonElement.Parse(await (await owner.Send(HttpMethod.Get, "/openapi/v1.json")).Content.ReadAsStringAsync());
        return [.. root.GetProperty("paths").EnumerateObject()
            .Where(p => p.Name is not ("/api/auth/logout" or "/ws")) // would end the session; no JSON
            .SelectMany(p => p.Value.EnumerateObject()
                .Where(o => o.Name is "get" or "post" or "put" or "delete")
                .Select(o => (o.Name.ToUpperInvariant(), p.Name, o.Value, root)))];
    }

    private static IEnumerable<string> QueryOf(JsonElement operation) => operation.TryGetProperty("parameters", out var all)
        ? all.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!)
        : [];

    private static JsonElement? BodyOf(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var request)
        && request.GetProperty("content").TryGetProperty("application/json", out var json)
            ? json.GetProperty("schema")
            : null;

    /// <summary>Each field of a body, as its refusal names it, with the JSON around it and a question mark where it stands.</summary>
    private static IEnumerable<(string Field, string Around)> Fields(
        JsonElement root, JsonElement schema, int depth, bool textsAlone = false)
    {
        schema = Resolve(root, schema);
        if (depth > 4)
            yield break;
        if (schema.TryGetProperty("items", out var items))
        {
            if (IsText(Resolve(root, items)) || !textsAlone)
                yield return ("[0]", "[?]");
            foreach (var (field, around) in Fields(root, items, depth + 1, textsAlone))
                yield return ($"[0]{(field.StartsWith('[') ? "" : ".")}{field}", $"[{around}]");
        }

        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : [])
        {
            var inner = Resolve(root, property.Value);
            if (IsText(inner) || (!textsAlone && !inner.TryGetProperty("items", out _)))
                yield return (property.Name, $"{{\"{property.Name}\":?}}");
            foreach (var (field, around) in Fields(root, inner, depth + 1, textsAlone))
                yield return ($"{property.Name}{(field.StartsWith('[') ? "" : ".")}{field}", $"{{\"{property.Name}\":{around}}}");
        }
    }

    private static JsonElement Resolve(JsonElement root, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Resolve(root, root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]));
        return schema.TryGetProperty("oneOf", out var either)
            ? Resolve(root, either.EnumerateArray().First(e => !(e.TryGetProperty("type", out var type) && type.ToString() == "null")))
            : schema;
    }

    /// <summary>A text, one of a list of words too; no instant or other text with a form of its own, and no JSON of any shape.</summary>
    private static bool IsText(JsonElement schema) =>
        schema.TryGetProperty("type", out var type)
        && type.GetRawText().Contains("\"string\"", StringComparison.Ordinal)
        && !type.GetRawText().Contains("\"object\"", StringComparison.Ordinal)
        && !schema.TryGetProperty("format", out _);
}

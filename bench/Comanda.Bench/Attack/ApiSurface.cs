using System.Text.Json;

namespace Comanda.Bench.Attack;

/// <summary>One endpoint as the API describes it. <see cref="Body"/> is the schema of its JSON, undefined where it takes none.</summary>
internal sealed record Operation(string Method, string Path, IReadOnlyList<string> Queries, JsonElement Body, bool TakesForm);

/// <summary>Every endpoint, read from /openapi/v1.json, and random requests to them: sensible but for what is odd in them.</summary>
internal sealed class ApiSurface
{
    private readonly JsonElement schemas;
    private readonly List<Operation> weighted;

    private ApiSurface(JsonElement document)
    {
        schemas = document.GetProperty("components").GetProperty("schemas");
        Operations =
        [
            .. document
                .GetProperty("paths")
                .EnumerateObject()
                .SelectMany(path =>
                    path.Value.EnumerateObject()
                        .Where(o => o.Name is "get" or "post" or "put" or "delete" or "patch")
                        .Select(o => Read(path.Name, o))
                ),
        ];
        weighted = [.. Operations.SelectMany(o => Enumerable.Repeat(o, Weight(o)))];
    }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>One of them; where money is, more often.</summary>
    public Operation Any(Random random) => weighted[random.Next(weighted.Count)];

    public static async Task<ApiSurface> Read(ServerUnderTest server, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        return new(JsonElement.Parse(await http.GetStringAsync("/openapi/v1.json", cancel)));
    }

    /// <summary>The schema with this name; undefined where there is none.</summary>
    public JsonElement Schema(string name) => schemas.TryGetProperty(name, out var schema) ? schema : default;

    /// <summary>A schema behind its references; of several, one that is not null.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        for (var steps = 0; steps < 20 && schema.ValueKind == JsonValueKind.Object; steps++)
        {
            if (schema.TryGetProperty("$ref", out var reference))
                schema = schemas.TryGetProperty(reference.GetString()!.Split('/')[^1], out var named) ? named : default;
            else if (
                schema.TryGetProperty("oneOf", out var choices)
                || schema.TryGetProperty("anyOf", out choices)
                || schema.TryGetProperty("allOf", out choices)
            )
                schema = choices
                    .EnumerateArray()
                    .LastOrDefault(c => !(c.TryGetProperty("type", out var type) && type.ToString() == "null"));
            else
                break;
        }

        return schema;
    }

    private static int Weight(Operation operation) =>
        operation.Path.EndsWith("/sync", StringComparison.Ordinal) ? 8
        : operation.Method != "GET"
        && (
            operation.Path.StartsWith("/api/orders", StringComparison.Ordinal)
            || operation.Path.StartsWith("/api/payments", StringComparison.Ordinal)
        )
            ? 3
        : 1;

    private static Operation Read(string path, JsonProperty operation)
    {
        var parameters = operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToList() : [];
        var content =
            operation.Value.TryGetProperty("requestBody", out var body) && body.TryGetProperty("content", out var types) ? types : default;
        var schema =
            content.ValueKind == JsonValueKind.Object
            && content.TryGetProperty("application/json", out var json)
            && json.TryGetProperty("schema", out var found)
                ? found
                : default;
        var form = path.Contains("import", StringComparison.Ordinal) || path.Contains("upload", StringComparison.Ordinal);
        return new(
            operation.Name.ToUpperInvariant(),
            path,
            [.. parameters.Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!)],
            schema,
            form && operation.Name == "post"
        );
    }
}

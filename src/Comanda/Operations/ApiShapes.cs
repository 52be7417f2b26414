using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comanda.Menu;
using Comanda.Orders;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Comanda.Operations;

/// <summary>
/// What the generator of the API's description cannot see: behind a converter of our own it knows no type, closed lists of words are
/// texts to it, and what may be null counts as required.
/// </summary>
internal static class ApiShapes
{
    private const JsonSchemaType Anything = JsonSchemaType.Null | JsonSchemaType.Boolean | JsonSchemaType.Number | JsonSchemaType.String
        | JsonSchemaType.Object | JsonSchemaType.Array;

    private static readonly Dictionary<Type, Action<OpenApiSchema>> Converted = new()
    {
        [typeof(string)] = schema => schema.Type = JsonSchemaType.String,
        [typeof(DateTimeOffset)] = schema => schema.Type = JsonSchemaType.String,
        [typeof(decimal)] = schema => schema.Type = JsonSchemaType.Number,
        [typeof(int)] = schema => (schema.Type, schema.Format) = (JsonSchemaType.Integer, "int32"),
        [typeof(long)] = schema => (schema.Type, schema.Format) = (JsonSchemaType.Integer, "int64"),
        [typeof(JsonElement)] = schema => schema.Type = Anything,
        [typeof(object)] = schema => schema.Type = Anything,
        [typeof(StockInput)] = schema => BecomeObject(schema, new()
        {
            ["in_stock"] = new OpenApiSchema { Type = JsonSchemaType.Boolean | JsonSchemaType.Null },
            ["quantity"] = new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.Null, Format = "int32" },
        }),
        [typeof(ModifierChoice)] = schema => schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Description = "The option's key." },
            new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "The option's id." },
            BecomeObject(new(), new()
            {
                ["id"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
                ["key"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["quantity"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            }),
        ],
    };

    /// <summary>Gives a shape its type, the types of what it lists, and its words.</summary>
    public static async Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        var attributes = context.JsonPropertyInfo?.AttributeProvider;
        if (schema.Type is null && Converted.TryGetValue(type, out var complete))
        {
            complete(schema);
            if (context.JsonPropertyInfo is { IsGetNullable: true } && schema.Type is not null)
                schema.Type |= JsonSchemaType.Null;
        }

        // Nor does it see what a member may hold where its constructor has a default for it.
        if (type == typeof(DateTimeOffset))
            schema.Format ??= "date-time";
        if (attributes?.GetCustomAttributes(typeof(MaxLengthAttribute), inherit: true) is [MaxLengthAttribute most])
            schema.MaxLength ??= most.Length;
        if (type == typeof(decimal))
            schema.Format = "decimal"; // the generator says double, by which a client would lose cents
        if (schema is { Items: null, Type: JsonSchemaType.Array or (JsonSchemaType.Array | JsonSchemaType.Null) }
            && ElementOf(type) is { } element)
            schema.Items = await context.GetOrCreateSchemaAsync(element, null, cancel);
        if (attributes?.GetCustomAttributes(typeof(WordsAttribute), inherit: true) is [WordsAttribute words])
            Allow(schema.Items as OpenApiSchema ?? schema, words.Words);
    }

    /// <summary>Gives a parameter of the query its words.</summary>
    public static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        foreach (var described in context.Description.ParameterDescriptions)
        {
            if (described.ParameterDescriptor is not IParameterInfoParameterDescriptor { ParameterInfo: var parameter })
                continue;
            var parameters = operation.Parameters ?? [];
            if (parameter.GetCustomAttributes(typeof(WordsAttribute), inherit: true) is [WordsAttribute words]
                && parameters.FirstOrDefault(p => p.Name == described.Name)?.Schema is OpenApiSchema schema)
                Allow(schema, words.Words);
        }

        return Task.CompletedTask;
    }

    /// <summary>What may be null is never required, and the words behind the shapes name their fields as the wire does.</summary>
    public static Task Tidy(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        var shapes = document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var schema in shapes.Values.OfType<OpenApiSchema>())
        {
            foreach (var property in schema.Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
            {
                if (MayBeNull(property.Value))
                    schema.Required?.Remove(property.Key);
                property.Value.Description = NameFields(property.Value.Description, shapes.Keys);
            }

            schema.Description = NameFields(schema.Description, shapes.Keys);
        }

        if (shapes.TryGetValue("ProblemDetails", out var problem) && problem.Properties is { } fields)
        {
            var texts = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } };
            fields["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; docs/errors.md lists them." };
            fields["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "As detail." };
            fields["trace_id"] = new OpenApiSchema { Type = JsonSchemaType.String };
            fields["errors"] = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = texts, Description = "By field." };
            fields["retry_after"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "In seconds." };
        }

        return Task.CompletedTask;
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) == true || schema.OneOf?.Any(MayBeNull) == true;

    private static void Allow(OpenApiSchema schema, IReadOnlyList<string> words)
    {
        schema.Enum = [.. words.Select(w => (JsonNode)JsonValue.Create(w))];
        if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
            schema.Enum.Add(JsonNullSentinel.JsonNull);
    }

    private static Type? ElementOf(Type list) => list.GetElementType() ?? list.GetGenericArguments().FirstOrDefault();

    private static OpenApiSchema BecomeObject(OpenApiSchema schema, Dictionary<string, IOpenApiSchema> properties)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Properties = properties;
        return schema;
    }

    /// <summary>The compiler's comments call a field <c>decimal? OrderRequest.Tip</c>; for a reader of the API it is <c>tip</c>.</summary>
    private static string? NameFields(string? text, IEnumerable<string> shapes) => text is null ? null : Regex.Replace(
        text,
        $@"(?:[\w.]+(?:<[^>]+>+)?(?:\[\])?\?? )?\b(?:{string.Join('|', shapes)})\.(\w+)",
        m => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(m.Groups[1].Value)}`",
        RegexOptions.None,
        TimeSpan.FromSeconds(1));
}

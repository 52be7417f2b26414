using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comanda.Dialects;

/// <summary>An object as it came, its fields under our names: what <see cref="OtherSpelling.Reshape"/> makes over.</summary>
/// <param name="Fields">Its fields, not yet looked into.</param>
/// <param name="At">The way to it, for the names of fields: <c>items[0].</c></param>
/// <param name="Errors">Where it is told what contradicts itself.</param>
internal sealed record SentObject(Dictionary<string, JsonNode?> Fields, string At, FieldErrors Errors)
{
    /// <summary>Something stands there, and it is not null.</summary>
    public bool Says(string field) => Fields.TryGetValue(field, out var value) && value is not null;

    /// <summary>What stands there, which is gone from there then.</summary>
    public JsonNode? Take(string field) => Fields.Remove(field, out var value) ? value : null;

    /// <summary>The text that stands there, which is gone from there then; null where there is none.</summary>
    public string? TakeText(string field)
    {
        if (Take(field) is not { } value)
            return null;
        if (value.GetValueKind() == JsonValueKind.String)
            return value.GetValue<string>();
        Errors.Add(At + field, "must be text");
        return null;
    }

    public JsonValueKind KindOf(string field) =>
        Fields.TryGetValue(field, out var value) && value is not null ? value.GetValueKind() : JsonValueKind.Null;
}

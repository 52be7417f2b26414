using System.Text.Json.Nodes;

namespace Comanda.Dialects;

/// <summary>A part of a row as its client was answered it, and as we would have answered it.</summary>
internal readonly record struct SentRows(JsonNode? Spoken, JsonNode? Ours)
{
    private static readonly string[] Ids = ["id", "_id", "key"];

    /// <summary>A field says in one of them what it says here.</summary>
    public bool Says(string name, JsonNode? value) => Says(Spoken, name, value) || Says(Ours, name, value);

    /// <summary>One of them has this field.</summary>
    public bool Has(string name) =>
        (Spoken is JsonObject spoken && spoken.ContainsKey(name)) || (Ours is JsonObject ours && ours.ContainsKey(name));

    /// <summary>What stands in a field.</summary>
    public SentRows In(string name) => new((Spoken as JsonObject)?[name], (Ours as JsonObject)?[name]);

    /// <summary>The row of a list that an item of a list is about: the one with its id, else the one in its place.</summary>
    public SentRows Like(JsonNode? item, int place) => new(Like(Spoken, item, place), Like(Ours, item, place));

    private static bool Says(JsonNode? row, string name, JsonNode? value) =>
        row is JsonObject answered && answered.ContainsKey(name) && JsonNode.DeepEquals(answered[name], value);

    private static JsonNode? Like(JsonNode? row, JsonNode? item, int place)
    {
        if (row is not JsonArray rows)
            return null;
        foreach (var name in Ids)
        {
            if (item is JsonObject fields && fields[name] is { } id)
                return rows.FirstOrDefault(r => r is JsonObject other && JsonNode.DeepEquals(other[name], id));
        }

        return rows.ElementAtOrDefault(place);
    }
}

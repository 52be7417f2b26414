using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Comanda.Dialects;

/// <summary>What a request is about besides its body.</summary>
/// <param name="Row">The resource as its caller was answered it.</param>
/// <param name="IsStale">The body was made from another version of it: that will be told, whatever else differs.</param>
/// <param name="Known">What the address and the sign-in say already, by the fields that may say it again.</param>
internal sealed record SentAbout(SentRows Row, bool IsStale, IReadOnlyDictionary<string, string> Known)
{
    public static readonly SentAbout Nothing = new(default, false, new Dictionary<string, string>());
}

/// <summary>
/// Brings what came into the one spelling that slices read: names, shapes, ids that are texts. What it does not know it names; what says
/// only what is so already it leaves out.
/// </summary>
internal sealed class Respell(JsonSerializerOptions options) : ISpellings
{
    private static readonly JsonDocumentOptions EachFieldOnce = new() { AllowDuplicateProperties = false };

    public Respelt Read(ReadOnlyMemory<byte> json, Type type) => Read(json, type, SentAbout.Nothing);

    public Respelt Read(ReadOnlyMemory<byte> json, Type type, SentAbout about)
    {
        try
        {
            var reading = new Reading(options, about);
            return reading.Of(JsonNode.Parse(json.Span, documentOptions: EachFieldOnce), type);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or FormatException)
        {
            // No JSON, or half a character in a text: whoever reads it as it stands says so better.
            return new(null, false, new());
        }
    }

    /// <summary>One body on its way.</summary>
    private sealed class Reading(JsonSerializerOptions options, SentAbout about)
    {
        private readonly FieldErrors errors = new();
        private bool changed;

        public Respelt Of(JsonNode? body, Type type)
        {
            var json = Value(body, type, about.Row, "", isWhole: true);
            return new(json, changed, errors);
        }

        private JsonNode? Value(JsonNode? node, Type type, SentRows row, string at, bool isWhole = false)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (node is null)
                return null;
            if (type == typeof(long) && node.GetValueKind() == JsonValueKind.String && InputShapes.IdIn(node) is { } id)
            {
                changed = true;
                return id;
            }

            var info = options.GetTypeInfo(type);
            return node switch
            {
                JsonObject fields when InputSpellings.Of(type).Fields is { } known =>
                    Object(fields, type, name => known.Contains(name) ? typeof(JsonElement) : null, row, at, isWhole),
                JsonObject fields when info.Kind == JsonTypeInfoKind.Object =>
                    Object(fields, type, name => FieldOf(info, name)?.PropertyType, row, at, isWhole),
                JsonArray items when info is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } =>
                    new JsonArray([.. items.Select((item, i) => Value(item, element, row.Like(item, i), $"{at}[{i}]"))]),
                _ => node.DeepClone(),
            };
        }

        private static JsonPropertyInfo? FieldOf(JsonTypeInfo record, string name) =>
            record.Properties.FirstOrDefault(p => p.Set is not null && p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? record.Properties.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        private JsonObject Object(JsonObject sent, Type type, Func<string, Type?> typeOf, SentRows row, string at, bool isWhole)
        {
            var spelling = InputSpellings.Of(type);
            var prefix = at.Length == 0 ? "" : at + ".";
            var (fields, asSent) = (new Dictionary<string, JsonNode?>(), new Dictionary<string, string>());
            foreach (var (name, value) in sent)
            {
                var ours = OurName(name, spelling, typeOf);
                var isKnown = typeOf(ours) is not null;
                if (IsSaidAlready(row.Says(name, value), name, isKnown && !(spelling.TakesWholeRow && isWhole && ours != "version")))
                {
                    changed = true;
                    continue;
                }

                changed |= ours != name;
                if (!fields.TryAdd(ours, value) && !JsonNode.DeepEquals(fields[ours], value))
                    errors.Add(prefix + name, $"says something else than {asSent[ours]}, which means the same");
                asSent.TryAdd(ours, name);
            }

            if (spelling.Reshape is { } reshape)
                Reshape(reshape, fields, prefix);
            var made = new JsonObject();
            foreach (var (name, value) in fields)
            {
                var called = asSent.GetValueOrDefault(name, name);
                if (typeOf(name) is { } known)
                    made[name] = Value(value, known, row.In(called), prefix + called);
                else if (spelling.Figures.Contains(name) || IsKnownAnyway(name, value, isWhole) || (about.IsStale && row.Has(called)))
                    changed = true;
                else
                    errors.Add(prefix + called, ReadJson.IsNoField);
            }

            return made;
        }

        private void Reshape(Action<SentObject> reshape, Dictionary<string, JsonNode?> fields, string prefix)
        {
            var before = fields.ToDictionary();
            reshape(new(fields, prefix, errors));
            changed |= fields.Count != before.Count
                || fields.Any(f => !before.TryGetValue(f.Key, out var was) || !ReferenceEquals(was, f.Value));
        }

        private static string OurName(string name, OtherSpelling spelling, Func<string, Type?> typeOf)
        {
            if (typeOf(name) is not null)
                return name;
            var snake = name == "_id" ? "id" : JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
            return typeOf(snake) is null && spelling.Names.TryGetValue(snake, out var ours) ? ours : snake;
        }

        /// <summary>
        /// It says what its caller was answered. A field that can be set here says so too, and is left in its place, but where it could
        /// not be read: a discount that is answered as a number is given as an object.
        /// </summary>
        private static bool IsSaidAlready(bool isSo, string name, bool canBeSet) =>
            isSo && (!canBeSet || name is "discount" or "modifiers" or "service_charge");

        /// <summary>The address, or the sign-in, says the same.</summary>
        private bool IsKnownAnyway(string name, JsonNode? value, bool isWhole) =>
            isWhole && about.Known.TryGetValue(name, out var known) && value?.ToString() == known;
    }
}

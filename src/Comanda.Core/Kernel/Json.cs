using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Comanda.Kernel;

/// <summary>The one way Comanda writes and reads JSON: snake_case, UTC instants, text left readable.</summary>
public static class Json
{
    /// <summary>For what Comanda wrote itself, and for answers.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>For what comes from outside.</summary>
    public static readonly JsonSerializerOptions Door = ConfigureDoor(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>
    /// The reading of requests: no field that nobody knows and none twice, which would be dropped in silence, and no text
    /// that cannot be kept or that a printer, a mail or a screen would take for a command (<see cref="PlainText"/>).
    /// </summary>
    public static JsonSerializerOptions ConfigureDoor(JsonSerializerOptions options)
    {
        Configure(options);
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        var resolver = options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver();
        options.TypeInfoResolver = resolver.WithAddedModifier(NullClearsAttribute.Apply);
        options.Converters.Add(new TextConverter(TextKind.Line));
        options.Converters.Add(new AnyJsonConverter());
        return options;
    }

    private static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.Strict;
        // Answers are application/json with nosniff, never inlined in HTML: é may stay é.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UtcInstantConverter());
        return options;
    }

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>RFC 3339 in UTC with <c>Z</c>; an instant without an offset is refused rather than guessed.</summary>
    private sealed class UtcInstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? "";
            var named = text.EndsWith('Z') || text.EndsWith('z') || text.LastIndexOfAny(['+', '-']) > 10;
            return named && reader.TryGetDateTimeOffset(out var instant)
                ? instant.ToUniversalTime()
                : throw new JsonException("must be an instant with its offset, such as 2026-01-31T08:30:00Z");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime);
    }
}

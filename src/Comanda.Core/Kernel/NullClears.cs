using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Comanda.Kernel;

/// <summary>
/// A field that null takes away when something is changed: who sends <c>"phone": null</c> wants no phone any more, while a field that is
/// left out stays as it is. At the door null becomes what the change knows as "none": an empty text, or the number named here. Lists are
/// never null: an empty one is none.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NullClearsAttribute : Attribute
{
    /// <summary>Of a text, where an empty one is none, or of JSON of any shape.</summary>
    public NullClearsAttribute()
    {
    }

    /// <summary>Of a number.</summary>
    /// <param name="none">The number that is none.</param>
    public NullClearsAttribute(int none) => None = none;

    private int? None { get; }

    /// <summary>Lets the fields that say so be cleared by null.</summary>
    internal static void Apply(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.GetCustomAttributes(typeof(NullClearsAttribute), false) is not [NullClearsAttribute clears])
                continue;
            var inner = property.CustomConverter ?? type.Options.GetConverter(property.PropertyType);
            property.CustomConverter = (JsonConverter)Activator.CreateInstance(
                typeof(Converter<>).MakeGenericType(property.PropertyType), inner, clears.NoneOf(property.PropertyType))!;
        }
    }

    private object NoneOf(Type type)
    {
        if (None is { } number)
            return Convert.ChangeType(number, Nullable.GetUnderlyingType(type) ?? type, CultureInfo.InvariantCulture);
        return type == typeof(string) ? "" : JsonElement.Parse("null");
    }

    private sealed class Converter<T>(JsonConverter<T> inner, T none) : JsonConverter<T>
    {
        public override bool HandleNull => true;

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? none : inner.Read(ref reader, typeToConvert, options);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (value is null)
                writer.WriteNullValue();
            else
                inner.Write(writer, value, options);
        }
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comanda.Kernel;

/// <summary>What a text may be made of.</summary>
public enum TextKind
{
    /// <summary>One line: a name, a table, a reason. No control characters, nothing that turns the direction of its neighbours.</summary>
    Line,

    /// <summary>A note or a description: line ends (\n, \r\n) and tabs too.</summary>
    Lines,

    /// <summary>A password: whatever can be kept, that is all but U+0000 and halves of surrogate pairs.</summary>
    Secret,
}

/// <summary>
/// Texts that come from outside, and go to printers, mails and screens. A control character that reaches a receipt printer is a
/// command (it opens the drawer, cuts the paper), one in a mail's header ends the line: they are refused where they come in, and
/// dropped where text goes out, since what is kept may be older than the rule or imported.
/// </summary>
public static class PlainText
{
    /// <summary>Whether a text may be taken in as one of this kind.</summary>
    public static bool Is(string text, TextKind kind)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                    return false;
                i++;
            }
            else if (!Takes(c, kind, i + 1 < text.Length ? text[i + 1] : ' '))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What <see cref="Is"/> wants, as it stands behind a field's name.</summary>
    public static string Rule(TextKind kind) => kind switch
    {
        TextKind.Line => "must be one line of text, without control characters or marks that turn its direction",
        TextKind.Lines => "must be text whose only control characters are line ends and tabs, without marks that turn its direction",
        _ => "must be text without the character U+0000",
    };

    /// <summary>The text on one line, for whatever prints or sends it: line ends and tabs are spaces there, the rest is dropped.</summary>
    public static string Line(string text) => Is(text, TextKind.Line) ? text : Clean(text, oneLine: true);

    /// <summary>The text as it may be printed or sent over several lines.</summary>
    public static string Lines(string text) => Is(text, TextKind.Lines) ? text : Clean(text, oneLine: false);

    /// <summary>The text at the reader, checked.</summary>
    /// <exception cref="JsonException">It is no text, or none of this kind.</exception>
    public static string Read(ref Utf8JsonReader reader, TextKind kind)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            throw new JsonException("must be text");
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException cut)
        {
            throw new JsonException("must be whole characters: this has half of one, or bytes that are not UTF-8", cut);
        }

        return Is(text, kind) ? text : throw new JsonException(Rule(kind));
    }

    private static bool Takes(char c, TextKind kind, char next) => kind switch
    {
        TextKind.Secret => c != '\0',
        TextKind.Lines => IsSpacing(c) || (c == '\r' && next == '\n') || !(char.IsControl(c) || TurnsDirection(c)),
        _ => !(char.IsControl(c) || TurnsDirection(c) || IsSpacing(c)),
    };

    private static bool IsSpacing(char c) => c is '\n' or '\t' or '\u2028' or '\u2029';

    /// <summary>
    /// Embeddings, overrides and isolates let a name re-order the amount beside it. The marks that right-to-left scripts are
    /// written with (U+200E, U+200F, U+061C) stay.
    /// </summary>
    private static bool TurnsDirection(char c) => c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static string Clean(string text, bool oneLine)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var (c, next) = (text[i], i + 1 < text.Length ? text[i + 1] : ' ');
            if (char.IsHighSurrogate(c) && char.IsLowSurrogate(next))
                clean.Append(c).Append(text[++i]);
            else if (char.IsSurrogate(c))
                clean.Append('\ufffd');
            else if (Takes(c, oneLine ? TextKind.Line : TextKind.Lines, next))
                clean.Append(c);
            else if (oneLine && IsSpacing(c))
                clean.Append(' ');
        }

        return clean.ToString();
    }
}

/// <summary>A text of a wire record that is not <see cref="TextKind.Line"/>, which every other one is.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(TextKind kind) : JsonConverterAttribute
{
    public override JsonConverter CreateConverter(Type typeToConvert) => new TextConverter(kind);
}

/// <summary>Text at the door.</summary>
internal sealed class TextConverter(TextKind kind) : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PlainText.Read(ref reader, kind);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PlainText.Read(ref reader, kind);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);
}

/// <summary>JSON of any shape at the door: each field once, and its texts may have several lines.</summary>
internal sealed class AnyJsonConverter : JsonConverter<JsonElement>
{
    private static readonly JsonSerializerOptions EachFieldOnce = new() { AllowDuplicateProperties = false };

    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var read = reader; // a copy, which goes over it first
        var depth = read.CurrentDepth;
        do
        {
            if (read.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                PlainText.Read(ref read, TextKind.Lines);
        }
        while ((read.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray || read.CurrentDepth > depth) && read.Read());
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(ref reader, EachFieldOnce);
        }
        catch (JsonException twice)
        {
            // Its own exception would name the place from here on, not from the body's start.
            throw new JsonException("must name each field once", twice);
        }
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Comanda.Orders;

/// <summary>
/// One sale of a till's queue as the bytes that came. It is read by itself, so that whatever is wrong in it (half a character, a
/// field twice, nested without end) stays its own trouble: the queue goes on, and what was sent can be kept and shown.
/// </summary>
internal sealed record SentSale(ReadOnlyMemory<byte> Json)
{
    /// <summary>So deep may JSON be that is only cut into pieces: the reader keeps a bit for each level.</summary>
    internal static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>How deep a sale may be that is shown as JSON, within the answer around it: whoever reads that gives up at 64.</summary>
    private const int DeepestShown = 32;

    /// <summary>The fields of the sale but its order: what <see cref="QueuedSale"/> is read from.</summary>
    public ReadOnlyMemory<byte> Head { get; private init; }

    /// <summary>What stands in <c>order</c>; null where it is left out.</summary>
    public ReadOnlyMemory<byte>? Order { get; private init; }

    /// <summary>The sale's key; null where there is none, or none that is text.</summary>
    public string? Key { get; private init; }

    /// <summary><c>order</c> stands there twice: which of the two was sold, nobody can tell.</summary>
    public bool HasTwoOrders { get; private init; }

    /// <summary>Takes a sale apart. What is no object has no fields.</summary>
    public static SentSale From(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, AnyDepth);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return new(json) { Head = json };
        var (head, order, key, orders) = (new ArrayBufferWriter<byte>(), (ReadOnlyMemory<byte>?)null, (string?)null, 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, begins) = (TextOf(ref reader), (int)reader.TokenStartIndex);
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            if (Is(name, "key"))
                key = reader.TokenType == JsonTokenType.String ? TextOf(ref reader) : null;
            reader.Skip();
            var ends = (int)reader.BytesConsumed;
            if (Is(name, "order"))
            {
                (order, orders) = (json[value..ends], orders + 1);
                continue;
            }

            head.Write(head.WrittenCount == 0 ? "{"u8 : ","u8);
            head.Write(json.Span[begins..ends]);
        }

        head.Write(head.WrittenCount == 0 ? "{}"u8 : "}"u8);
        return new(json) { Head = head.WrittenMemory, Order = order, Key = key, HasTwoOrders = orders > 1 };
    }

    /// <summary>
    /// The sale without some fields of its order, whatever their letters' case and however often they stand there; without spaces,
    /// and its texts in their one spelling, where they can be read.
    /// </summary>
    public static byte[] Without(ReadOnlySpan<byte> sale, params string[] fieldsOfOrder)
    {
        var reader = new Utf8JsonReader(sale, AnyDepth);
        var (text, begun, inOrder) = (new ArrayBufferWriter<byte>(sale.Length + 16), true, false);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = TextOf(ref reader);
                if (reader.CurrentDepth == 1)
                    inOrder = Is(name, "order");
                else if (inOrder && reader.CurrentDepth == 2 && fieldsOfOrder.Any(f => Is(name, f)))
                {
                    reader.Skip();
                    continue;
                }
            }

            var ends = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (!begun && !ends)
                text.Write(","u8);
            WriteToken(ref reader, text);
            begun = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName;
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>
    /// As it is shown: JSON where whoever reads the answer can read it, else the text that came, as one text. Half a character would
    /// spoil the answer with all the other sales in it.
    /// </summary>
    public static JsonElement Show(string kept)
    {
        try
        {
            using var sale = JsonDocument.Parse(kept, new() { MaxDepth = DeepestShown, AllowDuplicateProperties = false });
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(kept));
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }

            return sale.RootElement.Clone();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return JsonSerializer.SerializeToElement(kept);
        }
    }

    private static void WriteToken(ref Utf8JsonReader reader, ArrayBufferWriter<byte> text)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            text.Write(reader.ValueSpan);
            return;
        }

        text.Write("\""u8);
        if (TextOf(ref reader) is { } readable)
            text.Write(JsonEncodedText.Encode(readable, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        else
            text.Write(reader.ValueSpan); // as it came
        text.Write(reader.TokenType == JsonTokenType.PropertyName ? "\":"u8 : "\""u8);
    }

    /// <summary>Null where it is half a character or no UTF-8.</summary>
    internal static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Is(string? name, string field) => string.Equals(name, field, StringComparison.OrdinalIgnoreCase);
}

using System.Text.Json;

namespace Comanda.Orders;

/// <summary>The body of POST /api/orders/sync, cut into its sales and no further: what is wrong within one fails that one alone.</summary>
internal sealed record SyncQueue(DateTimeOffset? SentAt, IReadOnlyList<SentSale> Sales)
{
    private static readonly Refusal NoJson = Refusal.OfField("body", "is not valid JSON");

    /// <summary>The queue, or what is wrong with it as a whole.</summary>
    /// <param name="body">Read as far as the server's limit lets it be.</param>
    /// <param name="mostSales">How many a queue may have.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Outcome<SyncQueue>> Read(RawBody body, int mostSales, CancellationToken cancel)
    {
        if (!body.IsJson)
            return new Refusal(415, "unsupported_media_type", "Send the body as application/json.");
        if (body.Charset is { Length: > 0 } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return new Refusal(415, "unsupported_media_type", "Send the body as application/json in UTF-8.");
        var sent = await body.Read(cancel);
        if (sent.Length == 0)
            return Refusal.OfField("body", "is required, as JSON");
        try
        {
            return Parse(sent, mostSales);
        }
        catch (JsonException)
        {
            return NoJson;
        }
    }

    private static Outcome<SyncQueue> Parse(ReadOnlyMemory<byte> body, int mostSales)
    {
        var reader = new Utf8JsonReader(body.Span, SentSale.AnyDepth);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return Refusal.OfField("body", "must be an object with orders");
        var (errors, named) = (new FieldErrors(), new HashSet<string>(StringComparer.Ordinal));
        var (sales, sentAt) = ((List<SentSale>?)null, (DateTimeOffset?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = SentSale.TextOf(ref reader)?.ToLowerInvariant();
            errors.Check(name is not ("orders" or "sent_at") || named.Add(name), name ?? "", "must be given once");
            reader.Read();
            if (name == "orders")
                sales = Cut(ref reader, body, mostSales, errors);
            else if (name == "sent_at")
                sentAt = Instant(ref reader, body, errors);
            else
                reader.Skip();
        }

        while (reader.Read()) // nothing stands behind it, or it is no JSON
        {
        }

        errors.Check(errors.Any || (sales is { Count: > 0 } && sales.Count <= mostSales), "orders", $"must be 1 to {mostSales} sales");
        errors.Check(sentAt is null or { Year: >= 2000 and <= 2200 }, "sent_at", "must be between the years 2000 and 2200");
        return errors.Any ? errors.ToRefusal() : new SyncQueue(sentAt, sales!);
    }

    private static List<SentSale>? Cut(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, int mostSales, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var sales = new List<SentSale>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            errors.Add("orders", "must be a list: [ … ]");
            reader.Skip();
            return sales;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var begins = (int)reader.TokenStartIndex;
            reader.Skip();
            if (sales.Count <= mostSales)
                sales.Add(SentSale.From(body[begins..(int)reader.BytesConsumed]));
        }

        return sales;
    }

    private static DateTimeOffset? Instant(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, FieldErrors errors)
    {
        var begins = (int)reader.TokenStartIndex;
        reader.Skip();
        try
        {
            return JsonSerializer.Deserialize<DateTimeOffset?>(body.Span[begins..(int)reader.BytesConsumed], Json.Door);
        }
        catch (JsonException bad)
        {
            errors.Add("sent_at", ReadJson.MessageOf(bad));
            return null;
        }
    }
}

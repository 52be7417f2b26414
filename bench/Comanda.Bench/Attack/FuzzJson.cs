using System.Text;
using System.Text.Json;

namespace Comanda.Bench.Attack;

/// <summary>Writes a body by its schema, mostly sensible, with something odd here and there: raw, so that it need not be JSON.</summary>
internal sealed class FuzzJson(ApiSurface api, KnownIds ids, Random random)
{
    private const int Deepest = 5;

    /// <summary>Words that fields of these names take.</summary>
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["method"] = ["cash", "card", "mobile", "gift_card", "points", "digital_wallet"],
        ["type"] = ["dine-in", "takeaway", "delivery", "online", "percentage", "fixed", "in", "out", "till", "kitchen"],
        ["status"] =
        [
            "pending",
            "preparing",
            "ready",
            "completed",
            "cancelled",
            "queued",
            "started",
            "ordered",
            "closed",
            "out_for_delivery",
            "delivered",
        ],
        ["reason"] = ["delivery", "waste", "count", "transfer", "correction", "because"],
        ["unit"] = ["g", "kg", "ml", "l", "piece", "pcs", "bag"],
        ["role"] = ["owner", "admin", "manager", "cashier", "barista", "trainee", "staff", "customer"],
        ["made"] = ["bought", "ahead", "to_order"],
        ["password"] = ["password123", "a better password 7", "short"],
        ["current_password"] = ["password123"],
        ["new_password"] = ["password124", "another password 9"],
        ["pin"] = ["2345", "5678", "0000", "12345678"],
        ["key"] = ["oat-milk", "extra-shot", "tax_rate", "cash_rounding", "k1", "k2"],
        ["currency"] = ["EUR", "JPY", "KWD", "USD"],
        ["time_zone"] = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"],
        ["email"] = ["ann@example.com", "bob@example.org"],
        ["phone"] = ["+4915112345678", "030 1234567"],
        ["allergens"] = ["milk", "gluten", "soya"],
        ["permissions"] = ["take_orders", "take_payments", "read_reports", "move_orders", "refund_orders"],
    };

    public string Write(JsonElement schema)
    {
        var text = new StringBuilder();
        Value(text, schema, "", 0);
        return random.Next(40) switch
        {
            0 => "",
            1 => text.ToString()[..random.Next(text.Length + 1)],
            2 => "\ufeff" + text,
            3 => text + "x",
            4 => "[" + text + "]",
            5 => OddValues.Any(random),
            _ => text.ToString(),
        };
    }

    private void Value(StringBuilder text, JsonElement schema, string name, int depth)
    {
        schema = api.Resolve(schema);
        if (random.Next(25) == 0 || depth > Deepest)
        {
            text.Append(OddValues.Any(random));
            return;
        }

        switch (name is "orders" && depth > 1 ? "anything" : TypeOf(schema))
        {
            case "object":
                Fields(text, schema, name, depth);
                break;
            case "array":
                var items = schema.TryGetProperty("items", out var of) ? of : default;
                text.Append('[');
                for (var (i, many) = (0, random.Next(30) == 0 ? 250 : random.Next(4)); i < many; i++)
                    Value(i == 0 ? text : text.Append(','), items, name, depth + 1);
                text.Append(']');
                break;
            case "integer" or "number":
                text.Append(random.Next(7) == 0 ? OddValues.Number(random) : Number(name));
                break;
            case "boolean":
                text.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            case "string":
                text.Append(random.Next(7) == 0 ? OddValues.Text(random) : Text(name, schema));
                break;
            case "anything" when name is "orders":
                QueuedSale(text, depth);
                break;
            default:
                text.Append(
                    random.Next(3) switch
                    {
                        0 => Number(name),
                        1 => Text(name, schema),
                        _ => OddValues.Any(random),
                    }
                );
                break;
        }
    }

    private void Fields(StringBuilder text, JsonElement schema, string name, int depth)
    {
        var properties = schema.TryGetProperty("properties", out var all) ? all.EnumerateObject().ToList() : [];
        text.Append('{');
        var first = true;
        foreach (var property in properties)
        {
            // Some twice, and some not at all.
            for (
                var times =
                    random.Next(40) == 0 ? 2
                    : random.Next(100) < 60 ? 1
                    : 0;
                times > 0;
                times--
            )
            {
                text.Append(first ? "" : ",").Append('"').Append(property.Name).Append("\":");
                Value(text, property.Value, property.Name, depth + 1);
                first = false;
            }
        }

        if (random.Next(25) == 0 || (properties.Count == 0 && name.Length > 0))
            text.Append(first ? "" : ",").Append("\"nobody_knows\":").Append(OddValues.Any(random));
        text.Append('}');
    }

    /// <summary>A sale of a till's queue, which the API describes in words alone.</summary>
    private void QueuedSale(StringBuilder text, int depth)
    {
        text.Append("{\"key\":").Append(random.Next(9) == 0 ? OddValues.Any(random) : $"\"{random.NextInt64():x}\"");
        text.Append(",\"made_at\":")
            .Append(random.Next(9) == 0 ? OddValues.Any(random) : $"\"{DateTimeOffset.UtcNow.AddMinutes(-random.Next(300)):O}\"");
        text.Append(random.Next(6) == 0 ? ",\"handed_over\":true" : "").Append(",\"order\":");
        Value(text, api.Schema("OrderRequest"), "order", depth + 1);
        text.Append(random.Next(12) == 0 ? ",\"order\":{}" : "").Append('}');
    }

    private string Number(string name) =>
        name.EndsWith("_id", StringComparison.Ordinal) || name is "id" or "replaces" || name.EndsWith("_ids", StringComparison.Ordinal)
            ? ids.Of(name, random).ToString()
        : random.Next(3) == 0 ? $"{random.Next(100)}.{random.Next(100):00}"
        : random.Next(1, 9).ToString();

    private string Text(string name, JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0)
            return choices[random.Next(choices.GetArrayLength())].ToString() is { } choice ? $"\"{choice}\"" : "null";
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("format", out var format))
        {
            if (format.GetString() == "date-time")
                return $"\"{DateTimeOffset.UtcNow.AddMinutes(random.Next(-300, 3000)):yyyy-MM-ddTHH:mm:ssZ}\"";
            if (format.GetString() == "date")
                return $"\"{DateTimeOffset.UtcNow.AddDays(random.Next(-3, 3)):yyyy-MM-dd}\"";
        }

        return Words.TryGetValue(name, out var words) ? $"\"{words[random.Next(words.Length)]}\""
            : name is "code" or "reference" && ids.Code(random) is { } code ? $"\"{code}\""
            : $"\"{name} {random.Next(20)}\"";
    }

    private string? TypeOf(JsonElement schema)
    {
        // Text that may be null is described without a type; so is what may be anything.
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type))
            return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out _) ? "object"
                : random.Next(12) == 0 ? null
                : "string";
        if (type.ValueKind == JsonValueKind.String)
            return type.GetString();
        // "null" is odd enough to come seldom.
        var types = type.EnumerateArray().Select(t => t.GetString()!).Where(t => t != "null").ToList();
        return types.Count == 0 || random.Next(15) == 0 ? null
            : types.Contains("number") ? "number"
            : types.Contains("integer") ? "integer"
            : types[0];
    }
}

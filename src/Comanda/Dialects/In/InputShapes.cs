using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comanda.Dialects;

/// <summary>What is not only called otherwise but made otherwise.</summary>
internal static class InputShapes
{
    /// <summary>Of an order that is placed.</summary>
    public static void Order(SentObject order)
    {
        Discount(order);
        ServiceCharge(order);
        Hour(order);
        Unfold(order);
        if (order.TakeText("status") is { } status)
            order.Errors.Check(status is "pending" or "placed", order.At + "status", "must be pending: that is how an order begins");
    }

    /// <summary>Of one that is changed.</summary>
    public static void Edit(SentObject order)
    {
        Discount(order);
        ServiceCharge(order);
        Hour(order);
        Unfold(order);
    }

    public static void Line(SentObject line)
    {
        // Without another name for it, what has an id in a basket is the item itself.
        if (line.Fields.Remove("id", out var id) && !line.Says("menu_item_id"))
            line.Fields["menu_item_id"] = id;
        Part(line);
        Discount(line);
    }

    public static void ChangedLine(SentObject line)
    {
        Part(line);
        Discount(line);
    }

    /// <summary>Options by group: <c>{"milk": "oat-milk"}</c> is <c>["milk:oat-milk"]</c>.</summary>
    public static void Part(SentObject part)
    {
        if (part.KindOf("modifiers") != JsonValueKind.Object)
            return;
        var chosen = new JsonArray();
        foreach (var (group, option) in part.Fields["modifiers"]!.AsObject())
        {
            foreach (var one in option is JsonArray several ? several : (IEnumerable<JsonNode?>)[option])
            {
                switch (one?.GetValueKind())
                {
                    case JsonValueKind.String:
                        chosen.Add($"{group}:{one.GetValue<string>()}");
                        break;
                    case JsonValueKind.True:
                        chosen.Add(group);
                        break;
                    case null or JsonValueKind.False:
                        break;
                    default:
                        part.Errors.Add($"{part.At}modifiers.{group}", "must be an option's name or key");
                        break;
                }
            }
        }

        part.Fields["modifiers"] = chosen;
    }

    /// <summary>An option of which only the name is said.</summary>
    public static void Choice(SentObject choice)
    {
        if (!choice.Says("id") && !choice.Says("key") && choice.KindOf("name") == JsonValueKind.String)
            choice.Fields["key"] = choice.Take("name");
        // An option as an order answers it has an id of its own beside its key.
        else if (choice.Says("id") && choice.Says("key"))
            choice.Take("id");
    }

    /// <summary>GeoJSON's <c>{"coordinates": [lon, lat]}</c>, and a place that stands with the person who is there.</summary>
    public static void Delivery(SentObject delivery)
    {
        if (delivery.KindOf("person") == JsonValueKind.Object && !delivery.Says("location"))
        {
            var person = delivery.Fields["person"]!.DeepClone().AsObject();
            if (person.Remove("location", out var there))
            {
                delivery.Fields["location"] = there;
                delivery.Fields["person"] = person;
            }
        }

        if (delivery.KindOf("location") != JsonValueKind.Object)
            return;
        var place = delivery.Fields["location"]!.AsObject();
        var isPoint = place.All(f => f.Key is "type" or "coordinates") && place["coordinates"] is JsonArray;
        delivery.Errors.Check(isPoint, delivery.At + "location", "must be [longitude, latitude]");
        delivery.Fields["location"] = isPoint ? place["coordinates"]!.DeepClone() : null;
    }

    /// <summary>A category by its id, ingredients as a list, and options without a group around them.</summary>
    public static void MenuItem(SentObject item)
    {
        if (item.KindOf("category") == JsonValueKind.Object)
        {
            var category = item.Fields["category"]!.AsObject();
            item.Fields["category"] = (category["_id"] ?? category["id"] ?? category["name"])?.DeepClone();
        }

        if (IdIn(item.Fields.GetValueOrDefault("category")) is { } id)
        {
            item.Take("category");
            if (!item.Says("category_id"))
                item.Fields["category_id"] = id;
        }

        if (item.KindOf("ingredients") == JsonValueKind.Array)
            item.Fields["ingredients"] = Joined(item, "ingredients");
        if (item.KindOf("modifiers") != JsonValueKind.Array)
            return;
        var modifiers = item.Take("modifiers")!.AsArray();
        item.Errors.Check(!item.Says("modifier_groups"), item.At + "modifiers", "stand in modifier_groups already");
        if (modifiers.Count == 0)
            return;
        item.Fields["modifier_groups"] = new JsonArray(new JsonObject
        {
            ["name"] = "Options",
            ["min"] = 0,
            ["max"] = modifiers.Count,
            ["options"] = new JsonArray([.. modifiers.Select(m => m?.GetValueKind() == JsonValueKind.String
                ? new JsonObject { ["name"] = m.DeepClone(), ["price"] = 0 }
                : m?.DeepClone())]),
        });
    }

    /// <summary>A number, or a text that is one, names a row; null where it does not.</summary>
    public static JsonNode? IdIn(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Number => value.DeepClone(),
        JsonValueKind.String
            when long.TryParse(value.GetValue<string>(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) => id,
        _ => null,
    };

    /// <summary>So much off; none where it is 0. Words would have said why.</summary>
    private static void Discount(SentObject from)
    {
        if (from.KindOf("discount") != JsonValueKind.Number)
            return;
        var amount = from.Take("discount")!.GetValue<decimal>();
        if (amount != 0)
            from.Fields["discount"] = new JsonObject { ["type"] = "fixed", ["value"] = amount, ["reason"] = "discount" };
    }

    /// <summary>A number is what it came to, as the caller saw it; only true and false ask for something.</summary>
    private static void ServiceCharge(SentObject order)
    {
        if (order.KindOf("service_charge") == JsonValueKind.Number)
            order.Take("service_charge");
    }

    private static void Hour(SentObject order)
    {
        if (order.Take("is_scheduled") is not { } scheduled)
            return;
        if (scheduled.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            order.Errors.Add(order.At + "is_scheduled", "must be true or false");
        else
            order.Errors.Check(
                scheduled.GetValue<bool>() == order.Says("scheduled_for"),
                order.At + "scheduled_for",
                order.Says("scheduled_for") ? "is said of what is_scheduled says is for now" : "is required: is_scheduled says so");
    }

    /// <summary>paymentDetails, whose status is pending where it says none.</summary>
    private static void Unfold(SentObject order)
    {
        if (order.KindOf("payment_details") == JsonValueKind.Null)
        {
            order.Take("payment_details");
            return;
        }

        if (order.Take("payment_details") is not JsonObject details)
        {
            order.Errors.Add(order.At + "payment_details", "must be an object with method, transactionId and status");
            return;
        }

        foreach (var (name, value) in details)
        {
            var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(name) switch
            {
                "method" => "payment_method",
                "status" => "payment_status",
                "transaction_id" => "payment_reference",
                _ => null,
            };
            if (field is null)
                order.Errors.Add($"{order.At}payment_details.{name}", ReadJson.IsNoField);
            else if (!order.Says(field))
                order.Fields[field] = value?.DeepClone();
        }

        if (!order.Says("payment_status"))
            order.Fields["payment_status"] = "pending";
    }

    private static JsonNode? Joined(SentObject from, string field)
    {
        var parts = from.Fields[field]!.AsArray();
        if (parts.All(p => p?.GetValueKind() == JsonValueKind.String))
            return string.Join(", ", parts.Select(p => p!.GetValue<string>()));
        from.Errors.Add(from.At + field, "must be a list of texts");
        return null;
    }
}

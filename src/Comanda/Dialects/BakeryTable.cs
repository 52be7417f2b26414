using System.Globalization;
using System.Text;
using System.Text.Json;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Orders;

namespace Comanda.Dialects;

/// <summary>
/// Document 2, the bakery shop: camelCase, <c>_id</c> as text wherever something is named by its id, bare lists, its schemas' names and
/// words. Its orders know five statuses: what is ready is still being prepared to it, and what was completed at a till is delivered.
/// </summary>
internal static class BakeryTable
{
    public static readonly DialectTable Table = Make();

    private static DialectTable Make()
    {
        var table = new DialectTable { CamelCase = true, Ids = IdForm.Text, BareLists = true, SaysMessage = true };
        table
            .Name("id", "_id", "id")
            .Name("menu_item_id", "product")
            .Name("product_id", "product")
            .Words(
                nameof(OrderStatus),
                ("pending", "placed"),
                ("ready", "preparing"),
                ("completed", "delivered"),
                ("cancelled", "canceled"));
        SayOrders(table);
        SayMenu(table);
        SayPeople(table);
        SayRequests(table);
        return table;
    }

    private static void SayOrders(DialectTable table) => table
        .Row<OrderView>("status", "orderStatus")
        .Row<OrderView>("payment_status", new MemberRow { Names = ["paymentStatus"], Keeps = "paid" })
        .Row<OrderView>("payment_method", new MemberRow { Names = ["paymentMethod"], Keeps = "method" })
        .Row<OrderView>("customer_id", "user")
        .Row<OrderView>("tax", "taxes")
        .Row<OrderView>("taxes", "taxList")
        .Row<OrderView>("total_amount", "total")
        .Row<OrderView>("notes", "specialInstructions")
        .Row<OrderView>("scheduled_for", new MemberRow { Names = ["scheduledDeliveryTime"], Keeps = "scheduled" })
        .Row<OrderView>("estimated_time", new MemberRow { Names = ["estimatedTime"], Keeps = "minutes" })
        .Row<OrderView>("created_at", new MemberRow { Names = ["createdAt"], Keeps = "created" })
        .Row<OrderView>("version", new MemberRow { Names = ["version"], Keeps = "version" })
        .Add<OrderView>("isScheduled", (json, kept, _) => json.WriteBooleanValue(Is(kept("scheduled"))))
        .Add<OrderView>("estimatedDeliveryTime", (json, kept, _) => WriteEstimate(json, kept))
        .Add<OrderView>("paymentDetails", (json, kept, _) => WritePaymentDetails(json, kept))
        .Row<OrderLineView>("unit_price", "price")
        .Row<PaymentView>("method", new MemberRow { Names = ["method"], KeepsForOuter = "method" })
        .Row<PaymentView>("reference", new MemberRow { Names = ["reference"], KeepsForOuter = "reference" })
        .Row<TrackView>("status", "orderStatus")
        .Row<TrackView>("delivery_person", new MemberRow { Keeps = "person" })
        .Row<TrackView>("location", new MemberRow { Keeps = "location" })
        .Add<TrackView>("deliveryPerson", (json, kept, _) => WriteDeliveryPerson(json, kept))
        .Row<DeliveryMoved>("person", new MemberRow { Keeps = "person" })
        .Row<DeliveryMoved>("location", new MemberRow { Keeps = "location" })
        .Add<DeliveryMoved>("deliveryPerson", (json, kept, _) => WriteDeliveryPerson(json, kept))
        .Row<TimelineEntry>("status", "orderStatus");

    private static void SayMenu(DialectTable table) => table
        .Row<MenuItemView>("category", "categoryName")
        .Row<MenuItemView>("category_id", "category")
        .Row<MenuItemView>("in_stock", "isAvailable")
        .Row<MenuItemView>("allergens", new MemberRow { Keeps = "allergens" })
        .Row<MenuItemView>("other_allergens", new MemberRow { Keeps = "others" })
        .Add<MenuItemView>("allergens", (json, kept, _) => WriteAllergens(json, kept))
        .Row<MenuItemView>("ingredients", new MemberRow { Names = ["ingredients"], Parts = true });

    /// <summary>Whose something is; and <c>promotions/apply</c>, which answers in its own words but for the promotion's id.</summary>
    private static void SayPeople(DialectTable table) => table
        .Row<ReviewView>("user_id", "user")
        .Row("NotificationView", "user_id", new MemberRow { Names = ["user"] })
        .Row("PromotionShareView", "promotion_id", new MemberRow { Names = ["_id", "promotionId"] });

    /// <summary>What fields of requests are called, for the keys of <c>errors</c>, where answers have no member of that name.</summary>
    private static void SayRequests(DialectTable table) => table
        .Field("status", "orderStatus")
        .Field("total_amount", "total")
        .Field("category_id", "category")
        .Field("in_stock", "isAvailable")
        .Field("customer_id", "user")
        .Field("notes", "specialInstructions")
        .Field("scheduled_for", "scheduledDeliveryTime");

    /// <summary>The fourteen and whatever else was named, in one list.</summary>
    private static void WriteAllergens(Utf8JsonWriter json, Kept kept)
    {
        var (known, others) = (Inside(kept("allergens")), Inside(kept("others")));
        json.WriteRawValue($"[{known}{(known.Length > 0 && others.Length > 0 ? "," : "")}{others}]", skipInputValidation: true);

        static string Inside(ReadOnlySpan<byte> list) => Is(list) ? Encoding.UTF8.GetString(list[1..^1]) : "";
    }

    private static bool Is(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.SequenceEqual("null"u8);

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> value) =>
        json.WriteRawValue(Is(value) ? value : "null"u8, skipInputValidation: true);

    /// <summary>What it was scheduled for, else when it was placed and as long as it takes.</summary>
    private static void WriteEstimate(Utf8JsonWriter json, Kept kept)
    {
        if (Is(kept("scheduled")))
        {
            WriteRaw(json, kept("scheduled"));
            return;
        }

        var (created, minutes) = (Encoding.UTF8.GetString(kept("created")).Trim('"'), Encoding.UTF8.GetString(kept("minutes")));
        if (DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, out var at)
            && int.TryParse(minutes, CultureInfo.InvariantCulture, out var more))
            json.WriteStringValue(at.UtcDateTime.AddMinutes(more));
        else
            json.WriteNullValue();
    }

    /// <summary>
    /// By what it was first paid; before that, nothing is known of it. A wallet or a gift card is no card, and keeps its name.
    /// </summary>
    private static void WritePaymentDetails(Utf8JsonWriter json, Kept kept)
    {
        json.WriteStartObject();
        json.WritePropertyName("method"u8);
        WriteRaw(json, kept("method"));
        json.WritePropertyName("transactionId"u8);
        WriteRaw(json, kept("reference"));
        var isPaid = kept("paid").SequenceEqual("\"paid\""u8) || kept("paid").SequenceEqual("\"refunded\""u8);
        json.WriteString("status"u8, isPaid ? "completed"u8 : "pending"u8);
        json.WriteEndObject();
    }

    private static void WriteDeliveryPerson(Utf8JsonWriter json, Kept kept)
    {
        var person = kept("person");
        var location = kept("location");
        if (!Is(person) && !Is(location))
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        if (Is(person))
        {
            using var known = JsonDocument.Parse(person.ToArray());
            foreach (var member in known.RootElement.EnumerateObject())
                member.WriteTo(json);
        }

        if (Is(location))
        {
            json.WriteStartObject("location"u8);
            json.WritePropertyName("coordinates"u8);
            WriteRaw(json, location);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}

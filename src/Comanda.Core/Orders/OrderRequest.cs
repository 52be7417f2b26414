using System.Text.Json;
using System.Text.Json.Serialization;
using Comanda.Identity;
using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// A chosen option: its key as plain text (<c>"oat-milk"</c>), or an object with <c>id</c> or <c>key</c> and a
/// <c>quantity</c> (1 where left out).
/// </summary>
[JsonConverter(typeof(ModifierChoiceConverter))]
public sealed record ModifierChoice(long? Id, string? Key, int Quantity)
{
    public static implicit operator ModifierChoice(string key) => new(null, key, 1);
}

/// <summary><see cref="Type"/> is percentage or fixed; <see cref="Value"/> percent or an amount.</summary>
public sealed record DiscountRequest([property: Words("percentage", "fixed")] string? Type, decimal? Value, string? Reason);

/// <summary>
/// One line as asked for. Prices always come from the menu. <see cref="Way"/> is how it is consumed: dine-in, takeaway, online or
/// delivery (the order's type where left out). <see cref="Quantity"/> is 1 where left out; of what is sold by weight it must be there,
/// with up to three decimals. <see cref="Barcode"/> says what it is in the place of
/// <see cref="MenuItemId"/>. A negative quantity of a deposit is so many bottles, crates or cups that are taken back.
/// </summary>
public sealed record LineRequest(
    long? MenuItemId,
    decimal? Quantity = null,
    ModifierChoice[]? Modifiers = null,
    DiscountRequest? Discount = null,
    [property: AtMost(500), Text(TextKind.Lines)] string? SpecialInstructions = null,
    IReadOnlyList<PartRequest>? Parts = null,
    [property: Words<Way>] string? Way = null,
    [property: AtMost(60)] string? Barcode = null);

/// <summary>What was chosen for one slot of a combo. <see cref="MenuItemId"/> left out is the first choice that is in stock.</summary>
public sealed record PartRequest(
    long? MenuItemId,
    ModifierChoice[]? Modifiers = null,
    [property: AtMost(500), Text(TextKind.Lines)] string? SpecialInstructions = null);

/// <summary>
/// Where a delivery goes. <see cref="Location"/> is [longitude, latitude] in degrees; areas that are drawn on a map are found by it.
/// </summary>
public sealed record DeliveryAddress(
    [property: AtMost(300)] string? Address,
    [property: AtMost(200)] string? Landmark,
    [property: AtMost(100)] string? City,
    [property: AtMost(100)] string? State,
    [property: AtMost(20)] string? ZipCode,
    [property: Place, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double[]? Location = null);

/// <summary>
/// A payment in the order's own call. <see cref="Amount"/> left out is all that is due, or as much of it as there is on a gift card, whose
/// code is the <see cref="Reference"/>.
/// </summary>
public sealed record PaymentRequest(
    [property: Words<PaymentMethod>] string? Method,
    decimal? Amount = null,
    decimal? Tendered = null,
    string? Reference = null);

/// <summary>
/// An order as asked for. <see cref="Type"/> is dine-in, takeaway, online or delivery (dine-in where left out).
/// <see cref="Tip"/> in the shop's currency; <see cref="ScheduledFor"/> an instant. <see cref="ServiceCharge"/> false leaves the shop's
/// out, which takes the right to give discounts. <see cref="Hold"/> keeps it from the kitchen until it is resumed.
/// <see cref="RedeemPoints"/> are the customer's, and pay before <see cref="Payments"/> do. <see cref="TotalAmount"/> (or
/// <see cref="Total"/>) is what the guest was shown: where it costs something else, it is not placed.
/// <see cref="AddressId"/> is an address of the customer's own, in the place of <see cref="DeliveryAddress"/>; the order keeps it as it is
/// then. <see cref="PaymentMethod"/> in the place of <see cref="Payments"/> is one payment of all that is due, with its
/// <see cref="PaymentReference"/>; where <see cref="PaymentStatus"/> is pending, how it is to be paid; or, of a guest, how they will pay:
/// by card (or mobile) the order is held for them until they have, for as long as the shop says. <see cref="Reference"/> is what another
/// system calls the order.
/// </summary>
public sealed record OrderRequest(
    [property: Words<OrderType>] string? Type,
    IReadOnlyList<LineRequest>? Items,
    [property: AtMost(100)] string? CustomerName = null,
    [property: AtMost(40)] string? Table = null,
    [property: AtMost(1000), Text(TextKind.Lines)] string? Notes = null,
    DiscountRequest? Discount = null,
    decimal? Tip = null,
    DateTimeOffset? ScheduledFor = null,
    DeliveryAddress? DeliveryAddress = null,
    PaymentRequest[]? Payments = null,
    long? CustomerId = null,
    [property: AtMost(40)] string? PromoCode = null,
    int? RedeemPoints = null,
    ApprovalRequest? Approval = null,
    bool? ServiceCharge = null,
    bool? Hold = null,
    decimal? TotalAmount = null,
    decimal? Total = null,
    long? AddressId = null,
    [property: AtMost(50)] string? Reference = null,
    [property: Words<PaymentMethod>] string? PaymentMethod = null,
    [property: Words("pending", "completed")] string? PaymentStatus = null,
    string? PaymentReference = null);

/// <summary>Reads both spellings of a chosen option.</summary>
public sealed class ModifierChoiceConverter : JsonConverter<ModifierChoice>
{
    public override ModifierChoice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new(null, PlainText.Read(ref reader, TextKind.Line), 1);
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
            return new(number, null, 1);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("must be an option's key, or an object with id or key, and quantity");
        // Read by hand: a nested Deserialize would lose the way to the field in its error.
        var (id, key, quantity, given) = ((long?)null, (string?)null, 1, new HashSet<string>(StringComparer.Ordinal));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = PlainText.Read(ref reader, TextKind.Line);
            if (!given.Add(name))
                throw new JsonException("must name each field once");
            reader.Read();
            switch (name)
            {
                case "id":
                    id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var whole)
                        ? whole
                        : throw new JsonException("must have a whole number as id");
                    break;
                case "key":
                    key = reader.TokenType == JsonTokenType.String
                        ? PlainText.Read(ref reader, TextKind.Line)
                        : throw new JsonException("must have text as key");
                    break;
                case "quantity":
                    quantity = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count)
                        ? count
                        : throw new JsonException("must have a whole number as quantity");
                    break;
                default:
                    throw new JsonException("must have no other fields than id, key and quantity");
            }
        }

        return new(id, key, quantity);
    }

    public override void Write(Utf8JsonWriter writer, ModifierChoice value, JsonSerializerOptions options)
    {
        if (value is { Id: null, Key: { } key, Quantity: 1 })
        {
            writer.WriteStringValue(key);
            return;
        }

        writer.WriteStartObject();
        if (value.Id is { } id)
            writer.WriteNumber("id", id);
        if (value.Key is not null)
            writer.WriteString("key", value.Key);
        writer.WriteNumber("quantity", value.Quantity);
        writer.WriteEndObject();
    }
}

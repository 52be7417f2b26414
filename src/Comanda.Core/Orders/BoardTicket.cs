using System.Text.Json.Serialization;

namespace Comanda.Orders;

/// <summary>
/// A line on a station's screen. <see cref="Status"/> is queued, started or ready; <see cref="Unit"/> only of what is sold by weight.
/// </summary>
public sealed record BoardItem(
    long OrderItemId,
    string Station,
    string Name,
    decimal Quantity,
    IReadOnlyList<KitchenOption> Modifiers,
    string? SpecialInstructions,
    IReadOnlyList<string>? Allergens,
    string? Combo,
    [property: Words<LineState>] string Status,
    DateTimeOffset? StartedAt,
    DateTimeOffset? ReadyAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit)
{
    /// <summary>Of its allergens, those that the guest must not eat; left out where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AllergenWarnings { get; init; }
}

/// <summary>An order on a station's screen, with the lines that the station makes.</summary>
public sealed record BoardTicket(
    long OrderId,
    string OrderNumber,
    [property: Words<OrderStatus>] string Status,
    [property: Words<OrderType>] string Type,
    string? Table,
    string? CustomerName,
    string? Notes,
    DateTimeOffset? ScheduledFor,
    DateTimeOffset FiredAt,
    long Version,
    IReadOnlyList<BoardItem> Items);

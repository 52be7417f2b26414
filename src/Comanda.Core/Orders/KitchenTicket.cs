using System.Text.Json.Serialization;

namespace Comanda.Orders;

/// <summary>An option as the kitchen needs it.</summary>
public sealed record KitchenOption(string Name, int Quantity);

/// <summary>
/// What is to be made of a line: <see cref="Quantity"/> more than before, less where it is below 0. On a ticket that moves lines it is
/// how many move, and <see cref="FromItemId"/> is the line that they were. <see cref="Unit"/> only of what is sold by weight.
/// </summary>
public sealed record KitchenItem(
    long OrderItemId,
    long? FromItemId,
    string Name,
    decimal Quantity,
    IReadOnlyList<KitchenOption> Modifiers,
    string? SpecialInstructions,
    IReadOnlyList<string>? Allergens,
    string? Combo,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit)
{
    /// <summary>Of its allergens, those that the guest must not eat; left out where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AllergenWarnings { get; init; }
}

/// <summary>
/// What a station hears, once: in <c>kitchen</c> of the order's own event in the log, written in the transaction that made it so. Whoever
/// follows the log and resumes from the last number it saw has every line once, and of what changes only the difference. <see cref="Kind"/>
/// is new, change, cancel (nothing of it is to be made any more) or move (to another order or table: nothing is to be made).
/// </summary>
public sealed record KitchenTicket(
    long OrderId,
    string OrderNumber,
    string Station,
    string Kind,
    string Type,
    string? Table,
    string? CustomerName,
    string? Notes,
    DateTimeOffset? ScheduledFor,
    IReadOnlyList<KitchenItem> Items);

using System.Text.Json.Serialization;

namespace Comanda.Orders;

/// <summary>How a standing order is paid.</summary>
public enum StandingPay
{
    /// <summary>Each order for itself, as any other.</summary>
    PerOrder,

    /// <summary>From a gift card's balance when the order is placed, as far as it reaches.</summary>
    GiftCard,
}

/// <summary>Where a day of a standing order stands.</summary>
public enum StandingDayStatus
{
    /// <summary>It becomes an order yet.</summary>
    Due,

    Placed,

    Paused,

    /// <summary>It could not be placed; that is tried again.</summary>
    Failed,
}

/// <summary>Holidays, both days included.</summary>
public sealed record StandingPause(DateOnly? From, DateOnly? To);

/// <summary>
/// A standing order as given. When it changes one, what is left out stays as it is; orders that were placed stay as they are.
/// <see cref="Type"/> is online (the usual, with a place in a slot), takeaway or delivery. <see cref="Items"/> as in an order.
/// <see cref="Weekdays"/>: sun, mon, tue, wed, thu, fri, sat; <see cref="At"/> HH:MM by the shop's clock. <see cref="Ends"/> is the last
/// day, which it has none of where that is empty.
/// <see cref="Pay"/> is per_order or gift_card, by the code <see cref="GiftCard"/>. <see cref="DaysAhead"/>: so many days before, at most 7
/// (2), it becomes an order.
/// </summary>
public sealed record StandingOrderInput(
    long? CustomerId = null,
    [property: Words("online", "takeaway", "delivery")] string? Type = null,
    IReadOnlyList<LineRequest>? Items = null,
    string[]? Weekdays = null,
    [property: AtMost(5)] string? At = null,
    DateOnly? Begins = null,
    [property: AtMost(10), NullClears] string? Ends = null,
    IReadOnlyList<StandingPause>? Pauses = null,
    [property: Words<StandingPay>] string? Pay = null,
    [property: AtMost(40)] string? GiftCard = null,
    DeliveryAddress? DeliveryAddress = null,
    [property: AtMost(1000), Text(TextKind.Lines)] string? Notes = null,
    int? DaysAhead = null) : IMadeAgainst
{
    public long? Version { get; init; }
}

/// <summary>A day of a standing order. <see cref="Reason"/> is the code of the refusal of what failed.</summary>
public sealed record StandingDayView(
    DateOnly Day,
    DateTimeOffset At,
    [property: Words<StandingDayStatus>] string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? OrderId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);

/// <summary>A standing order. <see cref="Next"/> are its next days; <see cref="GiftCard"/> is masked.</summary>
public sealed record StandingOrderView(
    long Id,
    long CustomerId,
    string CustomerName,
    string Type,
    IReadOnlyList<LineRequest> Items,
    string[] Weekdays,
    string At,
    DateOnly Begins,
    DateOnly? Ends,
    IReadOnlyList<StandingPause> Pauses,
    [property: Words<StandingPay>] string Pay,
    string? GiftCard,
    DeliveryAddress? DeliveryAddress,
    string? Notes,
    int DaysAhead,
    [property: Words("active", "ended")] string Status,
    IReadOnlyList<StandingDayView> Next,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version) : IVersioned;

/// <summary>So many of an item.</summary>
public sealed record StandingTotalView(long MenuItemId, string Name, decimal Quantity);

/// <summary>One guest's on a day. <see cref="BalanceDue"/> is null where there is no order yet.</summary>
public sealed record StandingGuestView(
    long StandingOrderId,
    long CustomerId,
    string CustomerName,
    DateTimeOffset At,
    [property: Words<StandingDayStatus>] string Status,
    IReadOnlyList<StandingTotalView> Items,
    long? OrderId,
    string? OrderNumber,
    decimal? BalanceDue,
    string? Reason,
    string? Notes);

/// <summary>The morning's list: what all of them come to, and who gets what when. What is paused counts in no total.</summary>
public sealed record StandingMorningView(
    DateOnly Date,
    IReadOnlyList<StandingTotalView> Items,
    IReadOnlyList<StandingGuestView> Guests);

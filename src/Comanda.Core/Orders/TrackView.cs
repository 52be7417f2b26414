namespace Comanda.Orders;

public sealed record DeliveryPerson([property: AtMost(100)] string? Name, [property: AtMost(40)] string? Phone);

/// <summary>
/// That it was handed over: to whom (or where it was left), with a note, and a picture that was uploaded before (its address).
/// </summary>
public sealed record DeliveryProof(
    [property: AtMost(100)] string? ReceivedBy,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note,
    [property: AtMost(200)] string? ImageUrl);

/// <summary>
/// What is known of a delivery under way; what is left out stays. <see cref="Location"/> is [longitude, latitude] in degrees
/// (as GeoJSON has them), <see cref="EstimatedDeliveryTime"/> an instant. <see cref="Proof"/> once it is on its way, or was handed over.
/// </summary>
public sealed record DeliveryInput(
    DeliveryPerson? Person,
    double[]? Location,
    DateTimeOffset? EstimatedDeliveryTime,
    DeliveryProof? Proof = null);

/// <summary>Which partner is to bring it.</summary>
public sealed record PartnerRequest([property: AtMost(40)] string? Partner);

/// <summary>When the order came to a status.</summary>
public sealed record TimelineEntry([property: Words<OrderStatus>] string Status, DateTimeOffset At);

/// <summary>
/// Where an order stands. <see cref="EstimatedTime"/> in minutes from the placing; <see cref="EstimatedReadyAt"/> follows from it (or
/// is when it was scheduled for). <see cref="Location"/> is [longitude, latitude], as of <see cref="LocatedAt"/>. <see cref="Partner"/>
/// brings it, where the shop does not itself.
/// </summary>
public sealed record TrackView(
    long OrderId,
    string OrderNumber,
    [property: Words<OrderStatus>] string Status,
    [property: Words<OrderType>] string Type,
    IReadOnlyList<TimelineEntry> Timeline,
    int EstimatedTime,
    DateTimeOffset EstimatedReadyAt,
    DeliveryPerson? DeliveryPerson,
    double[]? Location,
    DateTimeOffset? LocatedAt,
    DateTimeOffset? EstimatedDeliveryTime,
    DeliveryProof? Proof,
    DateTimeOffset? ProvedAt,
    string? Partner);

/// <summary>What a delivery_location event tells.</summary>
public sealed record DeliveryMoved(
    long OrderId,
    string OrderNumber,
    DeliveryPerson? Person,
    double[]? Location,
    DateTimeOffset At,
    DateTimeOffset? EstimatedDeliveryTime);
